"""
A comparison as Markdown, for a pull request, a step summary or a wiki.

Names stand in code spans, where neither Markdown nor HTML nor a mention has a meaning. GitHub takes 1 MiB a step: what
does not fit is counted.
"""

from collections.abc import Callable, Sequence
from typing import Any

from graphscan.analysis.diff_results import (
    AmbientChange,
    Because,
    Changed,
    DiffResult,
    EndLine,
    NodeChange,
    PairFamily,
    PairsChanged,
    Section,
    StepChange,
)
from graphscan.analysis.results import FactView
from graphscan.report import claim_words, diff_words
from graphscan.report.diff_fold import Folded, fold
from graphscan.report.escapes import code, prose
from graphscan.report.markdown import MOST, Document
from graphscan.report.text.words import kind, number

NAMED = 8
_REACH = {"known": "❌", "possible": "❔", "": "✅"}


def to_markdown(result: DiffResult) -> str:
    """Return a comparison as Markdown under 1 MiB, ending in a newline."""
    document = Document(MOST)
    document.add([f"# {_REACH[result.new_reach]} graphscan diff: {prose(diff_words.verdict(result))}", ""])
    steps = f"attack steps: {result.steps_gained.total:,} gained, {result.steps_lost.total:,} lost"
    document.add([f"{number(result.inventory_total, 'change')} of the inventory; {steps}.", ""])
    document.add([f"- from {_end(result.old)}", f"- to {_end(result.new)}", ""])
    _part(document, "Newly reachable", _pairs(result.pairs_gained, diff_words.asked(result)), result.pairs_gained.total)
    _part(document, "No longer reachable", _pairs(result.pairs_lost), result.pairs_lost.total)
    if result.peak is not None:
        note = f"looked at {result.peak.looked_at:,} of {number(result.peak.instants, 'instant')} of growth"
        _part(document, "Reachable in between only", _pairs(result.peak.pairs, note), 1)
    inventory = [line for one in result.inventory for line in _section(one)]
    _part(document, f"Inventory ({result.inventory_total:,})", inventory, result.inventory_total)
    for title, some, line in (
        ("Attack steps gained", result.steps_gained, _step),
        ("Attack steps lost", result.steps_lost, _step),
        ("What anyone has now", result.ambient_gained, _ambient),
        ("What anyone had", result.ambient_lost, _ambient),
        ("Takes part now", result.nodes_gained, _node),
        ("Takes part no longer", result.nodes_lost, _node),
    ):
        if some.total:
            _folded(document, f"{title} ({some.total:,})", _lines(some, line))
    if result.coverage:
        gaps = [f"- {prose(claim_words.gap(one))}" for one in result.coverage]
        _folded(document, f"What could not be read ({len(gaps):,})", gaps)
    return document.text()


# Private functions


def _part(document: Document, title: str, lines: list[str], total: int) -> None:
    if total and not document.add([f"## {title}", "", *lines, ""]):
        document.say(f"{title}: did not fit here, `-o json` has it.")


def _folded(document: Document, title: str, lines: list[str]) -> None:
    if not document.add([f"<details><summary>{title}</summary>", "", *lines, "", "</details>", ""]):
        document.say(f"{title}: did not fit here, `-o json` has it.")


def _end(one: EndLine) -> str:
    at = one.at.strftime("%Y-%m-%d %H:%M:%S UTC")
    note = f" ({prose(one.at_note)})" if one.at_note else ""
    return f"{at}{note}, snapshot {code(one.snapshot[:16])}"


def _section(one: Section) -> list[str]:
    lines = [f"### {prose(one.title)}", "", *(f"- {_change(folded)}" for folded in fold(one.changes))]
    rest = one.total - len(one.changes)
    return [*lines, *([f"- … and {rest:,} more"] if rest else []), ""]


