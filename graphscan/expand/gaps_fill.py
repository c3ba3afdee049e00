"""
Complete what grants and was not read: for each gap one hypothetical node, domain → it → range, all of it possible.

What stands between is, where it can be, a thing of the inventory that techniques know what to do with: a group that an
unread membership, assignment or ownership goes through (members keep their levels, and sign-on policies are asked), a
super administrator's role, a plug-in that runs scripts, a machine, a secret. Else it is a Scope that leads from any
access to the one thing to all rights over the other.
"""

from collections.abc import Callable
from functools import partial

import duckdb

from graphscan import kinds
from graphscan.expand import derived, gaps_people, gaps_secrets
from graphscan.expand.gaps_ends import Between, Ends, entry_levels, top_levels
from graphscan.expand.gaps_parts import into, node, out, relate

# Controls that a position meets or defeats: what lists positions, read in part, may list the attacker's.
POSITIONS = ("acl", "ip_allow_list", "network_zone", "network", "firewall", "egress_filter", "allow_list")


def fill(con: duckdb.DuckDBPyConnection, ends: Ends) -> None:
    """Add what completes the gaps of one relation kind in one source. Scope files and policies must be done."""
    _WAYS.get(ends.relation, _scope)(con, ends)


# Private functions


def _scope(
    con: duckdb.DuckDBPyConnection,
    ends: Ends,
    needs: Callable[[str], tuple[str, ...]] = entry_levels,
    gives: Callable[[str], tuple[str, ...]] = top_levels,
) -> None:
    level = ends.narrow.needs
    for between in ends.between():
        node(con, between, "Scope")
        into(con, between, at=(lambda _kind: (level,)) if level and ends.whole else needs)
        out(con, between, gives)
    derived.add(con)


def _targets(con: duckdb.DuckDBPyConnection, ends: Ends) -> None:
    """Roles of which not all targets are known: Okta's are held over their organization, which is stated before."""
    for between in ends.between():
        node(con, between, "Scope")
        others = f"SELECT * FROM ({between.domain}) WHERE provider IS DISTINCT FROM 'okta'"
        into(con, Between(between.id, others, between.range))
        out(con, between, top_levels)
    derived.add(con)


def _links(con: duckdb.DuckDBPyConnection, ends: Ends) -> None:
    """A place from which one can go on: to a position, or to talk to something."""
    _scope(con, ends, gives=lambda kind: ("reachable",) if kind in ("Application", "Host") else top_levels(kind))


def _trust(con: duckdb.DuckDBPyConnection, ends: Ends) -> None:
    """Who controls what another believes; to sign in there is not to control it."""
    controls = {"Application": "admin"}
    for between in ends.between():
        node(con, between, "Scope")
        into(con, between, at=lambda kind: (controls[kind],) if kind in controls else entry_levels(kind))
        out(con, between, top_levels)
    derived.add(con)


def _machine(con: duckdb.DuckDBPyConnection, ends: Ends) -> None:
    """
    The machine that something runs on: what a technique does with it, it does with each in the range.

    A product does not know machines: those that other sources describe, which speak of it or of which it speaks, are
    as possible as its own. A mirror is a machine of its own.
    """
    ends.range_homes = gaps_secrets.linked(con, ends.homes)
    for between in ends.between(range_="n.subtype IS DISTINCT FROM 'mirror'"):
        node(con, between, "Host")
        relate(con, "RUNS_ON", f"SELECT id AS source, ? AS target, because FROM ({between.domain})", between.id)
        out(con, between, top_levels, hub="exec")
    derived.add(con)


def _plug_in(con: duckdb.DuckDBPyConnection, ends: Ends) -> None:
    """
    A plug-in that runs scripts on the application's machine.

    Its administrators use it so; what a plug-in that nobody read lets others do is not known, so anybody who signs in
    possibly does.
    """
    for between in ends.between():
        node(con, between, "Application", "plug-in")
        relate(con, "INSTALLED_IN", f"SELECT ? AS source, id AS target, because FROM ({between.domain})", between.id)
        derived.add(con)
        con.execute(
            'UPDATE node SET properties = \'{"any_user": "true", "runs_scripts": "true"}\' WHERE id = ?', [between.id]
        )


