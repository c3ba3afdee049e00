"""The SQL that finds what changed between the two sides of a comparison: one row a change, in the table `change`."""

from collections.abc import Iterable

NEW = ("began", "came and went", "appeared")

# In the order in which they are listed.
SECTIONS: dict[str, str] = {
    "new_principals": "New principals",
    "admin": "Administrative rights",
    "memberships": "Memberships",
    "credentials": "Credentials",
    "access": "Access",
    "controls": "Controls and policies",
    "principals": "Principals that ended or changed",
    "groups": "Groups",
    "things": "Everything else",
    "coverage": "What could be read",
}
_ORDER = (
    *NEW, "replaced", "stored", "enforcement", "changed", "old value ended", "ended", "expired", "disabled", "vanished",
)  # fmt: skip

_NODE_FIELDS = (
    "kind", "subtype", "name", "valid_from", "valid_to", "expires_at", "state", "owner", "sensitivity", "labels",
    "hypothetical", "effect", "properties",
)  # fmt: skip
_RELATION_FIELDS = (
    "source", "target", "needs", "gives", "guards", "via", "valid_from", "valid_to", "stored_at", "observed",
    "properties",
)  # fmt: skip


def literals(words: Iterable[str]) -> str:
    """Return a list of words of ours as SQL."""
    return "(" + ", ".join(f"'{one}'" for one in words) + ")"


def statements(same: bool) -> list[str]:
    """
    Return what makes the table `change`.

    Args:
        same: whether both sides are of one snapshot; then nothing appears, vanishes or has another field.
    """

    def pairs(table: str) -> str:
        if same:
            return f"SELECT one AS o, one AS n FROM new.{table} AS one"
        return f"SELECT o, n FROM old.{table} AS o FULL JOIN new.{table} AS n ON o.id = n.id"

    made = [
        *_MACROS,
        f"CREATE TEMP TABLE admin_group AS {_ADMIN_GROUP}",
        _pair("node", pairs("node"), _node_touched(same)),
        _pair("relation", pairs("relation"), _relation_touched(same)),
    ]
    parts = [_NODE_PRESENCE, _EXPIRED, _DISABLED, _REPLACED, _OVERLAP, _ENFORCEMENT, _RELATION_PRESENCE, _STORED]
    parts += [_coverage(same)]
    if not same:
        parts += [_changed("node", _NODE_FIELDS), _changed("relation", _RELATION_FIELDS), _ENFORCED_OTHERWISE]
    union = "\nUNION ALL BY NAME\n".join(parts)
    order = " ".join(f"WHEN '{what}' THEN {place}" for place, what in enumerate(_ORDER))
    made.append(
        f"CREATE TEMP TABLE change AS SELECT *, {_SECTION} AS section, CASE what {order} END AS rank FROM ({union})"
    )
    return made


# Private functions


def _pair(table: str, pairs: str, touched: str) -> str:
    return f"CREATE TEMP TABLE {table}_pair AS SELECT o, n, t_old, t_new FROM ({pairs}), edge WHERE {touched}"


def _differs(fields: Iterable[str]) -> str:
    return " OR ".join(f"o.{one} IS DISTINCT FROM n.{one}" for one in fields)


def _node_touched(same: bool) -> str:
    inside = """within(coalesce(n.valid_from, o.valid_from), t_old, t_new)
        OR within(coalesce(n.valid_to, o.valid_to), t_old, t_new) OR within(n.expires_at, t_old, t_new)
        OR within(n.dead_from, t_old, t_new) OR len(n.versions) > 0 OR len(n.enforced) > 0"""
    if same:
        return inside
    return f"o.id IS NULL OR n.id IS NULL OR {_differs((*_NODE_FIELDS, 'versions', 'enforced'))} OR {inside}"


def _relation_touched(same: bool) -> str:
    inside = """within(coalesce(n.begins, o.begins), t_old, t_new)
        OR within(coalesce(n.valid_to, o.valid_to), t_old, t_new) OR within(n.stored_at, t_old, t_new)"""
    return inside if same else f"o.id IS NULL OR n.id IS NULL OR {_differs(_RELATION_FIELDS)} OR {inside}"


