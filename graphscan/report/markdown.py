"""
What `check` answers as Markdown, for a step summary, a pull request or a wiki.

Failing claims come first, paths are folded away, and the shortest is drawn as a Mermaid chart. Names stand in code
spans, where neither Markdown nor HTML nor a mention has a meaning. GitHub takes 1 MiB a step: what does not fit is
counted.
"""

from collections.abc import Iterator

from graphscan.analysis.results import FactView, Hop, Route
from graphscan.claims.results import CheckResult, ClaimResult, SetLine, Verdict, WaiverUse
from graphscan.report import claim_words as words
from graphscan.report.escapes import code, html_code, mermaid, prose
from graphscan.report.text.words import number

MOST = 1_000_000  # bytes
STEPS = 40  # of a path that is listed
CHART = 24  # steps of a path that is still legible as a chart
FAMILIES = 10
_MARKS = {
    Verdict.FAIL: "❌",
    Verdict.XPASS: "❌",
    Verdict.UNKNOWN: "❔",
    Verdict.VACUOUS: "❔",
    Verdict.XFAIL: "➖",
    Verdict.WAIVED: "➖",
    Verdict.PASS: "✅",
}


def to_markdown(result: CheckResult) -> str:
    """Return a result as Markdown under 1 MiB, ending in a newline."""
    document = Document(MOST)
    document.add([f"# graphscan: {words.tally(result)}", ""])
    as_of = result.as_of.strftime("%Y-%m-%d %H:%M:%S UTC")
    note = f" ({prose(result.as_of_note)})" if result.as_of_note else ""
    document.add([f"As of {as_of}{note}, snapshot {code(result.snapshot[:16])}.", ""])
    document.add([*(f"- Warning: {prose(said)}" for said in result.warnings), ""] if result.warnings else [])
    left = words.in_order(result.claims)
    while left and (document.add([*_claim(left[0]), ""]) or document.add([*_short(left[0]), ""])):
        left = left[1:]
    if left:
        document.say(f"{len(left):,} more claims did not fit here: `-o json` has all.")
    waivers = [f"- {_waiver(one)}" for one in result.waivers]
    if waivers and not document.add(["## Waivers", "", *waivers, ""]):
        document.say(f"{len(waivers):,} waivers did not fit here: `-o json` has all.")
    gaps = [f"- {prose(words.gap(one))}" for one in result.coverage]
    if gaps and not document.add([*_folded(f"What could not be read ({len(gaps):,})", gaps), ""]):
        document.say(f"{len(gaps):,} gaps did not fit here: `-o json` has all.")
    return document.text()


class Document:
    """Markdown that grows to a bound; what no longer fits is refused, and room is kept to say so."""

    _KEPT = 2_000

    def __init__(self, most: int) -> None:
        self._most = most - self._KEPT
        self._bytes = 0
        self._lines: list[str] = []
        self._said: list[str] = []

    def add(self, lines: list[str]) -> bool:
        """Add lines if all of them fit, and return whether they did."""
        size = sum(len(line.encode(errors="backslashreplace")) + 1 for line in lines)
        if self._bytes + size > self._most:
            return False
        self._bytes += size
        self._lines += lines
        return True

    def say(self, sentence: str) -> None:
        """Add a sentence about what did not fit."""
        self._said.append(sentence)

    def text(self) -> str:
        """Return the document, ending in a newline."""
        return "\n".join([*self._lines, *self._said]).strip("\n") + "\n"


# Private functions


def _claim(one: ClaimResult) -> list[str]:
    lines = [*_heading(one), ""]
    lines += [f"> {prose(one.text)}", ""] if one.text else []
    if one.verdict is Verdict.PASS:
        return [*lines, *_folded("What it rests on", [f"- {prose(line)}" for line in words.claim_lines(one)])]
    lines += [f"Why: {prose(one.reason)}", "", *_facts(one)]
    if one.path is not None:
        lines += ["", *_path(one.path, one.verdict)]
    if len(one.families) > 1:
        lines += ["", *_families(one)]
    if one.gaps:
        lines += [
            "",
            *_folded(
                f"What to read to decide it ({len(one.gaps):,})", [f"- {prose(words.gap(gap))}" for gap in one.gaps]
            ),
        ]
    return lines


def _short(one: ClaimResult) -> list[str]:
    """Return a claim whose details do not fit."""
    return [*_heading(one), "", f"Why: {prose(one.reason)}; its details did not fit here, `-o json` has them"]


def _heading(one: ClaimResult) -> list[str]:
    severity = f" ({prose(one.severity)})" if one.severity else ""
    return [f"## {_MARKS[one.verdict]} {one.verdict} {code(one.id)}{severity}"]


