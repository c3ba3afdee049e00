"""`graphscan check` as text: one line a claim, those to act on last with what shows them, then the counts."""

from collections.abc import Sequence

from rich.text import Text

from graphscan.claims.results import CheckResult, ClaimResult, Depth, RestsOn, SetLine, Verdict, WaiverUse
from graphscan.report.claim_words import tally
from graphscan.report.text import parts, words
from graphscan.report.text.nodes import identity, label, listed, prose
from graphscan.report.text.routes import Families
from graphscan.report.text.screen import Piece, Screen

# The eye ends at the end: what must be acted on stands there.
_ORDER = (
    Verdict.PASS,
    Verdict.WAIVED,
    Verdict.XFAIL,
    Verdict.VACUOUS,
    Verdict.UNKNOWN,
    Verdict.XPASS,
    Verdict.FAIL,
)
_STYLES = {0: "green", 1: "bold red", 3: "bold yellow"}
_SEVERITIES = ("low", "medium", "high", "critical")
FAMILIES = 3
CONTROLS = 8
GAPS = 6
STEPS = 6


def check(screen: Screen, result: CheckResult) -> None:
    """Write a line for each claim, what shows those that are not green, and the counts."""
    ordered = sorted(result.claims, key=lambda one: (_ORDER.index(one.verdict), _rank(one.severity)))
    width = max((len(one.verdict) for one in ordered), default=0)
    for one in ordered:
        _line(screen, one, width)
        if one.verdict is not Verdict.PASS:
            _details(screen, one)
    _waivers(screen, result)
    for warning in result.warnings:
        screen.flow(("warning: ", "yellow"), prose(warning, 1_000))
    screen.blank()
    parts.assumptions(screen, result.as_of, result.as_of_note, ())
    screen.flow(
        ("of snapshot ", "dim"),
        identity(result.snapshot[:16]),
        (f", {words.number(len(result.coverage), 'gap')} in what was read", "dim"),
        ("; what holds, holds in this snapshot and under these assumptions", "dim"),
        indent=2,
    )
    screen.flow((tally(result), "bold"))


# Private functions


def _rank(severity: str) -> int:
    return _SEVERITIES.index(severity) if severity in _SEVERITIES else -1


def _line(screen: Screen, one: ClaimResult, width: int) -> None:
    pieces: list[Piece] = [
        Text(one.verdict.ljust(width), _STYLES[one.verdict.exit_code]),
        " ",
        identity(one.id, "bold"),
    ]
    pieces.append((f"  {prose(one.reason, 2_000)}", ""))
    if one.rests_on is not None:
        pieces += ["; ", *_rests(one.rests_on)]
    elif one.verdict is Verdict.PASS and one.path is not None:
        pieces.append(f", by {words.number(len(one.path.hops), 'step')}")
    screen.flow(*pieces, hang=width + 3)
    if one.verdict is Verdict.PASS:
        for note in (*one.notes, *(one.rests_on.notes if one.rests_on else ())):
            screen.flow((prose(note, 1_000), "dim"), indent=width + 3)


def _rests(rests: RestsOn) -> list[Piece]:
    """Return what a claim that holds rests on, in a few words."""
    if rests.depth.structural:
        return ["structural"]
    pieces: list[Piece] = [_depth(rests.depth)]
    if rests.depth.example:
        pieces += [": ", *listed([label(view) for view in rests.depth.example])]
    single = [line.control for line in rests.controls if line.single]
    if single:
        pieces += ["; falls if one of these alone fails: ", *listed([label(view) for view in single[:CONTROLS]])]
        if len(single) > CONTROLS:
            pieces.append(f" and {len(single) - CONTROLS:,} more")
    return pieces


def _depth(depth: Depth) -> str:
    least = "" if depth.exact else "at least "
    if not depth.sorts:
        return f"{least}{words.number(depth.number, 'blocker')} deep"
    return f"rests on {least}" + " and ".join(words.number(count, prose(sort)) for sort, count in depth.sorts)


def _details(screen: Screen, one: ClaimResult) -> None:
    """Write what shows a verdict that is not green."""
    if one.text:
        screen.flow(("“" + prose(one.text, 1_000) + "”", "dim"), indent=4)
    said = [
        ("severity", one.severity),
        ("owner", one.owner),
        ("ticket", one.ticket),
        ("given", one.given),
        ("trust", ", ".join(one.trust)),
        ("distrust", ", ".join(one.distrust)),
    ]
    told = "; ".join(f"{key} {prose(value, 300)}" for key, value in said if value)
    screen.flow((f"{told}; " if told else "", "dim"), identity(f"{one.where.file}:{one.where.line}", "dim"), indent=4)
    if one.sets:
        screen.flow((", ".join(_set(line) for line in one.sets), "dim"), indent=4)
    _paths(screen, one)
    if one.pairs is not None:
        of = f" of {one.pairs_of:,}" if one.pairs_of is not None else ""
        screen.flow(f"{words.number(one.pairs, 'pair')}{of} of start and target connected", indent=4)
    if one.opened:
        screen.flow("open because not in force: ", *listed([label(view) for view in one.opened]), indent=4, hang=6)
    if one.gaps:
        screen.flow(("What would have to be read to decide it:", "yellow"), indent=4)
        parts.coverage(screen, one.gaps[:GAPS], reached_counts=False)
        if len(one.gaps) > GAPS:
            screen.flow(f"… and {len(one.gaps) - GAPS:,} more; -o json lists all.", indent=4)
    for waiver in one.waivers:
        _waiver(screen, waiver)
    for note in one.notes:
        screen.flow((prose(note, 1_000), "dim"), indent=4)


def _paths(screen: Screen, one: ClaimResult) -> None:
    if one.path is None:
        return
    shown = (one.path, *(route for route in one.families if route is not one.path))
    families = Families(screen, shown, "", places=2)
    screen.flow((f"Shortest path first, then the largest families; {families.legend}", "dim"), indent=4)
    families.write(FAMILIES, once=False)


def _set(line: SetLine) -> str:
    return f"{prose(line.role)}: {prose(line.text, 200)} ({words.number(line.nodes, 'node')})"


def _waivers(screen: Screen, result: CheckResult) -> None:
    if result.waivers:
        states = words.listed(
            f"{sum(one.state == state for one in result.waivers):,} {prose(state)}"
            for state in dict.fromkeys(one.state for one in result.waivers)
        )
        screen.flow((f"{words.number(len(result.waivers), 'waiver')}: {states}", "dim"))


def _waiver(screen: Screen, one: WaiverUse) -> None:
    left = f"{one.days_left:,} days left" if one.days_left >= 0 else f"{-one.days_left:,} days ago"
    screen.flow(
        "waiver ",
        identity(one.id),
        f" {prose(one.state)}: {prose(one.reason, 300)}",
        (f" ({prose(one.approved_by, 100)}, {prose(one.ticket, 100)}, until {prose(one.expires)}, {left})", "dim"),
        indent=4,
        hang=6,
    )
    _steps(screen, one.steps)


def _steps(screen: Screen, steps: Sequence[str]) -> None:
    for step in steps[:STEPS]:
        screen.flow(prose(step, 1_000), indent=6, hang=8)
    if len(steps) > STEPS:
        screen.flow(f"… and {len(steps) - STEPS:,} more; -o json lists all.", indent=6)
