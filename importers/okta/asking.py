"""How end points are asked, one by one or many at once, and how that went is written down."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from graphscan.model import CoverageState
from importers._http import Outcome, Progress, Reader
from importers._in_order import Asked, in_order
from importers.okta import endpoints as ends
from importers.okta.coverage import CoverageBook
from importers.okta.estimate import Estimate
from importers.okta.ids import is_okta_id, node_id

# After this many refusals in a row of one end point, and no answer, the rest of its calls are not made.
HOPELESS = 5


class Asking:
    """One collection under way: its reader, its coverage, and what was counted."""

    def __init__(self, reader: Reader, book: CoverageBook, progress: Progress, name: str) -> None:
        self.reader = reader
        self.book = book
        self.progress = progress
        self.name = name
        self.estimate = Estimate(reader)
        self.records = 0
        self.first_error = ""
        self._short: dict[str, Outcome] = {}

    async def read(
        self, endpoint: str, path: str, each: Callable[[Any], None] = lambda _record: None, listing: bool = True
    ) -> Outcome:
        """Read one listing to its end, or one object."""
        outcome = await self.reader.read(endpoint, path, query_of(endpoint), ends.WRAPPED.get(endpoint), each, listing)
        self._count(outcome)
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
        todo = list(wanted)
        query, wrapped = query_of(endpoint), ends.WRAPPED.get(endpoint)
        refused: Outcome | None = None
        in_a_row = done = 0
        answered, fine = False, True
        self.estimate.begun[endpoint] = len(todo)
        self.progress(endpoint, 0, len(todo))

        def ended(place: int, outcome: Outcome) -> None:
            nonlocal refused, in_a_row, done, answered, fine
            _, relation, scope, _ = todo[place]
            self._count(outcome)
            answered = answered or outcome.pages > 0
            if outcome.state is CoverageState.DENIED:
                refused, in_a_row = outcome, in_a_row + 1
            fine = fine and outcome.state is CoverageState.COMPLETE
            self.book.add(relation, outcome, scope)
            done += 1
            self.estimate.begun[endpoint] = len(todo) - done
            self.progress(endpoint, done, len(todo))

        def abreast() -> bool:
            # A closed end point is not asked six times at once to learn that it is closed.
            return answered or done >= HOPELESS

        def hopeless() -> bool:
            return refused is not None and in_a_row >= HOPELESS and not answered

        asked = [Asked(endpoint, path, query, wrapped, each, listing) for path, _, _, each in todo]
        await in_order(self.reader, asked, ended, abreast, hopeless)
        for _, relation, scope, _ in todo[done:]:
            if refused is not None:
                outcome = Outcome(endpoint, "", refused.state, refused.status)
                outcome.error = f"not asked, after {HOPELESS} refusals: {refused.error}"
                self.book.add(relation, outcome, scope)
        self.estimate.begun[endpoint] = 0
        return fine

    def _count(self, outcome: Outcome) -> None:
        self.records += outcome.records
        self.first_error = self.first_error or outcome.error


def query_of(endpoint: str) -> dict[str, str]:
    """Return what is asked for with an end point."""
    limit = {"limit": ends.LIMITS[endpoint]} if endpoint in ends.LIMITS else {}
    return {**limit, **ends.QUERIES.get(endpoint, {})}


def filled(endpoint: str, *ids: str) -> str:
    """Return the path of a template. Ids were checked: none of them holds a slash or a question mark."""
    parts = iter(ids)
    return "/".join(next(parts) if part.startswith("{") else part for part in endpoint.split("/"))
