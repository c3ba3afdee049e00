"""Which end points of Bitbucket Data Center are asked, in which order, and what is remembered between them."""

from typing import Any

from graphscan.errors import ImportFailedError
from importers.atlassian.asking import Asking
from importers.atlassian.bitbucket import dc_endpoints as ends
from importers.atlassian.ids import is_name
from importers.atlassian.product import Endpoint


async def walk(ask: Asking) -> None:
    """
    Ask what decides most first. Raises ImportFailedError where nothing is answered.

    Of each repository four listings are asked for: who may use it, alone and by group, and which tokens and keys it
    has. Nothing lists them for many at once.
    """
    await ask.one(ends.PROPERTIES)
    if ask.reader.given_up:
        raise ImportFailedError(
            f"nothing could be read from {ask.reader.policy.origin}: {ask.first_error}",
            "check the address, the credential and the network",
        )
    users, groups = await _named(ask, ends.USERS, "slug"), await _named(ask, ends.GROUPS, "name")
    await ask.listing(ends.GLOBAL_USERS)
    await ask.listing(ends.GLOBAL_GROUPS)
    local_login = ask.id("local-login-disabled")
    await ask.one(ends.SSO, scope=local_login)
    await ask.one(ends.BASIC, scope=local_login)
    await ask.series(ends.MEMBERS, [((one,), ask.id("group", one)) for one in groups])
    ask.rests_on(ends.MEMBERS, ends.GROUPS)
    projects = await _named(ask, ends.PROJECTS, "key")
    places: list[tuple[tuple[str, ...], str]] = [((one,), ask.id("project", one)) for one in projects]
    await ask.series(ends.PROJECT_USERS, places)
    await ask.series(ends.PROJECT_GROUPS, places)
    await ask.series(ends.DEFAULT, [((key, what), scope) for (key, *_), scope in places for what in ends.DEFAULTS])
    await ask.listing(ends.MIRRORS)
    repositories: dict[tuple[str, ...], str] = {}

    def repository(record: Any) -> None:
        project = record.get("project") if isinstance(record, dict) else None
        key = project.get("key") if isinstance(project, dict) else None
        if is_name(key) and is_name(record.get("slug")):
            repositories[key, record["slug"]] = ask.id("repo", f"{key}/{record['slug']}")

    await ask.listing(ends.REPOSITORIES, each=repository)
    people: list[tuple[tuple[str, ...], str]] = [((one,), ask.id("user", one)) for one in users]
    inside = list(repositories.items())
    for endpoint, listing, wanted in (
        (ends.USER_TOKENS, ends.USERS, people),
        (ends.USER_KEYS, ends.USERS, people),
        (ends.PROJECT_TOKENS, ends.PROJECTS, places),
        (ends.PROJECT_KEYS, ends.PROJECTS, places),
        (ends.REPO_USERS, ends.REPOSITORIES, inside),
        (ends.REPO_GROUPS, ends.REPOSITORIES, inside),
        (ends.REPO_TOKENS, ends.REPOSITORIES, inside),
        (ends.REPO_KEYS, ends.REPOSITORIES, inside),
    ):
        await ask.series(endpoint, wanted)
        ask.rests_on(endpoint, listing)


# Private functions


async def _named(ask: Asking, endpoint: Endpoint, name: str) -> list[str]:
    """Read one listing; return what its records are called, each once."""
    found: dict[str, None] = {}

    def each(record: Any) -> None:
        value = record.get(name) if isinstance(record, dict) else None
        if is_name(value):
            found[value] = None

    await ask.listing(endpoint, each=each)
    return list(found)
