"""Single fixes: what each is on the command line, what it edits, and what it touches of the compiled graph."""

import shlex
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from graphscan.engine.csr import Ints
from graphscan.expand.edits import Edits

NOTHING: Ints = np.zeros(0, np.int64)
# The mildest first.
ORDER = ("rotate", "revoke", "enforce", "remove", "uninstall", "disable")
_OPTIONS = {
    "rotate": "--rotated",
    "revoke": "--revoke",
    "disable": "--revoke",
    "enforce": "--enforced",
    "uninstall": "--without",
    "remove": "--remove",
}
_FIELDS = {
    "rotate": "rotated",
    "revoke": "revoked",
    "disable": "revoked",
    "enforce": "enforced",
    "uninstall": "without",
    "remove": "removed",
}


@dataclass(frozen=True)
class Candidate:
    """
    A fix, and what is known to follow from it without deriving anything anew.

    Attributes:
        sort:     rotate, revoke, disable, enforce, uninstall or remove.
        id:       of the node, or of the relation.
        node:     number of the node, -1 for a relation.
        relation: number of the relation, -1 for a node.
        never:    facts that are not held once it is done: of what is dead or gone.
        starts:   facts that are no longer there from the start, but may be had otherwise.
        added:    facts that are there from the start then: credentials of the same value.
        steps:    steps on the way that rest on what is gone.
        gone:     nodes that are dead or gone then.
        rests:    relations that are gone then.
        opens:    whether something rests on the absence of what is gone, so that steps may come.
        whole:    whether that is all: nothing is worked out from what is gone, and nothing rests on its absence.
    """

    sort: str
    id: str
    node: int = -1
    relation: int = -1
    never: Ints = field(default_factory=lambda: NOTHING)
    starts: Ints = field(default_factory=lambda: NOTHING)
    added: tuple[int, ...] = ()
    steps: Ints = field(default_factory=lambda: NOTHING)
    gone: tuple[int, ...] = ()
    rests: tuple[int, ...] = ()
    opens: bool = False
    whole: bool = True

    @property
    def edit(self) -> str:
        """Return it as on the command line; an id in which a shell would read more is quoted."""
        return f"{_OPTIONS[self.sort]} {shlex.quote(self.id)}"

    @property
    def of_credential(self) -> bool:
        """Whether it rotates or revokes a credential."""
        return self.sort in ("rotate", "revoke")

    def effect(self) -> tuple[bytes, ...]:
        """Return a key that candidates with the same known effect share."""
        return (
            *(one.tobytes() for one in (self.never, self.starts, self.steps)),
            repr((self.added, self.whole)).encode(),
        )


def edited(before: Edits, chosen: Iterable[Candidate]) -> Edits:
    """Return edits with those of some fixes added."""
    for one in chosen:
        name = _FIELDS[one.sort]
        values: tuple[str, ...] = getattr(before, name)
        if one.id not in values:
            changed: dict[str, Any] = {name: (*values, one.id)}
            before = replace(before, **changed)
    return before