def _changed(table: str, fields: Iterable[str]) -> str:
    """Return SQL for the fields that two snapshots state differently of the same thing."""
    rows = ", ".join(
        f"{{'field': '{one}', 'b': coalesce(o.{one}::VARCHAR, ''), 'a': coalesce(n.{one}::VARCHAR, '')}}"
        for one in fields
    )
    here = _NODE if table == "node" else _RELATION
    at_least = "alive" if table == "node" else "valid"
    # What is told as a beginning, an end or a death is not told again as a changed field.
    told = {
        "node": "(f.field = 'valid_from' AND within(n.valid_from, t_old, t_new) "
        "OR f.field = 'valid_to' AND within(n.valid_to, t_old, t_new) "
        "OR f.field = 'expires_at' AND within(n.expires_at, t_old, t_new) "
        "OR f.field = 'state' AND n.dead_from IS NOT NULL AND o.dead_from IS NULL)",
        "relation": "(f.field = 'valid_from' AND within(n.begins, t_old, t_new) "
        "OR f.field = 'valid_to' AND within(n.valid_to, t_old, t_new) "
        "OR f.field = 'stored_at' AND within(n.stored_at, t_old, t_new))",
    }[table]
    return f"""
SELECT {here}, 'changed' AS what, NULL::TIMESTAMP AS "at", NULL::TIMESTAMP AS until, f.field AS field,
  f.b AS before, f.a AS after, {at_least}_at(o, t_old) AS there_old, {at_least}_at(n, t_new) AS there_new,
  '' AS doubt, {_EVIDENCE}
FROM (SELECT o, n, t_old, t_new, unnest([{rows}]) AS f FROM {table}_pair WHERE o.id IS NOT NULL AND n.id IS NOT NULL)
WHERE f.b <> f.a AND NOT coalesce({told}, false)"""


def _coverage(same: bool) -> str:
    """Return SQL for gaps, and complete readings, that began or ended; of two snapshots, what only one has."""
    columns = "source_instance, relation, scope, state, endpoint"
    row = """'coverage' AS object, source_instance AS id, relation AS kind, '' AS name, '' AS source, '' AS source_name,
  scope AS target, '' AS target_name, '' AS levels, '' AS source_kind, '' AS target_kind, what, "at", until,
  'state' AS field, '' AS before, state AS after, NULL::BOOLEAN AS there_old, NULL::BOOLEAN AS there_new, '' AS doubt,
  evidence, endpoint AS evidence_where, source_instance, taken AS evidence_at"""
    timed = f"""
SELECT {row} FROM (SELECT *, CASE WHEN within(valid_from, t_old, t_new) AND within(valid_to, t_old, t_new)
    THEN 'came and went' WHEN within(valid_from, t_old, t_new) THEN 'began' ELSE 'ended' END AS what,
  CASE WHEN within(valid_from, t_old, t_new) THEN valid_from ELSE valid_to END AS "at",
  CASE WHEN within(valid_from, t_old, t_new) THEN valid_to END AS until
  FROM new.coverage, edge WHERE within(valid_from, t_old, t_new) OR within(valid_to, t_old, t_new))"""
    if same:
        return timed
    sided = [
        f"""
SELECT {row} FROM (SELECT *, '{what}' AS what, valid_from AS "at", valid_to AS until FROM {here}.coverage, edge
  WHERE ({columns}) NOT IN (SELECT ({columns}) FROM {there}.coverage)
    AND NOT coalesce(within(valid_from, t_old, t_new) OR within(valid_to, t_old, t_new), false))"""
        for here, there, what in (("new", "old", "appeared"), ("old", "new", "vanished"))
    ]
    return "\nUNION ALL BY NAME\n".join([timed, *sided])


