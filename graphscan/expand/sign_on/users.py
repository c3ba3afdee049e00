"""The users of each organization, in classes by the groups, users and user types that sign-on rules name."""

from collections.abc import Iterable, Mapping

import duckdb
import numpy as np

from graphscan.expand.sign_on.match import Users


def classify(con: duckdb.DuckDBPyConnection, named: Iterable[int], typed: bool) -> None:
    """
    Create `sign_on_user(principal, org, signature)` and `signature(signature, org, complete, type, named)`.

    Users are those with an account in an organization, and whoever is assigned to an application of it, or signs in
    somewhere through one. Two users of one organization have the same signature where they belong to the same of the
    groups that rules name, as certainly, and are of the same type. Expects `sign_on_before(app, part, org)`.

    Args:
        named: node numbers of groups and users that rules name.
        typed: whether rules name user types.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE sign_on_named AS SELECT unnest(?::INTEGER[]) AS n", [sorted(named)])
    con.execute(_USER)
    con.execute(_SIGNED, [typed])
    con.execute(
        "CREATE OR REPLACE TEMP TABLE sign_on_signature AS SELECT "
        "(row_number() OVER (ORDER BY org, complete, type, named) - 1)::INTEGER AS signature, * FROM ("
        "SELECT DISTINCT org, complete, type, named FROM sign_on_signed)"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE sign_on_user AS SELECT u.principal, u.org, s.signature FROM sign_on_signed u "
        "JOIN sign_on_signature s USING (org, complete, type, named)"
    )


def users(con: duckdb.DuckDBPyConnection) -> Mapping[int, tuple[list[int], Users]]:
    """Return the signatures of each organization, and as a last class of it anyone, of whom nothing is known."""
    closed = frozenset(int(n) for (n,) in con.execute(_CLOSED).fetchall())
    rows = con.execute("SELECT org, signature, complete, type FROM sign_on_signature ORDER BY signature").fetchall()
    pairs = con.execute(
        "SELECT signature, p.n AS n, p.known AS known "
        "FROM (SELECT signature, unnest(named) AS p FROM sign_on_signature) ORDER BY n, signature"
    ).fetchnumpy()
    which, node, known = (np.asarray(pairs[name]) for name in ("signature", "n", "known"))
    orgs: dict[int, list[tuple[int, bool, str]]] = {}
    for org, signature, complete, kind in rows:
        orgs.setdefault(org, []).append((signature, complete, kind))
    owner = np.full(len(rows), -1, np.int64)
    place = np.zeros(len(rows), np.int64)
    for number, entries in enumerate(orgs.values()):
        own = [signature for signature, _, _ in entries]
        owner[own] = number
        place[own] = np.arange(len(own))
    order = np.argsort(owner[which], kind="stable") if len(which) else np.zeros(0, np.int64)
    bounds = np.searchsorted(owner[which][order], np.arange(len(orgs) + 1)) if len(which) else [0] * (len(orgs) + 1)
    found = {}
    for number, (org, entries) in enumerate(orgs.items()):
        here = order[bounds[number] : bounds[number + 1]]
        count = len(entries) + 1
        found[org] = (
            [signature for signature, _, _ in entries],
            Users(
                count,
                place[which[here]],
                np.asarray(node[here], np.int64),
                np.asarray(known[here], bool),
                np.asarray([*(complete for _, complete, _ in entries), False], bool),
                np.asarray([*(kind for _, _, kind in entries), ""], np.str_),
                np.arange(count) == count - 1,
                closed,
            ),
        )
    return found


def nobody(org_users: Mapping[int, tuple[list[int], Users]]) -> tuple[list[int], Users]:
    """Return the classes of an organization without users: anyone, of whom nothing is known."""
    closed = next((one.closed for _, one in org_users.values()), frozenset[int]())
    nothing = np.zeros(0, np.int64)
    return [], Users(
        1, nothing, nothing, nothing.astype(bool), np.zeros(1, bool), np.asarray([""]), np.ones(1, bool), closed
    )


# Private functions

_USER = """
CREATE OR REPLACE TEMP TABLE sign_on_account AS
WITH assigned AS (
  SELECT DISTINCT a.source, b.org FROM relation a
  JOIN sign_on_before b ON b.app = a.target AND b.part = 'application' WHERE a.kind = 'ASSIGNED_TO'
), person AS (SELECT n FROM node WHERE kind IN ('User', 'ServiceAccount', 'Role'))
SELECT a.source AS principal, a.target AS org FROM relation a
JOIN node o ON o.n = a.target AND o.kind = 'Application' AND o.provider = 'okta' AND o.subtype = 'org'
WHERE a.kind = 'ACCOUNT_OF' AND a.source IN (SELECT n FROM person)
UNION
SELECT source, org FROM assigned WHERE source IN (SELECT n FROM person)
UNION
SELECT m.principal, a.org FROM assigned a JOIN membership m ON m.grp = a.source
WHERE m.principal IN (SELECT n FROM person)
UNION
SELECT s.source, b.org FROM relation s JOIN sign_on_before b ON b.app = s.via AND b.part = 'application'
WHERE s.kind = 'SIGNS_IN_AS' AND s.source IN (SELECT n FROM person)
"""

# Somebody's memberships are known to be all where they, or those of his source, were read completely.
_SIGNED = """
CREATE OR REPLACE TEMP TABLE sign_on_signed AS
WITH read_whole AS (
  SELECT n.n FROM node n JOIN coverage c ON c.scope = n.id WHERE c.relation = 'MEMBER_OF' AND c.state = 'complete'
  UNION
  SELECT n.n FROM (SELECT n, unnest(sources) AS source FROM node) n
  JOIN coverage c ON c.scope = '' AND c.source_instance = n.source
  WHERE c.relation = 'MEMBER_OF' AND c.state = 'complete'
), belongs AS (
  SELECT m.principal, list({'n': m.grp, 'known': m.known} ORDER BY m.grp) AS named
  FROM (SELECT principal, grp, known FROM membership WHERE grp IN (SELECT n FROM sign_on_named) AND principal NOT IN
          (SELECT n FROM node WHERE kind = 'Group')
        UNION ALL SELECT a.principal, a.principal, true FROM (SELECT DISTINCT principal FROM sign_on_account) a
        WHERE a.principal IN (SELECT n FROM sign_on_named)) m
  GROUP BY m.principal
)
SELECT a.principal, a.org, a.principal IN (SELECT n FROM read_whole) AS complete,
  CASE WHEN ? THEN coalesce(p.properties ->> '$.user_type_id', '') ELSE '' END AS type,
  coalesce(b.named, []) AS named
FROM sign_on_account a JOIN node p ON p.n = a.principal LEFT JOIN belongs b ON b.principal = a.principal
"""

# Users that rules name have no members; whether somebody else is one is never in doubt.
_CLOSED = """
SELECT n FROM sign_on_named WHERE n NOT IN (SELECT n FROM node WHERE kind = 'Group')
UNION
SELECT g.n FROM node g JOIN coverage c ON c.scope = g.id
WHERE g.kind = 'Group' AND c.relation = 'MEMBER_OF' AND c.state = 'complete' AND g.n IN (SELECT n FROM sign_on_named)
"""
