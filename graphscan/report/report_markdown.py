"""
A report as Markdown, for a ticket or a pull request, with the first way as a Mermaid chart.

GitHub takes 65,536 characters in a comment: what does not fit is counted and said. Names stand in code spans, where
neither Markdown nor HTML nor a mention has a meaning; no table holds one.
"""

import shlex
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from graphscan.analysis.report_results import Frontier, ReportResult
from graphscan.analysis.results import FactView, NodeView
from graphscan.report import claim_words
from graphscan.report.checklist import last_use
from graphscan.report.escapes import code, prose
from graphscan.report.markdown import Document
from graphscan.report.report_csv import when
from graphscan.report.report_markdown_way import chart, way
from graphscan.report.text.words import kind, number, sensitivity

MOST = 60_000  # bytes
WAYS = 8
FEW = 5
MOVES = 10
ROWS = 40  # of a list


def to_markdown(result: ReportResult) -> str:
    """Return a report as Markdown of at most 60,000 bytes, ending in a newline."""
    document = Document(MOST)
    document.add([*_head(result), ""])
    for title, make in _SECTIONS:
        lines = list(make(result))
        if not lines:
            continue
        _fit(document, title, lines)
    document.add(["", *_foot(result)])
    return document.text()


# Private functions


def _fit(document: Document, title: str, lines: list[str]) -> None:
    """Add a section, as many of its lines as fit, and say how many did not."""
    if document.add([f"## {title}", "", *lines, ""]):
        return
    if not document.add([f"## {title}", ""]):
        document.say(f"The section `{title}` did not fit here: `-o html=FILE` and `-o json=FILE` have all.")
        return
    left = len(lines)
    # What is fenced stays whole.
    for block in _blocks(lines):
        if not document.add(block):
            break
        left -= len(block)
    document.add([""])
    if left:
        document.say(f"{left:,} lines of the section `{title}` did not fit here: `-o html=FILE` has all.")


def _blocks(lines: list[str]) -> Iterator[list[str]]:
    block: list[str] = []
    fenced = 0
    for line in lines:
        block.append(line)
        fenced += line.startswith("<details") - line.startswith("</details")
        if line.startswith("```"):
            fenced += 1 if line != "```" else -1
        if not fenced:
            yield block
            block = []
    if block:
        yield block


def _head(result: ReportResult) -> list[str]:
    note = f" ({prose(result.as_of_note)})" if result.as_of_note else ""
    evaluated = f" ({prose(result.evaluated_note)})" if result.evaluated_note else ""
    redacted = " Names, ids, addresses and file names are pseudonyms." if result.redacted else ""
    return [
        f"# {prose(result.title)}",
        "",
        (
            f"**TLP:{prose(result.tlp)}** · as of {_time(result.as_of)}{note} · "
            f"evaluated {_time(result.evaluated)}{evaluated}.{redacted}"
        ),
        "",
        *(prose(sentence) for sentence in result.verdict),
    ]


def _since(result: ReportResult) -> Iterator[str]:
    since = result.since
    if since is None:
        return
    yield f"Earlier report: as of {_time(since.as_of)}, evaluated {_time(since.evaluated)}."
    if not since.same_question:
        yield "It asked another question, so only what both list is compared."
    yield ""
    sorts = (("Newly missed", since.newly_missed), ("Newly proven dead", since.newly_dead))
    for label, nodes in (*sorts, ("Neither missed nor proven dead now", since.unaccounted)):
        yield f"- {label}: {_nodes(nodes)}"
    for label, facts in (("Newly reached", since.newly_reached), ("No longer reached", since.no_longer_reached)):
        yield f"- {label}: {_facts(facts)}"
    yield from (f"- {prose(note)}" for note in since.notes)


def _start(result: ReportResult) -> Iterator[str]:
    shown = result.starts[:ROWS]
    for one in shown:
        why = f": not used, {prose(one.dead)}" if one.dead else f": possibly, {prose(one.doubt)}" if one.doubt else ""
        yield f"- {_fact(one.fact)}{_name(one.fact.node)}{why}"
    yield from _more(len(result.starts) - len(shown), "start")
    for holder in result.holders[:ROWS]:
        ends = _time(holder.ends) if holder.ends else "now: it is not said to be over"
        begins = _time(holder.begins) if holder.begins else "the beginning"
        held = number(holder.credentials, "credential")
        yield f"- {code(holder.text)} from {begins} to {ends}: {held}, {prose(holder.observed)}"
    yield from _more(len(result.holders) - ROWS, "holder")
    yield from (f"- {prose(one)}" for one in result.assumptions)
    yield from (f"- Changed before asking: {code(one)}" for one in result.edits)


def _read(result: ReportResult) -> Iterator[str]:
    for one in result.sources[:ROWS]:
        gaps = "" if one.complete else ", with gaps"
        counts = f"{number(one.nodes, 'node')}, {number(one.relations, 'relation')}"
        yield f"- {code(one.source)} read {_time(one.at)}{gaps}: {counts}"
    yield from _more(len(result.sources) - ROWS, "source")


