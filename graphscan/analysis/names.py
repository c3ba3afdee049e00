"""From what a user writes to nodes and facts: ids, exact names, selectors, levels."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graphscan import kinds, select
from graphscan.analysis.results import FactView, StartLine
from graphscan.analysis.session import Session
from graphscan.analysis.view import DERIVED, Viewer
from graphscan.errors import AmbiguousNameError, EmptySelectionError, UnknownNameError, UsageError
from graphscan.printable import printable

# An insider is fully signed in; whoever holds a token holds it, whoever is in an application administers it.
_EVERY_LEVEL = {
    family.name: tuple(
        level for level in family.levels if not any((other, level) in family.implies for other in family.levels)
    )
    for family in kinds.FAMILIES.values()
}


@dataclass(frozen=True, slots=True)
class Named:
    """
    A node a user named.

    Attributes:
        n, kind:    its number and kind.
        dead:       why it does not take part, "" if it does.
        level:      the level asked for, if any.
        same_value: live credentials that have the same secret value.
    """

    n: int
    kind: str
    dead: str
    level: str | None
    same_value: tuple[int, ...] = ()

    def levels(self) -> tuple[str, ...]:
        """Return the level asked for, or the strongest ones of the node's kind."""
        return (self.level,) if self.level else _EVERY_LEVEL[kinds.NODE_KINDS[self.kind].family]


@dataclass(frozen=True, slots=True)
class Starts:
    """
    What a question begins with.

    Attributes:
        facts:    the facts of the graph.
        groups:   those of each live node named.
        lines:    a line for each fact.
        possible: facts that are held possibly only; they count in what is possible.
    """

    facts: tuple[int, ...]
    groups: tuple[tuple[Named, tuple[int, ...]], ...]
    lines: tuple[StartLine, ...]
    possible: tuple[int, ...] = ()


def resolve(session: Session, texts: Sequence[str]) -> tuple[Named, ...]:
    """
    Return the nodes that ids, names or selectors mean, each once, in the order written and then of id.

    A hypothetical credential that was derived (a session, an attacker's password) is meant by its id or name, or by a
    selector that says `provider=derived`: a wider one would make everybody's sessions a start.

    Raises:
        UnknownNameError:    a name that nothing has.
        AmbiguousNameError:  a name that several have.
        EmptySelectionError: a selector that matches nothing.
        UsageError:          a level that the kind does not have.
    """
    found: dict[tuple[int, str | None], Named] = {}
    for text in texts:
        # An id is taken as it stands, whatever signs it holds.
        rows, level = _rows(session, "node.id = ?", [text], hypotheses=True), None
        if not rows:
            selector = select.parse(text)
            level = selector.level
            rows = _rows(session, *selector.where(), hypotheses=_says_derived(selector))
            if not rows:
                raise _nothing(session, selector)
            if selector.name is not None and len(rows) > 1:
                ids = ", ".join(str(row[1]) for row in rows[:5])
                raise AmbiguousNameError(f"{len(rows)} nodes are named `{text}`", f"write the id of one: {ids}")
        for n, id_, kind, dead, same_value in rows:
            if level is not None and level not in kinds.family_of(kind).levels:
                levels = ", ".join(kinds.family_of(kind).levels)
                raise UsageError(f"`{id_}` is a {kind} and has no level `{level}`", f"its levels: {levels}")
            found.setdefault((n, level), Named(n, kind, dead, level, tuple(same_value)))
    return tuple(found.values())


def starts(session: Session, texts: Sequence[str], obtained: datetime | None = None) -> Starts:
    """
    Resolve what an attacker begins with; what is dead is listed and gives nothing.

    Whoever holds the dead value of a credential still holds the live one that is the same: those are added.

    Args:
        obtained: when the credentials among them were obtained: those that were replaced since are dead. What happened
                  on one day in an unknown order counts as possible. None: their values are the current ones.
    """
    named = resolve(session, texts)
    rotated = set(session.edits.rotated)
    viewer = Viewer(session)
    viewer.want(nodes=[n for one in named for n in (one.n, *one.same_value)])
    groups: dict[int, tuple[Named, set[int]]] = {}
    lines: list[StartLine] = []
    possible: set[int] = set()
    for one in named:
        node = viewer.node(one.n)
        dead = one.dead or ("replaced by --rotated" if node.id in rotated else "")
        doubt = ""
        if obtained is not None and not dead and one.kind == "Credential":
            dead, doubt = _replaced(session, one.n, obtained)
        others = [Named(n, "Credential", "", None) for n in one.same_value] if dead else []
        if others:
            dead += f"; its value is still that of {', '.join(viewer.node(other.n).id for other in others)}"
        lines += [StartLine(FactView(node, level), dead, doubt) for level in one.levels()]
        if doubt:
            possible |= set(facts_of(session, one))
            continue
        for live in others if dead else [one]:
            groups.setdefault(live.n, (live, set()))[1].update(facts_of(session, live))
    return Starts(
        tuple(sorted({fact for _, facts in groups.values() for fact in facts})),
        tuple((one, tuple(sorted(facts))) for one, facts in groups.values()),
        tuple(lines),
        tuple(sorted(possible)),
    )


