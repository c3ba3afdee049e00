"""Which end points of an organization are asked, in which order, and what is remembered between them."""

from typing import Any

from graphscan.errors import ImportFailedError
from importers.atlassian.asking import Asking
from importers.atlassian.ids import is_name
from importers.atlassian.org import endpoints as ends


async def walk(ask: Asking) -> None:
    """
    Ask what decides most first. Raises ImportFailedError where nothing is answered.

    With `directories` in the settings the key is that of a user directory, which opens nothing else: users and groups
    of those are asked for, and the organization is not. What is of the other sort is no gap: a source of its own is.
    """
    directories = ask.option("directories", ())
    if directories:
        await _directories(ask, directories)
        return
    await _organization(ask, await _id(ask))


# Private functions


async def _id(ask: Asking) -> str:
    """Return the organization's id: the one that is set, else the only one that the key is of."""
    known = str(ask.option("org_id", ""))
    if known:
        ask.left_out(ends.ORGS, "`org_id` says which it is")
        await ask.one(ends.ORG, known)
        _answered(ask)
        return known
    found = await _named(ask, ends.ORGS, "id")
    _answered(ask)
    if not found and ask.first_error:
        raise ImportFailedError(
            f"which organization the key is of could not be read: {ask.first_error}",
            "check the address, the key and its scopes, or set org_id: it stands in the address of admin.atlassian.com",
        )
    if len(found) != 1:
        raise ImportFailedError(
            f"the key is of {len(found)} organizations, and one of them is read at a time",
            "set org_id: the id stands in the address of admin.atlassian.com",
        )
    await ask.one(ends.ORG, found[0])
    return found[0]


def _answered(ask: Asking) -> None:
    if ask.reader.given_up:
        raise ImportFailedError(
            f"nothing could be read from {ask.reader.policy.origin}: {ask.first_error}",
            "check the key, its scopes and the network",
        )


async def _organization(ask: Asking, org: str) -> None:
    app = ask.id("app")
    await ask.listing(ends.MANAGED, org, scope=ask.id("managed"))
    await ask.listing(ends.USERS, org, scope=app)
    await ask.listing(ends.ADMINISTRATORS, org, scope=app)
    await ask.listing(ends.API_TOKENS, org)
    await ask.listing(ends.API_KEYS, org)
    await ask.listing(ends.SERVICE_ACCOUNTS, org, scope=app)
    groups = await _named(ask, ends.GROUPS, "id", org)
    await ask.series(ends.MEMBERS, [((org, one), ask.id("group", one)) for one in groups])
    ask.rests_on(ends.MEMBERS, ends.GROUPS)
    # A role of a group may be that of an administrator: what was not read is possible of the organization.
    await ask.series(ends.GROUP_ROLES, [((org, one), app) for one in groups])
    ask.rests_on(ends.GROUP_ROLES, ends.GROUPS)
    await ask.listing(ends.POLICIES, org, scope=ask.id("ip-allowlist"))
    await ask.listing(ends.DOMAINS, org)


async def _directories(ask: Asking, directories: tuple[str, ...]) -> None:
    for directory in directories:
        scope = ask.id("directory", directory)
        # Users first: a group names them by an id of the directory's own.
        await ask.listing(ends.DIRECTORY_USERS, directory, scope=scope)
        _answered(ask)
        await ask.listing(ends.DIRECTORY_GROUPS, directory)


async def _named(ask: Asking, endpoint: Any, name: str, *ids: str) -> list[str]:
    """Read one listing; return what its records are called, each once."""
    found: dict[str, None] = {}

    def each(record: Any) -> None:
        value = record.get(name) if isinstance(record, dict) else None
        if is_name(value):
            found[value] = None

    await ask.listing(endpoint, *ids, each=each)
    return list(found)
