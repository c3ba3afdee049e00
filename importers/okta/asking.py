"""How end points are asked, one by one or many at once, and how that went is written down."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from graphscan.model import CoverageState
from importers._asking import Asking as BaseAsking
from importers._asking import Wanted
from importers._http import Outcome, Progress, Reader
from importers._in_order import Asked
from importers.okta import endpoints as ends
from importers.okta.coverage import CoverageBook
from importers.okta.estimate import Estimate
from importers.okta.ids import is_okta_id, node_id


class Asking(BaseAsking):
    """One collection under way: its reader, its coverage, and what was counted."""

    def __init__(self, reader: Reader, book: CoverageBook, progress: Progress, name: str) -> None:
        super().__init__(reader, book, progress)
        self.name = name
        self.estimate = Estimate(reader)
        self._short: dict[str, Outcome] = {}

    async def read(
        self, endpoint: str, path: str, each: Callable[[Any], None] = lambda _record: None, listing: bool = True
    ) -> Outcome:
        """Read one listing to its end, or one object."""
        outcome = await self.reader.read(endpoint, path, query_of(endpoint), ends.WRAPPED.get(endpoint), each, listing)
        self.count(outcome)
        return outcome

    async def one(self, relation: str, endpoint: str) -> None:
        """Read one object of the whole organisation."""
        self.book.add(relation, await self.read(endpoint, endpoint, listing=False))

    async def ids(
        self, relation: str, endpoint: str, also: Callable[[dict[str, Any]], None] = lambda _record: None
    ) -> list[str]:
        """Read one listing of the whole organisation; return the ids it names, each once."""
        found: dict[str, None] = {}

        def each(record: Any) -> None:
            identifier = record.get("id") if isinstance(record, dict) else None
            if is_okta_id(identifier):
                found[identifier] = None
                also(record)
                self.progress(endpoint, len(found), None)

        outcome = await self.read(endpoint, endpoint.partition("?")[0], each=each)
        self.book.add(relation, outcome)
        self.estimate.listed[endpoint] = len(found)
        if outcome.state is not CoverageState.COMPLETE:
            self._short[endpoint] = outcome
        return list(found)

    def rests_on(self, relation: str, endpoint: str, listing: str) -> None:
        """Say that a series has a gap of unknown size where the listing of what to ask for has one."""
        short = self._short.get(listing)
        if short is not None:
            outcome = Outcome(endpoint, "", short.state, short.status)
            outcome.error = f"not known of whom to ask, because of {listing}: {short.error}"
            self.book.add(relation, outcome)

    async def series(
        self,
        relation: str,
        endpoint: str,
        kind: str,
        ids: Iterable[str],
        each: Callable[[str, Any], None] = lambda _id, _record: None,
    ) -> bool:
        """Read one listing for each of many objects; return whether all went well. `kind` is that of their nodes."""
        return await self.many(
            endpoint,
            (
                (filled(endpoint, one), relation, node_id(self.name, kind, one), partial(each, one))
                for one in dict.fromkeys(ids)
            ),
        )

    async def many(
        self, endpoint: str, wanted: Iterable[tuple[str, str, str, Callable[[Any], None]]], listing: bool = True
    ) -> bool:
        """
        Read many listings of one end point at once, pages and callbacks in order; return whether all went well.

        Args:
            wanted: (path, relation kind, scope of the coverage row, what is called with each record).
        """
        query, wrapped = query_of(endpoint), ends.WRAPPED.get(endpoint)
        todo = [
            Wanted(Asked(endpoint, path, query, wrapped, each, listing), relation, scope)
            for path, relation, scope, each in wanted
        ]

        def left(count: int) -> None:
            self.estimate.begun[endpoint] = count

        return await self.all_of(endpoint, todo, left)


def query_of(endpoint: str) -> dict[str, str]:
    """Return what is asked for with an end point."""
    limit = {"limit": ends.LIMITS[endpoint]} if endpoint in ends.LIMITS else {}
    return {**limit, **ends.QUERIES.get(endpoint, {})}


def filled(endpoint: str, *ids: str) -> str:
    """Return the path of a template. Ids were checked: none of them holds a slash or a question mark."""
    parts = iter(ids)
    return "/".join(next(parts) if part.startswith("{") else part for part in endpoint.split("/"))