@dataclass(frozen=True, slots=True)
class Targets:
    """What is to be reached: the facts of the graph, and all that was asked for."""

    facts: tuple[int, ...]
    views: tuple[FactView, ...]


def targets(session: Session, texts: Sequence[str]) -> Targets:
    """
    Resolve what is to be reached.

    Without a level a target counts from its weakest level that is access: an application once one can sign in, content
    once it can be read. A level that nothing in the graph gives is a target that is not reached.
    """
    named = resolve(session, texts)
    viewer = Viewer(session)
    viewer.want(nodes=[one.n for one in named])
    facts: set[int] = set()
    views: list[FactView] = []
    for one in named:
        family = kinds.family_of(one.kind)
        levels = (one.level,) if one.level else least_access(family)
        views += [FactView(viewer.node(one.n), level) for level in levels]
        for level in levels:
            facts |= set(at_least(session, one, level))
    return Targets(tuple(sorted(facts)), tuple(views))


def facts_of(session: Session, named: Named) -> list[int]:
    """Return the facts of the graph that holding what was named means."""
    codes = [kinds.level_code(named.kind, level) for level in named.levels()]
    return sorted({fact for code in codes for fact in session.graph.lower(named.n, code)})


def find(session: Session, id_: str) -> tuple[int, str] | None:
    """Return number and kind of the node with an id at a session's instant, a derived one too; None: there is none."""
    rows = session.con.execute(
        "SELECT n, kind FROM base.node WHERE id = ? AND kind IS NOT NULL ORDER BY n LIMIT 1", [id_]
    ).fetchall()
    return (int(rows[0][0]), str(rows[0][1])) if rows else None


def least_access(family: kinds.Family) -> tuple[str, ...]:
    """Return the weakest levels of a family that are access; one needs any of them."""
    if family.name == "principal":
        return ("act_as", "api_read")
    usable = [level for level in family.levels if level != "reachable"]
    return tuple(
        level for level in usable if not any((level, other) in family.implies for other in usable if other != level)
    )


def at_least(session: Session, one: Named, level: str) -> list[int]:
    """Return the weakest facts of a node that mean at least a level: reaching any of them is reaching it."""
    graph = session.graph
    code = kinds.level_code(one.kind, level)
    exact = graph.at(one.n, code)
    if exact >= 0:
        return [exact]
    if one.kind == "Group":
        kept = ", ".join(graph.level_name(fact) for fact in graph.facts_of(one.n))
        raise UsageError(
            f"nothing opens to members of that group who are signed in at `{level}`, so it is not followed",
            f"ask for one of its levels that count: {kept}",
        )
    return [fact for fact in graph.facts_of(one.n) if kinds.implies(one.kind, graph.level_name(fact), level)]


# Private functions


def _replaced(session: Session, n: int, obtained: datetime) -> tuple[str, str]:
    """Return what proves that a value obtained earlier is dead, and what does so only possibly; "" for nothing."""
    from graphscan.analysis.lives import Lives

    lives = Lives.of(session)
    proof = lives.dead(n, obtained, session.as_of, careful=True)
    if proof is not None:
        return str(proof), ""
    doubt = lives.dead(n, obtained, session.as_of, careful=False)
    return "", "" if doubt is None else str(doubt)


def _says_derived(selector: select.Selector) -> bool:
    """Whether a selector names one node, or derived ones."""
    return selector.name is not None or any(
        term.key == "provider" and term.pattern.exact == DERIVED for term in selector.terms
    )


def _rows(session: Session, where: str, values: Sequence[Any], hypotheses: bool) -> list[tuple[Any, ...]]:
    return session.con.execute(
        "SELECT n, id, kind, coalesce(dead, ''), coalesce(same_value, []) FROM base.node AS node "
        f"WHERE kind IS NOT NULL AND (provider <> 'derived' OR hypothetical AND ?) AND {where} ORDER BY n",
        [hypotheses, *values],
    ).fetchall()


def _nothing(session: Session, selector: select.Selector) -> UnknownNameError | EmptySelectionError:
    shown = printable(selector.text, 200)
    if selector.name is None:
        return EmptySelectionError(
            f"the selector `{shown}` matches nothing", "see `graphscan status` for what there is, or loosen a term"
        )
    close = session.con.execute(
        "SELECT id FROM base.node WHERE kind IS NOT NULL AND provider <> 'derived' ORDER BY greatest("
        "jaro_winkler_similarity(id, ?), jaro_winkler_similarity(coalesce(name, ''), ?)) DESC, id LIMIT 1",
        [selector.name[:200], selector.name[:200]],
    ).fetchall()
    hint = f"did you mean `{close[0][0]}`?" if close else "import something first"
    return UnknownNameError(f"nothing has the id or the name `{shown}`", hint)
