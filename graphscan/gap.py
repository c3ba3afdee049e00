"""What may be missing where relations of a kind could not be read; the table of kinds says it of each."""

from dataclasses import dataclass
from enum import StrEnum

# In the place of a relation kind: whether a control is enforced was not read.
ENFORCEMENT = "enforcement"


class GapSort(StrEnum):
    """What relations that could not be read would do."""

    GRANTS = "grants"
    FORBIDS = "forbids"
    TOKENS = "tokens"
    TELLS = "tells"


@dataclass(frozen=True, slots=True)
class Gap:
    """
    What relations of a kind that could not be read may be, in the direction in which an attack runs over them.

    Attributes:
        sort:    grants: they would open something, possibly (`graphscan.expand.gaps`). forbids: they would stop
                 something, which is then no longer known to be open. tokens: somebody's credentials, which complete no
                 reach and are told in incidents. tells: they open nothing.
        domain:  kinds of node that they may lead from; of what forbids: empty.
        range:   kinds of node that they may lead to; of what forbids: those that it may stand before.
        asked:   the end at which the thing stands that was asked about, where its kind may stand at either: "domain",
                 "range" or "both".
        through: the kind of the one hypothetical node between domain and range; empty: none is needed.
        whole:   whether a row about a whole source is completed, and not only one about a single thing.
        backward: whether an attack runs from the relation's target to its source, where the kind is no step of its own.
    """

    sort: GapSort
    domain: frozenset[str] = frozenset()
    range: frozenset[str] = frozenset()
    asked: str = "domain"
    through: str = "Scope"
    whole: bool = True
    backward: bool = False