def _reached(result: ReportResult) -> Iterator[str]:
    rows = [one for one in result.totals if one.reached or one.possible]
    if not rows:
        yield "Nothing beyond the starts, as far as was read."
        return
    yield "| kind | reached | possibly | of | sensitive |"
    yield "|---|---:|---:|---:|---:|"
    for one in sorted(rows, key=lambda one: (-one.sensitive, -one.reached, one.kind)):
        yield f"| {kind(one.kind, 2)} | {one.reached:,} | {one.possible:,} | {one.of:,} | {one.sensitive:,} |"
    yield ""
    said = [
        f"{sensitivity(row.sensitivity, 2)}: {row.reached:,} of {row.of:,}"
        + (f" and possibly {row.possible:,} more" if row.possible else "")
        for row in result.by_sensitivity
    ]
    if said:
        yield f"By sensitivity: {'; '.join(said)}."
    if result.open_to_anyone:
        yield f"- Open to anyone, without any start: {_facts(result.open_to_anyone)}"
    if result.possibly_open:
        yield f"- Possibly open to anyone: {_facts(result.possibly_open)}"
    for line in result.access:
        if line.observed or line.assumed or line.items:
            seen = f"{line.observed:,} seen accessed, {line.assumed:,} assumed to be"
            items = "".join(
                f"; {code(id_)} {prose(read)}{f' of {prose(of)}' if of else ''} items"
                for id_, read, of in line.items[:FEW]
            )
            yield f"- {kind(line.kind, 2)}: of {line.reachable:,} reachable {seen}{items}"


def _ways(result: ReportResult) -> Iterator[str]:
    if not result.families:
        return
    # Drawn is what most lies behind; of what ends where an earlier one ends, the cheapest is enough here.
    drawn = max(result.families, key=lambda one: (one.certainty == "known", len(one.tails), -one.cost))
    yield from chart(drawn)
    yield ""
    ended: set[FactView] = set()
    shown = 0
    for family in result.families:
        if shown == WAYS or ended.issuperset(family.tails):
            continue
        shown += 1
        ended.update(family.tails)
        yield from way(shown, family)
    yield from _more(len(result.families) - shown, "kind of way, dearer", "kinds of way, other ones or dearer")
    if result.families_note:
        yield f"- {prose(result.families_note)}"


def _stopped(result: ReportResult) -> Iterator[str]:
    if not result.frontier:
        yield "No step was stopped for want of a control alone."
    yield from (_control(one) for one in result.frontier[:ROWS])
    yield from _more(len(result.frontier) - ROWS, "control")


def _control(one: Frontier) -> str:
    blocker = one.blocker
    parts = [f"- {code(blocker.control.id)}{_name(blocker.control)}"]
    if one.single:
        parts.append("**single point of failure**")
    if blocker.enforced != "yes":
        parts.append(f"enforced: {prose(blocker.enforced)}")
    if blocker.effect == "hinders":
        parts.append("only hinders, and is never counted on")
    if blocker.would_open:
        parts.append(f"if it alone fails, {number(blocker.would_open, 'asset')} more")
    if blocker.protects_count:
        parts.append(f"before {_facts(blocker.protects, blocker.protects_count)}")
    if one.claims:
        parts.append(
            "holds up " + ", ".join(code(use.claim) + (" alone" if use.single else "") for use in one.claims[:FEW])
        )
    if blocker.defeated_by:
        parts.append(f"met or defeated by {_facts(blocker.defeated_by)}")
    return "; ".join(parts)


def _moves(result: ReportResult) -> Iterator[str]:
    if result.order:
        for place, step in enumerate(result.order[:MOVES], 1):
            effect = f"closes {step.closes:,}, {step.left:,} left" if step.closes or step.left else "depth only"
            word = {"find": "list what else there is of"}.get(step.action, step.action)
            yield f"{place}. {prose(word)} {code(step.node.id)}{_name(step.node)}: {effect}"
        yield from _more(len(result.order) - MOVES, "thing", "things to end")
        yield ""
        yield "Alone:"
        yield ""
    if not result.moves:
        yield "No single change closes anything."
    for place, move in enumerate(result.moves[:MOVES], 1):
        left = f"{prose(move.effect)}: closes {move.closes:,} of {move.of:,}, {move.remaining:,} left"
        yield f"{place}. {prose(move.action)} {code(move.node.id)}{_name(move.node)}: {left}"
    yield from _more(len(result.moves) - MOVES, "move")