_MACROS = (
    "CREATE TEMP MACRO within(x, a, b) AS x >= a AND x <= b",
    """CREATE TEMP MACRO alive_at(one, t) AS coalesce(one.id IS NOT NULL
  AND (one.valid_from IS NULL OR one.valid_from <= t)
  AND (one.valid_to IS NULL OR one.valid_to > t OR list_contains(one.unproven, 'valid_to'))
  AND (one.kind <> 'Credential' OR one.expires_at IS NULL OR one.expires_at > t
    OR list_contains(one.unproven, 'expires_at'))
  AND (one.dead_from IS NULL OR one.dead_from > t), false)""",
    """CREATE TEMP MACRO valid_at(one, t) AS coalesce(one.id IS NOT NULL
  AND (one.begins IS NULL OR one.begins <= t)
  AND (one.ends IS NULL OR one.ends > t OR one.evidence = 'ticket'), false)""",
    """CREATE TEMP MACRO stated_at(enforced, t) AS coalesce(list_extract(list_transform(list_filter(enforced,
  lambda e: (e.f IS NULL OR e.f <= t) AND (e.t IS NULL OR e.t > t)), lambda e: e.v), -1), 'unknown')""",
    """CREATE TEMP MACRO stated_before(enforced, t) AS coalesce(list_extract(list_transform(list_filter(enforced,
  lambda e: (e.f IS NULL OR e.f < t) AND (e.t IS NULL OR e.t >= t)), lambda e: e.v), -1), 'unknown')""",
)

_RIGHT = "gives IN ('admin', 'system', 'publish')"
_ADMIN_GROUP = " UNION ".join(
    f"SELECT source AS id FROM {side}.relation WHERE source_kind = 'Group' "
    f"AND (kind = 'HAS_ROLE' OR kind IN ('ASSIGNED_TO', 'GRANTS') AND {_RIGHT})"
    for side in ("old", "new")
)

_SECTION = f"""CASE
  WHEN object = 'coverage' THEN 'coverage'
  WHEN object = 'node' THEN CASE
    WHEN kind IN ('User', 'ServiceAccount', 'Role') THEN
      CASE WHEN what IN {literals(NEW)} THEN 'new_principals' ELSE 'principals' END
    WHEN kind = 'RoleAssignment' THEN 'admin'
    WHEN kind = 'Credential' THEN 'credentials'
    WHEN kind = 'Group' THEN 'groups'
    WHEN kind IN ('Control', 'Policy') THEN 'controls'
    ELSE 'things' END
  WHEN kind = 'HAS_ROLE' OR 'RoleAssignment' IN (source_kind, target_kind) THEN 'admin'
  WHEN kind IN ('ASSIGNED_TO', 'GRANTS', 'SIGNS_IN_AS')
    AND split_part(levels, ' → ', 2) IN ('admin', 'system', 'publish') THEN 'admin'
  WHEN kind = 'MEMBER_OF' THEN CASE WHEN target IN (SELECT id FROM admin_group) THEN 'admin' ELSE 'memberships' END
  WHEN kind IN ('HAS_CREDENTIAL', 'HELD_BY', 'STORES', 'CREATED_BY', 'DERIVED_FROM', 'SAME_SECRET') THEN 'credentials'
  WHEN kind IN ('APPLIES_TO', 'DEFEATED_BY', 'INSTANCE_OF') THEN 'controls'
  ELSE 'access' END"""

_NODE = """'node' AS object, coalesce(n.id, o.id) AS id, coalesce(n.kind, o.kind) AS kind,
  coalesce(n.name, o.name) AS name, '' AS source, '' AS source_name, '' AS target, '' AS target_name, '' AS levels,
  '' AS source_kind, '' AS target_kind"""
_RELATION = """'relation' AS object, coalesce(n.id, o.id) AS id, coalesce(n.kind, o.kind) AS kind, '' AS name,
  coalesce(n.source, o.source) AS source, coalesce(n.source_name, o.source_name) AS source_name,
  coalesce(n.target, o.target) AS target, coalesce(n.target_name, o.target_name) AS target_name,
  CASE WHEN coalesce(n.needs, o.needs, n.gives, o.gives) IS NULL THEN ''
    ELSE coalesce(n.needs, o.needs, '') || ' → ' || coalesce(n.gives, o.gives, '') END AS levels,
  coalesce(n.source_kind, o.source_kind) AS source_kind, coalesce(n.target_kind, o.target_kind) AS target_kind"""
