"""Accounts in applications as ASSIGNED_TO and SIGNS_IN_AS, in DuckDB: what is said of one record, said of millions."""

from importers.okta.federation import OVER, PLAIN, UNDERSTOOD
from importers.okta.ids import node_id

_THROUGH_GROUP = "coalesce(scope, '') = '\"GROUP\"'"


def _states(states: frozenset[str]) -> str:
    return ", ".join(f"'\"{one.upper()}\"'" for one in sorted(states) if one)


# Listings in which an account is not as plain as it must be, for what it says: they are mapped one by one. One by way
# of a group says something only where the application is one of `signing`.
ODD_ACCOUNTS = f"""
    SELECT DISTINCT listing FROM account
    WHERE ((NOT {_THROUGH_GROUP}) OR listing IN (SELECT listing FROM signing)) AND NOT coalesce(
      status IN ({_states(OVER | UNDERSTOOD)}) AND regexp_full_match(user_name, '{PLAIN}'), false)"""


def account_relations(name: str, at: str) -> str:
    """
    Return a SELECT of the relations that plain accounts become.

    Args:
        name: the organisation's.
        at:   when it was read, as a timestamp of SQL.
    """
    user, app = (node_id(name, kind, "%").partition("%")[0].replace("'", "''") for kind in ("user", "app"))
    user, app, account = (f"'{user}' || id", f"'{app}' || owner", f"'~behind|account|' || {_NAME}")
    source, target, behind = (f"length({end}) || ':' || {end}" for end in (user, app, account))
    said = "\"status\": ' || status || ', \"user_name\": ' || user_name || '"
    rows = """
        FROM account JOIN (
          SELECT number AS listing, path, split_part(path, '/', 5) AS owner FROM plain WHERE part = 'account'
        ) USING (listing)"""
    evidence = f"'config' AS evidence, path AS evidence_where, TIMESTAMP '{at}' AS evidence_at"
    return f"""
        SELECT 'r' || sha256({source} || '11:ASSIGNED_TO' || {target} || '0:5:login0:0:')[:20] AS id,
          {user} AS source, 'ASSIGNED_TO' AS kind, {app} AS target, NULL::VARCHAR AS via, 'login' AS gives,
          [] AS guarded_by, 'yes' AS observed, '{{"assignment": "direct", {said}}}' AS properties, {evidence}
        {rows} WHERE NOT {_THROUGH_GROUP}
        UNION ALL BY NAME
        SELECT 'r' || sha256({source} || '11:SIGNS_IN_AS' || {behind} || '0:0:' || {target} || '0:')[:20] AS id,
          {user} AS source, 'SIGNS_IN_AS' AS kind, {account} AS target, {app} AS via, NULL::VARCHAR AS gives,
          [] AS guarded_by, 'yes' AS observed, '{{{said}}}' AS properties, {evidence}
        {rows} SEMI JOIN signing USING (listing) WHERE status IN ({_states(UNDERSTOOD)})"""


_NAME = "user_name[2:-2]"
