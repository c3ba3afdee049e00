"""Say on standard error how far a collection is: one line that is overwritten, or a plain line now and then."""

import sys
import time
from types import TracebackType
from typing import Protocol, Self

from graphscan.cli.progress import Progress
from graphscan.printable import printable

EVERY = 30.0  # seconds between two lines where there is no terminal
_REDRAWN = 0.2  # seconds between two where there is one


class Counts(Protocol):
    """Requests sent, and requests still to come as far as that is known."""

    @property
    def sent(self) -> int:
        """Requests sent so far."""
        ...

    @property
    def left(self) -> int:
        """Requests still to come."""
        ...


class Collecting:
    """
    A context in which calling it with (what, done, of) says how far it is.

    Args:
        about:  what is being read, from where.
        counts: asked when a line is due.
        every:  seconds between two lines where there is no terminal.
    """

    def __init__(self, about: str, counts: Counts, every: float = EVERY) -> None:
        self._about = about
        self._counts = counts
        self._lines = not sys.stderr.isatty()
        self._every = every if self._lines else _REDRAWN
        self._progress = Progress()
        self._began = self._due = time.monotonic()
        if self._lines:
            self._due += every

    def __enter__(self) -> Self:
        self._progress.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.__exit__(kind, error, trace)

    def __call__(self, what: str, done: int, of: int | None) -> None:
        """Say it, if it is time; waits are said at once on a terminal."""
        now = time.monotonic()
        plain = of is None and not done
        if now < self._due and not (plain and not self._lines):
            return
        self._due = now + self._every
        text = f"{self._about}: {what}" + ("" if plain else f" {done:,}") + ("" if of is None else f" of {of:,}")
        text += "; " + pace(self._counts.sent, self._counts.left, now - self._began)
        if self._lines:
            sys.stderr.write(f"graphscan: {printable(text, 300)}\n")
            sys.stderr.flush()
        else:
            self._progress(text)


def pace(sent: int, left: int, seconds: float) -> str:
    """Return requests, rate and what is left, in words: `1,200 requests, 40/s, about 3 min left`."""
    rate = sent / seconds if seconds > 0 else 0.0
    said = f"{sent:,} request{'' if sent == 1 else 's'}, {rate:,.{0 if rate >= 10 else 1}f}/s"
    return said + (f", about {lasting(left / rate)} left" if left and rate and sent > 20 else "")


def lasting(seconds: float) -> str:
    """Return a duration as one would say it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
