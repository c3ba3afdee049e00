"""Complete what could not be read of people: memberships, ownership, assignments, federation, roles and accounts."""

import duckdb

from graphscan import kinds
from graphscan.expand import derived
from graphscan.expand.gaps_ends import Between, Ends, top_levels
from graphscan.expand.gaps_parts import levels, node, out, reach, relate

_NO_POPULATION = f"NOT (n.kind = 'Group' AND n.subtype IS NOT DISTINCT FROM '{kinds.ANONYMOUS}')"


def membership(con: duckdb.DuckDBPyConnection, ends: Ends) -> None:
    for between in ends.between(_NO_POPULATION, _NO_POPULATION):
        _members(con, between)
        _join(con, between)
        if ends.whole:
            # A role whose holder nobody describes is held by a group that was not listed, of which they may be members.
            relate(
                con,
                "HAS_ROLE",
                "SELECT ? AS source, a.id AS target, ? AS because FROM node a WHERE a.kind = 'RoleAssignment' "
                "AND list_has_any(a.sources, ?::VARCHAR[]) "
                "AND a.n NOT IN (SELECT target FROM relation WHERE kind = 'HAS_ROLE')",
                between.id,
                ends.id,
                ends.homes,
                needs="'api'",
            )
    derived.add(con)


def rules(con: duckdb.DuckDBPyConnection, ends: Ends) -> None:
    """
    Add what unread rules may do that fill groups by what profiles say: anybody writes a profile that fits.

    Okta fills no group that holds an administrator role by a rule.
    """
    columns = "n.n, n.id, n.kind::VARCHAR AS kind, n.provider, ? AS because, false AS own FROM node n"
    of = "n.provider = 'okta' AND list_has_any(n.sources, ?::VARCHAR[])"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE gap_from AS SELECT {columns} WHERE n.kind = 'User' AND {of}",
        [ends.id, ends.homes],
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE gap_to AS SELECT {columns} WHERE n.kind = 'Group' AND {of} "
        "AND n.n NOT IN (SELECT source FROM relation WHERE kind = 'HAS_ROLE' AND observed = 'yes')",
        [ends.id, ends.homes],
    )
    between = Between(ends.id, "SELECT * FROM gap_from", "SELECT * FROM gap_to")
    _members(con, between)
    _join(con, between)
    derived.add(con)


def ownership(con: duckdb.DuckDBPyConnection, ends: Ends) -> None:
    """Who owns a group may put himself into it; who owns anything else may change it."""
    for between in ends.between(_NO_POPULATION, _NO_POPULATION):
        _members(con, between)
        _join(con, between)
        others = Between(between.id, "", f"SELECT * FROM ({between.range}) WHERE kind <> 'Group'")
        out(con, others, top_levels, hub="api_read")
    derived.add(con)


def assignment(con: duckdb.DuckDBPyConnection, ends: Ends) -> None:
    """A group that is assigned to what is in the range: it is reached, and its policies are asked, as everywhere."""
    for between in ends.between():
        _members(con, between)
        levels(con, "gap_gives", top_levels)
        # An Okta assignment signs in; a policy before an application is asked of a sign-in, not of a token.
        relate(
            con,
            "ASSIGNED_TO",
            "SELECT DISTINCT ? AS source, t.id AS target, because, b.app IS NOT NULL AS policy, CASE WHEN "
            "t.provider = 'okta' AND t.kind = 'Application' THEN 'login' ELSE l.level END AS level "
            f"FROM ({between.range}) t JOIN gap_gives l USING (kind) "
            "LEFT JOIN (SELECT DISTINCT app FROM sign_on_before WHERE part = 'application') b ON b.app = t.n",
            between.id,
            needs="CASE WHEN policy THEN 'act_as.session' ELSE 'api_read' END",
            gives="level",
        )
        reach(con, between)
    derived.add(con)
    # Nobody knows which rule of a policy its members meet: as of whoever is put into a group.
    con.execute(
        "INSERT INTO sign_on_joined SELECT n, n FROM node WHERE kind = 'Group' "
        "AND (id = ? OR starts_with(id, ? || ':')) AND n NOT IN (SELECT grp FROM sign_on_joined)",
        [ends.id, ends.id],
    )


