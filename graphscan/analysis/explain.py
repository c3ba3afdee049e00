"""What a node is, where it came from, and what leads to and from it."""

import json
from datetime import datetime
from typing import Any

from graphscan.analysis import names
from graphscan.analysis.results import Disagreement, ExplainResult
from graphscan.analysis.session import Session
from graphscan.analysis.view import Viewer
from graphscan.engine.graph import IMPLICATION
from graphscan.errors import UnknownNameError

_FIELDS = (
    "kind", "provider", "subtype", "name", "state", "dead", "enforced_now", "effect", "enforced", "valid_from",
    "valid_to", "expires_at", "versions", "last_used", "owner", "sensitivity", "labels", "hypothetical", "item_count",
    "keys", "properties", "evidence", "unproven",
)  # fmt: skip
_TITLES = {
    "dead": "takes no part because",
    "enforced_now": "enforced at this instant",
    "unproven": "known from a ticket only, not believed",
}


def explain(session: Session, node: str, *, limit: int = 20) -> ExplainResult:
    """
    Explain one node.

    Args:
        node:  an id, an exact name, or a selector that matches one node.
        limit: how many relations and steps to list of each sort; counts are of all.

    Raises:
        UnknownNameError: nothing is called so, or a selector matches several.
    """
    found = names.resolve(session, [node])
    if len(found) > 1:
        raise UnknownNameError(
            f"`{node}` means {len(found)} nodes", "explain one at a time; `graphscan select` lists them"
        )
    n = found[0].n
    con = session.con
    described = con.execute(f"SELECT {', '.join(_FIELDS)}, sources FROM base.node WHERE n = ?", [n]).fetchall()[0]
    relations = con.execute(
        "SELECT r FROM base.relation WHERE source = ? OR target = ? "
        "OR list_contains(list_transform(guards, lambda g: g.n), ?) ORDER BY r",
        [n, n, n],
    ).fetchall()
    into, out = _steps(session, n)
    viewer = Viewer(session)
    viewer.want(nodes=[n], relations=[row[0] for row in relations[:limit]])
    viewer.want_steps([*into[:limit], *out[:limit]])
    graph = session.graph
    return ExplainResult(
        as_of=session.as_of,
        node=viewer.node(n),
        fields=_shown_fields(described[:-1]),
        sources=tuple(described[-1] or ()),
        disagreements=_disagreements(session, viewer.node(n).id),
        relations=tuple(viewer.relation(row[0]) for row in relations[:limit]),
        relation_count=len(relations),
        led_from=tuple(viewer.hop(int(graph.step_source[step]), step) for step in into[:limit]),
        led_from_count=len(into),
        leads_to=tuple(viewer.hop(_own(session, n, step), step) for step in out[:limit]),
        leads_to_count=len(out),
    )


# Private functions


def _steps(session: Session, n: int) -> tuple[list[int], list[int]]:
    """Return the steps that give a fact of a node, and those that need one, without implications."""
    graph = session.graph
    facts = graph.facts_of(n)
    into = sorted({step for fact in facts for step in graph.steps_into(fact)})
    out = sorted({step for fact in facts for step in graph.steps_using(fact)})
    return (
        [step for step in into if graph.techniques[graph.step_technique[step]] != IMPLICATION],
        [step for step in out if graph.techniques[graph.step_technique[step]] != IMPLICATION],
    )


def _own(session: Session, n: int, step: int) -> int:
    """Return the precondition of a step that is a fact of this node."""
    graph = session.graph
    return next(fact for fact in graph.body(step) if graph.fact_node[fact] == n)


def _shown_fields(values: tuple[Any, ...]) -> tuple[tuple[str, str], ...]:
    shown = []
    for name, value in zip(_FIELDS, values, strict=True):
        if value in (None, "", [], "{}", False):
            continue
        shown.append((_TITLES.get(name, name), _text(value)))
    return tuple(shown)


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value.isoformat()}Z"
    if isinstance(value, list):
        return "; ".join(_text(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {_text(one)}" for key, one in value.items() if one is not None)
    if isinstance(value, str) and value.startswith("{"):
        properties = json.loads(value)
        return ", ".join(f"{key}: {one}" for key, one in sorted(properties.items()))
    return str(value)


def _disagreements(session: Session, id_: str) -> tuple[Disagreement, ...]:
    rows = session.con.execute(
        "SELECT id, field, source_instance, value, chosen FROM base.disagreement WHERE id = ? ORDER BY ALL", [id_]
    ).fetchall()
    return tuple(
        Disagreement(node, field, instance, _text(value), bool(chosen)) for node, field, instance, value, chosen in rows
    )
