"""A claim's verdict in words, for formats that have no layout of their own: one fact a line, all signs visible."""

from collections.abc import Sequence
from pathlib import Path

from graphscan.analysis.results import CoverageLine, FactView, Hop, Route
from graphscan.claims.results import CheckResult, ClaimResult, Depth, Verdict, WaiverUse
from graphscan.report.escapes import shown
from graphscan.report.text.words import number

# What a reader must act on comes first, so that no bound of a format ever cuts it off before the rest.
ORDER = (
    Verdict.FAIL,
    Verdict.XPASS,
    Verdict.UNKNOWN,
    Verdict.VACUOUS,
    Verdict.XFAIL,
    Verdict.WAIVED,
    Verdict.PASS,
)
SEVERITIES = ("critical", "high", "medium", "low")
# In the order in which a run is summed up.
_TALLY = {
    Verdict.PASS: "pass",
    Verdict.FAIL: "fail",
    Verdict.XPASS: "unexpectedly hold",
    Verdict.UNKNOWN: "unknown",
    Verdict.VACUOUS: "vacuous",
    Verdict.WAIVED: "waived",
    Verdict.XFAIL: "expected",
}
GAPS = 6
PATH_SIGNS = 4_096  # no system opens a longer one
SIGNS = 1_000  # of an id or a sentence in one of these lines


def in_order(claims: Sequence[ClaimResult]) -> list[ClaimResult]:
    """Return claims with the failing ones first, the most severe of them first, else as in their files."""
    return sorted(claims, key=lambda one: (ORDER.index(one.verdict), severity_rank(one.severity)))


def severity_rank(severity: str) -> int:
    """Return 0 for the most severe."""
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)


def tally(result: CheckResult) -> str:
    """Return `7 claims: 4 pass, 1 fail, 1 waived, 1 expected`."""
    counts = result.tally()
    said = ", ".join(f"{counts[verdict]:,} {word}" for verdict, word in _TALLY.items() if verdict in counts)
    return number(len(result.claims), "claim") + (f": {said}" if said else "")


def fact(view: FactView) -> str:
    """Return `id::level`, and the name where an importer made the id."""
    name = view.node.name
    said = f" “{shown(name, 60)}”" if ":" in view.node.id and name and name not in view.node.id else ""
    seen = " (hypothetical)" if view.node.hypothetical else ""
    return f"{shown(view.node.id, SIGNS)}::{shown(view.level)}{said}{seen}"


def hop(step: Hop) -> str:
    """Return what a step gives, why, and what else it needs."""
    also = f", with {_listed([fact(one) for one in step.also])}" if step.also else ""
    return f"{fact(step.gives)}: {shown(step.title)}{also}{possible(step)}"


def possible(step: Hop) -> str:
    """Return that a step is not known to exist, and what was not read; "" of one that is known."""
    if not step.possible:
        return ""
    unread = [
        f"{shown(one.source_instance)} {shown(one.relation)} {shown(one.state)}"
        + (f" for {shown(one.scope, SIGNS)}" if one.scope else "")
        for one in step.gaps
    ]
    return f" (possible: {_listed(unread, 2)})" if unread else " (possible, not known)"


def hop_evidence(step: Hop, most: int = 3) -> str:
    """Return where the relations of a step stand, "" where it rests on none."""
    stated = [one for one in step.evidence if one.gap is None]
    places = list(dict.fromkeys(shown(one.where or one.source_instance, SIGNS) for one in stated))
    more = f" and {len(places) - most:,} more" if len(places) > most else ""
    return "; ".join(places[:most]) + more


def path_lines(path: Route, most: int = 200) -> list[str]:
    """Return a path: where it starts, then a line for each step, then what else it needs."""
    lines = [f"from {fact(path.heads[0])}" if path.heads else "from nothing"]
    for step in path.hops[:most]:
        proof = hop_evidence(step)
        lines.append(f"→ {hop(step)}" + (f" [{proof}]" if proof else ""))
    if len(path.hops) > most:
        lines.append(f"… and {len(path.hops) - most:,} more steps")
    for needed in path.requirements[:most]:
        how = " → ".join(fact(step.gives) for step in needed.hops[:most])
        lines.append(f"needs {fact(needed.fact)}" + (f", from {fact(needed.hops[0].given)} → {how}" if how else ""))
    return lines


