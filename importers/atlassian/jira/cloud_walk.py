"""Which end points of Jira Cloud are asked, in which order, and what is remembered between them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from graphscan.errors import ImportFailedError
from importers.atlassian.asking import Asking
from importers.atlassian.jira import cloud_endpoints as ends
from importers.atlassian.jira.names import identifier_of

_MOST_RECORDS = 100_000  # of the audit log


@dataclass(slots=True)
class _Found:
    """
    What leads on to more.

    Attributes:
        roles:    ids of the roles that every company-managed project has.
        schemes:  ids of permission schemes that were told whole.
        projects: of each key, whether the team manages it.
    """

    groups: dict[str, None] = field(default_factory=dict)
    roles: dict[str, None] = field(default_factory=dict)
    schemes: dict[str, None] = field(default_factory=dict)
    projects: dict[str, bool] = field(default_factory=dict)


async def walk(ask: Asking) -> None:
    """Ask what decides most first. Raises ImportFailedError where nothing is answered."""
    await ask.one(ends.SERVER)
    if ask.reader.given_up:
        raise ImportFailedError(
            f"nothing could be read from {ask.reader.policy.origin}: {ask.first_error}",
            "check the address, the credential and the network",
        )
    found = _Found()
    await _people(ask, found)
    await _permissions(ask, found)
    await _roles(ask, found)
    await _security(ask)
    await _audit(ask)


# Private functions


async def _people(ask: Asking, found: _Found) -> None:
    def group(record: Any) -> None:
        id_ = identifier_of(record, "groupId")
        if id_:
            found.groups[id_] = None

    await ask.listing(ends.USERS)
    await ask.listing(ends.GROUPS, each=group)
    await ask.listing(ends.ADMINS, each=group)
    await ask.listing(ends.SITE_ADMINS, each=group)
    await ask.listing(ends.LICENCES)
    await ask.series(ends.MEMBERS, [((one,), ask.id("group", one)) for one in found.groups])
    ask.rests_on(ends.MEMBERS, ends.GROUPS)


async def _permissions(ask: Asking, found: _Found) -> None:
    def scheme(record: Any) -> None:
        id_ = identifier_of(record, "id")
        if id_ and isinstance(record.get("permissions"), list):
            found.schemes[id_] = None

    def project(record: Any) -> None:
        key = identifier_of(record, "key")
        if key:
            managed = record.get("simplified") is True or record.get("style") in ("next-gen", "NEXT_GEN", "new")
            found.projects.setdefault(key, managed)

    used: dict[str, None] = {}

    def uses(_ids: tuple[str, ...], record: Any) -> None:
        id_ = identifier_of(record, "id")
        if id_ and id_ not in found.schemes:
            used[id_] = None

    await ask.listing(ends.SCHEMES, each=scheme)
    await ask.listing(ends.PROJECTS, each=project)
    await ask.listing(ends.ARCHIVED, each=project)
    await ask.series(ends.PROJECT_SCHEME, [((one,), ask.id("project", one)) for one in found.projects], uses)
    ask.rests_on(ends.PROJECT_SCHEME, ends.PROJECTS)
    await ask.series(ends.SCHEME, [((one,), ask.id("scheme", one)) for one in used])


async def _roles(ask: Asking, found: _Found) -> None:
    def role(record: Any) -> None:
        id_ = identifier_of(record, "id")
        # One of a single project is told by that project.
        if id_ and not record.get("scope"):
            found.roles[id_] = None

    own: dict[tuple[str, str], None] = {}

    def own_role(ids: tuple[str, ...], record: Any) -> None:
        id_ = identifier_of(record, "id")
        if id_:
            own[ids[0], id_] = None

    await ask.listing(ends.ROLES, each=role)
    team = [key for key, managed in found.projects.items() if managed]
    await ask.series(ends.OWN_ROLES, [((one,), ask.id("project", one)) for one in team], own_role)
    company = [(key, id_) for key, managed in found.projects.items() if not managed for id_ in found.roles]
    await ask.series(ends.ACTORS, _each(ask, [*company, *own]))
    ask.rests_on(ends.ACTORS, ends.PROJECTS)
    ask.rests_on(ends.ACTORS, ends.ROLES)


def _each(ask: Asking, pairs: Iterable[tuple[str, str]]) -> list[tuple[tuple[str, ...], str]]:
    return [((key, id_), ask.id("project-role", f"{key}:{id_}")) for key, id_ in pairs]


async def _security(ask: Asking) -> None:
    levels: dict[str, None] = {}

    def level(record: Any) -> None:
        id_ = identifier_of(record, "id")
        if id_:
            levels[id_] = None

    if await ask.listing(ends.LEVELS, each=level) and not levels:
        return
    await ask.listing(ends.LEVEL_PROJECTS)
    await ask.series(ends.LEVEL_MEMBERS, [((one,), ask.id("security-level-members", one)) for one in levels])


async def _audit(ask: Asking) -> None:
    """Ask for audit records page by page, as long as those are that the server gives."""
    first = await ask.one(ends.AUDIT, "0")
    records, total = (first.get("records"), first.get("total")) if isinstance(first, dict) else (None, None)
    size = len(records) if isinstance(records, list) else 0
    if not size or not isinstance(total, int) or isinstance(total, bool):
        return
    if total > _MOST_RECORDS:
        ask.left_out(ends.AUDIT, f"of {total:,} records the newest {_MOST_RECORDS:,} are read")
    offsets = range(size, min(total, _MOST_RECORDS), size)
    await ask.series(ends.AUDIT, [((str(offset),), "") for offset in offsets])
