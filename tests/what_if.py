"""Made-up inventories to ask what-if of, and the same many times over, each time with other edits, in one store."""

import random
from collections.abc import Iterable, Sequence
from pathlib import Path

from graphscan import kinds
from graphscan.analysis import names
from graphscan.analysis.question import Question
from graphscan.analysis.report_parts import Choice, ReportSlice
from graphscan.analysis.session import Session
from graphscan.engine.reach import reach
from graphscan.expand.edits import Edits
from graphscan.model import Record, SourceInfo
from graphscan.store import Store
from tests.inventory import AT, READ, facts, renamed

STARTS = ("key0", "key1", "key2", "bot0")


def inventory(folder: Path, seed: int) -> list[Record]:
    """Return keys, bots, applications behind controls, repositories that store keys; some of it merely possible."""
    draw = random.Random(seed)
    nodes: list[str] = []
    relations: dict[tuple[str, str, str], str] = {}

    def node(id_: str, kind: str, **more: str) -> None:
        nodes.append("{" + ", ".join([f"id: {id_}", f"kind: {kind}", *(f"{k}: {v}" for k, v in more.items())]) + "}")

    def relate(source: str, kind: str, target: str, **more: str) -> None:
        seen = draw.choices(("yes", "assumed", "possible"), (7, 1, 1))[0]
        said = [f"source: {source}", f"kind: {kind}", f"target: {target}", *(f"{k}: {v}" for k, v in more.items())]
        relations.setdefault((source, kind, target), "{" + ", ".join([*said, f"observed: {seen}"]) + "}")

    for n in range(10):
        node(f"key{n}", "Credential", subtype=draw.choice(("api_token", "ssh_key", "session")))
    for n in range(6):
        node(f"bot{n}", "ServiceAccount")
    for n in range(5):
        node(f"app{n}", "Application")
    for n in range(6):
        node(f"gate{n}", "Control", enforced=draw.choice(("yes", "no", "absent", "absent", "unknown")))
    for n in range(8):
        node(f"repo{n}", "Repository", sensitivity=draw.choice(("confidential", "crown_jewel")))
    for n in range(3):
        node(f"net{n}", "Segment")
        node(f"team{n}", "Group")
    for n in range(10):
        relate(f"bot{draw.randrange(6)}", "HAS_CREDENTIAL", f"key{n}")
        if draw.random() < 0.3:
            relate(f"bot{draw.randrange(6)}", "HAS_CREDENTIAL", f"key{n}")
    for n in range(6):
        relate(f"bot{n}", "MEMBER_OF", f"team{draw.randrange(3)}")
    for n in range(5):
        relate(f"app{n}", "REACHABLE_FROM", draw.choice(("internet", "internet", "net0", "net1")))
        relate(f"app{n}", "CONNECTS_TO", f"net{draw.randrange(3)}", needs="login")
        for who in draw.sample([*(f"bot{m}" for m in range(6)), *(f"team{m}" for m in range(3))], 4):
            guards = draw.sample([f"gate{m}" for m in range(6)], draw.choice((0, 1, 1, 2)))
            more = {"guarded_by": f"[{', '.join(guards)}]"} if guards else {}
            relate(who, "ASSIGNED_TO", f"app{n}", gives=draw.choice(("login", "admin")), **more)
    for n in range(8):
        relate(f"app{draw.randrange(5)}", "CONTAINS", f"repo{n}", needs=draw.choice(("login", "admin")), gives="read")
        if draw.random() < 0.9:
            relate(f"repo{n}", "STORES", f"key{draw.randrange(3, 10)}", needs="read")
        if draw.random() < 0.3:
            relate(f"key{draw.randrange(10)}", "GRANTS", f"repo{draw.randrange(8)}", gives="read")
    for n in range(6):
        if draw.random() < 0.5:
            relate(f"gate{n}", "DEFEATED_BY", f"key{draw.randrange(10)}")
    text = "nodes:\n" + "".join(f"  - {one}\n" for one in nodes)
    return facts(folder, f"{text}relations:\n" + "".join(f"  - {one}\n" for one in relations.values()))


