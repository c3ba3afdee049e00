"""Levels of nodes and which of them imply which: what it means to hold a thing more or less."""

from dataclasses import dataclass
from itertools import product

# Levels of a principal: a sign-in is (strength, device, strength proven fresh), ordered component by component.

STRENGTHS = ("act_as", "mfa", "phishing_resistant")
_MANAGED = ".managed"
_SESSION = ".session"
TOKEN_LEVELS = ("api_read", "api_write", "api_admin", "api")
TOP = "top"


@dataclass(frozen=True, slots=True, order=True)
class SignIn:
    """
    How strongly a principal is signed in.

    Attributes:
        strength: 0 one factor, 1 MFA, 2 phishing-resistant.
        managed:  whether on a managed device.
        fresh:    -1 nothing proven now (a session only), else the strength proven now, at most `strength`.
    """

    strength: int
    managed: bool
    fresh: int

    @property
    def level(self) -> str:
        """Return the level's name: `act_as`, `mfa.managed`, `mfa.session`, `mfa.fresh_act_as`, `top` …"""
        if self == SignIn(2, True, 2):
            return TOP
        name = STRENGTHS[self.strength] + (_MANAGED if self.managed else "")
        if self.fresh == -1:
            return name + _SESSION
        return name if self.fresh == self.strength else f"{name}.fresh_{STRENGTHS[self.fresh]}"

    def implies(self, other: "SignIn") -> bool:
        """Whether every component is at least the other's."""
        return self.strength >= other.strength and self.managed >= other.managed and self.fresh >= other.fresh

    def join(self, other: "SignIn") -> "SignIn":
        """Return the weakest sign-in that implies both; only ever for one and the same principal."""
        return SignIn(max(self.strength, other.strength), self.managed or other.managed, max(self.fresh, other.fresh))


SIGN_INS: dict[str, SignIn] = {
    one.level: one
    for strength, managed, fresh in product(range(3), (False, True), range(-1, 3))
    if fresh <= strength
    for one in [SignIn(strength, managed, fresh)]
}
LEVEL_ALIASES = {"phishing_resistant.managed": TOP}


@dataclass(frozen=True, slots=True)
class Family:
    """
    A set of levels and which of them imply which.

    Attributes:
        levels:  the names, weakest first where they are ordered.
        implies: (higher, lower) pairs, transitively closed, without (x, x).
        acting:  the level that stands for "has it", used where a relation states none.
    """

    name: str
    levels: tuple[str, ...]
    implies: frozenset[tuple[str, str]]
    acting: str


def _chain(*levels: str) -> frozenset[tuple[str, str]]:
    return frozenset((levels[high], levels[low]) for high in range(len(levels)) for low in range(high))


def _principal() -> Family:
    pairs = {(a, b) for a, x in SIGN_INS.items() for b, y in SIGN_INS.items() if a != b and x.implies(y)}
    pairs |= _chain(*TOKEN_LEVELS)
    # Every sign-in may use the interface as its principal; administration through it is given by techniques alone.
    pairs |= {(level, token) for level in SIGN_INS for token in ("api_read", "api_write")}
    return Family("principal", (*TOKEN_LEVELS, *SIGN_INS), frozenset(pairs), "act_as")


FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        _principal(),
        Family("held", ("held",), frozenset(), "held"),
        Family(
            "application",
            ("reachable", "login", "admin", "system"),
            _chain("reachable", "login", "admin", "system"),
            "login",
        ),
        Family("content", ("read", "write", "admin"), _chain("read", "write", "admin"), "read"),
        Family("repository", ("read", "write", "admin", "publish"), _chain("read", "write", "admin"), "read"),
        Family("data", ("read", "write", "admin"), frozenset(), "read"),
        Family("policy", ("write",), frozenset(), "write"),
        Family("host", ("reachable", "exec"), _chain("reachable", "exec"), "exec"),
        Family("execution", ("exec",), frozenset(), "exec"),
        Family("segment", ("position",), frozenset(), "position"),
        Family("control", ("defeated",), frozenset(), "defeated"),
        Family("vendor", ("compromised",), frozenset(), "compromised"),
    )
}

# Levels as small numbers, for arrays: position in LEVELS. Families keep their own, so `read` of a repository and `read`
# of a bucket differ.

LEVELS: tuple[tuple[str, str], ...] = tuple(
    (family.name, level) for family in FAMILIES.values() for level in family.levels
)
LEVEL_CODES: dict[tuple[str, str], int] = {pair: code for code, pair in enumerate(LEVELS)}
CARRIED = 255  # in place of a level code: "at every level that is asked for, the same at both ends"


def canonical_level(level: str) -> str:
    """Return the one name under which a level is stored."""
    return LEVEL_ALIASES.get(level, level)
