"""`graphscan diff` as text."""

from collections.abc import Callable, Sequence
from typing import Any

from rich.text import Text

from graphscan.analysis.diff_results import (
    AmbientChange,
    Because,
    Changed,
    DiffResult,
    EndLine,
    InventoryChange,
    NodeChange,
    PairFamily,
    PairsChanged,
    Section,
    StepChange,
)
from graphscan.analysis.results import FactView, NodeView
from graphscan.analysis.view import DERIVED
from graphscan.report import diff_words
from graphscan.report.diff_fold import Folded, fold
from graphscan.report.text import parts, words
from graphscan.report.text.nodes import fact, facts, identity, label, listed, name, prose
from graphscan.report.text.screen import Piece, Screen

NAMED = 6
_STYLES = {"+": "red", "−": "green", "±": "bold red", "~": "yellow"}


def diff(screen: Screen, result: DiffResult) -> None:
    """Write the answer first, then what changed: the inventory, the pairs with their reasons, the steps, the nodes."""
    screen.flow((diff_words.verdict(result), "bold"))
    steps = f"attack steps: {result.steps_gained.total:,} gained, {result.steps_lost.total:,} lost"
    screen.flow(f"{words.number(result.inventory_total, 'change')} of the inventory; {steps}.")
    if result.fail_on_new:
        code = result.exit_code
        why = {0: "nothing new is reachable", 1: "something new is reachable", 3: "something may be newly reachable"}
        screen.flow((f"--fail-on-new: {why[code]}, exit code {code}", "yellow" if code else "dim"))
    for role, end in (("from ", result.old), ("to   ", result.new)):
        _end(screen, role, end)
    for source in result.sources:
        read = [words.moment(at) if at else "not there" for at in (source.old, source.new)]
        screen.flow(("read ", "dim"), identity(source.source), f"  {read[0]}, then {read[1]}", indent=2, hang=4)
    screen.heading("Inventory", words.number(result.inventory_total, "change"))
    for section in result.inventory:
        _section(screen, section)
    if not result.inventory:
        screen.flow(("Nothing began, ended or changed.", "dim"), indent=2)
    _pairs(screen, "Newly reachable", result.pairs_gained, diff_words.asked(result))
    _pairs(screen, "No longer reachable", result.pairs_lost)
    if result.peak is not None:
        looked = f"looked at {result.peak.looked_at:,} of {words.number(result.peak.instants, 'instant')} of growth"
        _pairs(screen, "Reachable in between only", result.peak.pairs, looked)
        if result.peak.looked_at < result.peak.instants:
            rest = result.peak.instants - result.peak.looked_at
            screen.flow(
                (f"{rest:,} later instants were not looked at; --instants N looks at more.", "yellow"), indent=2
            )
    _steps(screen, "Attack steps gained", result.steps_gained)
    _steps(screen, "Attack steps lost", result.steps_lost)
    _list(screen, "What anyone has now", result.ambient_gained, _ambient)
    _list(screen, "What anyone had", result.ambient_lost, _ambient)
    _list(screen, "Takes part now", result.nodes_gained, _node)
    _list(screen, "Takes part no longer", result.nodes_lost, _node)
    screen.heading("Not read", words.number(len(result.coverage), "gap") + " at NEW" if result.coverage else "")
    parts.coverage(screen, result.coverage)
    if result.coverage_old != result.coverage:
        screen.flow(f"At OLD: {words.number(len(result.coverage_old), 'gap')}.", indent=2)


# Private functions


def _end(screen: Screen, role: str, end: EndLine) -> None:
    pieces: list[Piece] = [(role, "dim"), words.moment(end.at)]
    if end.at_note:
        pieces.append((f" ({prose(end.at_note)})", "dim"))
    if not end.newest:
        pieces += [("  snapshot ", "dim"), identity(end.snapshot[:12])]
    screen.flow(*pieces, indent=2, hang=4)


