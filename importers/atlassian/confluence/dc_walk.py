"""Which end points of Confluence Data Center are asked, in which order, and what is remembered between them."""

from typing import Any

from graphscan.errors import ImportFailedError
from importers.atlassian.asking import Asking
from importers.atlassian.confluence import dc_endpoints as ends
from importers.atlassian.ids import is_name
from importers.atlassian.product import Endpoint


async def walk(ask: Asking) -> None:
    """Ask what decides most first. Raises ImportFailedError where nothing is answered."""
    await ask.one(ends.SERVER)
    if ask.reader.given_up:
        raise ImportFailedError(
            f"nothing could be read from {ask.reader.policy.origin}: {ask.first_error}",
            "check the address, the credential and the network",
        )
    await ask.listing(ends.USERS)
    groups = [((one,), ask.id("group", one)) for one in await _named(ask, ends.GROUPS, "name")]
    await ask.listing(ends.GLOBAL)
    for endpoint in (ends.MEMBERS, ends.INNER):
        await ask.series(endpoint, groups)
        ask.rests_on(endpoint, ends.GROUPS)
    spaces = await _named(ask, ends.SPACES, "key")
    await ask.series(ends.SPACE_PERMISSIONS, [((one,), ask.id("space", one)) for one in spaces])
    ask.rests_on(ends.SPACE_PERMISSIONS, ends.SPACES)
    await ask.listing(ends.TOKENS)


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
