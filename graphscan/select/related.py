"""Terms that follow relations: who is in a group, what a holder has, what guards the use of a thing."""

from typing import Any

from graphscan.select.pattern import Pattern

# Everything in a group and in groups within it; UNION ends loops. %s says which group.
IN = """node.n IN (
    WITH RECURSIVE inside(n) AS (
        SELECT member.source FROM base.relation AS member JOIN base.node AS named ON named.n = member.target
        WHERE member.kind = 'MEMBER_OF' AND (%s)
        UNION
        SELECT member.source FROM base.relation AS member JOIN inside ON inside.n = member.target
        WHERE member.kind = 'MEMBER_OF')
    SELECT n FROM inside)"""

# What a holder has a copy of, or can read in what it contains and in what runs with it; whenever that was.
HELD = """node.n IN (
    WITH RECURSIVE inner_place(outside, inside) AS (
        SELECT source, target FROM base.history WHERE kind = 'CONTAINS'
        UNION ALL SELECT target, source FROM base.history WHERE kind = 'RUNS_ON'
    ), place(n) AS (
        SELECT named.n FROM base.node AS named WHERE %s
        UNION SELECT inside FROM inner_place JOIN place ON n = outside
    )
    SELECT held.source FROM base.history AS held JOIN place ON n = held.target WHERE held.kind = 'HELD_BY'
    UNION SELECT held.target FROM base.history AS held JOIN place ON n = held.source
      WHERE held.kind IN ('STORES', 'HAS_CREDENTIAL'))"""

# Every way of using a thing, with what guards it: an account by its assignments, a credential by those of its account,
# whatever can be used by the assignments to it. Only a control that is in force now and blocks guards anything.
_WAYS = """
    WITH holding AS (
        SELECT n, id, name, subtype FROM base.node
        WHERE kind = 'Control' AND coalesce(effect, 'blocks') = 'blocks'
          AND coalesce(enforced[-1]."value", CASE WHEN subtype = 'mechanism' THEN 'yes' END) = 'yes'
    ), wanted AS (
        SELECT holding.n FROM holding WHERE {wanted}
        UNION SELECT i.source FROM base.relation AS i JOIN base.node AS holding ON holding.n = i.target
          WHERE i.kind = 'INSTANCE_OF' AND {wanted}
    ), assigned AS (
        SELECT source, target, needs::VARCHAR AS needs, guards FROM base.relation WHERE kind = 'ASSIGNED_TO'
    ), way AS (
        SELECT h.target AS n, a.needs, list_concat(coalesce(h.guards, []), coalesce(a.guards, [])) AS guards
        FROM base.relation AS h LEFT JOIN assigned AS a ON a.source = h.source WHERE h.kind = 'HAS_CREDENTIAL'
        UNION ALL SELECT source, needs::VARCHAR, coalesce(guards, []) FROM base.relation WHERE kind = 'GRANTS'
        UNION ALL SELECT source, needs, coalesce(guards, []) FROM assigned
        UNION ALL SELECT target, needs, coalesce(guards, []) FROM assigned
    ), asked AS (
        SELECT way.n, {by_level} AND (needs = 'top' OR starts_with(needs, 'mfa') OR
            starts_with(needs, 'phishing_resistant')) AS strong,
          list_has_any(list_transform(guards, lambda g: g.n), (SELECT coalesce(list(n), []) FROM {among})) AS guarded
        FROM way
    )
    SELECT n FROM asked GROUP BY n HAVING {having}"""
# Whatever proves a second factor, by what a control of this sort is called.
_SECOND_FACTORS = (
    *("mfa", "otp", "totp", "push", "sms", "factor", "second_factor", "authenticator", "mfa_policy"),
    *("hardware_key", "hard_key", "hardware-key", "security_key", "webauthn", "fido2", "u2f", "passkey"),
)


def guarded(pattern: Pattern) -> tuple[str, list[Any]]:
    """Return SQL for `guarded_by`, and the values to bind: all ways are guarded so, or `none`: some way by nothing."""
    word = pattern.exact
    if word == "none":  # at least one way that nothing guards
        having = "NOT bool_and(coalesce(strong, false) OR guarded)"
        return f"node.n IN ({_WAYS.format(wanted='true', by_level='true', among='holding', having=having)})", []
    parts, values = [], []
    for column in ("id", "name", "subtype"):
        sql, value = pattern.condition(f"holding.{column}")
        parts.append(sql)
        values.append(value)
    if word == "mfa":
        parts.append(f"holding.subtype IN {_SECOND_FACTORS}")
    query = _WAYS.format(
        wanted=f"({' OR '.join(parts)})",
        by_level="true" if word == "mfa" else "false",
        among="(SELECT wanted.n FROM wanted JOIN holding USING (n)) AS wanted",
        having="bool_and(coalesce(strong, false) OR guarded)",
    )
    return f"node.n IN ({query})", [*values, *values]
