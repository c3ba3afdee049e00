"""`graphscan blast` as text: the answer first, then what it rests on, then what to do."""

from collections.abc import Iterable, Sequence

from rich.text import Text

from graphscan.analysis.results import BlastResult, Blocker, FactView, Reached, StartLine
from graphscan.report import EachResult
from graphscan.report.text import parts, words
from graphscan.report.text.nodes import SENSITIVE, fact, facts, identity, prose
from graphscan.report.text.routes import routes
from graphscan.report.text.screen import Piece, Screen

FAMILIES = 6
CONTROLS = 8
SETS = 6
MOVES = 6
STARTS = 12

_VERBS = {
    "--rotated": "rotate",
    "--revoke": "revoke",
    "--enforced": "enforce",
    "--defeated": "defeat",
    "--without": "remove",
}


def blast(screen: Screen, result: BlastResult) -> None:
    """Write the whole answer to one question, the verdict first."""
    _verdict(screen, result)
    screen.heading("Start", "held together")
    parts.starts(screen, result.starts, STARTS)
    if result.ambient:
        screen.flow(("anyone has ", "dim"), *facts(result.ambient, 6), indent=2, hang=4)
    parts.assumptions(screen, result.as_of, result.as_of_note, result.edits)
    screen.heading("Not read", words.number(len(result.coverage), "gap") if result.coverage else "")
    parts.coverage(screen, result.coverage)
    _reached(screen, result)
    if result.routes or result.routes_note:
        screen.heading("How", "cheapest first; → gives, [how it is known and where that stands]")
        routes(screen, result.routes, FAMILIES, result.routes_note)
    _blocked(screen, result.blocked_by)
    _contributions(screen, result)
    _sets(screen, result)
    _moves(screen, result)
    for note in result.notes:
        screen.flow((prose(note), "yellow"), indent=2)


def each(screen: Screen, result: EachResult) -> None:
    """Write one line for each start, the worst first."""
    screen.flow(f"{words.number(len(result.results), 'start')}, each on its own; -o json has every answer in full.")
    screen.blank()
    ranked = sorted(result.results, key=lambda one: (-_sensitive(one)[0], -sum(row.reached for row in one.totals)))
    screen.table(
        [("start", "id"), ("sensitive", "number"), ("all", "number"), ("possible", "number"), ("what", "prose")],
        [
            (
                Text(", ").join(fact(line.fact) for line in one.starts),
                f"{_sensitive(one)[0]:,}",
                f"{sum(row.reached for row in one.totals):,}",
                f"{sum(row.possible for row in one.totals):,}",
                _what(one),
            )
            for one in ranked
        ],
    )


# Private functions: the verdict


def _verdict(screen: Screen, result: BlastResult) -> None:
    live = list({one.fact.node.id: one for one in result.starts if not one.dead}.values())
    known, possible, of = _sensitive(result)
    who = f"Whoever holds {_these(live)} reaches "
    if not live:
        first: list[Piece] = [("Nothing is reached:", "bold"), " every start is dead at this instant."]
    elif known:
        first = [who, (f"{known:,} of {of:,} sensitive assets", "bold red"), ": ", *_assets(result)]
        first.append(
            f"; {possible:,} more {'is' if possible == 1 else 'are'} possible, given what was not read."
            if possible
            else "."
        )
    elif possible:
        first = [who, ("no sensitive asset for certain", "bold"), f", but possibly {possible:,} of {of:,}."]
    else:
        others = words.number(sum(one.reached for one in result.totals), "other node")
        first = [who, ("no sensitive asset", "bold"), f" of {of:,} as far as was read, and {others}."]
    screen.flow(*first, *_outlook(result))


def _these(live: Sequence[StartLine]) -> str:
    kinds = {one.fact.node.kind for one in live}
    noun = words.kind(next(iter(kinds)), len(live)) if len(kinds) == 1 else "starts"
    return f"this {noun}" if len(live) == 1 else f"these {len(live):,} {noun}"


def _assets(result: BlastResult) -> list[Piece]:
    """Return the sensitive assets that are reached: a few by name, many as counts of their kinds."""
    known, _, _ = _sensitive(result)
    named = _distinct(result.reached, SENSITIVE)
    if known <= 3 and len(named) == known:
        return facts(named)
    rows = sorted((one for one in result.totals if one.sensitive), key=lambda one: (-one.sensitive, one.kind))
    return [words.listed(f"{one.sensitive:,} {words.kind(one.kind, one.sensitive)}" for one in rows)]


def _outlook(result: BlastResult) -> list[Piece]:
    """Return the second sentence: what stays out of reach behind which controls, and the first move."""
    held = _held_off(result)
    if not result.moves or not result.moves[0].closes:
        return [*held, "."] if held else []
    best = result.moves[0]
    return [
        *held,
        "; first move: " if held else " First move: ",
        *_edit(best.edit, best.node.id),
        f", which alone closes {best.closes:,} of {best.of:,}.",
    ]


