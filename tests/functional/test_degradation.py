"""Take away each single piece of evidence behind a claim that holds: what is said of it weakens, and never stays."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from graphscan.examples.thanksgiving import generate
from tests.functional.checking import Checked, checked, stored
from tests.functional.running import Inside
from tests.functional.test_golden_claims import DOORS

AT = "2023-11-14T09:22:49Z"
HOLDING = ("apps-environment-apart", "atlassian-apart", "admin-consoles-apart", "console", "dashboard", "okta")
STRUCTURAL = 100


@dataclass(frozen=True)
class Piece:
    """
    A piece of evidence, and what is left of the claims that rest on it without it.

    Attributes:
        file, taken: the facts file and what is replaced in it, by a text or a pattern.
        left:        claim → how strong it is at most: 0 does not hold, else so many blockers deep.
    """

    file: str
    taken: str | re.Pattern[str]
    by: str
    left: Mapping[str, int]

    def __str__(self) -> str:
        return f"{self.taken if isinstance(self.taken, str) else self.taken.pattern[:30]} {self.by}"

    def without(self, text: str) -> str:
        """Return the file without it."""
        taken = re.escape(self.taken) if isinstance(self.taken, str) else self.taken.pattern
        changed, count = re.subn(taken, self.by, text)
        assert count == 1, (self.file, taken, count)
        return changed


def unread(relation: str, scope: str, **left: int) -> Piece:
    """Return a piece: that all of a relation kind was read of something. It was denied instead."""
    said = f"{{relation: {relation}, scope: {scope}, state: "
    return Piece("coverage.yaml", f"{said}complete}}", f"{said}denied}}", _named(left))


def state(control: str, to: str, **left: int) -> Piece:
    """Return a piece: that a control is enforced."""
    pattern = re.compile(rf'(- id: {re.escape(control)}\n(?:    .*\n)*?    enforced: )"yes"')
    return Piece("segments-and-controls.yaml", pattern, rf'\g<1>"{to}"', _named(left))


def _named(left: Mapping[str, int]) -> dict[str, int]:
    return {claim.replace("_", "-"): strength for claim, strength in left.items()}


PIECES = (
    # Every way out of the Apps environment.
    unread("CONNECTS_TO", "aws-apps", apps_environment_apart=0),
    unread("CONNECTS_TO", "aws-apps-segment", apps_environment_apart=0),
    unread("CONTAINS", "aws-apps", apps_environment_apart=0),
    unread("STORES", "aws-apps", apps_environment_apart=0),
    # Every way from the Atlassian network on.
    unread("CONNECTS_TO", "gateway-edge", atlassian_apart=0),
    unread("CONNECTS_TO", "atlassian", atlassian_apart=0),
    unread("CONNECTS_TO", "gru-nonprod", atlassian_apart=0),
    unread("CONNECTS_TO", "gru-console-01", atlassian_apart=1),
    # Every entry of the doors.
    unread("ASSIGNED_TO", "okta-admin", admin_consoles_apart=0, okta=0),
    unread("ASSIGNED_TO", "dashboard", admin_consoles_apart=0, dashboard=0),
    unread("ASSIGNED_TO", "gru-console-01", atlassian_apart=1, console=0),
    # The controls: not known to be in force, or not in force.
    state("hardkey@console", "unknown", atlassian_apart=1, console=0),
    state("hardkey@console", "no", atlassian_apart=1, console=0),
    state("hardkey@okta", "unknown", okta=0, admin_consoles_apart=0),
    state("hardkey@okta", "no", okta=1),
    state("hardkey@dashboard", "unknown", admin_consoles_apart=0, dashboard=0),
    state("dc-not-in-production", "unknown", atlassian_apart=1),
    state("dc-not-in-production", "absent", atlassian_apart=1),
    # What the controls stand before.
    Piece("applications.yaml", "gives: login, guarded_by: [hardkey@dashboard]", "gives: login", {"dashboard": 0}),
    Piece("applications.yaml", "gives: exec, guarded_by: [hardkey@console]", "gives: exec", {"console": 0}),
    Piece(
        "people-and-credentials.yaml",
        "gives: admin\n    guarded_by: [hardkey@okta]",
        "gives: admin",
        {"okta": 1},
    ),
    Piece(
        "segments-and-controls.yaml",
        "gives: position\n    guarded_by: [dc-not-in-production]",
        "gives: position",
        {"atlassian-apart": 1},
    ),
    # That a stolen session is dead.
    Piece(
        "people-and-credentials.yaml",
        re.compile(
            r"(- id: okta-session-1\n(?:    .*\n)*?    valid_from: 2023-10-18\n)    valid_to: 2023-10-18T20:00:00Z\n"
        ),
        r"\g<1>",
        {"okta": 1},
    ),
)


def strength(found: Checked, claim: str) -> float:
    """
    Return how much is said of a claim: 0 where it does not hold, else how many blockers deep it is.

    That nothing of the attacker's takes part, while a failing control would open a target to anyone, is said as less
    than one blocker: it is a claim about the attacker, and not about the target.
    """
    one = found.claims[claim]
    if one["verdict"] != "PASS":
        return 0
    depth = one["rests_on"]["depth"]
    if not depth["structural"]:
        return float(depth["number"])
    return 0.5 if any("open to anyone" in note for note in one["rests_on"]["notes"]) else STRUCTURAL


@pytest.fixture(scope="module")
def whole() -> dict[str, float]:
    """Keep what is said while nothing is missing."""
    return {}


@pytest.fixture
def answer(inside: Inside, tmp_path: Path) -> Callable[[Piece | None], dict[str, float]]:
    """Return a way to import the example without a piece and to ask how much is said of each claim."""

    def ask(piece: Piece | None) -> dict[str, float]:
        folder = tmp_path / ("whole" if piece is None else "without")
        files = generate.write(folder / "facts", "small")
        for file in files:
            if piece is not None and file.name == piece.file:
                file.write_text(piece.without(file.read_text("utf-8")), "utf-8")
        asked = folder / "claims"
        generate.claims(asked)
        (asked / "doors.yaml").write_text(DOORS, "utf-8")
        # Of a piece only the claims that rest on it: each is checked in a store of its own, and that takes long.
        which = HOLDING if piece is None else tuple(piece.left)
        chosen = [word for claim in which for word in ("--claim", claim)]
        found = checked(inside, stored(inside, folder, *files), asked, "--as-of", AT, *chosen)
        return {claim: strength(found, claim) for claim in which}

    return ask


@pytest.mark.parametrize("piece", PIECES, ids=str)
def test_without_a_piece_of_evidence_less_is_said(
    answer: Callable[[Piece | None], dict[str, float]], whole: dict[str, float], piece: Piece
) -> None:
    """A claim no longer holds, or rests on fewer blockers than before, and never on as many."""
    if not whole:
        whole.update(answer(None))
        assert min(whole.values()) > 0, whole
    left = answer(piece)
    assert {claim: said for claim, said in left.items() if said >= whole[claim]} == {}
    assert {claim: said for claim, said in left.items() if said > piece.left[claim]} == {}
