"""Ask one vendor for listings, one by one or many at once, and write down how that went."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from graphscan.model import CoverageState
from importers._coverage import CoverageBook
from importers._http import Outcome, Progress, Reader
from importers._in_order import Asked, in_order

# After this many refusals in a row of one end point, and no answer, the rest of its calls are not made.
HOPELESS = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """One of many listings: what is asked, the relation kind it tells, and the node whose relations it lists."""

    asked: Asked
    relation: str
    scope: str


class Asking:
    """
    One collection under way: its reader, its coverage, and what was counted.

    Attributes:
        records:     objects read.
        first_error: of the first listing that failed.
    """

    def __init__(self, reader: Reader, book: CoverageBook, progress: Progress) -> None:
        self.reader = reader
        self.book = book
        self.progress = progress
        self.records = 0
        self.first_error = ""

    def count(self, outcome: Outcome) -> None:
        """Count what one listing brought."""
        self.records += outcome.records
        self.first_error = self.first_error or outcome.error

    async def all_of(
        self, endpoint: str, wanted: Sequence[Wanted], left: Callable[[int], None] = lambda _left: None
    ) -> bool:
        """
        Read many listings of one end point at once, pages and callbacks in order; return whether all went well.

        Args:
            left: called with how many are still to come, whenever that changes.
        """
        refused: Outcome | None = None
        in_a_row = done = 0
        answered, fine = False, True
        left(len(wanted))
        self.progress(endpoint, 0, len(wanted))

        def ended(place: int, outcome: Outcome) -> None:
            nonlocal refused, in_a_row, done, answered, fine
            self.count(outcome)
            answered = answered or outcome.pages > 0
            if outcome.state is CoverageState.DENIED:
                refused, in_a_row = outcome, in_a_row + 1
            fine = fine and outcome.state is CoverageState.COMPLETE
            self.book.add(wanted[place].relation, outcome, wanted[place].scope)
            done += 1
            left(len(wanted) - done)
            self.progress(endpoint, done, len(wanted))

        def abreast() -> bool:
            # A closed end point is not asked six times at once to learn that it is closed.
            return answered or done >= HOPELESS

        def hopeless() -> bool:
            return refused is not None and in_a_row >= HOPELESS and not answered

        await in_order(self.reader, [one.asked for one in wanted], ended, abreast, hopeless)
        for one in wanted[done:]:
            if refused is not None:
                outcome = Outcome(endpoint, "", refused.state, refused.status)
                outcome.error = f"not asked, after {HOPELESS} refusals: {refused.error}"
                self.book.add(one.relation, outcome, one.scope)
        left(0)
        return fine
