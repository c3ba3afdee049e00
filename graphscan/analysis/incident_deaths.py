"""Proofs of death as an incident takes them: in the way that leaves a value alive, each looked for once."""

from collections.abc import Iterable
from datetime import datetime

from graphscan.analysis.lives import Death, Lives, Value


class Deaths:
    """
    The proofs of death of credentials and of what was made.

    What happened on one day in an order that nobody knows is taken in the way that leaves a value alive: proof is what
    an attacker cannot have got round.
    """

    def __init__(self, lives: Lives) -> None:
        self._lives = lives
        self._found: dict[tuple[int, datetime, datetime], Death | None] = {}

    def want(self, nodes: Iterable[int]) -> None:
        """Look up the lives of many at once."""
        self._lives.want(nodes)

    def of(self, n: int, obtained: datetime, at: datetime) -> Death | None:
        """Return the proof that a value obtained at one moment is dead at another; None: there is none."""
        key = (n, obtained, at)
        if key not in self._found:
            self._found[key] = self._lives.dead(n, obtained, at, careful=True)
        return self._found[key]

    def values(self, n: int) -> tuple[Value, ...]:
        """Return the values of a credential after its first, oldest first."""
        return self._lives.values(n)