_EVIDENCE = """coalesce(n.evidence, o.evidence, '') AS evidence,
  coalesce(n.evidence_where, o.evidence_where, '') AS evidence_where,
  coalesce(n.source_instance, o.source_instance, '') AS source_instance,
  coalesce(n.evidence_at, o.evidence_at) AS evidence_at"""
_NO_FIELD = "'' AS field, '' AS before, '' AS after"


def _presence(table: str) -> str:
    """Return SQL for what began, ended, came and went, appeared or vanished."""
    here, there_at, begins, ends, doubtful = {
        "node": (
            _NODE,
            "alive_at",
            "valid_from",
            "valid_to",
            "'valid_to' IN coalesce(n.unproven, o.unproven)",
        ),
        "relation": (_RELATION, "valid_at", "begins", "ends", "coalesce(n.evidence, o.evidence) = 'ticket'"),
    }[table]
    return f"""
SELECT {here}, what, CASE WHEN what IN ('ended', 'vanished') THEN valid_to ELSE begins END AS "at",
  CASE WHEN what NOT IN ('ended', 'vanished') THEN ends END AS until, {_NO_FIELD},
  {there_at}(o, t_old) AS there_old, {there_at}(n, t_new) AS there_new,
  CASE WHEN coalesce({doubtful}, false) AND valid_to IS NOT NULL THEN 'its end is known from a ticket only' ELSE '' END
    AS doubt, {_EVIDENCE}
FROM (
  SELECT *, CASE
    WHEN within(begins, t_old, t_new) AND within(ends, t_old, t_new) AND n.id IS NOT NULL THEN 'came and went'
    WHEN within(begins, t_old, t_new) AND n.id IS NOT NULL THEN 'began'
    WHEN within(valid_to, t_old, t_new) THEN 'ended'
    WHEN o.id IS NULL THEN 'appeared'
    WHEN n.id IS NULL THEN 'vanished' END AS what
  FROM (SELECT *, coalesce(n.{begins}, o.{begins}) AS begins, coalesce(n.{ends}, o.{ends}) AS ends,
    coalesce(n.valid_to, o.valid_to) AS valid_to FROM {table}_pair)
) WHERE what IS NOT NULL"""


_NODE_PRESENCE = _presence("node")
_RELATION_PRESENCE = _presence("relation")

_EXPIRED = f"""
SELECT {_NODE}, 'expired' AS what, n.expires_at AS "at", NULL::TIMESTAMP AS until, {_NO_FIELD},
  alive_at(o, t_old) AS there_old, alive_at(n, t_new) AS there_new,
  CASE WHEN list_contains(n.unproven, 'expires_at') THEN 'its end is known from a ticket only' ELSE '' END AS doubt,
  {_EVIDENCE}
FROM node_pair WHERE n.kind = 'Credential' AND within(n.expires_at, t_old, t_new)"""

_DISABLED = f"""
SELECT {_NODE}, 'disabled' AS what, nullif(n.dead_from, TIMESTAMP '0001-01-01') AS "at", NULL::TIMESTAMP AS until,
  'state' AS field, CASE WHEN o.state IS DISTINCT FROM n.state THEN coalesce(o.state, '') ELSE '' END AS before,
  n.state AS after, alive_at(o, t_old) AS there_old, alive_at(n, t_new) AS there_new, '' AS doubt, {_EVIDENCE}
FROM node_pair WHERE o.id IS NOT NULL AND n.dead_from <= t_new
  AND (o.dead_from IS NULL OR o.dead_from > t_old OR within(o.dead_from, t_old, t_new) AND o = n)"""