def _copies(con: duckdb.DuckDBPyConnection, ends: Ends) -> None:
    """Copies of credentials with a vendor or on a device; and whose managed device a device is."""
    for between in ends.between():
        keys = Between(between.id, between.domain, f"SELECT * FROM ({between.range}) WHERE kind = 'Credential'")
        node(con, keys, "Scope")
        into(con, keys)
        out(con, keys, top_levels)
        people = f"SELECT * FROM ({between.range}) WHERE kind = 'User'"
        device = Between(f"{between.id}:device", f"SELECT * FROM ({between.domain}) WHERE kind = 'Device'", people)
        node(con, device, "Device", "managed")
        into(con, device, hub="exec")
        relate(
            con,
            "HELD_BY",
            f"SELECT ? AS source, id AS target, because FROM ({people})",
            device.id,
            needs="'act_as'",
            gives="'exec'",
        )
    derived.add(con)


def _mechanism(con: duckdb.DuckDBPyConnection, ends: Ends) -> None:
    """A mechanism that fails may be that of a control of which the mechanism was not read."""
    mechanism = "n.subtype IS NOT DISTINCT FROM 'mechanism'"
    for between in ends.between(mechanism):
        node(con, between, "Control", "mechanism")
        for source, target, some in (("?", "id", between.domain), ("id", "?", between.range)):
            relate(
                con,
                "INSTANCE_OF",
                f"SELECT {source} AS source, {target} AS target, because FROM ({some}) WHERE kind = 'Control'",
                between.id,
            )
    derived.add(con)


def _reachable(con: duckdb.DuckDBPyConnection, ends: Ends) -> None:
    """From the internet, as where nothing says from where something is reached."""
    stated = (
        "n.n NOT IN (SELECT r.source FROM relation r JOIN node i ON i.n = r.target "
        f"WHERE r.kind = 'REACHABLE_FROM' AND i.id = '{kinds.INTERNET}')"
    )
    for between in ends.between(range_=stated):
        relate(
            con,
            "REACHABLE_FROM",
            f"SELECT id AS source, ? AS target, because FROM ({between.range}) WHERE kind IN ('Application', 'Host')",
            kinds.INTERNET,
            needs="'position'",
            gives="'reachable'",
        )
    derived.add(con)


def _defeat(con: duckdb.DuckDBPyConnection, ends: Ends) -> None:
    """A control of which not all is known that meets it: possibly from anywhere, where positions meet it."""
    positions = (
        f"(replace(coalesce(n.subtype, ''), '-', '_') IN {POSITIONS} OR n.n IN (SELECT r.source FROM relation r "
        "JOIN node s ON s.n = r.target AND s.kind = 'Segment' WHERE r.kind = 'DEFEATED_BY'))"
    )
    for between in ends.between(range_=positions):
        relate(
            con,
            "DEFEATED_BY",
            f"SELECT id AS source, ? AS target, because FROM ({between.range}) WHERE kind = 'Control'",
            kinds.INTERNET,
            needs="'position'",
            gives="'defeated'",
        )
    derived.add(con)


def _secrets(con: duckdb.DuckDBPyConnection, ends: Ends) -> None:
    gaps_secrets.fill(con, ends, lambda between: node(con, between, "Credential", "unread_secret"))


_WAYS: dict[str, Callable[[duckdb.DuckDBPyConnection, Ends], None]] = {
    "MEMBER_OF": gaps_people.membership,
    "HAS_ROLE": gaps_people.role,
    "ACCOUNT_OF": gaps_people.account,
    "ASSIGNED_TO": gaps_people.assignment,
    "SCOPED_TO": _targets,
    "STORES": _secrets,
    "RUNS_ON": _machine,
    "REACHABLE_FROM": _reachable,
    "INSTALLED_IN": _plug_in,
    "CONNECTS_TO": _links,
    "DEPENDS_ON": partial(_scope, needs=lambda _kind: ("publish",)),
    "TRUSTS": _trust,
    "HELD_BY": _copies,
    "OWNED_BY": gaps_people.ownership,
    "SIGNS_IN_AS": gaps_people.federation,
    "INSTANCE_OF": _mechanism,
    "DEFEATED_BY": _defeat,
}
