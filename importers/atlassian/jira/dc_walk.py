"""Which end points of Jira Data Center are asked, in which order, and what is remembered between them."""

from collections.abc import Iterable
from typing import Any

from graphscan.errors import ImportFailedError
from importers.atlassian import sign_on, undocumented
from importers.atlassian.asking import Asking
from importers.atlassian.ids import is_name
from importers.atlassian.jira import dc_endpoints as ends


async def walk(ask: Asking) -> None:
    """Ask what decides most first. Raises ImportFailedError where nothing is answered."""
    await ask.one(ends.SERVER)
    if ask.reader.given_up:
        raise ImportFailedError(
            f"nothing could be read from {ask.reader.policy.origin}: {ask.first_error}",
            "check the address, the credential and the network",
        )
    groups: dict[str, None] = {}

    def group(record: Any) -> None:
        name = record.get("name") if isinstance(record, dict) else None
        if is_name(name):
            groups[name] = None

    await ask.listing(ends.USERS)
    await ask.listing(ends.GROUPS, each=group)
    await ask.listing(ends.LICENCES)
    await ask.series(ends.MEMBERS, [((one,), ask.id("group", one)) for one in groups])
    ask.rests_on(ends.MEMBERS, ends.GROUPS)
    roles: list[str] = []

    def role(record: Any) -> None:
        id_ = record.get("id") if isinstance(record, dict) else None
        if isinstance(id_, int) and not isinstance(id_, bool):
            roles.append(str(id_))

    await ask.listing(ends.ROLES, each=role)
    await ask.listing(ends.SCHEMES)
    projects: dict[str, None] = {}

    def project(record: Any) -> None:
        key = record.get("key") if isinstance(record, dict) else None
        if is_name(key):
            projects[key] = None

    await ask.listing(ends.PROJECTS, each=project)
    await ask.series(ends.PROJECT_SCHEME, [((one,), ask.id("project", one)) for one in projects])
    ask.rests_on(ends.PROJECT_SCHEME, ends.PROJECTS)
    await ask.series(
        ends.ACTORS,
        [((key, id_), ask.id("project-role", f"{key}:{id_}")) for key in projects for id_ in dict.fromkeys(roles)],
    )
    ask.rests_on(ends.ACTORS, ends.PROJECTS)
    ask.rests_on(ends.ACTORS, ends.ROLES)
    await _security(ask, projects)
    await ask.listing(ends.TOKENS)
    # Last what a system administrator alone is told.
    await sign_on.ask(ask)
    await undocumented.ask(ask)


async def _security(ask: Asking, projects: Iterable[str]) -> None:
    """Ask for schemes of issue security, and which project uses which: where there are any."""
    schemes: dict[str, None] = {}

    def scheme(record: Any) -> None:
        id_ = record.get("id") if isinstance(record, dict) else None
        if isinstance(id_, int) and not isinstance(id_, bool):
            schemes[str(id_)] = None

    if await ask.listing(ends.SECURITY, each=scheme) and not schemes:
        return
    await ask.series(ends.SECURITY_SCHEME, [((one,), "") for one in schemes])
    # Without a scope: a project that has none is not there, which is no gap of that project.
    await ask.series(ends.PROJECT_SECURITY, [((one,), "") for one in projects])
