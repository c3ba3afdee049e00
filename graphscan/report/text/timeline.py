"""`graphscan blast --timeline` as text."""

from collections.abc import Sequence
from datetime import datetime

from graphscan.analysis.results import FactView
from graphscan.analysis.timeline_results import AssetTime, Change, Changed, Event, Kept, TimelineResult
from graphscan.report.text import parts, words
from graphscan.report.text.nodes import SENSITIVE, facts, label, listed, prose
from graphscan.report.text.screen import Piece, Screen

CHANGES = 40
NAMED = 6
ASSETS = 30
KEPT = 20


def timeline(screen: Screen, result: TimelineResult) -> None:
    """Write the answer first: until when something was reached; then each change, and when each asset was reached."""
    screen.flow(*_verdict(result))
    screen.heading("Start", f"acts from {words.moment(result.begin)}")
    parts.starts(screen, result.starts)
    for edit in result.edits:
        screen.flow(("what if ", "dim"), (prose(edit), "yellow"), indent=2)
    note = f" ({prose(result.end_note)})" if result.end_note else ""
    screen.flow(("until ", "dim"), words.moment(result.end), (note, "dim"), indent=2)
    screen.heading("Changes", f"reach computed at {words.number(result.looked_at, 'instant')}")
    for change in result.changes[:CHANGES]:
        _change(screen, change)
    if len(result.changes) > CHANGES:
        screen.flow(f"… and {len(result.changes) - CHANGES:,} more; -o json lists all.", indent=2)
    _assets(screen, result.assets)
    _credentials(screen, result)
    for note in result.notes:
        screen.flow((prose(note), "yellow"), indent=2)
    screen.heading("Not read", words.number(len(result.coverage), "gap") if result.coverage else "")
    parts.coverage(screen, result.coverage)


# Private functions


def _verdict(result: TimelineResult) -> list[Piece]:
    last = result.changes[-1]
    if not result.assets:
        return [("Nothing was reached", "bold"), " beyond the starts that counts as an asset."]
    ever = len({one.node.id for one in result.assets})
    known = len({one.node.id for one in result.assets if one.known is not None})
    said: list[Piece] = [(f"{known:,} assets were reached", "bold")]
    if ever > known:
        said.append(f", and {ever - known:,} more possibly")
    if result.possibly_out_since is not None:
        return [*said, "; ", ("none is any more", "bold"), f" since {words.moment(result.possibly_out_since)}."]
    perhaps = f" {last.possible:,} possibly still are, given what was not read." if last.possible else ""
    if result.out_since is not None:
        none = ("none is known to be any more", "bold")
        return [*said, "; ", none, f" since {words.moment(result.out_since)}.", perhaps]
    return [*said, "; ", (f"{last.known:,} still are", "bold"), f" at {words.moment(result.end)}.", perhaps]


def _change(screen: Screen, change: Change) -> None:
    counts = f"{change.known:,} assets" + (f", {change.possible:,} more possibly" if change.possible else "")
    events = _events(change.events, change.event_count)
    screen.flow((words.moment(change.at), "bold"), f"  {counts}", *events, indent=2, hang=4)
    for sign, style, changed in (("+", "red", change.new), ("−", "green", change.lost)):
        for now, then in _SAID:
            of = [one for one in changed if (one.certainty, one.before) == (now, then)]
            if of:
                _facts(screen, (f"{sign} ", style), _SAID[now, then], of)


# What is said of facts whose certainty is one now and was another before.
_SAID = {
    ("known", ""): "",
    ("known", "possible"): "known now: ",
    ("possible", ""): "possibly ",
    ("", "known"): "",
    ("possible", "known"): "only possible now: ",
    ("", "possible"): "not even possible now: ",
}


def _facts(screen: Screen, sign: tuple[str, str], said: str, changed: Sequence[Changed]) -> None:
    """Write what is sensitive by name, and count the rest."""
    ranked = [one for one in changed if one.node.sensitivity in SENSITIVE]
    rest = [one for one in changed if one.node.sensitivity not in SENSITIVE]
    for views in (ranked, rest):
        if views:
            shown = facts([FactView(one.node, one.level) for one in views], NAMED)
            screen.flow(sign, (said, "yellow"), *shown, indent=4, hang=6)


def _events(events: Sequence[Event], count: int) -> list[Piece]:
    if not events:
        return []
    pieces: list[Piece] = ["  "]
    by_what: dict[str, list[Event]] = {}
    for one in events:
        by_what.setdefault(one.what, []).append(one)
    for position, (what, members) in enumerate(by_what.items()):
        shown = listed([label(one.node) for one in members[:3]])
        more = f" and {len(members) - 3} more" if len(members) > 3 else ""
        pieces += [("; " if position else ""), (f"{prose(what)}: ", "dim"), *shown, more]
    if count > len(events):
        pieces.append(f" and {count - len(events):,} more events")
    return pieces


def _assets(screen: Screen, assets: Sequence[AssetTime]) -> None:
    """Write when assets were reached, those with the same times together."""
    if not assets:
        return
    screen.heading("First reached", "known, and possibly")
    groups: dict[tuple[str, str], list[AssetTime]] = {}
    for one in assets:
        known = _span(one.known, one.known_until)
        possible = _span(one.possible, one.possible_until)
        groups.setdefault((known, possible if possible != known else ""), []).append(one)
    for (known, possible), members in list(groups.items())[:ASSETS]:
        screen.flow(*facts([FactView(one.node, one.level) for one in members], NAMED), indent=2, hang=4)
        said: list[Piece] = [known] if known else []
        said += ["; " if known else "", ("possibly ", "yellow"), possible] if possible else []
        screen.flow(*said, indent=6)
    if len(groups) > ASSETS:
        screen.flow(f"… and {len(groups) - ASSETS:,} more times; -o json lists all.", indent=2)


def _span(begin: datetime | None, end: datetime | None) -> str:
    if begin is None:
        return ""
    return f"from {words.moment(begin)}" + (", still" if end is None else f" to {words.moment(end)}")


def _credentials(screen: Screen, result: TimelineResult) -> None:
    """Write what the attacker came to hold on the way; what he began with stands above."""
    found = [one for one in result.credentials if not one.start]
    if not found:
        return
    how = "made since by his accounts: his" if result.made == "known" else "made since by his accounts: possibly his"
    screen.heading("Obtained on the way", how)
    for one in found[:KEPT]:
        screen.flow(*_kept(one), indent=2, hang=4)
    if len(found) > KEPT:
        screen.flow(f"… and {len(found) - KEPT:,} more; -o json lists all.", indent=2)


def _kept(one: Kept) -> list[Piece]:
    pieces: list[Piece] = [label(one.node), f"  {words.moment(one.first)}"]
    if one.certainty == "possible":
        pieces.append((" possibly", "yellow"))
    if one.obtained != one.first:
        pieces.append(f", newest value {words.moment(one.obtained)}")
    pieces.append((f"  {prose(one.dead)}", "green") if one.dead else ("  not proven dead", "red"))
    return pieces
