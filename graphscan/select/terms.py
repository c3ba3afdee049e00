"""One term of a selector, and the SQL that matches it on the merged view."""

from dataclasses import dataclass
from typing import Any

from graphscan.select.pattern import Pattern
from graphscan.select.related import HELD, IN, guarded

KEYS = (
    "id",
    "kind",
    "name",
    "provider",
    "subtype",
    "state",
    "sensitivity",
    "label",
    "in",
    "rotated",
    "created",
    "last_used",
    "expires",
    "holder",
    "guarded_by",
)
PROPERTY = "property."


@dataclass(frozen=True, slots=True)
class Term:
    """
    One condition of a selector.

    Attributes:
        operator: "=", or of a dated key "<" (before) or ">=" (from then on); the pattern then is the moment, in UTC.
    """

    key: str
    pattern: Pattern
    operator: str = "="


def condition(term: Term) -> tuple[str, list[Any]]:
    """
    Return SQL for one term, and the values to bind in it in order.

    It speaks of a table alias `node` with the columns of `base.node`; `in`, `holder` and `guarded_by` also read
    `base.relation` and `base.node`. It may be NULL, which is not a match.
    """
    if term.operator != "=" or term.key in _NO_DATE:
        return _dated(term)
    if term.key == "label":
        sql, value = term.pattern.condition("label.label")
        return f"EXISTS (SELECT 1 FROM (SELECT unnest(node.labels) AS label) AS label WHERE {sql})", [value]
    if term.key in ("in", "holder"):
        by_id, value = term.pattern.condition("named.id")
        by_name, _ = term.pattern.condition("named.name")
        query = IN if term.key == "in" else HELD
        return query % f"{by_id} OR {by_name}", [value, value]
    if term.key == "guarded_by":
        return guarded(term.pattern)
    if term.key.startswith(PROPERTY):
        # A JSON pointer, in which only ~ and / need an escape; a JSONPath would have a language of its own.
        pointer = "/" + term.key[len(PROPERTY) :].replace("~", "~0").replace("/", "~1")
        sql, value = term.pattern.condition("json_extract_string(node.properties, ?)")
        return sql, [pointer, value]
    sql, value = term.pattern.condition(f"node.{term.key}")
    return sql, [value]


# Private functions

# What a dated key is compared with; NULL where nobody states such a date. A ticket proves no rotation and no end.
_DATES = {
    "rotated": (
        "list_max(list_transform(list_filter(node.versions, lambda v: v.evidence <> 'ticket'), lambda v: v.since))"
    ),
    "created": "node.valid_from",
    "last_used": 'list_max(list_transform(node.last_used, lambda u: u."at"))',
    "expires": "CASE WHEN NOT list_contains(node.unproven, 'expires_at') THEN node.expires_at END",
}
# What has such a date at all.
_OF = {
    "rotated": "node.kind = 'Credential'",
    "created": "true",
    "last_used": "node.kind = 'Credential'",
    "expires": "node.kind = 'Credential'",
}
# Nobody says when; of a rotation: there was none since it was made, as far as anything but a ticket says.
_NO_DATE = {
    "rotated": """len(list_filter(node.versions, lambda v: v.evidence <> 'ticket' AND v.since >
        coalesce(node.valid_from, list_min(list_transform(node.versions, lambda w: w.since))))) = 0""",
    "created": "node.valid_from IS NULL",
    "last_used": "len(list_filter(node.last_used, lambda u: u.known)) = 0",
    "expires": f"({_DATES['expires']}) IS NULL",
}
# What is missing and all the same counts as before any date: no rotation is known, or a source says "never used".
_BEFORE = {
    "rotated": f"({_DATES['rotated']}) IS NULL",
    "last_used": f"({_DATES['last_used']}) IS NULL AND NOT ({_NO_DATE['last_used']})",
}


def _dated(term: Term) -> tuple[str, list[Any]]:
    is_one, when = _OF[term.key], _DATES[term.key]
    if term.operator == "=":
        return f"{is_one} AND {_NO_DATE[term.key]}", []
    compared = f"({when}) {term.operator} ?::TIMESTAMP"
    if term.operator == "<" and term.key in _BEFORE:
        compared = f"coalesce({compared}, {_BEFORE[term.key]})"
    return f"{is_one} AND {compared}", [term.pattern.exact]
