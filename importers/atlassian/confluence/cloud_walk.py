"""Which end points of Confluence Cloud are asked, in which order, and what is remembered between them."""

from typing import Any

from graphscan.errors import ImportFailedError
from graphscan.model import CoverageState
from importers._http import Outcome, Page
from importers.atlassian.asking import Asking
from importers.atlassian.confluence import cloud_endpoints as ends
from importers.atlassian.confluence.pages import above_of, read_pages
from importers.atlassian.ids import is_name
from importers.atlassian.product import Endpoint

MOST_ABOVE = 250


async def walk(ask: Asking) -> None:
    """Ask what decides most first. Raises ImportFailedError where nothing is answered."""
    await ask.one(ends.SITE)
    if ask.reader.given_up:
        raise ImportFailedError(
            f"nothing could be read from {ask.reader.policy.origin}: {ask.first_error}",
            "check the address, the credential and the network",
        )
    app = ask.id("app")
    groups = await _named(ask, ends.GROUPS, "id")
    await ask.listing(ends.USING, scope=ask.id("licensed"))
    await ask.listing(ends.ADMINISTERING, scope=app)
    await ask.listing(ends.SITE_ADMINISTERING, scope=app)
    await ask.one(ends.ANYONE, scope=app)
    await ask.series(ends.MEMBERS, [((one,), ask.id("group", one)) for one in groups])
    ask.rests_on(ends.MEMBERS, ends.GROUPS)
    await _everybody(ask)
    spaces = await _named(ask, ends.SPACES, "key")
    wanted = [((id_,), ask.id("space", key)) for id_, key in spaces.items()]
    roles = 0

    def count(_record: Any) -> None:
        nonlocal roles
        roles += 1

    whole = await ask.listing(ends.ROLES, each=count)
    await ask.series(ends.SPACE_PERMISSIONS, wanted)
    ask.rests_on(ends.SPACE_PERMISSIONS, ends.SPACES)
    # Where there is no role, nobody has one. Whether there is none, a refusal does not tell.
    if roles or not (whole or _absent(ask, ends.ROLES)):
        await ask.series(ends.ROLE_ASSIGNMENTS, wanted)
        ask.rests_on(ends.ROLE_ASSIGNMENTS, ends.SPACES)

    async def above(page: str, node: str) -> list[str] | str:
        body = await ask.one(ends.PAGE, page, scope=node)
        rows: list[Any] = []
        if body is None or not await ask.listing(ends.ABOVE, page, scope=node, each=rows.append):
            return ""
        ids = above_of(rows)
        if ids is None or len(ids) >= MOST_ABOVE:
            return "the answer does not say what stands above the page"
        if space_of(body) not in spaces:
            return "the space of the page is not among those that were listed"
        return list(ids)

    await read_pages(ask, above, ends.RESTRICTIONS)


def space_of(body: Any) -> str:
    """Return the id of the space that a page is in; empty where it does not say."""
    return _id(body, "spaceId") if isinstance(body, dict) else ""


# Private functions


def _id(record: dict[str, Any], name: str) -> str:
    value = record.get(name)
    value = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return value if is_name(value) else ""


async def _named(ask: Asking, endpoint: Endpoint, name: str) -> dict[str, str]:
    """Read one listing; return what its records are called by their id, each once; those with an id and a name."""
    found: dict[str, str] = {}

    def each(record: Any) -> None:
        if isinstance(record, dict) and _id(record, "id") and _id(record, name):
            found[_id(record, "id")] = _id(record, name)

    await ask.listing(endpoint, each=each)
    return found


async def _everybody(ask: Asking) -> None:
    """Search for all users. A search that finds more than it lists is not whole, though its last page says nothing."""
    found = listed = 0

    def look(page: Page) -> None:
        nonlocal found
        total = page.body.get("totalSize") if isinstance(page.body, dict) else None
        found = total if isinstance(total, int) and not isinstance(total, bool) else found

    def count(_record: Any) -> None:
        nonlocal listed
        listed += 1

    before, ask.reader.watch = ask.reader.watch, look
    whole = await ask.listing(ends.USERS, each=count)
    ask.reader.watch = before
    if whole and found > listed:
        outcome = Outcome(ends.USERS.path, "", CoverageState.PARTIAL, 200)
        outcome.error = f"the search found {found:,} and listed {listed:,} of them"
        ask.book.add(ends.USERS.relation, outcome)


def _absent(ask: Asking, endpoint: Endpoint) -> bool:
    """Whether a listing was asked for that this site does not have."""
    outcomes = ask.book.entries.get((endpoint.relation, endpoint.path), {}).get("", [])
    return any(one.state is CoverageState.UNAVAILABLE for one in outcomes)
