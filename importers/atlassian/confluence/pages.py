"""
Restrictions of pages: whoever reads one needs the space's permission, and those of the page and of all above it.

A view restriction is inherited: it narrows who reads the pages below. An edit restriction is not. Whoever administers
the space takes restrictions away.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from graphscan.model import Coverage, CoverageState, Node, Observed, Record, Ref, Relation
from importers._http import Outcome
from importers.atlassian.asking import Asking
from importers.atlassian.context import Context, NotARecordError, identifier, object_of
from importers.atlassian.product import Endpoint
from importers.atlassian.rights import NEEDS, PROVIDER, reachable

OPERATIONS = {"read": "read", "update": "write"}
KIND = "content"
_SORTS = ("user", "group")

# Public functions


def lists(body: Any) -> dict[str, list[tuple[str, Any]]]:
    """
    Return who is named by each operation of a page: (`user` or `group`, its record).

    Raises:
        NotARecordError: it does not name all of them; the message says why.
    """
    found: dict[str, list[tuple[str, Any]]] = {}
    if not isinstance(body, dict):
        raise NotARecordError("the record is not an object")
    inner = body.get("restrictions")
    operations = inner if isinstance(inner, dict) and OPERATIONS.keys() & inner.keys() else body
    for operation in OPERATIONS:
        if not isinstance(operations.get(operation), dict):
            raise NotARecordError(f"the answer does not say who may {operation}")
        restrictions = object_of(operations[operation], "restrictions")
        found[operation] = []
        for sort in _SORTS:
            listed = object_of(restrictions, sort)
            named = listed.get("results")
            if not isinstance(named, list):
                raise NotARecordError(f"the answer does not list each {sort} who may {operation}")
            if any(_count(listed, name) > len(named) for name in ("size", "totalSize")) or (
                0 < _count(listed, "limit") <= len(named)
            ):
                raise NotARecordError(
                    f"the answer lists only the first {len(named)} of each {sort} who may {operation}"
                )
            found[operation] += [(sort, one) for one in named]
    return found


async def read_pages(ask: Asking, above: Callable[[str, str], Awaitable[list[str] | str]], restricts: Endpoint) -> None:
    """
    Read the restrictions of the pages that the settings name, and of all above them.

    Args:
        above:     reads where a page is (given its id and its node); returns the ids of what stands above it, or why
                   that is not known (empty: coverage says it).
        restricts: the end point with the restrictions of one page.
    """
    wanted: dict[str, None] = {}
    for page in dict.fromkeys(ask.option("pages", ())):
        place = await above(page, ask.id(KIND, page))
        if isinstance(place, str):
            if place:
                unclear(ask, restricts, page, place)
            continue
        wanted.update(dict.fromkeys((*place, page)))

    def each(ids: tuple[str, ...], body: Any) -> None:
        try:
            lists(body)
        except NotARecordError as error:
            unclear(ask, restricts, ids[0], str(error))

    await ask.series(restricts, [((one,), ask.id(KIND, one)) for one in wanted], each)


def unclear(ask: Asking, endpoint: Endpoint, page: str, why: str) -> None:
    """Say that it is not known who reads a page, though something was answered."""
    outcome = Outcome(endpoint.path, "", CoverageState.PARTIAL, 200, error=why)
    ask.book.add(endpoint.relation, outcome, ask.id(KIND, page))


@dataclass(slots=True)
class Pages:
    """
    What one snapshot says of pages.

    Attributes:
        holder: returns who a restriction names, from (`user` or `group`, its record).
        spaces: keys of the spaces that were listed.
    """

    context: Context
    holder: Callable[[str, Any], Ref]
    spaces: Callable[[str], bool]
    _places: dict[str, tuple[str, tuple[str, ...], str]] = field(default_factory=dict)
    _titles: dict[str, str] = field(default_factory=dict)
    _listed: dict[str, tuple[dict[str, list[Ref]], str]] = field(default_factory=dict)
    _said: set[str] = field(default_factory=set)

    def place(self, page: str, space: str, above: tuple[str, ...], where: str) -> None:
        """Take down in which space a page is, and what stands above it, outermost first."""
        self._places[page] = (space, above, where)

    def title(self, page: str, title: str) -> None:
        """Take down what a page is called."""
        self._titles[page] = title

    def restrictions(self, page: str, body: Any, where: str) -> list[Record]:
        """Take down who is named by the restrictions of a page. Raises NotARecordError where they are not whole."""
        named = {operation: [self.holder(*one) for one in named] for operation, named in lists(body).items()}
        self._listed[page] = (named, where)
        return []

    def records(self, coverage: list[Coverage]) -> Iterator[Record]:
        """Yield the pages and who reads and writes them."""
        unread = {row.scope for row in coverage if row.state is not CoverageState.COMPLETE and row.scope}
        prefix = self.context.id(KIND, "-").removesuffix("-")
        for page, (space, above, where) in self._places.items():
            if not self.spaces(space):
                continue
            outer = self.context.ref("space", space)
            for one in (*above, page):
                made, restricted = one in self._said, self._restricted(one)
                if one == page or restricted is not False:
                    if not made:
                        yield from self._page(one, self.context.ref("space", space), outer, where, unread)
                    outer = self.context.ref(KIND, one)
        for scope in sorted(one for one in unread if one.startswith(prefix)):
            if scope.removeprefix(prefix) not in self._said:
                yield self._node(scope.removeprefix(prefix), "")

    def _restricted(self, page: str) -> bool | None:
        """Whether a page has a view restriction of its own; None: not known."""
        return bool(self._listed[page][0]["read"]) if page in self._listed else None

    def _node(self, page: str, where: str) -> Node:
        self._said.add(page)
        name = self._titles.get(page) or f"Page {page}"
        return Node(self.context.id(KIND, page), "Wiki", PROVIDER, "page", name, evidence=self.context.evidence(where))

    def _page(self, page: str, space: Ref, outer: Ref, where: str, unread: set[str]) -> Iterator[Record]:
        context, here = self.context, self.context.ref(KIND, page)
        yield self._node(page, where)
        said = context.evidence(where)
        yield Relation(space, "CONTAINS", here, "admin", "admin", evidence=said)
        if page not in self._listed:
            # A row of coverage says so: whoever that makes possible is enough. Without one, those above it are.
            for level in () if here.text in unread else ("read", "write"):
                yield Relation(outer, "CONTAINS", here, level, level, observed=Observed.POSSIBLE, evidence=said)
            return
        named, where = self._listed[page]
        said = context.evidence(where)
        # Who edits a page has to see it; who sees the space whole does.
        sees = () if outer == space and not named["read"] else ((here, "read"),)
        if named["read"]:
            yield from self._allowed(named["read"], here, "read", ((outer, "read"),), where)
        else:
            yield Relation(outer, "CONTAINS", here, "read", "read", evidence=said)
        if named["update"]:
            yield from self._allowed(named["update"], here, "write", ((space, "write"), *sees), where)
        else:
            yield Relation(space, "CONTAINS", here, "write", "write", sees, evidence=said)

    def _allowed(
        self, holders: list[Ref], page: Ref, level: str, guards: tuple[tuple[Ref, str], ...], where: str
    ) -> Iterator[Relation]:
        for holder in dict.fromkeys(holders):
            yield Relation(
                holder,
                "ASSIGNED_TO",
                page,
                NEEDS[level],
                level,
                (reachable(self.context), *guards),
                evidence=self.context.evidence(where),
            )


def above_of(rows: Any) -> tuple[str, ...] | None:
    """Return the ids of what stands above a page, as they are listed; None where that is no list of them."""
    if not isinstance(rows, list):
        return None
    found: list[str] = []
    for one in rows:
        try:
            found.append(identifier(one))
        except NotARecordError:
            return None
    return tuple(found)


# Private functions


def _count(listed: dict[str, Any], name: str) -> int:
    value = listed.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