def _missed(result: ReportResult) -> Iterator[str]:
    if result.mode != "incident":
        return
    yield f"{result.dead:,} of {number(result.exposed, 'exposed credential')} are proven dead."
    yield ""
    for one in result.missed[:ROWS]:
        owner = code(one.owner) if one.owner else "nobody named"
        yield (
            f"- **{prose(str(one.state))}** {code(one.node.id)}{_name(one.node)}: {prose(one.detail)}; owner {owner}; "
            f"last use {prose(last_use(one.last_used, one.conflict))}"
        )
    yield from _more(len(result.missed) - ROWS, "missed credential")
    for suspect in result.suspects[:ROWS]:
        gone = "gone" if suspect.death else "**still there**"
        at = f" on {_time(suspect.created)}" if suspect.created else ""
        yield f"- Persistence suspect {code(suspect.node.id)}, made{at} by {code(suspect.created_by)}: {gone}"
    yield from _more(len(result.suspects) - ROWS, "suspect")
    for alike in result.look_alikes[:FEW]:
        yield f"- Not exposed, and easily taken for it: {code(alike.node.id)}"


def _timeline(result: ReportResult) -> Iterator[str]:
    for one in result.timeline[:ROWS]:
        named = f": {_nodes(one.nodes, one.count)}" if one.nodes else ""
        yield f"- {_time(one.at)} {prose(one.what)}{named}"
    yield from _more(len(result.timeline) - ROWS, "moment")


def _claims(result: ReportResult) -> Iterator[str]:
    for one in result.claims[:ROWS]:
        yield f"- **{prose(one.verdict)}** {code(one.id)}: {prose(one.text)} Why: {prose(one.reason)}"
    yield from _more(len(result.claims) - ROWS, "claim")
    for use in result.waivers[:ROWS]:
        by = f", approved by {code(use.approved_by)}" if use.approved_by else ""
        yield f"- Waiver {code(use.id)} of {code(use.claim)}: {prose(use.state)}, until {prose(use.expires)}{by}"
    yield from _more(len(result.waivers) - ROWS, "waiver")


def _unknown(result: ReportResult) -> Iterator[str]:
    if not result.unknowns:
        yield "Everything that was asked for was read."
    for one in result.unknowns[:ROWS]:
        used = " Something shown is possible only because of it." if one.gap.used else ""
        yield f"- {prose(claim_words.gap(one.gap).replace('not_collected', 'not collected'))}. {prose(one.hides)}{used}"
    yield from _more(len(result.unknowns) - ROWS, "gap")
    yield from (f"- {prose(note)}" for note in result.notes if note != result.families_note)


def _handover(result: ReportResult) -> Iterator[str]:
    owner = None
    for one in result.handover[:ROWS]:
        if one.owner != owner:
            owner = one.owner
            yield f"- {code(owner) if owner else 'Nobody is named as owner'}"
        breaks = f" Breaks: {', '.join(code(each) for each in one.consumers[:FEW])}." if one.consumers else ""
        place = f" Console ({prose(one.console_shows)}): {code(one.console, None)}." if one.console else ""
        yield f"  - [ ] {code(one.node.id)} ({prose(one.state)}, {prose(when(one))}): {prose(one.step)}{place}{breaks}"
    yield from _more(len(result.handover) - ROWS, "row", "rows; `-o csv=FILE` has all")


def _foot(result: ReportResult) -> list[str]:
    made = result.provenance
    return [
        "## How to get this again",
        "",
        f"graphscan {code(made.version)}, snapshot {code(made.snapshot)}, techniques {code(made.techniques)}.",
        *(f"- {code(file)}: SHA-256 {code(digest)}" for file, digest in made.inputs),
        "",
        code(shlex.join(made.command), None),
    ]


_SECTIONS: tuple[tuple[str, Callable[[ReportResult], Iterator[str]]], ...] = (
    ("What changed since the last report", _since),
    ("Begins with, and takes for granted", _start),
    ("What was read, and when", _read),
    ("Reached, n of N", _reached),
    ("By which ways", _ways),
    ("What stopped the rest", _stopped),
    ("What to do first", _moves),
    ("What is missed", _missed),
    ("When", _timeline),
    ("Claims", _claims),
    ("What is unknown", _unknown),
    ("To hand over", _handover),
)


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _name(node: NodeView) -> str:
    return f" ({code(node.name, 80)})" if node.name and node.name != node.id else ""


def _fact(view: FactView) -> str:
    return code(f"{view.node.id}::{view.level}")


def _facts(views: Sequence[FactView], count: int | None = None) -> str:
    return _few([_fact(one) for one in views[:FEW]], len(views) if count is None else count)


def _nodes(nodes: Sequence[NodeView], count: int | None = None) -> str:
    return _few([code(one.id) for one in nodes[:FEW]], len(nodes) if count is None else count)


def _few(shown: list[str], count: int) -> str:
    left = count - len(shown)
    return (", ".join(shown) or "none") + (f" and {left:,} more" if left > 0 else "")


def _more(left: int, noun: str, plural: str = "") -> Iterator[str]:
    if left > 0:
        yield f"- … and {left:,} more {noun if left == 1 else plural or noun + 's'}"
