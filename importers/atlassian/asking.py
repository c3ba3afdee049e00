"""How the end points of an Atlassian product are asked: what a product's walk is written with."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from graphscan.model import HIDDEN, LEFT_OUT, Coverage, CoverageState
from importers._asking import Asking as BaseAsking
from importers._asking import Wanted
from importers._coverage import CoverageBook
from importers._http import Outcome, Progress, Reader
from importers._in_order import Asked
from importers.atlassian.ids import node_id, quoted
from importers.atlassian.paging import LIMITS, pager
from importers.atlassian.product import Endpoint, Product


@dataclass(slots=True)
class Estimate:
    """
    Requests sent and requests to come.

    Attributes:
        reader: who sends them; None before the first.
        begun:  of each end point that is asked for many objects: how many are left.
    """

    reader: Reader | None = None
    begun: dict[str, int] = field(default_factory=dict)

    @property
    def sent(self) -> int:
        """Requests sent so far."""
        return 0 if self.reader is None else self.reader.calls

    @property
    def left(self) -> int:
        """Requests still to come, as far as anything is known of them."""
        return sum(self.begun.values())


class Asking(BaseAsking):
    """
    One collection of one instance under way.

    Attributes:
        product:  what is read.
        name:     the instance (`acme` of `jira:acme`).
        base:     the context path that stands before every end point's.
        estimate: kept up to date, for whoever shows progress.
    """

    def __init__(
        self,
        reader: Reader,
        progress: Progress,
        product: Product,
        name: str,
        base: str = "",
        options: Mapping[str, Any] | None = None,
        estimate: Estimate | None = None,
    ) -> None:
        super().__init__(reader, book_of(product, name), progress)
        self.product = product
        self.name = name
        self.base = base
        self.estimate = estimate or Estimate()
        self.estimate.reader = reader
        self._options = dict(options or {})
        self._short: dict[str, Outcome] = {}

    @property
    def prefix(self) -> str:
        """Return what its node ids begin with."""
        return self.product.prefix

    def id(self, kind: str, identifier: str = "") -> str:
        """Return a node id of this instance."""
        return node_id(self.prefix, self.name, kind, identifier)

    def option(self, name: str, default: Any = None) -> Any:
        """Return what the settings say beyond address and credential."""
        return self._options.get(name, default)

    async def one(self, endpoint: Endpoint, *ids: str, scope: str = "") -> Any:
        """Read one object; return its body, redacted, or None. Its coverage is written down."""
        outcome = await self._read(endpoint, ids, lambda _record: None)
        self.book.add(endpoint.relation, outcome, scope)
        return outcome.body if outcome.state is CoverageState.COMPLETE else None

    async def listing(
        self, endpoint: Endpoint, *ids: str, scope: str = "", each: Callable[[Any], None] = lambda _record: None
    ) -> bool:
        """Read one listing to its end; return whether it is whole."""
        seen = 0

        def counted(record: Any) -> None:
            nonlocal seen
            seen += 1
            self.progress(endpoint.path, seen, None)
            each(record)

        outcome = await self._read(endpoint, ids, counted)
        self.book.add(endpoint.relation, outcome, scope)
        if outcome.state is not CoverageState.COMPLETE:
            self._short[endpoint.path] = outcome
        return outcome.state is CoverageState.COMPLETE

    async def series(
        self,
        endpoint: Endpoint,
        wanted: Iterable[tuple[tuple[str, ...], str]],
        each: Callable[[tuple[str, ...], Any], None] = lambda _ids, _record: None,
    ) -> bool:
        """
        Read one listing, or object, for each of many; several are on their way at once, pages are kept in order.

        Args:
            wanted: (ids, the node whose relations are listed) of each.
            each:   called with the ids and each record.
        """
        todo = [
            Wanted(self._asked(endpoint, ids, partial(each, ids)), endpoint.relation, scope)
            for ids, scope in dict.fromkeys(wanted)
        ]

        def left(count: int) -> None:
            self.estimate.begun[endpoint.path] = count

        return await self.all_of(endpoint.path, todo, left)

    def rests_on(self, endpoint: Endpoint, listing: Endpoint) -> None:
        """Say that a series has a gap of unknown size where the listing of what to ask for has one."""
        short = self._short.get(listing.path)
        if short is not None:
            outcome = Outcome(endpoint.path, "", short.state, short.status)
            outcome.error = f"not known of what to ask, because of {listing.path}: {short.error}"
            self.book.add(endpoint.relation, outcome)

    def left_out(self, endpoint: Endpoint, why: str) -> None:
        """Say that something was not asked for, by choice."""
        self.book.left_out[endpoint.relation, endpoint.path] = why

    async def _read(self, endpoint: Endpoint, ids: tuple[str, ...], each: Callable[[Any], None]) -> Outcome:
        asked = self._asked(endpoint, ids, each)
        outcome = await self.reader.read(
            asked.endpoint, asked.path, asked.query, asked.wrapped, asked.each, asked.listing, pager=asked.pager
        )
        self.count(outcome)
        return outcome

    def _asked(self, endpoint: Endpoint, ids: tuple[str, ...], each: Callable[[Any], None]) -> Asked:
        path, query = filled(endpoint, ids)
        return Asked(endpoint.path, self.base + path, query, endpoint.wrapped, each, endpoint.listing, pager(endpoint))


def filled(endpoint: Endpoint, ids: tuple[str, ...]) -> tuple[str, dict[str, str]]:
    """
    Return path and query of one request.

    Raises:
        ValueError: there are more ids than places, or fewer: the walk is wrong.
    """
    rest = list(ids)

    def next_id() -> str:
        if not rest:
            raise ValueError(f"{endpoint.path} needs more ids than {ids}")
        return rest.pop(0)

    template = endpoint.path.partition("?")[0]
    path = "/".join(quoted(next_id()) if part.startswith("{") else part for part in template.split("/"))
    limit = {LIMITS[endpoint.paging]: str(endpoint.limit)} if endpoint.limit else {}
    query = {name: next_id() if value.startswith("{") else value for name, value in endpoint.query.items()}
    if rest:
        raise ValueError(f"{endpoint.path} has no place for {rest}")
    return path, {**limit, **query}


def target(endpoint: Endpoint, ids: tuple[str, ...], base: str = "") -> str:
    """Return path and query of one request as they are sent, for tests and for `doctor`."""
    path, query = filled(endpoint, ids)
    return base + path + (f"?{urlencode(query, quote_via=quote)}" if query else "")


def book_of(product: Product, name: str) -> CoverageBook:
    """Return an empty book that knows what of a product is never read."""
    rows = [
        Coverage(
            gap.relation,
            CoverageState.NOT_COLLECTED if gap.exists else CoverageState.UNAVAILABLE,
            gap.of.format(name=name),
            gap.endpoint,
            error=gap.hides if gap.closable else f"{HIDDEN}{gap.hides}",
        )
        for gap in product.not_read
    ]
    return CoverageBook(frozenset(one.path for one in product.endpoints if one.optional), tuple(rows))


__all__ = ["LEFT_OUT", "Asking", "Estimate", "book_of", "filled", "target"]
