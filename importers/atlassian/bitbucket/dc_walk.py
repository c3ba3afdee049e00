"""Which end points of Bitbucket Data Center are asked, in which order, and what is remembered between them."""

from typing import Any

from graphscan.errors import ImportFailedError
from graphscan.model import HIDDEN, NOT_THERE, CoverageState
from importers.atlassian import sign_on, undocumented
from importers.atlassian.asking import Asking
from importers.atlassian.bitbucket import dc_endpoints as ends
from importers.atlassian.ids import is_name
from importers.atlassian.product import Endpoint


async def walk(ask: Asking) -> None:
    """
    Ask what decides most first. Raises ImportFailedError where nothing is answered.

    Of each repository four listings are asked for: who may use it, alone and by group, and which tokens and keys it
    has. Nothing lists them for many at once. Its webhooks and branch restrictions open and stop nothing here, and are
    not worth two more: those of projects are read.
    """
    await ask.one(ends.PROPERTIES)
    if ask.reader.given_up:
        raise ImportFailedError(
            f"nothing could be read from {ask.reader.policy.origin}: {ask.first_error}",
            "check the address, the credential and the network",
        )
    app, local_login = ask.id("app"), ask.id("local-login-disabled")
    # Before the accounts: where an account comes from decides whether it has a password here.
    await ask.one(ends.DIRECTORIES, scope=app)
    await undocumented.privileged(ask, ask.listing(sign_on.PROVIDERS, scope=app))
    await undocumented.privileged(ask, ask.one(sign_on.MADE_AT_SIGN_IN, scope=app))
    users, groups = await _named(ask, ends.USERS, "slug"), await _named(ask, ends.GROUPS, "name")
    await ask.listing(ends.GLOBAL_USERS)
    await ask.listing(ends.GLOBAL_GROUPS)
    await undocumented.privileged(ask, ask.one(sign_on.SSO, scope=local_login))
    await undocumented.privileged(ask, ask.one(sign_on.BASIC, scope=local_login))
    await ask.series(ends.MEMBERS, [((one,), ask.id("group", one)) for one in groups])
    ask.rests_on(ends.MEMBERS, ends.GROUPS)
    projects = await _named(ask, ends.PROJECTS, "key")
    places: list[tuple[tuple[str, ...], str]] = [((one,), ask.id("project", one)) for one in projects]
    await ask.series(ends.PROJECT_USERS, places)
    await ask.series(ends.PROJECT_GROUPS, places)
    await ask.series(ends.DEFAULT, [((key, what), scope) for (key, *_), scope in places for what in ends.DEFAULTS])
    await ask.listing(ends.MIRRORS)
    await ask.series(ends.WEBHOOKS, places)
    ask.rests_on(ends.WEBHOOKS, ends.PROJECTS)
    await ask.series(ends.RESTRICTIONS, [(ids, "") for ids, _ in places])
    _stops_nothing(ask, ends.RESTRICTIONS)
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
    await undocumented.ask(ask)


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


def _stops_nothing(ask: Asking, endpoint: Endpoint) -> None:
    """
    Tell what was not read of an end point, and do not complete it.

    A policy that could not be read is taken for one that may stop everything before it. A branch restriction stops no
    writing as such, read or not.
    """
    for outcomes in ask.book.entries.get((endpoint.relation, endpoint.path), {}).values():
        for outcome in outcomes:
            if outcome.state is not CoverageState.COMPLETE and not outcome.error.startswith(NOT_THERE):
                outcome.error = f"{HIDDEN}{outcome.error}"
