"""`graphscan blast` as text: the answer first, then what it rests on, then what to do."""

from collections.abc import Sequence

from rich.text import Text

from graphscan.analysis.results import BlastResult, Blocker, FactView
from graphscan.report import EachResult
from graphscan.report.text import parts, words
from graphscan.report.text.nodes import fact, facts, identity, label, listed, prose
from graphscan.report.text.routes import Families
from graphscan.report.text.screen import Piece, Screen
from graphscan.report.text.verdict import assets, edit, noun, sensitive, verdict

FAMILIES = 6
CONTROLS = 8
SETS = 6
MOVES = 5
STARTS = 12


def blast(screen: Screen, result: BlastResult) -> None:
    """Write the whole answer to one question, the verdict first."""
    verdict(screen, result)
    screen.heading("Start", "held together")
    parts.starts(screen, result.starts, STARTS)
    _ambient(screen, result)
    parts.assumptions(screen, result.as_of, result.as_of_note, result.edits)
    screen.heading("Not read", words.number(len(result.coverage), "gap") if result.coverage else "")
    parts.coverage(screen, result.coverage)
    _reached(screen, result)
    if result.routes or result.routes_note:
        families = Families(screen, result.routes, result.routes_note, places=1)
        screen.heading("How", families.legend)
        families.write(FAMILIES, once=True)
    _blocked(screen, result)
    _contributions(screen, result)
    _sets(screen, result)
    _moves(screen, result)
    for note in (one for one in result.notes if one != result.routes_note):
        screen.flow((prose(note), "yellow"), indent=2)


def each(screen: Screen, result: EachResult) -> None:
    """Write one line for each start, the worst first."""
    screen.flow(f"{words.number(len(result.results), 'start')}, each on its own; -o json has every answer in full.")
    screen.blank()
    ranked = sorted(result.results, key=lambda one: (-sensitive(one)[0], -sum(row.reached for row in one.totals)))
    screen.table(
        [("start", "id"), ("sensitive", "number"), ("all", "number"), ("possible", "number"), ("what", "prose")],
        [
            (
                Text(", ").join(fact(line.fact) for line in one.starts),
                f"{sensitive(one)[0]:,}",
                f"{sum(row.reached for row in one.totals):,}",
                f"{sum(row.possible for row in one.totals):,}",
                _what(one),
            )
            for one in ranked
        ],
    )


# Private functions: the sections


def _ambient(screen: Screen, result: BlastResult) -> None:
    """Say what anyone has, as far as the ways shown use it."""
    controls = [one for one in result.ambient if one.node.kind == "Control"]
    others = [one for one in result.ambient if one.node.kind != "Control"]
    if others:
        screen.flow(("anyone has ", "dim"), *facts(others, 6), indent=2, hang=4)
    if controls:
        names = listed([label(one.node, "yellow") for one in controls[:CONTROLS]])
        more = f" and {len(controls) - CONTROLS:,} more" if len(controls) > CONTROLS else ""
        screen.flow(("controls that do not hold: ", "dim"), *names, more, indent=2, hang=4)


def _reached(screen: Screen, result: BlastResult) -> None:
    known = sum(one.reached for one in result.totals)
    screen.heading("Reached", f"{words.number(known, 'node')}; n of N that there are")
    if not result.totals:
        screen.flow("nothing beyond the starts", indent=2)
    rows = [one for one in result.totals if one.reached or one.possible]
    if rows:
        screen.table(
            [
                ("kind", "id"),
                ("known", "number"),
                ("possible", "number"),
                ("of", "number"),
                ("sensitive", "number"),
                ("highest level", "prose"),
            ],
            [
                (
                    words.kind(one.kind, 2),
                    f"{one.reached:,}",
                    f"{one.possible:,}" if one.possible else "",
                    f"{one.of:,}",
                    f"{one.sensitive:,}" if one.sensitive else "",
                    ", ".join(f"{prose(level)} {count:,}" for level, count in one.levels),
                )
                for one in sorted(rows, key=lambda one: (-one.sensitive, -one.reached, one.kind))
            ],
        )
    _by_sensitivity(screen, result)
    if result.open_to_anyone:
        screen.flow(
            ("Open to anyone, without any start: ", "bold red"), *facts(result.open_to_anyone), indent=2, hang=4
        )
    if result.possibly_open:
        screen.flow(
            ("Possibly open to anyone, without any start: ", "yellow"), *facts(result.possibly_open), indent=2, hang=4
        )


def _by_sensitivity(screen: Screen, result: BlastResult) -> None:
    rows = result.by_sensitivity
    said = [
        f"{words.sensitivity(one.sensitivity, 2)} {one.reached:,}"
        + (f" (and {one.possible:,} possible)" if one.possible else "")
        + f" of {one.of:,}"
        for one in rows
        if one.sensitivity != "none"
    ]
    if said:
        screen.flow(("by sensitivity: ", "dim"), "; ".join(said), indent=2, hang=4)