# A credential's first value began with it and takes no other's place.
_REPLACED = f"""
SELECT {_NODE}, 'replaced' AS what, v.since AS "at", v.overlap AS until, 'versions' AS field, '' AS before,
  CASE WHEN v.precision = 'day' THEN 'known to the day' ELSE '' END AS after,
  alive_at(o, t_old) AS there_old, alive_at(n, t_new) AS there_new,
  CASE WHEN v.evidence = 'ticket' THEN 'known from a ticket only' ELSE '' END AS doubt,
  coalesce(nullif(v.evidence, ''), n.evidence, '') AS evidence, coalesce(n.evidence_where, '') AS evidence_where,
  coalesce(n.source_instance, '') AS source_instance, n.evidence_at AS evidence_at
FROM (SELECT o, n, t_old, t_new, unnest(n.versions) AS v FROM node_pair)
WHERE v.since IS DISTINCT FROM n.valid_from AND (within(v.since, t_old, t_new)
  OR o.id IS NOT NULL AND v.since <= t_new
    AND NOT list_contains(list_transform(o.versions, lambda w: w.since), v.since))
"""

_OVERLAP = f"""
SELECT {_NODE}, 'old value ended' AS what, v.overlap AS "at", NULL::TIMESTAMP AS until, {_NO_FIELD},
  alive_at(o, t_old) AS there_old, alive_at(n, t_new) AS there_new,
  CASE WHEN v.evidence = 'ticket' THEN 'known from a ticket only' ELSE '' END AS doubt,
  coalesce(nullif(v.evidence, ''), n.evidence, '') AS evidence, coalesce(n.evidence_where, '') AS evidence_where,
  coalesce(n.source_instance, '') AS source_instance, n.evidence_at AS evidence_at
FROM (SELECT o, n, t_old, t_new, unnest(n.versions) AS v FROM node_pair) WHERE within(v.overlap, t_old, t_new)"""

_ENFORCEMENT = f"""
SELECT * FROM (
  SELECT {_NODE}, 'enforcement' AS what, m AS "at", NULL::TIMESTAMP AS until, 'enforced' AS field,
    stated_before(n.enforced, m) AS before, stated_at(n.enforced, m) AS after,
    alive_at(o, t_old) AS there_old, alive_at(n, t_new) AS there_new, '' AS doubt, {_EVIDENCE}
  FROM (SELECT DISTINCT ON (n.id, m) o, n, t_old, t_new, m FROM (
    SELECT o, n, t_old, t_new, unnest(list_concat(list_transform(n.enforced, lambda e: e.f),
      list_transform(n.enforced, lambda e: e.t))) AS m FROM node_pair WHERE n.kind = 'Control'))
  WHERE within(m, t_old, t_new)
) WHERE before <> after"""

# Two snapshots that state the enforcement of a control differently, with no date between that says when it changed.
_ENFORCED_OTHERWISE = f"""
SELECT * FROM (
  SELECT {_NODE}, 'enforcement' AS what, NULL::TIMESTAMP AS "at", NULL::TIMESTAMP AS until, 'enforced' AS field,
    stated_at(o.enforced, t_old) AS before, stated_at(n.enforced, t_new) AS after,
    alive_at(o, t_old) AS there_old, alive_at(n, t_new) AS there_new, '' AS doubt, {_EVIDENCE}
  FROM node_pair WHERE n.kind = 'Control' AND o.id IS NOT NULL AND o.enforced IS DISTINCT FROM n.enforced
    AND NOT list_has_any(list_concat(list_transform(n.enforced, lambda e: within(e.f, t_old, t_new)),
      list_transform(n.enforced, lambda e: within(e.t, t_old, t_new))), [true])
) WHERE before <> after"""

_STORED = f"""
SELECT {_RELATION}, 'stored' AS what, n.stored_at AS "at", NULL::TIMESTAMP AS until, {_NO_FIELD},
  valid_at(o, t_old) AS there_old, valid_at(n, t_new) AS there_new, '' AS doubt, {_EVIDENCE}
FROM relation_pair WHERE within(n.stored_at, t_old, t_new) AND NOT coalesce(within(n.begins, t_old, t_new), false)"""