def prefixed(records: Iterable[Record], prefix: str) -> list[Record]:
    """Return records with a prefix before every id but the internet's."""
    return renamed(records, lambda id_: prefix + id_)


def opened(folder: Path, records: Sequence[Record], edits: Edits | None = None) -> Session:
    """Return a session on a store of some records."""
    Store.open_or_create(folder).write(SourceInfo("facts:0", "facts", READ), records)
    return Session.open(folder, AT, edits)


def asked(session: Session, prefix: str) -> Question:
    """Ask what the starts of one of the inventories reach."""
    return Question.ask(session, names.starts(session, [prefix + one for one in STARTS]))


def combinations(part: ReportSlice, count: int, seed: int) -> list[tuple[int, ...]]:
    """Return sets of choices by their places, a few of each size; the same for the same seed."""
    draw = random.Random(seed)
    places = range(len(part.choices))
    return [tuple(sorted(draw.sample(places, draw.randint(1, min(6, len(places)))))) for _ in range(count)]


def edits(part: ReportSlice, places: Iterable[int], old: str, new: str) -> dict[str, list[str]]:
    """Return the ids that some choices edit, by the edit, with another prefix."""
    found: dict[str, list[str]] = {"rotated": [], "revoked": [], "enforced": []}
    for place in places:
        one = part.choices[place]
        found[one.action].append(new + part.nodes[one.node].id.removeprefix(old))
    return found


def told(question: Question, part: ReportSlice, old: str, new: str) -> list[tuple[bool, bool]]:
    """Return whether each target of a slice is known and possibly reached, in an inventory of another prefix."""
    graph, number = question.session.graph, _nodes(question.session)
    found = []
    for target in part.targets:
        view = part.nodes[part.facts[target].node]
        place = number.get(new + view.id.removeprefix(old), -1)
        facts_ = graph.lower(place, kinds.level_code(view.kind, part.facts[target].level)) if place >= 0 else []
        held = [question.must.reached.held[facts_], question.may.reached.held[facts_]]
        found.append((bool(held[0].any()), bool(held[1].any())))
    return found


def by_the_engine(
    question: Question, done: Sequence[Choice], part: ReportSlice, number: Sequence[int], *, may: bool
) -> set[int]:
    """
    Return the targets that the engine reaches on the whole graph with the facts of some choices taken away.

    Args:
        number: of each fact of the slice in the graph; see `numbers`.
    """
    graph = question.session.graph
    shut = [number[fact] for one in done for fact in one.forbids]
    gone = {number[fact] for one in done for fact in one.drops}
    begin = [*question.starts.facts, *graph.known_start.tolist()]
    begin += [*question.starts.possible, *graph.possible_start.tolist()] if may else []
    held = reach(graph, [one for one in begin if one not in gone], may=may, blocked=shut, ambient=False).held
    return {target for target in part.targets if held[number[target]]}


def by_the_slice(part: ReportSlice, done: Sequence[Choice], *, may: bool) -> set[int]:
    """Return the same from the embedded steps alone, as the page does."""
    shut = {fact for one in done for fact in one.forbids}
    gone = {fact for one in done for fact in one.drops} | shut
    begin = [*part.starts, *part.ambient, *((*part.possible_starts, *part.possible_ambient) if may else ())]
    held = {fact for fact in begin if fact not in gone}
    steps = [({one.source, *one.guard}, one.target) for one in part.steps if may or not one.possible]
    size = -1
    while size != len(held):
        size = len(held)
        held |= {target for body, target in steps if target not in shut and body <= held}
    return held.intersection(part.targets)


def numbers(question: Question, part: ReportSlice) -> list[int]:
    """Return the number in the graph of each fact of a slice."""
    graph, number = question.session.graph, _nodes(question.session)
    views = [(part.nodes[fact.node], fact.level) for fact in part.facts]
    return [graph.at(number[view.id], kinds.level_code(view.kind, level)) for view, level in views]


def _nodes(session: Session) -> dict[str, int]:
    known = session.shown.setdefault("test_numbers", {})
    if not known:
        known[0] = dict(session.con.execute("SELECT id, n FROM base.node WHERE kind IS NOT NULL").fetchall())
    found: dict[str, int] = known[0]
    return found