def _blocked(screen: Screen, result: BlastResult) -> None:
    blockers = result.blocked_by
    holding = [one for one in blockers if one.effect != "hinders"]
    screen.heading("What stopped the rest", "controls whose step lacked nothing else" if holding else "")
    if not holding:
        screen.flow("No step was stopped for want of a control alone.", indent=2)
    for one in holding[:CONTROLS]:
        _control(screen, one, noun(result, one.would_open or 0))
    if len(holding) > CONTROLS:
        screen.flow(f"… and {len(holding) - CONTROLS:,} more; -o json lists all.", indent=2)
    hindering = [one for one in blockers if one.effect == "hinders"]
    if hindering:
        names = [piece for one in hindering[:CONTROLS] for piece in (label(one.control), " ")]
        screen.flow(("hinders, and is never counted on: ", "dim"), *names, indent=2, hang=4)


def _control(screen: Screen, one: Blocker, assets_: str) -> None:
    pieces: list[Piece] = [label(one.control, "bold green" if one.enforced == "yes" else "bold yellow")]
    if one.enforced != "yes":
        pieces.append((f" (enforced: {prose(one.enforced)})", "yellow"))
    if one.protects:
        more = one.protects_count - len(one.protects)
        pieces += ["  before ", *facts(one.protects), f" and {more:,} more" if more > 0 else ""]
    if one.would_open is not None:
        fall = f"{one.would_open:,} {assets_}" if one.would_open else "nothing that counts"
        pieces.append(f"; if it alone fails, {fall} {'fall' if one.would_open > 1 else 'falls'}")
    if one.defeated_by:
        pieces += ["; met or defeated by ", *facts(one.defeated_by, 2)]
    screen.flow(*pieces, indent=2, hang=4)


def _contributions(screen: Screen, result: BlastResult) -> None:
    if len(result.contributions) < 2:
        return
    exact = all(one.exact for one in result.contributions)
    screen.heading(
        "What each start gives", noun(result) + ("" if exact else "; ≤ is an upper bound, the budget ended first")
    )
    screen.table(
        [("start", "id"), ("alone", "number"), ("with others", "number"), ("it helps to open", "prose")],
        [
            (
                label(one.start),
                f"{len(one.alone):,}",
                f"{'' if one.exact else '≤ '}{len(one.joint):,}",
                _few(one.joint or one.alone),
            )
            for one in result.contributions[:STARTS]
        ],
    )
    if len(result.contributions) > STARTS:
        screen.flow(f"… and {len(result.contributions) - STARTS:,} more; -o json lists all.", indent=2)


def _sets(screen: Screen, result: BlastResult) -> None:
    if not result.sets:
        return
    screen.heading("Which starts it takes", "any one set reaches it; any one cut protects it")
    for one in result.sets[:SETS]:
        pieces: list[Piece] = [*facts(one.assets, 5), ": "]
        if any(not names for names in one.sets):
            pieces.append(("open to anyone", "bold red"))
        else:
            pieces += [("needs ", "dim"), *_alternatives(one.sets)]
            pieces += [("; cut by ", "dim"), *_alternatives(one.cuts)] if one.cuts else ["; no cut among the starts"]
        if not one.complete:
            pieces.append((" (more may exist: the budget ended first)", "yellow"))
        screen.flow(*pieces, indent=2, hang=4)
    if len(result.sets) > SETS:
        screen.flow(f"… and {len(result.sets) - SETS:,} more; -o json lists all.", indent=2)


def _moves(screen: Screen, result: BlastResult) -> None:
    screen.heading(
        "First moves", "single changes; try one with --rotated, --revoke, --enforced, --without" if result.moves else ""
    )
    if not result.moves:
        screen.flow(
            "none: nothing sensitive is reached" if not sensitive(result)[0] else "no single change closes anything",
            indent=2,
        )
    for number, one in enumerate(result.moves[:MOVES], 1):
        pieces: list[Piece] = [
            f"{number}. ",
            *edit(one.edit, one.node),
            f"  closes {one.closes:,} of {one.of:,} {noun(result)}, {one.remaining:,} left",
        ]
        screen.flow(*pieces, indent=2, hang=5)
    if len(result.moves) > MOVES:
        screen.flow(f"… and {len(result.moves) - MOVES:,} more; -o json lists all.", indent=2)


# Private functions: small words


def _alternatives(groups: Sequence[tuple[str, ...]], most: int = 4) -> list[Piece]:
    pieces: list[Piece] = []
    for position, names in enumerate(groups[:most]):
        pieces += [" or "] if position else []
        for place, one in enumerate(names):
            pieces += [" + "] if place else []
            pieces.append(identity(one, "bold"))
    if len(groups) > most:
        pieces.append(f" or {len(groups) - most:,} others")
    return pieces


def _few(views: Sequence[FactView]) -> Text:
    return _joined(facts(views, 3)) if views else Text("–")


def _what(one: BlastResult) -> Text:
    dead = next((line.dead for line in one.starts if line.dead), "")
    if dead:
        return Text(f"not used: {prose(dead)}", "yellow")
    return _joined(assets(one)) if sensitive(one)[0] else Text("–")


def _joined(pieces: Sequence[Piece]) -> Text:
    text = Text()
    for piece in pieces:
        if isinstance(piece, Text):
            text.append_text(piece)
        else:
            text.append(*((piece,) if isinstance(piece, str) else piece))
    return text
