"""Conditions of selectors as SQL over the instant's inventory, and what they speak of."""

from typing import Any

from graphscan import select
from graphscan.analysis.view import DERIVED
from graphscan.claims.model import AllOf, AnyOf, Condition, Not, SetName, Term, Written
from graphscan.claims.selectors import ZONE

_COLUMNS = ("id", "kind", "name", "provider", "subtype", "state", "sensitivity")
_ZONE = """node.n IN (
    SELECT stands.source FROM base.relation AS stands JOIN base.node AS segment ON segment.n = stands.target
    WHERE stands.kind = 'IN_SEGMENT' AND (%s))"""


def is_name(condition: Condition) -> bool:
    """Whether a condition is an id or a name in the words of the command line."""
    return isinstance(condition, Written) and condition.selector.name is not None


def is_plain(condition: Condition) -> bool:
    """Whether a condition speaks of nothing but a node's own row and relations."""
    return isinstance(condition, Term | Written) and not is_name(condition)


def sets_of(condition: Condition) -> list[str]:
    """Return the sets that a condition speaks of."""
    if isinstance(condition, SetName):
        return [condition.name]
    if isinstance(condition, Not):
        return sets_of(condition.part)
    if isinstance(condition, AllOf | AnyOf):
        return [name for part in condition.parts for name in sets_of(part)]
    return []


def says_derived(condition: Condition) -> bool:
    """Whether a condition names nodes by id, or asks for derived ones."""
    if isinstance(condition, Written):
        return any(_asks_derived(one) for one in condition.selector.terms)
    if not isinstance(condition, Term):
        return False
    if condition.key == "id":
        return all(one.pattern.exact is not None for one in condition.values)
    return all(_asks_derived(one) for one in condition.values)


def sql(condition: Condition) -> tuple[str, list[Any]]:
    """Return SQL for a plain condition over the alias `node`, never NULL, and the values to bind in it."""
    if isinstance(condition, Written):
        return condition.selector.where()
    if not isinstance(condition, Term):
        raise TypeError(f"a {type(condition).__name__} is no condition on a row")
    exact = [one.pattern.exact for one in condition.values]
    if condition.key in _COLUMNS and len(exact) > 1 and None not in exact:
        return f"coalesce(node.{condition.key} IN (SELECT unnest(?::VARCHAR[])), false)", [exact]
    if condition.key == "label" and None not in exact:  # ten times as fast as looking at each label of each node
        return "coalesce(list_has_any(node.labels, ?::VARCHAR[]), false)", [exact]
    said = [_zone(one) if condition.key == ZONE else select.condition(one) for one in condition.values]
    either = " OR ".join(f"coalesce({sql}, false)" for sql, _ in said)
    return either, [value for _, values in said for value in values]


# Private functions


def _asks_derived(term: select.Term) -> bool:
    return term.key == "provider" and term.pattern.exact == DERIVED


def _zone(term: select.Term) -> tuple[str, list[Any]]:
    by_id, value = term.pattern.condition("segment.id")
    by_name, _ = term.pattern.condition("segment.name")
    return _ZONE % f"{by_id} OR {by_name}", [value, value]