def _change(one: Folded) -> str:
    first = one.first
    if first.object == "node":
        what = f"{kind(first.kind, len(one.changes))} {_few([c.id for c in one.changes])}"
    elif first.object == "coverage":
        scopes = [c.target for c in one.changes if c.target]
        of = f" for {_few(scopes)}" if scopes else ""
        what = f"{code(first.id)} {code(first.kind)} {prose(first.after.replace('_', ' '))}{of}"
    else:
        ends = (_few([getattr(c, end) for c in one.changes]) for end in ("source", "target"))
        levels = f" {prose(first.levels)}" if first.levels else ""
        what = f"{' → '.join(ends)} {code(first.kind)}{levels}"
    value = diff_words.altered(first)
    said = ""
    if value is not None and first.object != "coverage":
        said = f", {prose(value[0])}: {code(value[1] or 'none')} → {code(value[2] or 'none')}"
    doubt = f", not believed: {prose(first.doubt)}" if first.doubt else ""
    evidence = ", ".join(code(part) for part in (first.evidence, first.source_instance, first.where) if part)
    mark = diff_words.MARKS.get(first.what, diff_words.OTHER_MARK)
    return f"{mark} {what}, {prose(diff_words.when(first))}{said}{doubt}" + (f" ({evidence})" if evidence else "")


def _few(ids: Sequence[str], most: int = NAMED) -> str:
    chosen = list(dict.fromkeys(ids))
    more = f" and {len(chosen) - most:,} more" if len(chosen) > most else ""
    return ", ".join(code(one, None) for one in chosen[:most]) + more


def _pairs(some: PairsChanged, note: str = "") -> list[str]:
    lines = [f"{prose(diff_words.pairs(some))}" + (f"; {prose(note)}" if note else "") + ".", ""]
    for one in some.families:
        lines += _family(one)
    rest = some.family_count - len(some.families)
    return [*lines, *([f"- … and {rest:,} more families of pairs"] if rest else [])]


def _family(one: PairFamily) -> list[str]:
    sources = _few([view.id for view in one.sources]) if one.sources else "**anyone**"
    assets = _few([_fact(view) for view in one.assets])
    sort = ", at most: not settled within the budget" if one.bounded else _certainty(one.certainty, one.other)
    count = f" ({one.pairs:,} pairs)" if one.pairs > 1 else ""
    when = f", from {diff_words.day(one.since)}" if one.since else ""
    return [f"- {sources} → {assets}{count}{sort}{when}", *_because(one.because, one.pairs > 1)]


def _because(because: Because, several: bool) -> list[str]:
    lines = []
    for position, change in enumerate(because.changes):
        said = "and " if position else "for example because " if several else "because "
        barrier = "of a barrier: " if because.barrier and not position else ""
        lines.append(f"  - {said}{barrier}{_change(Folded((change,)))}")
    lines += [f"  - {prose(because.note)}"] if because.note else []
    lines += [f"  - anyone has {code(_fact(view), None)}" for view in because.starts[:1]]
    lines += [f"  - by {_hop(hop.given, hop.gives, hop.title)}" for hop in because.steps[:1]]
    return lines


def _lines(some: Changed[Any], line: Callable[[Any], str]) -> list[str]:
    rest = some.total - len(some.lines)
    return [*(f"- {line(one)}" for one in some.lines), *([f"- … and {rest:,} more"] if rest else [])]


def _step(one: StepChange) -> str:
    also = f" with {_few([_fact(view) for view in one.hop.also])}" if one.hop.also else ""
    why = f"; because {_change(Folded(one.because[:1]))}" if one.because else ""
    return f"{_hop(one.hop.given, one.hop.gives, one.hop.title)}{also}{_certainty(one.certainty, one.other)}{why}"


def _ambient(one: AmbientChange) -> str:
    why = "" if one.because is None else f"; because {_change(Folded((one.because,)))}"
    return f"{code(_fact(one.fact), None)}{_certainty(one.certainty, one.other)}{why}"


def _certainty(here: str, other: str) -> str:
    if here == "possible":
        return ", possibly"
    return ", only possible at the other end" if other == "possible" else ""


def _node(one: NodeChange) -> str:
    return f"{kind(one.node.kind)} {code(one.node.id, None)}: {prose(one.because)}"


def _hop(given: FactView, gives: FactView, title: str) -> str:
    return f"{code(_fact(given), None)} → {code(_fact(gives), None)}: {prose(title)}"


def _fact(view: FactView) -> str:
    return f"{view.node.id}::{view.level}"
