"""`graphscan exposure` as text."""

from collections.abc import Sequence

from rich.text import Text

from graphscan.analysis.exposure_results import Count, ExposureResult, Family
from graphscan.report.text import parts, words
from graphscan.report.text.nodes import facts, label, listed, prose
from graphscan.report.text.screen import Piece, Screen

ASSETS, FAMILIES, UNUSED, CHOKES = 15, 12, 10, 20  # lines shown of each
NAMED = 3  # assets of a family


def exposure(screen: Screen, result: ExposureResult) -> None:
    """Write who reaches what: in all, then assets, identities, unused credentials and choke points."""
    screen.flow(*_verdict(result))
    parts.assumptions(screen, result.as_of, result.as_of_note, result.edits)
    for note in result.notes:
        screen.flow((f"{prose(note)}.", "yellow"), indent=2, hang=4)
    if result.open_to_anyone:
        screen.flow(("Open to anyone, in no pair: ", "bold red"), *facts(result.open_to_anyone), indent=2, hang=4)
    if result.possibly_open:
        screen.flow(("Possibly open to anyone: ", "yellow"), *facts(result.possibly_open), indent=2, hang=4)
    _assets(screen, result)
    _identities(screen, result)
    _unused(screen, result)
    _chokes(screen, result)
    screen.heading("Not read", words.number(len(result.coverage), "gap") if result.coverage else "")
    parts.coverage(screen, result.coverage)


# Private functions


def _verdict(result: ExposureResult) -> list[Piece]:
    asked = words.listed(f"{count:,} {words.kind(kind, count)}" for kind, count in result.identities)
    reached = f"{result.exposed_known:,} of {words.number(result.assets, 'asset')}"
    perhaps = result.exposed_total - result.exposed_known
    more = f", and {perhaps:,} more possibly" if perhaps else ""
    pairs = result.pairs
    said = words.number(pairs.known, "pair") + " known"
    if pairs.possible:
        said += f", {pairs.possible:,} more possible"
    unsettled = pairs.known_unsettled + pairs.possible_unsettled
    if unsettled:
        said += f", {unsettled:,} not settled"
    return [
        (f"{reached} ({prose(result.asked_for)}) reached", "bold"),
        f" by some identity of its own, with what anyone has{more}: {said}. Asked about: {asked}, each alone.",
    ]


def _assets(screen: Screen, result: ExposureResult) -> None:
    screen.heading("Most exposed assets", _of(ASSETS, len(result.exposed), result.exposed_total))
    of = sum(count for _, count in result.identities)
    rows = [
        (label(one.node), prose(one.level), *_counted(one.identities, of), _by_kind(one.by_kind))
        for one in result.exposed[:ASSETS]
    ]
    if not rows:
        screen.flow(("No asset is reached by an identity alone.", "dim"), indent=2)
        return
    columns = [("asset", "id"), ("from", "id"), (f"of {of:,}", "number"), ("possible", "number"), ("open", "number")]
    _table(screen, [*columns, ("by kind", "prose")], rows)


def _identities(screen: Screen, result: ExposureResult) -> None:
    screen.heading("Most powerful identities", _of(FAMILIES, len(result.powerful), result.powerful_total, "families"))
    if not result.powerful:
        screen.flow(("No identity reaches an asset alone.", "dim"), indent=2)
    for one in result.powerful[:FAMILIES]:
        pieces: list[Piece] = [*_members(one), " ", (_amount(one.assets, "asset"), "bold")]
        sorts = [f"{amount.most:,} {words.sensitivity(name, amount.most)}" for name, amount in one.by_sensitivity]
        if sorts:
            pieces.append((f" ({words.listed(sorts)})", "dim"))
        few = [label(fact.node) for fact in one.reaches[:NAMED]]
        more = one.assets.most - len(few)
        pieces += [": ", *listed([*few, *([Text(f"{more:,} more")] if more else [])])]
        screen.flow(*pieces, indent=2, hang=4)


def _members(one: Family) -> list[Piece]:
    if one.size == 1:
        return [label(one.shown[0]), f" ({words.kind(one.kind)}) reaches"]
    return [
        (f"{one.size:,} {words.kind(one.kind, one.size)}", "bold"),
        " that reach the same, ",
        label(one.shown[0]),
        " among them, reach",
    ]


def _unused(screen: Screen, result: ExposureResult) -> None:
    screen.heading(
        "Unused and powerful, owned by nobody", _of(UNUSED, len(result.unused), result.unused_total, "credentials")
    )
    if not result.unused:
        screen.flow(("None.", "dim"), indent=2)
        return
    said = f"Not seen in use for {words.number(result.lookback_days, 'day')}, no owner."
    screen.flow((f"{said} Unused is a reason to delete a credential, never a reason to skip it.", "dim"), indent=2)
    rows = [
        (label(one.node), prose(one.said) or "no source says when", *_counted(one.assets, result.assets))
        for one in result.unused[:UNUSED]
    ]
    columns = [("credential", "id"), ("last use", "prose"), (f"of {result.assets:,} assets", "number")]
    _table(screen, [*columns, ("possible", "number"), ("open", "number")], rows)


def _chokes(screen: Screen, result: ExposureResult) -> None:
    screen.heading("Choke points", "without any level of it, that many known pairs are gone")
    rows = [
        (
            label(one.node),
            words.kind(one.node.kind),
            f"{one.removes:,}",
            f"{one.unsettled:,}" if one.unsettled else "",
            f"{one.assets:,}" if one.assets else "",
        )
        for one in result.chokes[:CHOKES]
    ]
    if rows:
        pairs = f"of {result.chokes[0].of:,} pairs"
        columns = [("node", "id"), ("kind", "id"), (pairs, "number"), ("open", "number")]
        _table(screen, [*columns, ("assets nobody reaches then", "number")], rows)
    else:
        screen.flow(("No single node is.", "dim"), indent=2)
    if result.chokes_note:
        screen.flow((f"{prose(result.chokes_note)}.", "dim"), indent=2)


def _table(screen: Screen, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Text | str]]) -> None:
    """Write a table without the columns in which nothing is said."""
    said = [place for place in range(len(columns)) if any(len(row[place]) for row in rows)]
    screen.table([columns[place] for place in said], [[row[place] for place in said] for row in rows])


def _counted(one: Count, of: int) -> tuple[str, str, str]:
    """Return what is known, what is possible besides, and what is not settled."""
    unsettled = one.known_unsettled + one.possible_unsettled
    share = f" ({one.known / of:.0%})" if of and one.known else ""
    return f"{one.known:,}{share}", f"+{one.possible:,}" if one.possible else "", f"{unsettled:,}" if unsettled else ""


def _by_kind(some: tuple[tuple[str, Count], ...]) -> str:
    return words.listed(f"{one.most:,} {words.kind(kind, one.most)}" for kind, one in some)


def _amount(one: Count, noun: str) -> str:
    said = words.number(one.known, noun)
    if one.possible:
        said += f", {one.possible:,} more possibly"
    unsettled = one.known_unsettled + one.possible_unsettled
    return f"{said}, {unsettled:,} not settled" if unsettled else said


def _of(shown: int, given: int, total: int, noun: str = "") -> str:
    here = min(shown, given)
    text = f"{here:,} of {total:,}" if total > here else ""
    return f"{text} {noun}".strip() if text else ""
