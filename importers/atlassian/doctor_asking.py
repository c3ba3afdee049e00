"""Walk through a product as a collection does, asking each end point once, for little."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from graphscan.model import CoverageState
from importers._http import Outcome, Page
from importers._in_order import Asked
from importers._reply import Reply
from importers.atlassian.asking import Asking
from importers.atlassian.product import Endpoint

FEW = 10  # records asked for at once: some, since not every object leads on to the next end point
EXAMPLES = 3  # objects of which an end point is asked, where the first ones are not there


@dataclass(slots=True)
class Once:
    """
    One end point, asked once.

    Attributes:
        outcome: how that went; None: there was nothing to ask it for, or it was left out.
        why:     why it was left out.
        scopes:  the nodes of which it would be asked, as far as they were seen.
    """

    endpoint: Endpoint
    outcome: Outcome | None = None
    why: str = ""
    scopes: tuple[str, ...] = ()


class Probing(Asking):
    """
    An Asking that asks once, and keeps no page. Its walk goes on with what the first pages show.

    Attributes:
        found: each end point of the product by its path.
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.found: dict[str, Once] = {one.path: Once(one) for one in self.product.endpoints}

    async def one(self, endpoint: Endpoint, *ids: str, scope: str = "") -> Any:
        """Read one object, unless one of its sort was read."""
        outcome = await self._once(endpoint, ids, lambda _record: None, scope)
        return None if outcome is None else outcome.body

    async def listing(
        self, endpoint: Endpoint, *ids: str, scope: str = "", each: Callable[[Any], None] = lambda _record: None
    ) -> bool:
        """Read the first page of a listing, unless one of its sort was read."""
        outcome = await self._once(endpoint, ids, each, scope)
        return outcome is None or outcome.pages > 0

    async def series(
        self,
        endpoint: Endpoint,
        wanted: Iterable[tuple[tuple[str, ...], str]],
        each: Callable[[tuple[str, ...], Any], None] = lambda _ids, _record: None,
    ) -> bool:
        """Read the first page of the first of many, or of the next where the first is not there."""
        todo = list(dict.fromkeys(wanted))
        known = self._of(endpoint)
        known.scopes = tuple(dict.fromkeys((*known.scopes, *(scope for _, scope in todo if scope))))
        for ids, scope in todo[:EXAMPLES]:
            if known.outcome is not None and known.outcome.state is not CoverageState.UNAVAILABLE:
                break
            known.outcome = None
            await self._once(endpoint, ids, partial(each, ids), scope)
        return True

    def rests_on(self, endpoint: Endpoint, listing: Endpoint) -> None:
        """Nothing: an end point that nothing leads to is told as not tried."""

    def left_out(self, endpoint: Endpoint, why: str) -> None:
        """Say that something is not asked for, by choice."""
        self._of(endpoint).why = why

    def _of(self, endpoint: Endpoint) -> Once:
        return self.found.setdefault(endpoint.path, Once(endpoint))

    async def _once(
        self, endpoint: Endpoint, ids: tuple[str, ...], each: Callable[[Any], None], scope: str
    ) -> Outcome | None:
        known = self._of(endpoint)
        if scope and scope not in known.scopes:
            known.scopes = (*known.scopes, scope)
        if known.outcome is not None:
            return None
        self.progress(endpoint.path, 0, None)
        asked = self._asked(replace(endpoint, limit=min(endpoint.limit, FEW)), ids, each)
        known.outcome = await self._first(asked)
        self.count(known.outcome)
        return known.outcome

    async def _first(self, asked: Asked) -> Outcome:
        """Read one page and hand on its records; a walk that cannot go on with what came is not ended by it."""

        async def into(_page: Page, records: list[Any], _size: int, _new: bool) -> None:
            for record in records:
                asked.each(record)

        return await self.reader.read(
            asked.endpoint, asked.path, asked.query, asked.wrapped, listing=asked.listing, into=into, pager=_no_more
        )


def _no_more(_reply: Reply, _body: Any, _target: str, _records: int, _so_far: int) -> str:
    """End a listing behind its first page."""
    return ""
