"""What the engine and the store's merged view say, without the code that pushes: the other side of each comparison."""

import json
from functools import cached_property
from pathlib import Path
from typing import Any

from graphscan.analysis.session import Session
from graphscan.engine.graph import IMPLICATION, MAY
from graphscan.engine.nx import to_networkx
from tests.neo4j.inside import graphscan

Step = tuple[str, frozenset[str], str, str, bool]  # technique, all that it needs, what it gives (id, level), possible
MEMBERS = """
WITH RECURSIVE inside(member, holder, depth) AS (
  SELECT n, n, 0 FROM base.node
  UNION
  SELECT i.member, r.target, i.depth + 1 FROM inside i JOIN base.relation r ON r.source = i.holder
  WHERE r.kind = 'MEMBER_OF' AND i.depth < 8)
"""


class Reference:
    """One store, asked through the command line, DuckDB and networkx."""

    def __init__(self, store: Path) -> None:
        self.store = store
        self._said: dict[tuple[str, ...], Any] = {}

    def answer(self, *words: str | Path) -> Any:
        """Return what a command says with `-o json`, asked once."""
        key = tuple(str(word) for word in words)
        if key not in self._said:
            done = graphscan(*words, "--store", self.store, "-o", "json")
            assert done.returncode in (0, 1), done.stderr
            self._said[key] = json.loads(done.stdout)
        return self._said[key]

    @cached_property
    def session(self) -> Session:
        """Return the store as it is asked about."""
        return Session.open(self.store)

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query of the merged view, in order."""
        return sorted(self.session.con.cursor().execute(query).fetchall(), key=repr)

    def members(self, group: str) -> dict[str, int]:
        """Return who belongs to a group that is no group itself, with the fewest groups between."""
        return dict(
            self.sql(
                MEMBERS
                + f"""SELECT m.id, min(depth) - 1 FROM inside JOIN base.node m ON m.n = member
                JOIN base.node g ON g.n = holder WHERE g.id = '{group}' AND depth > 0
                AND m.kind <> 'Group' GROUP BY 1"""
            )
        )

    @cached_property
    def steps(self) -> set[Step]:
        """Return all attack steps of the compiled graph."""
        graph = self.session.graph
        ids = [row[0] for row in self.session.con.execute("SELECT id FROM base.node ORDER BY n").fetchall()]
        found = to_networkx(graph, force=True)

        def fact(number: int) -> str:
            about = found.nodes[number]
            return f"{ids[about['node']]}::{about['level']}"

        steps: set[Step] = set()
        for source, target, about in found.edges(data=True):
            if "technique" in about and about["technique"] != IMPLICATION:
                steps.add((about["technique"], frozenset((fact(source),)), *_end(fact(target)), False))
        for name, about in found.nodes(data=True):
            if about["type"] == "step":
                needs = [one for one in found.predecessors(name) if one != MAY]
                [target] = found.successors(name)
                possible = found.has_edge(MAY, name)
                needed = frozenset(fact(one) for one in needs)
                if needed:
                    steps.add((about["technique"], needed, *_end(fact(target)), possible))
        return steps

    def kinds(self) -> dict[str, str]:
        """Return the kind of each node."""
        return dict(self.sql("SELECT id, kind FROM base.node"))


def _end(fact: str) -> tuple[str, str]:
    id_, _, level = fact.rpartition("::")
    return id_, level