def _held_off(result: BlastResult) -> list[Piece]:
    jewels = {
        one.node.id: one
        for blocker in result.blocked_by
        for one in blocker.protects
        if one.node.sensitivity == "crown_jewel"
    }
    safe = sorted(jewels)
    if not safe:
        return []
    holding = [one.control for one in result.blocked_by if any(f.node.id in jewels for f in one.protects)]
    names: list[Piece] = []
    for position, control in enumerate(holding[:3]):
        if position:
            names.append(" and " if position == len(holding[:3]) - 1 else ", ")
        names.append(identity(control.id, "bold green"))
    verb = "stays" if len(safe) == 1 else "stay"
    return [
        " ",
        (f"{len(safe):,} {words.sensitivity('crown_jewel', len(safe))}", "bold"),
        f" {verb} out of reach behind ",
        *names,
    ]


# Private functions: the sections


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


def _blocked(screen: Screen, blockers: Sequence[Blocker]) -> None:
    holding = [one for one in blockers if one.effect != "hinders"]
    screen.heading("What stopped the rest", "controls whose step lacked nothing else" if holding else "")
    if not holding:
        screen.flow("No control stood in the way: what is not reached is not connected, as far as was read.", indent=2)
    for one in holding[:CONTROLS]:
        _control(screen, one)
    if len(holding) > CONTROLS:
        screen.flow(f"… and {len(holding) - CONTROLS:,} more; -o json lists all.", indent=2)
    hindering = [one for one in blockers if one.effect == "hinders"]
    if hindering:
        names = [piece for one in hindering[:CONTROLS] for piece in (identity(one.control.id), " ")]
        screen.flow(("hinders, and is never counted on: ", "dim"), *names, indent=2, hang=4)


def _control(screen: Screen, one: Blocker) -> None:
    pieces: list[Piece] = [identity(one.control.id, "bold green" if one.enforced == "yes" else "bold yellow")]
    if one.enforced != "yes":
        pieces.append((f" (enforced: {prose(one.enforced)})", "yellow"))
    if one.protects:
        more = one.protects_count - len(one.protects)
        pieces += ["  before ", *facts(one.protects), f" and {more:,} more" if more > 0 else ""]
    fall = words.number(one.would_open, "sensitive asset") if one.would_open else "no sensitive asset"
    pieces.append(f"; if it alone fails, {fall} {'fall' if one.would_open > 1 else 'falls'}")
    if one.defeated_by:
        pieces += ["; met or defeated by ", *facts(one.defeated_by, 2)]
    screen.flow(*pieces, indent=2, hang=4)


def _contributions(screen: Screen, result: BlastResult) -> None:
    if len(result.contributions) < 2:
        return
    exact = all(one.exact for one in result.contributions)
    screen.heading(
        "What each start gives", "sensitive assets" + ("" if exact else "; ≤ is an upper bound, the budget ended first")
    )
    screen.table(
        [
            ("start", "id"),
            ("alone", "number"),
            ("with others", "number"),
            ("alone it opens", "prose"),
            ("with others it helps open", "prose"),
        ],
        [
            (
                fact(one.start),
                f"{len(one.alone):,}",
                f"{'' if one.exact else '≤ '}{len(one.joint):,}",
                _few(one.alone),
                _few(one.joint),
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
        pieces: list[Piece] = [*facts(one.assets, 2), ": "]
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
            "none: nothing sensitive is reached" if not _sensitive(result)[0] else "no single change closes anything",
            indent=2,
        )
    for number, one in enumerate(result.moves[:MOVES], 1):
        pieces: list[Piece] = [
            f"{number}. ",
            *_edit(one.edit, one.node.id),
            f"  closes {one.closes:,} of {one.of:,} sensitive assets, {one.remaining:,} left",
        ]
        screen.flow(*pieces, indent=2, hang=5)
    if len(result.moves) > MOVES:
        screen.flow(f"… and {len(result.moves) - MOVES:,} more; -o json lists all.", indent=2)


# Private functions: small words


def _edit(edit: str, node: str) -> list[Piece]:
    """Return `--rotated NODE` as `rotate NODE`, the node's id in one word."""
    option = edit.removesuffix(node).strip()
    return [f"{_VERBS.get(option, prose(option))} ", identity(node, "bold")]


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
    return _joined(facts(views, 2)) if views else Text("–")


def _what(one: BlastResult) -> Text:
    dead = next((line.dead for line in one.starts if line.dead), "")
    if dead:
        return Text(f"not used: {prose(dead)}", "yellow")
    return _joined(_assets(one)) if _sensitive(one)[0] else Text("–")


def _distinct(reached: Iterable[Reached], sensitivities: Sequence[str]) -> list[FactView]:
    """Return one fact for each node known to be reached that has one of these sensitivities."""
    found = {
        one.node.id: FactView(one.node, one.level)
        for one in reached
        if one.certainty == "known" and one.node.sensitivity in sensitivities
    }
    return list(found.values())


def _sensitive(result: BlastResult) -> tuple[int, int, int]:
    """Return how many sensitive assets are reached, how many more possibly, of how many."""
    rows = [one for one in result.by_sensitivity if one.sensitivity in SENSITIVE]
    return sum(one.reached for one in rows), sum(one.possible for one in rows), sum(one.of for one in rows)


def _joined(pieces: Sequence[Piece]) -> Text:
    text = Text()
    for piece in pieces:
        if isinstance(piece, Text):
            text.append_text(piece)
        else:
            text.append(*((piece,) if isinstance(piece, str) else piece))
    return text
