"""An exposure with something in each field."""

from typing import Any

import numpy as np

from graphscan.analysis.exposure_pairs import Nodes, Pairs, Table
from graphscan.analysis.exposure_results import (
    AssetLine,
    ChokeLine,
    Count,
    ExposureResult,
    Family,
    UnusedLine,
)
from graphscan.analysis.results import CoverageLine, FactView
from graphscan.engine.exposure_rows import Rows, packed
from tests.unit.report.samples import AT, node

ANN, BOB, KEY = node("ann", "User"), node("bob", "User"), node("robot-key", "Credential")
VAULT = node("vault", "Secret", "crown_jewel")
PAYMENTS = node("payments", "Repository", "confidential")
SITE = node("site", "Wiki", "confidential")


def pairs() -> Pairs:
    """Return two people and a key against two assets: each sort of pair once."""

    def table(upper: list[list[bool]], lower: list[list[bool]]) -> Table:
        return Table(2, packed(np.array(upper)), packed(np.array(lower)), np.zeros(2, bool), 1)

    return Pairs(
        session=None,  # type: ignore[arg-type]  # nothing that is written looks anything up
        sources=Nodes(
            np.arange(3),
            np.array(["ann", "bob", "robot-key"], object),
            np.array(["User", "User", "Credential"], object),
        ),
        assets=Nodes(
            np.arange(3, 5), np.array(["payments", "vault"], object), np.array(["Repository", "Secret"], object)
        ),
        levels=("read or publish", "read"),
        known=table([[True, False], [True, False], [False, False]], [[True, False], [False, False], [False, False]]),
        possible=table([[True, True], [True, False], [False, True]], [[True, True], [False, False], [False, False]]),
        rows=Rows.of([[1], [2], [3]]),
        goals=Rows.of([[4], [5]]),
    )


def exposure_result(**changes: Any) -> ExposureResult:
    """Return two people and a key against two assets, one of which is not settled."""
    fields: dict[str, Any] = {
        "as_of": AT,
        "as_of_note": "now",
        "edits": ("--enforced acl",),
        "identities": (("Credential", 1), ("User", 2)),
        "assets": 3,
        "asked_for": "confidential and above",
        "exposed": (
            AssetLine(PAYMENTS, "read or publish", Count(1, 1, 0, 0), (("User", Count(1, 1, 0, 0)),)),
            AssetLine(
                VAULT, "read", Count(0, 0, 1, 1), (("Credential", Count(0, 0, 0, 1)), ("User", Count(0, 0, 1, 0)))
            ),
        ),
        "exposed_total": 2,
        "exposed_known": 1,
        "open_to_anyone": (FactView(SITE, "read"),),
        "possibly_open": (FactView(SITE, "admin"),),
        "powerful": (
            Family(
                *("User", 41, (ANN, BOB), Count(1, 0, 1, 0)),
                (("crown_jewel", Count(0, 0, 1, 0)), ("confidential", Count(1, 0, 0, 0))),
                (FactView(PAYMENTS, "read or publish"), FactView(VAULT, "read")),
            ),
            Family(
                *("Credential", 1, (KEY,), Count(0, 0, 0, 1)),
                (("crown_jewel", Count(0, 0, 0, 1)),),
                (FactView(VAULT, "read"),),
            ),
        ),
        "powerful_total": 900,
        "unused": (UnusedLine(KEY, "not used in 90 days", Count(0, 0, 0, 1)),),
        "unused_total": 30,
        "lookback_days": 90,
        "chokes": (ChokeLine(node("git", "Application"), 2, 1, 3, 1),),
        "chokes_note": "1 of 9 nodes on derivations were tested, those on most of them",
        "pairs": Count(1, 1, 1, 1),
        "notes": ("1 pair was not settled",),
        "coverage": (CoverageLine("okta:acme", "MEMBER_OF", "", "denied", "GET /groups", "403", AT, True),),
        "complete": False,
        "table": pairs(),
    }
    return ExposureResult(**{**fields, **changes})
