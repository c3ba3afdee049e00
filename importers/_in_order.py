"""Read many listings at once and hand everything on as if they were read one after another."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from importers._http import Outcome, Page, Pager, Reader, by_links

_AHEAD = 1_000  # listings that may be finished before the first of them is


@dataclass(frozen=True, slots=True)
class Asked:
    """One listing, or one object, to read; see `Reader.read`."""

    endpoint: str
    path: str
    query: Mapping[str, str]
    wrapped: str | None
    each: Callable[[Any], None]
    listing: bool = True
    pager: Pager = by_links


@dataclass(slots=True)
class _Memory:
    """Bytes of replies that wait for an earlier one."""

    most: int
    held: int = 0


@dataclass(slots=True)
class _Line:
    """One listing being read: its pages are handed on at once when it is the first in line, else kept for then."""

    reader: Reader
    asked: Asked
    memory: _Memory
    first: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: list[tuple[Page, list[Any], int, bool]] = field(default_factory=list)

    async def into(self, page: Page, records: list[Any], size: int, new: bool) -> None:
        """Take a page; wait where too much is kept already, which the first in line never does."""
        if not self.first.is_set() and self.memory.held + size > self.memory.most:
            await self.first.wait()
        if self.first.is_set():
            self._hand_on(page, records, new)
        else:
            self.waiting.append((page, records, size, new))
            self.memory.held += size

    def step_forward(self) -> None:
        """Become the first in line."""
        self.first.set()
        for page, records, size, new in self.waiting:
            self.memory.held -= size
            self._hand_on(page, records, new)
        self.waiting = []

    def _hand_on(self, page: Page, records: list[Any], new: bool) -> None:
        if new:
            self.reader.keep(page)
        for record in records:
            self.asked.each(record)


async def in_order(
    reader: Reader,
    wanted: Sequence[Asked],
    ended: Callable[[int, Outcome], None],
    abreast: Callable[[], bool],
    hopeless: Callable[[], bool],
) -> None:
    """
    Read all that is wanted; pages, records and outcomes come in its order, whichever is answered first.

    Args:
        ended:    called with (place in `wanted`, outcome) behind the last page of each.
        abreast:  whether several may be read at once; asked after each outcome.
        hopeless: whether to stop; asked after each outcome, before more is begun.
    """
    memory = _Memory(reader.policy.held_back)
    # Those that read, or wait with a page in hand. Earlier ones always got in before later ones.
    door = asyncio.Semaphore(2 * reader.policy.in_flight)
    line: deque[tuple[_Line, asyncio.Task[Outcome]]] = deque()
    begun = 0

    async def read(one: _Line) -> Outcome:
        async with door:
            asked = one.asked
            return await reader.read(
                asked.endpoint, asked.path, asked.query, asked.wrapped, asked.each, asked.listing, one.into, asked.pager
            )

    try:
        for place in range(len(wanted)):
            if hopeless() and not line:
                return
            while begun < len(wanted) and len(line) < (_AHEAD if abreast() else 1) and not hopeless():
                one = _Line(reader, wanted[begun], memory)
                line.append((one, asyncio.create_task(read(one))))
                begun += 1
            head, task = line[0]
            head.step_forward()
            outcome = await task
            line.popleft()
            reader.ended(outcome)
            outcome.earlier = None  # many outcomes are kept, and nobody asks for this any more
            ended(place, outcome)
    finally:
        for _, task in line:
            task.cancel()
        await asyncio.gather(*(task for _, task in line), return_exceptions=True)