def gap(one: CoverageLine) -> str:
    """Return what could not be read, in one line."""
    scope = f" for {shown(one.scope, SIGNS)}" if one.scope else ""
    where = f" at {shown(one.endpoint)}" if one.endpoint else ""
    error = f": {shown(one.error)}" if one.error else ""
    return f"{shown(one.source_instance)} {shown(one.relation)} {shown(one.state)}{scope}{where}{error}"


def depth(one: Depth) -> str:
    """Return how much must fail before a claim does."""
    if one.structural:
        return "structural: no failure of a control opens it"
    least = "" if one.exact else "at least "
    sorts = ", ".join(f"{count:,} × {shown(sort)}" for sort, count in one.sorts)
    example = f" ({_listed([shown(view.id, SIGNS) for view in one.example])})" if one.example else ""
    return f"{least}{one.number:,} must fail" + (f": {sorts}" if sorts else "") + example


def waiver(one: WaiverUse) -> str:
    """Return who waived what, why, and until when."""
    days = f", {one.days_left:,} days left" if one.days_left >= 0 else f", {-one.days_left:,} days ago"
    ticket = f", {shown(one.ticket)}" if one.ticket else ""
    by = f", approved by {shown(one.approved_by)}" if one.approved_by else ""
    until = f", until {shown(one.expires)}{days}"
    return f"waiver {shown(one.id)} ({shown(one.state)}): {shown(one.reason, SIGNS)}{by}{ticket}{until}"


def claim_lines(one: ClaimResult) -> list[str]:
    """Return everything there is to say about a claim, the reason first."""
    lines = [shown(one.reason, SIGNS)]
    if one.text:
        lines.append(f"claim: {shown(one.text, SIGNS)}")
    asked = [("severity", one.severity), ("owner", one.owner), ("ticket", one.ticket), ("given", one.given)]
    lines += [f"{label}: {shown(value)}" for label, value in asked if value]
    lines += [f"{shown(line.role)}: {shown(line.text, SIGNS)} ({number(line.nodes, 'node')})" for line in one.sets]
    if one.path is not None:
        lines += ["shortest path, possible:" if one.verdict is Verdict.UNKNOWN else "shortest path:"]
        lines += [f"  {line}" for line in path_lines(one.path)]
    if one.families:
        lines.append(f"{number(len(one.families), 'family', 'families')} of paths")
    if one.pairs is not None:
        lines.append(
            f"pairs of start and target connected: {one.pairs:,}" + (f" of {one.pairs_of:,}" if one.pairs_of else "")
        )
    if one.opened:
        lines.append(f"open because these do not hold: {_listed([shown(view.id, SIGNS) for view in one.opened])}")
    lines += [f"to decide it, read: {gap(line)}" for line in one.gaps[:GAPS]]
    if len(one.gaps) > GAPS:
        lines.append(f"… and {len(one.gaps) - GAPS:,} more gaps")
    if one.rests_on is not None:
        for control in one.rests_on.controls:
            single = "; alone: if it fails, so does the claim" if control.single else ""
            steps = number(control.steps, "step")
            lines.append(f"rests on {shown(control.control.id, SIGNS)} ({steps}{single})")
        lines.append(f"depth: {depth(one.rests_on.depth)}")
        lines += [shown(note, SIGNS) for note in one.rests_on.notes]
    if one.certificate:
        lines.append(f"certificate: {shown(one.certificate, SIGNS)} (sha256 {shown(one.certificate_sha256)})")
    lines += [waiver(use) for use in one.waivers]
    return lines + [shown(note, SIGNS) for note in one.notes]


def place(file: str) -> str:
    """Return a claims file as seen from the working folder, with slashes, where it lies below that."""
    path = Path(file[:PATH_SIGNS])
    try:
        here = Path.cwd()
    except OSError:
        return path.as_posix()  # the working folder is gone
    return (path.relative_to(here) if path.is_absolute() and path.is_relative_to(here) else path).as_posix()


# Private functions


def _listed(words: Sequence[str], most: int = 6) -> str:
    more = [f"{len(words) - most:,} more"] if len(words) > most else []
    return ", ".join([*words[:most], *more])
