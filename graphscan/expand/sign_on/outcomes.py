"""What sign-ins a set of candidate rules lets pass, and which ways in are worth keeping."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from graphscan.expand.sign_on.rules import Rule
from graphscan.kinds import SignIn

Guard = tuple[str, int]  # ("zone", zone), ("policy", control): a position in the zone, the policy defeated


@dataclass(frozen=True, slots=True)
class Asked:
    """A sign-in that passes, with the numbers of the relations that say so."""

    level: SignIn
    rules: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """
    What candidates ask for.

    Attributes:
        known:    what satisfies whichever of them applies; None where one may deny.
        possible: what satisfies one of them, the weakest only.
    """

    known: Asked | None
    possible: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """One way in: a sign-in and what must hold as well."""

    level: SignIn
    guards: frozenset[Guard]
    known: bool
    rules: tuple[int, ...]

    def beats(self, other: "Way") -> bool:
        """Whether the other one adds nothing to this."""
        return self.known >= other.known and self.guards <= other.guards and other.level.implies(self.level)


def effect(chosen: NDArray[np.bool_], rules: Sequence[Rule]) -> Effect:
    """
    Return what candidates ask for.

    Args:
        chosen: (len(rules) + 1,) which of them may be the first to match; the last stands for none of them.
    """
    found = [rules[index] for index in np.flatnonzero(chosen[:-1]).tolist()]
    known = None
    if not chosen[-1] and found and all(one.allows for one in found):
        seen = tuple(one.relation for one in found if one.relation is not None and one.seen)
        known = Asked(reduce(SignIn.join, (one.needs for one in found)), seen)
    asked = [
        Asked(level, () if one.relation is None else (one.relation,))
        for one in found
        if one.allows is not False
        for level in {one.needs, one.may_need}
    ]
    return Effect(known, weakest(asked))


def weakest(asked: Iterable[Asked]) -> tuple[Asked, ...]:
    """Return those that no other is weaker than, the first of equals."""
    kept: list[Asked] = []
    for one in sorted(asked, key=lambda one: (one.level, one.rules)):
        if not any(one.level.implies(other.level) for other in kept):
            kept.append(one)
    return tuple(kept)


def both(one: Asked, other: Asked) -> Asked:
    """Return what satisfies two requirements."""
    return Asked(one.level.join(other.level), (*one.rules, *other.rules))


def all_of(effects: Sequence[Effect]) -> Effect:
    """
    Return the effect of several policies before one application.

    There should be but one; which of them holds is not known, so all are needed, and each may be the only one.
    """
    if len(effects) == 1:
        return effects[0]
    known: Asked | None = None
    if all(one.known is not None for one in effects):
        known = reduce(both, [one.known for one in effects if one.known is not None])
    return Effect(known, weakest([asked for one in effects for asked in one.possible]))


def undominated(ways: Iterable[Way]) -> tuple[Way, ...]:
    """Return the ways to which no other adds, in a fixed order."""
    order = sorted(ways, key=lambda one: (not one.known, len(one.guards), one.level, sorted(one.guards), one.rules))
    kept: list[Way] = []
    for one in order:
        if not any(other.beats(one) for other in kept):
            kept.append(one)
    return tuple(one for one in kept if not any(other is not one and other.beats(one) for other in kept))