def federation(con: duckdb.DuckDBPyConnection, ends: Ends) -> None:
    """An account that a sign-in somewhere else leads to: none of the organization where one is signed in."""
    own = (
        "n.n NOT IN (SELECT a.source FROM relation a JOIN node o ON o.n = a.target AND o.provider = 'okta' "
        "AND o.subtype = 'org' WHERE a.kind = 'ACCOUNT_OF')"
    )
    for between in ends.between(range_=own):
        _members(con, between)
        relate(
            con,
            "SIGNS_IN_AS",
            f"SELECT ? AS source, id AS target, because FROM ({between.range})",
            between.id,
            needs="'act_as.session'",
            gives="'top'",
        )
    derived.add(con)


def role(con: duckdb.DuckDBPyConnection, ends: Ends) -> None:
    """
    A role that the domain holds: a super administrator's where there is an Okta organization, else over applications.

    Each holder holds it himself: what a service application does with a role depends on its own scopes.
    """
    orgs = "SELECT n FROM node WHERE kind = 'Application' AND provider = 'okta' AND subtype = 'org'"
    for between in ends.between(_NO_POPULATION):
        node(con, between, "RoleAssignment", "super_admin")
        relate(
            con,
            "HAS_ROLE",
            f"SELECT id AS source, ? AS target, because FROM ({between.domain})",
            between.id,
            needs="'api'",
        )
        relate(
            con,
            "SCOPED_TO",
            f"SELECT ? AS source, id AS target, because FROM ({between.range}) WHERE n IN ({orgs})",
            between.id,
        )
        relate(
            con,
            "GRANTS",
            "SELECT ? AS source, id AS target, because, "
            "CASE WHEN kind = 'RoleAssignment' THEN 'held' ELSE 'admin' END AS level "
            f"FROM ({between.range}) WHERE n NOT IN ({orgs}) AND (kind = 'RoleAssignment' "
            f"OR kind = 'Application' AND (provider IS DISTINCT FROM 'okta' OR NOT EXISTS ({orgs})))",
            between.id,
            needs="'held'",
            gives="level",
        )
        derived.add(con)
        con.execute(
            "UPDATE node SET provider = 'okta' WHERE id = ? AND n IN (SELECT r.source FROM relation r "
            f"WHERE r.kind = 'SCOPED_TO' AND r.target IN ({orgs}))",
            [between.id],
        )


def account(con: duckdb.DuckDBPyConnection, ends: Ends) -> None:
    """Accounts of which no directory is known: of an application of theirs, reached where those in the range are."""
    homeless = "n.n NOT IN (SELECT source FROM relation WHERE kind = 'ACCOUNT_OF')"
    for between in ends.between(homeless):
        node(con, between, "Application")
        relate(con, "ACCOUNT_OF", f"SELECT id AS source, ? AS target, because FROM ({between.domain})", between.id)
        relate(
            con,
            "CONNECTS_TO",
            f"SELECT id AS source, ? AS target, because FROM ({between.range}) WHERE kind = 'Application'",
            between.id,
            needs="'reachable'",
            gives="'reachable'",
        )
        # Who administers a directory controls the accounts in it.
        relate(
            con,
            "CONTAINS",
            f"SELECT id AS source, ? AS target, because FROM ({between.range}) WHERE kind = 'Application'",
            between.id,
            needs="'admin'",
            gives="'admin'",
        )
        relate(
            con,
            "CONTAINS",
            f"SELECT ? AS source, id AS target, because FROM ({between.domain})",
            between.id,
            needs="'admin'",
            gives="'top'",
        )
    derived.add(con)


# Private functions


def _members(con: duckdb.DuckDBPyConnection, between: Between) -> None:
    """Make the node in between a group to which the domain belongs, at whatever level it has."""
    node(con, between, "Group")
    relate(con, "MEMBER_OF", f"SELECT id AS source, ? AS target, because FROM ({between.domain})", between.id)


def _join(con: duckdb.DuckDBPyConnection, between: Between) -> None:
    """Lead from the group in between into groups, and to where whoever is put into one of them enters."""
    groups = f"SELECT * FROM ({between.range}) WHERE kind = 'Group'"
    relate(con, "MEMBER_OF", f"SELECT ? AS source, id AS target, because FROM ({groups})", between.id)
    relate(
        con,
        "MEMBER_OF",
        f"SELECT ? AS source, p.id AS target, because FROM ({groups}) g JOIN sign_on_joined j ON j.grp = g.n "
        "JOIN node p ON p.n = j.population",
        between.id,
    )