def _section(screen: Screen, section: Section) -> None:
    screen.flow(
        (prose(section.title), "bold"), (f"  {prose(diff_words.counts(section.counts))}", "dim"), indent=2, hang=4
    )
    for one in fold(section.changes):
        screen.flow(*_change(one), indent=4, hang=8)
    _rest(screen, section.total - len(section.changes), indent=4)


def _change(one: Folded) -> list[Piece]:
    first = one.first
    mark = diff_words.MARKS.get(first.what, diff_words.OTHER_MARK)
    pieces: list[Piece] = [(f"{mark} ", _STYLES[mark])]
    if first.object == "node":
        pieces += [
            (f"{words.kind(first.kind, len(one.changes))} ", "dim"),
            *_few([_named(c.id, c.name) for c in one.changes]),
        ]
    elif first.object == "coverage":
        pieces += [identity(first.id), " ", identity(first.kind, "yellow"), f" {prose(first.after).replace('_', ' ')}"]
        scopes = [identity(c.target) for c in one.changes if c.target]
        pieces += [" for ", *_few(scopes)] if scopes else []
    else:
        pieces += _ends(one)
    pieces.append(f"  {prose(diff_words.when(first))}")
    value = diff_words.altered(first)
    if value is not None and first.object != "coverage":
        field, before, after = value
        shown = f"{prose(before, 80) or 'none'} → {prose(after, 80) or 'none'}" if before != after else prose(after, 80)
        pieces.append((f"  {prose(field)}: {shown}", "yellow"))
    elif first.what == "replaced" and first.after:
        pieces.append(f", {prose(first.after)}")
    if first.doubt:
        pieces.append((f"  not believed: {prose(first.doubt)}", "yellow"))
    pieces.append(_evidence(first))
    return pieces


def _ends(one: Folded) -> list[Piece]:
    first = one.first
    sources = _few([_named(c.source, c.source_name) for c in _distinct(one.changes, "source")])
    targets = _few([_named(c.target, c.target_name) for c in _distinct(one.changes, "target")])
    levels = f" {prose(first.levels)}" if first.levels else ""
    return [*sources, " → ", *targets, (f"  {prose(first.kind)}{levels}", "dim")]


def _distinct(changes: Sequence[InventoryChange], end: str) -> list[InventoryChange]:
    return list({getattr(one, end): one for one in changes}.values())


def _evidence(one: InventoryChange) -> Piece:
    said = ", ".join(prose(part) for part in (one.evidence, one.source_instance, one.where) if part)
    return (f"  ({said})" if said else "", "dim")


def _named(id_: str, shown: str) -> Text:
    view = NodeView(id_, "", "", shown, "", "none")
    return label(view)


def _few(names: Sequence[Text], most: int = NAMED) -> list[Piece]:
    if len(names) <= most:
        return listed(names)
    return [*listed(names[:most]).copy()[:-2], ", ", names[most - 1], f" and {len(names) - most:,} more"]


def _pairs(screen: Screen, title: str, some: PairsChanged, note: str = "") -> None:
    said = diff_words.pairs(some) if some.total else "none"
    screen.heading(title, f"{said}; {note}" if note else said)
    for one in some.families:
        _family(screen, one)
    _rest(screen, some.family_count - len(some.families), "families of pairs")


def _family(screen: Screen, one: PairFamily) -> None:
    sources = _few([label(view) for view in one.sources]) if one.sources else [("anyone", "bold red")]
    pieces: list[Piece] = [*sources, " → ", *facts(one.assets, NAMED)]
    if one.pairs > 1:
        pieces.append((f"  {one.pairs:,} pairs", "dim"))
    if one.bounded:
        pieces.append(("  at most: not settled within the budget", "yellow"))
    else:
        pieces.append(_certainty(one.certainty, one.other))
    if one.since is not None:
        until = f" until {diff_words.day(one.until)}, at the latest" if one.until else ""
        pieces.append(f"  from {diff_words.day(one.since)}{until}")
    screen.flow(*pieces, indent=2, hang=4)
    _because(screen, one.because, one.pairs > 1)


