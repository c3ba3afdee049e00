"""The verdict of a blast radius: two sentences, and the words in which its sections count."""

from collections.abc import Iterable, Sequence

from rich.text import Text

from graphscan.analysis.results import RARE, BlastResult, FactView, NodeView, Reached, StartLine
from graphscan.report.text import words
from graphscan.report.text.nodes import SENSITIVE, fact, label, listed, prose
from graphscan.report.text.screen import Piece, Screen

_VERBS = {"--rotated": "rotate", "--revoke": "revoke", "--enforced": "enforce", "--defeated": "defeat"}
_VERBS |= {"--without": "remove", "--remove": "remove"}


def verdict(screen: Screen, result: BlastResult) -> None:
    live = list({one.fact.node.id: one for one in result.starts if not one.dead}.values())
    known, possible, of = sensitive(result)
    who = f"Whoever holds {_these(live)} reaches "
    if not live:
        first: list[Piece] = [("Nothing is reached:", "bold"), " every start is dead at this instant."]
    elif known:
        more = f" and possibly {possible:,} more" if possible else ""
        modest: list[Piece] = ["no sensitive asset, but "] if result.asset_sensitivity == "internal" else []
        first = [who, *modest, (f"{known:,} of {of:,} {noun(result)}", "bold red"), f"{more}: ", *assets(result)]
        first += [*([] if modest else _jewels(result)), "."]
    elif possible:
        first = [who, (f"no {noun(result, 1)} for certain", "bold"), f", but possibly {possible:,} of {of:,}."]
    else:
        others = words.number(sum(one.reached for one in result.totals), "other node")
        among = f" of {of:,}" if of else ""
        first = [who, ("no sensitive asset", "bold"), f"{among} as far as was read, and {others}."]
    screen.flow(*first, *_first_move(result))


def assets(result: BlastResult, most: int = 6) -> list[Piece]:
    """Return the assets that are reached: those of rare kinds by name, many of a kind as a count."""
    by_kind: dict[str, list[FactView]] = {}
    for one in _distinct(result.reached, _counting(result)):
        by_kind.setdefault(one.node.kind, []).append(one)
    counts = {row.kind: row.sensitive for row in result.totals if row.sensitive}
    if result.asset_sensitivity == "internal":
        counts = {kind: len(found) for kind, found in by_kind.items()}
    shown: list[Text] = []
    for kind, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        named = by_kind.get(kind, [])
        if count <= RARE and len(named) == count and len(shown) + count <= most:
            shown += [fact(one) for one in named]
        else:
            shown.append(Text(f"{count:,} {words.kind(kind, count)}"))
    return listed(shown)


def edit(option: str, node: NodeView) -> list[Piece]:
    """Return `--rotated NODE` as `rotate NODE`, the node's id in one word."""
    option = option.removesuffix(node.id).strip()
    return [f"{_VERBS.get(option, prose(option))} ", label(node, "bold")]


def noun(result: BlastResult, count: int = 2) -> str:
    """Return what an asset is called here."""
    word = "internal asset" if result.asset_sensitivity == "internal" else "sensitive asset"
    return word if count == 1 else word + "s"


def sensitive(result: BlastResult) -> tuple[int, int, int]:
    """Return how many sensitive assets are reached, how many more possibly, of how many."""
    rows = [one for one in result.by_sensitivity if one.sensitivity in _counting(result)]
    return sum(one.reached for one in rows), sum(one.possible for one in rows), sum(one.of for one in rows)


# Private functions


def _these(live: Sequence[StartLine]) -> str:
    kinds = {one.fact.node.kind for one in live}
    what = words.kind(next(iter(kinds)), len(live)) if len(kinds) == 1 else "starts"
    return f"this {what}" if len(live) == 1 else f"these {len(live):,} {what}"


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
    if row.possible:
        count = f"possibly {row.possible:,} of {words.number(row.of, 'crown jewel')}"
        return [", and ", (count, "bold"), ", none for certain", *held]
    return [", but ", (f"none of {words.number(row.of, 'crown jewel')}", "bold"), *held]


def _first_move(result: BlastResult) -> list[Piece]:
    if not result.moves or not result.moves[0].closes:
        return []
    best = result.moves[0]
    closes = f", which alone closes {best.closes:,} of {best.of:,}."
    return [" First move: ", *edit(best.edit, best.node), closes]


def _counting(result: BlastResult) -> tuple[str, ...]:
    """Return the sensitivities that count as an asset here: internal ones only where nothing more is reached."""
    return ("internal",) if result.asset_sensitivity == "internal" else SENSITIVE


def _distinct(reached: Iterable[Reached], sensitivities: Sequence[str]) -> list[FactView]:
    """Return one fact for each node of these sensitivities that is known to be reached, beyond talking to it."""
    found = {
        one.node.id: FactView(one.node, one.level)
        for one in reached
        if one.certainty == "known" and one.level != "reachable" and one.node.sensitivity in sensitivities
    }
    return list(found.values())
