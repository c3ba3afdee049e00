"""What-if edits of the inventory: applied before anything is derived, so that what they open is found as well."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edits:
    """
    Changes to ask about, each a tuple of node ids (`without`: or technique ids; `removed`: relation ids).

    Attributes:
        rotated:  credentials given a new value: the one an attacker holds is dead, the new one lives on.
        revoked:  credentials or accounts that are dead.
        defeated: controls that fail.
        enforced: controls that hold, whatever their state.
        without:  nodes that do not exist, and techniques that are not considered.
        removed:  relations that nobody states: a right taken away, a copy deleted. What rests on their absence holds.
        revived:  dead credentials take part again, and the dead accounts that they are of, with the reason of their
                  death kept: to ask what their death alone keeps shut. What does not exist yet does not.
    """

    rotated: tuple[str, ...] = ()
    revoked: tuple[str, ...] = ()
    defeated: tuple[str, ...] = ()
    enforced: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    revived: bool = False

    def lines(self) -> tuple[str, ...]:
        """Return one line for each edit, in the words of the command line."""
        named = (
            ("rotated", self.rotated),
            ("revoke", self.revoked),
            ("defeated", self.defeated),
            ("enforced", self.enforced),
            ("without", self.without),
            ("remove", self.removed),
        )
        lines = tuple(f"--{option} {value}" for option, values in named for value in values)
        return (*lines, "dead credentials take part") if self.revived else lines