def _facts(one: ClaimResult) -> list[str]:
    lines = [_set(line) for line in one.sets]
    asked = [("Owner", one.owner), ("Ticket", one.ticket), ("Given", one.given)]
    lines += [f"- {label}: {code(value)}" for label, value in asked if value]
    if one.pairs is not None:
        of = f" of {one.pairs_of:,}" if one.pairs_of else ""
        lines.append(f"- Pairs of start and target connected: {one.pairs:,}{of}")
    if one.opened:
        names = ", ".join(code(view.id) for view in one.opened[:STEPS])
        lines.append(f"- Open because these do not hold: {names}")
    lines += [f"- {_waiver(use)}" for use in one.waivers]
    return lines + [f"- {prose(note)}" for note in one.notes]


def _set(line: SetLine) -> str:
    return f"- {prose(line.role)}: {code(line.text)} ({number(line.nodes, 'node')})"


def _path(path: Route, verdict: Verdict) -> list[str]:
    """Return a path as a list of steps and a chart, folded away under its two ends."""
    first, last = path.heads[0] if path.heads else None, path.tails[0] if path.tails else None
    ends = " → ".join(html_code(words.fact(view)) for view in (first, last) if view is not None)
    sort = "Possible path" if verdict is Verdict.UNKNOWN else "Shortest path"
    lines = [f"- from {_fact(first)}"] if first is not None else []
    lines += [_hop(step) for step in path.hops[:STEPS]]
    if len(path.hops) > STEPS:
        lines.append(f"- … and {len(path.hops) - STEPS:,} more steps")
    lines += [f"- needs {_fact(needed.fact)}" for needed in path.requirements[:STEPS]]
    if len(path.requirements) > STEPS:
        lines.append(f"- … and {len(path.requirements) - STEPS:,} more requirements")
    return _folded(f"{sort}, {number(len(path.hops), 'step')}: {ends}", [*lines, "", *_chart(path)])


def _hop(step: Hop) -> str:
    also = f", with {', '.join(_fact(one) for one in step.also[:STEPS])}" if step.also else ""
    unread = f" {prose(words.possible(step))}" if step.possible else ""
    proof = words.hop_evidence(step)
    see = f", see {code(proof)}" if proof else ""
    return f"- → {_fact(step.gives)}: {prose(step.title)}{also}{unread}{see}"


def _families(one: ClaimResult) -> list[str]:
    lines = []
    for family in one.families[:FAMILIES]:
        chain = " → ".join(_fact(view) for view in (*family.heads[:1], *family.tails[:1]))
        alike = f"{number(family.paths, 'path')} of {number(len(family.hops), 'step')}"
        lines.append(f"- {chain}: {alike}, {prose(family.certainty)}")
    if len(one.families) > FAMILIES:
        lines.append(f"- … and {len(one.families) - FAMILIES:,} more families")
    return _folded(f"All kinds of path ({len(one.families):,})", lines)


def _waiver(use: WaiverUse) -> str:
    by = f", approved by {code(use.approved_by)}" if use.approved_by else ""
    ticket = f", {code(use.ticket)}" if use.ticket else ""
    days = f"{use.days_left:,} days left" if use.days_left >= 0 else f"{-use.days_left:,} days ago"
    why = f"{prose(use.state)}, {prose(use.reason)}{by}{ticket}"
    return f"Waiver {code(use.id)} of {code(use.claim)}: {why}, until {code(use.expires)} ({days})"


def _fact(view: FactView) -> str:
    return code(words.fact(view), None)


def _chart(path: Route) -> list[str]:
    """Return the path as a Mermaid flowchart; what a step needs besides joins it with a dotted line."""
    if not path.heads or not path.hops or len(path.hops) > CHART:
        return []
    return ["```mermaid", "flowchart LR", *_arrows(path), "```"]


def _arrows(path: Route) -> Iterator[str]:
    numbers: dict[FactView, str] = {}

    def box(view: FactView) -> str:
        if view in numbers:
            return numbers[view]
        numbers[view] = f"n{len(numbers)}"
        return f'{numbers[view]}["{mermaid(f"{view.node.id} {view.level}")}"]'

    at = path.heads[0]
    for step in path.hops:
        yield f'  {box(step.given)} -->|"{mermaid(step.title)}"| {box(step.gives)}'
        for other in step.also[:6]:
            yield f"  {box(other)} -.-> {numbers[step.gives]}"
        at = step.gives
    yield f"  style {numbers[at]} stroke-width:3px"


def _folded(summary: str, lines: list[str]) -> list[str]:
    """Return `<details>`, its summary in HTML; the blank lines make what is inside Markdown again."""
    return [f"<details><summary>{summary}</summary>", "", *lines, "", "</details>"]
