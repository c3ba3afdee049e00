"""Which end points of Confluence Data Center are asked, in which order, and what is remembered between them."""

from typing import Any

from graphscan.errors import ImportFailedError
from importers.atlassian import sign_on, undocumented
from importers.atlassian.asking import Asking
from importers.atlassian.confluence import dc_endpoints as ends
from importers.atlassian.confluence.pages import above_of, read_pages
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

    async def above(page: str, node: str) -> list[str] | str:
        body = await ask.one(ends.PAGE, page, scope=node)
        if body is None:
            return ""
        key, ids = place_of(body)
        if ids is None:
            return "the answer does not say what stands above the page"
        return list(ids) if key in spaces else "the space of the page is not among those that were listed"

    await read_pages(ask, above, ends.RESTRICTIONS)
    await ask.listing(ends.WEBHOOKS)
    # Last what a system administrator alone is told.
    await sign_on.ask(ask)
    await undocumented.ask(ask)


def place_of(body: Any) -> tuple[str, tuple[str, ...] | None]:
    """Return the key of the space that a page is in, and the ids of what stands above it; None: it does not say."""
    space = body.get("space") if isinstance(body, dict) else None
    key = space.get("key") if isinstance(space, dict) else None
    return key if is_name(key) else "", above_of(body.get("ancestors")) if isinstance(body, dict) else None


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
