"""`graphscan blast` as text: the answer first, then what it rests on, then what to do."""

from collections.abc import Iterable, Sequence

from rich.text import Text

from graphscan.analysis.results import BlastResult, Blocker, FactView, NodeView, Reached, StartLine
from graphscan.report import EachResult
from graphscan.report.text import parts, words
from graphscan.report.text.nodes import SENSITIVE, fact, facts, identity, label, listed, prose
from graphscan.report.text.routes import Families
from graphscan.report.text.screen import Piece, Screen

FAMILIES = 6
CONTROLS = 8
SETS = 6
MOVES = 5
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
        more = f" and possibly {possible:,} more" if possible else ""
        first = [who, (f"{known:,} of {of:,} {_noun(result)}", "bold red"), f"{more}: ", *_assets(result)]
        first += [*_jewels(result), "."]
    elif possible:
        first = [who, (f"no {_noun(result, 1)} for certain", "bold"), f", but possibly {possible:,} of {of:,}."]
    else:
        others = words.number(sum(one.reached for one in result.totals), "other node")
        among = f" of {of:,}" if of else ""
        first = [who, ("no sensitive asset", "bold"), f"{among} as far as was read, and {others}."]
    screen.flow(*first, *_first_move(result))


def _these(live: Sequence[StartLine]) -> str:
    kinds = {one.fact.node.kind for one in live}
    noun = words.kind(next(iter(kinds)), len(live)) if len(kinds) == 1 else "starts"
    return f"this {noun}" if len(live) == 1 else f"these {len(live):,} {noun}"


def _assets(result: BlastResult, most: int = 6) -> list[Piece]:
    """Return the sensitive assets that are reached: those of rare kinds by name, many of a kind as a count."""
    by_kind: dict[str, list[FactView]] = {}
    for one in _distinct(result.reached, _counting(result)):
        by_kind.setdefault(one.node.kind, []).append(one)
    shown: list[Text] = []
    for row in sorted((row for row in result.totals if row.sensitive), key=lambda row: (-row.sensitive, row.kind)):
        named = by_kind.get(row.kind, [])
        if row.sensitive <= 2 and len(named) == row.sensitive and len(shown) + row.sensitive <= most:
            shown += [fact(one) for one in named]
        else:
            shown.append(Text(f"{row.sensitive:,} {words.kind(row.kind, row.sensitive)}"))
    return listed(shown)


def _jewels(result: BlastResult) -> list[Piece]:
    """Return what became of the crown jewels, and which controls stood in the way of more."""
    row = next((one for one in result.by_sensitivity if one.sensitivity == "crown_jewel"), None)
    holding = [one for one in result.blocked_by if one.effect != "hinders" and one.would_open]
    names = listed([label(one.control, "bold green") for one in holding[:4]])
    held: list[Piece] = ["; what held: ", *names] if names else []
    if row is None:
        return held
    if row.reached:
        return [", among them ", (f"{row.reached:,} of {words.number(row.of, 'crown jewel')}", "bold red"), *held]
    return [", but ", (f"none of {words.number(row.of, 'crown jewel')}", "bold"), *held]


def _first_move(result: BlastResult) -> list[Piece]:
    if not result.moves or not result.moves[0].closes:
        return []
    best = result.moves[0]
    closes = f", which alone closes {best.closes:,} of {best.of:,}."
    return [" First move: ", *_edit(best.edit, best.node), closes]


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
        screen.flow("No control stood in the way: what is not reached is not connected, as far as was read.", indent=2)
    for one in holding[:CONTROLS]:
        _control(screen, one, _noun(result, one.would_open))
    if len(holding) > CONTROLS:
        screen.flow(f"… and {len(holding) - CONTROLS:,} more; -o json lists all.", indent=2)
    hindering = [one for one in blockers if one.effect == "hinders"]
    if hindering:
        names = [piece for one in hindering[:CONTROLS] for piece in (label(one.control), " ")]
        screen.flow(("hinders, and is never counted on: ", "dim"), *names, indent=2, hang=4)


def _control(screen: Screen, one: Blocker, noun: str) -> None:
    pieces: list[Piece] = [label(one.control, "bold green" if one.enforced == "yes" else "bold yellow")]
    if one.enforced != "yes":
        pieces.append((f" (enforced: {prose(one.enforced)})", "yellow"))
    if one.protects:
        more = one.protects_count - len(one.protects)
        pieces += ["  before ", *facts(one.protects), f" and {more:,} more" if more > 0 else ""]
    fall = f"{one.would_open:,} {noun}" if one.would_open else "nothing that counts"
    pieces.append(f"; if it alone fails, {fall} {'fall' if one.would_open > 1 else 'falls'}")
    if one.defeated_by:
        pieces += ["; met or defeated by ", *facts(one.defeated_by, 2)]
    screen.flow(*pieces, indent=2, hang=4)


def _contributions(screen: Screen, result: BlastResult) -> None:
    if len(result.contributions) < 2:
        return
    exact = all(one.exact for one in result.contributions)
    screen.heading(
        "What each start gives", _noun(result) + ("" if exact else "; ≤ is an upper bound, the budget ended first")
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
            "none: nothing sensitive is reached" if not _sensitive(result)[0] else "no single change closes anything",
            indent=2,
        )
    for number, one in enumerate(result.moves[:MOVES], 1):
        pieces: list[Piece] = [
            f"{number}. ",
            *_edit(one.edit, one.node),
            f"  closes {one.closes:,} of {one.of:,} {_noun(result)}, {one.remaining:,} left",
        ]
        screen.flow(*pieces, indent=2, hang=5)
    if len(result.moves) > MOVES:
        screen.flow(f"… and {len(result.moves) - MOVES:,} more; -o json lists all.", indent=2)


# Private functions: small words


def _edit(edit: str, node: NodeView) -> list[Piece]:
    """Return `--rotated NODE` as `rotate NODE`, the node's id in one word."""
    option = edit.removesuffix(node.id).strip()
    return [f"{_VERBS.get(option, prose(option))} ", label(node, "bold")]


def _counting(result: BlastResult) -> tuple[str, ...]:
    """Return the sensitivities that count as an asset here: less than confidential only where nothing more is reached."""
    return (*SENSITIVE, "internal") if result.asset_sensitivity == "internal" else SENSITIVE


def _noun(result: BlastResult, count: int = 2) -> str:
    noun = "internal asset" if result.asset_sensitivity == "internal" else "sensitive asset"
    return noun if count == 1 else noun + "s"


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
    return _joined(_assets(one)) if _sensitive(one)[0] else Text("–")


def _distinct(reached: Iterable[Reached], sensitivities: Sequence[str]) -> list[FactView]:
    """Return one fact for each node of these sensitivities that is known to be reached, beyond talking to it."""
    found = {
        one.node.id: FactView(one.node, one.level)
        for one in reached
        if one.certainty == "known" and one.level != "reachable" and one.node.sensitivity in sensitivities
    }
    return list(found.values())


def _sensitive(result: BlastResult) -> tuple[int, int, int]:
    """Return how many sensitive assets are reached, how many more possibly, of how many."""
    rows = [one for one in result.by_sensitivity if one.sensitivity in _counting(result)]
    return sum(one.reached for one in rows), sum(one.possible for one in rows), sum(one.of for one in rows)


def _joined(pieces: Sequence[Piece]) -> Text:
    text = Text()
    for piece in pieces:
        if isinstance(piece, Text):
            text.append_text(piece)
        else:
            text.append(*((piece,) if isinstance(piece, str) else piece))
    return text
