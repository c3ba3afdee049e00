"""What becomes of a claim's waivers: which steps they excuse, and whether anything still needs them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from graphscan.analysis.session import Session
from graphscan.claims import model
from graphscan.claims.context import Finding
from graphscan.claims.edges import Match, match
from graphscan.claims.results import WaiverUse
from graphscan.engine.csr import Ints
from graphscan.engine.slice import backward

WARN = timedelta(days=14)
USED, EXPIRED, UNMATCHED, IDLE, GROWN = "used", "expired", "unmatched", "idle", "grown"


@dataclass(frozen=True)
class Waived:
    """
    The waivers of one claim, judged.

    Attributes:
        uses:  each with what became of it.
        steps: the steps that live ones excuse, ascending.
        wrong: one sentence for each waiver that makes the claim fail, whatever else holds.
    """

    uses: tuple[WaiverUse, ...] = ()
    steps: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    wrong: tuple[str, ...] = ()


def judge(session: Session, waivers: Sequence[model.Waiver], finding: Finding, today: date) -> Waived:
    """
    Judge the waivers of a claim against what was found without them.

    One that has expired excuses nothing; it is an error where it is still needed and, like any other, where it is not.
    So is an edge that matches no step, one whose steps lie on no counterexample, and more steps than `at_most`.
    """
    if not waivers:
        return Waived()
    needed = _needed(session, finding)
    uses, wrong, excused = [], [], list[Ints]()
    for one in waivers:
        matches = [match(session, edge) for edge in one.edges]
        state, why = _state(one, matches, needed, today)
        if state == USED:
            excused += [found.steps for found in matches]
        else:
            wrong.append(f"waiver {one.id} {why}")
        uses.append(_use(one, state, matches, today))
    return Waived(tuple(uses), np.unique(np.concatenate([np.zeros(0, np.int64), *excused])), tuple(wrong))


def unjudged(waivers: Sequence[model.Waiver], today: date) -> tuple[WaiverUse, ...]:
    """Return the waivers of a claim that says nothing: none excuses anything."""
    return tuple(_use(one, EXPIRED if today > one.expires else IDLE, (), today) for one in waivers)


def warnings(waivers: Sequence[model.Waiver], claims: Sequence[model.Claim], today: date) -> list[str]:
    """Return a sentence for each waiver and each expected failure that ends within 14 days."""
    said = [
        f"waiver {one.id} expires {_when(one.expires, today)}"
        for one in waivers
        if today <= one.expires <= today + WARN
    ]
    return said + [
        f"claim {one.id} is expected to fail only until {one.until.isoformat()}, {_when(one.until, today)}"
        for one in claims
        if one.expect_fail and one.until is not None and today <= one.until <= today + WARN
    ]


# Private functions


def _state(one: model.Waiver, matches: Sequence[Match], needed: Ints, today: date) -> tuple[str, str]:
    """Return a waiver's state and, unless it is used, what is wrong with it."""
    for edge, found in zip(one.edges, matches, strict=True):
        if not found.named:
            hint = f"; {found.hint}" if found.hint else ""
            return UNMATCHED, f"names a step that is not there, `{edge.text}`: correct it or remove it{hint}"
    for edge, found in zip(one.edges, matches, strict=True):
        if not np.isin(found.steps, needed).any():
            return IDLE, f"excuses `{edge.text}`, which no counterexample uses: remove it"
    if today > one.expires:
        return EXPIRED, f"expired on {one.expires.isoformat()} and is still needed ({one.ticket})"
    count = len({name for found in matches for name in found.named})
    if one.at_most is not None and count > one.at_most:
        return GROWN, f"matches {count:,} steps, more than its at_most: {one.at_most:,}"
    return USED, ""


def _needed(session: Session, finding: Finding) -> Ints:
    """Return the steps that take part in some counterexample, known or possible, ascending."""
    reached = finding.question.may.reached
    hit = np.concatenate([finding.known, finding.possible])
    part = backward(session.graph, reached, hit.tolist())
    return np.asarray(part.steps, np.int64)


def _use(one: model.Waiver, state: str, matches: Sequence[Match], today: date) -> WaiverUse:
    return WaiverUse(
        id=one.id,
        claim=one.claim,
        state=state,
        steps=tuple(dict.fromkeys(name for found in matches for name in found.named)),
        reason=one.reason,
        approved_by=one.approved_by,
        ticket=one.ticket,
        expires=one.expires.isoformat(),
        days_left=(one.expires - today).days,
        where=one.position,
    )


def _when(day: date, today: date) -> str:
    days = (day - today).days
    return "today" if not days else "tomorrow" if days == 1 else f"in {days} days"
