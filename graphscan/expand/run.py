"""Turn the merged view of all times into the inventory of one instant, stated and derived."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

import duckdb

from graphscan import kinds
from graphscan.expand import closure, derived, gaps, instant, persons, scopes, sign_on
from graphscan.expand.edits import Edits
from graphscan.techniques import sandbox
from graphscan.techniques.registry import FileKind, Technique


def expand(
    con: duckdb.DuckDBPyConnection,
    techniques: Sequence[Technique],
    at: datetime,
    edits: Edits,
    taken: Mapping[str, datetime],
) -> None:
    """
    Create the inventory of one instant in the main schema, and add what the scope files derive.

    Args:
        con:        holds the merged view in schema `base`; nothing else may have been created in it.
        techniques: scope files among them are run, in order of id.
        at, edits:  the instant, and what is changed before asking.
        taken:      when each source instance was read.
    """
    instant.at_instant(con, at, edits, dict(taken))
    con.execute(
        "CREATE TABLE level AS SELECT * FROM (SELECT unnest(?::VARCHAR[]) AS kind, unnest(?::VARCHAR[]) AS family, "
        "unnest(?::VARCHAR[]) AS level, unnest(?::UTINYINT[]) AS code)",
        list(_level_columns()),
    )
    con.execute(
        "CREATE TABLE coverage AS SELECT source_instance, relation, scope, state FROM base.coverage, asked "
        "WHERE (valid_from IS NULL OR valid_from <= asked.moment) AND (valid_to IS NULL OR valid_to > asked.moment)"
    )
    derived.prepare(con)
    gaps.complete_reachability(con)
    unread = gaps.Gaps(con)
    unread.rights()
    persons.join_persons(con)
    here = [one for one in applicable(con, techniques) if one.id not in edits.without]
    files = [one for one in here if one.kind != FileKind.TECHNIQUE]
    # Membership closed over nested groups can be as large as people times groups: only where something reads it.
    if any(_reads_closure(one) for one in here) or sign_on.needed(con):
        closure.close_membership(con)
    else:
        con.execute("CREATE TABLE membership (principal INTEGER, grp INTEGER, known BOOLEAN)")
    sign_on.solve(con)
    for one in files:
        sandbox.admit(con, one)
        scopes.run(con, one)
    unread.complete()


def applicable(con: duckdb.DuckDBPyConnection, techniques: Sequence[Technique]) -> list[Technique]:
    """Return the files that can yield anything: those of any provider, and of providers that have nodes."""
    there = {row[0] for row in con.execute("SELECT DISTINCT provider FROM node").fetchall()}
    return [one for one in techniques if not one.provider or one.provider in there]


# Private functions


def _reads_closure(one: Technique) -> bool:
    """Whether a file reads membership closed over nested groups, and not the memberships of one group alone."""
    return bool(sandbox.MEMBERSHIPS & {*one.reads, *one.negates} and _CLOSURE.search(one.sql))


_CLOSURE = re.compile(r"\bmembership\b|\bEFFECTIVE_MEMBER_OF\b", re.IGNORECASE)


def _level_columns() -> tuple[list[str], list[str], list[str], list[int]]:
    rows = [
        (kind.name, kind.family, level, kinds.LEVEL_CODES[kind.family, level])
        for kind in kinds.NODE_KINDS.values()
        for level in kinds.FAMILIES[kind.family].levels
    ]
    kind, family, level, code = zip(*rows, strict=True)
    return list(kind), list(family), list(level), list(code)