def _because(screen: Screen, because: Because, several: bool) -> None:
    for position, change in enumerate(because.changes):
        said = "and " if position else "for example because " if several else "because "
        barrier = "of a barrier: " if because.barrier and not position else ""
        screen.flow((said + barrier, "dim"), *_change(Folded((change,))), indent=6, hang=8)
    if because.note:
        screen.flow((prose(because.note), "yellow"), indent=6, hang=8)
    for start in because.starts[:1]:
        screen.flow(("anyone has ", "dim"), _place(start), indent=6, hang=8)
    for hop in because.steps[:1]:
        title = (f"  {prose(hop.title)}", "dim")
        screen.flow(("by ", "dim"), _place(hop.given), " → ", _place(hop.gives), title, indent=6, hang=8)
    if len(because.steps) > 1:
        more = words.number(len(because.steps) - 1, "more step")
        screen.flow((f"and {more} that the other end lacks", "dim"), indent=6)


def _list(screen: Screen, title: str, some: Changed[Any], line: Callable[[Screen, Any], None]) -> None:
    if not some.total:
        return
    screen.heading(title, _count(some))
    for one in some.lines:
        line(screen, one)
    _rest(screen, some.total - len(some.lines))


def _count(some: Changed[Any]) -> str:
    perhaps = some.total - some.known
    return f"{some.known:,}" + (f", and {perhaps:,} possibly" if perhaps else "")


def _steps(screen: Screen, title: str, some: Changed[StepChange]) -> None:
    """Write steps under the change that explains them, those between stated things first."""
    if not some.total:
        return
    screen.heading(title, _count(some))
    for because, steps in diff_words.by_reason(some.lines):
        if because is None:
            screen.flow(("no change that these rest on was found", "yellow"), indent=2)
        else:
            screen.flow(*_change(Folded((because,))), indent=2, hang=6)
        for one in steps[:NAMED]:
            _step(screen, one)
        if len(steps) > NAMED:
            screen.flow(f"… and {len(steps) - NAMED:,} more; -o json has them.", indent=6)
    _rest(screen, some.total - len(some.lines))


def _step(screen: Screen, one: StepChange) -> None:
    hop = one.hop
    pieces: list[Piece] = [_place(hop.given), " → ", _place(hop.gives)]
    if hop.also:
        pieces += [(" with ", "dim"), *_few([_place(view) for view in hop.also], 3)]
    pieces += [(f"  {prose(hop.title)}", "dim"), _certainty(one.certainty, one.other)]
    screen.flow(*pieces, indent=6, hang=8)


def _place(view: FactView) -> Text:
    """Return a fact; a set of ours by its name, which says more than its id."""
    if view.node.provider == DERIVED and view.node.name:
        return Text("“", "italic").append_text(name(view.node.name)).append("”")
    return fact(view)


def _ambient(screen: Screen, one: AmbientChange) -> None:
    screen.flow(fact(one.fact), _certainty(one.certainty, one.other), indent=2, hang=4)
    if one.because is not None:
        screen.flow(("because ", "dim"), *_change(Folded((one.because,))), indent=6, hang=8)


def _certainty(here: str, other: str) -> Piece:
    if here == "known" and other == "possible":
        return ("  known here, only possible at the other end", "yellow")
    return ("  possibly", "yellow") if here == "possible" else ""


def _node(screen: Screen, one: NodeChange) -> None:
    pieces: list[Piece] = [(f"{words.kind(one.node.kind)} ", "dim"), label(one.node), f"  {prose(one.because)}"]
    screen.flow(*pieces, indent=2, hang=4)


def _rest(screen: Screen, count: int, what: str = "", indent: int = 2) -> None:
    if count > 0:
        screen.flow(f"… and {count:,} more{' ' + what if what else ''}; --limit N lists more.", indent=indent)
