"""
Inventories for tests: facts as records, many small tenants packed into one, and the pipeline run over them.

A tenant is a set of records whose ids all carry a prefix. Only the internet is shared, so what one tenant holds must
never show in another; and one run of the pipeline serves a hundred cases.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from graphscan import kinds
from graphscan.derive.run import derive
from graphscan.derive.table import step_table
from graphscan.engine.compile import compile_steps
from graphscan.engine.graph import Graph
from graphscan.engine.reach import Reach, reach
from graphscan.expand.edits import Edits
from graphscan.expand.run import expand
from graphscan.model import Coverage, Node, Record, Ref, Relation, SourceInfo
from graphscan.select import split_level
from graphscan.store import Store, merge
from graphscan.techniques import registry, sandbox
from importers.facts import read

AT = datetime(2024, 1, 1, tzinfo=UTC)
READ = datetime(2023, 12, 1, tzinfo=UTC)  # when the sources were read

STEPS = "SELECT source, source_level, target, target_level, guards, possible FROM step WHERE technique = ?"
SETS = """
SELECT source, needs, target, gives, NULL, observed <> 'yes'
FROM derived_relation JOIN relation USING (r) WHERE because = ?
"""


def facts(folder: Path, text: str, name: str = "facts") -> list[Record]:
    """Return the records of a facts text; its header is added."""
    path = folder / f"{name}.yaml"
    path.write_text(f"graphscan: facts/1\nsource: test\n{text}", encoding="utf-8")
    return read([path])[1]


def tenant(records: Iterable[Record], prefix: str) -> list[Record]:
    """Return records with a prefix before every id but that of the internet."""
    return renamed(records, lambda id_: prefix + id_)


def renamed(records: Iterable[Record], name: Callable[[str], str]) -> list[Record]:
    """Return records with other ids; the internet keeps its own."""

    def named(id_: str) -> str:
        return id_ if id_ == kinds.INTERNET or not id_ else name(id_)

    def ref(one: Ref) -> Ref:
        return Ref(named(one.text))

    moved: list[Record] = []
    for one in records:
        if isinstance(one, Node):
            moved.append(replace(one, id=named(one.id), owner=one.owner and named(one.owner)))
        elif isinstance(one, Relation):
            moved.append(
                replace(
                    one,
                    source=ref(one.source),
                    target=ref(one.target),
                    via=one.via and ref(one.via),
                    guarded_by=tuple((ref(guard), level) for guard, level in one.guarded_by),
                )
            )
        elif isinstance(one, Coverage):
            moved.append(replace(one, scope=named(one.scope)))
        else:
            moved.append(one)
    return moved


def merged(folder: Path, *sources: Sequence[Record], at: datetime = READ) -> duckdb.DuckDBPyConnection:
    """Return the merged view of sources, each imported under a name of its own, locked as the pipeline locks it."""
    store = Store.open_or_create(folder / "store")
    for number, records in enumerate(sources):
        store.write(SourceInfo(f"facts:{number}", "facts", at), records)
    con = merge.load(store.snapshot())
    sandbox.lock(con)
    return con


@dataclass(frozen=True)
class World:
    """An inventory of one instant with its steps, compiled."""

    con: duckdb.DuckDBPyConnection
    graph: Graph
    numbers: dict[str, int]
    node_kinds: dict[str, str]

    @classmethod
    def build(
        cls,
        folder: Path,
        *sources: Sequence[Record],
        asked: Iterable[str] = (),
        at: datetime = AT,
        edits: Edits | None = None,
        techniques: Sequence[registry.Technique] | None = None,
    ) -> "World":
        """
        Run the pipeline as analyses do.

        Args:
            asked: `id::level` facts that will be asked for; others may be dropped when compiling.
        """
        edits = edits or Edits()
        files = registry.load() if techniques is None else techniques
        con = merged(folder, *sources)
        taken = {f"facts:{number}": READ for number in range(len(sources))}
        expand(con, files, at, edits, taken)
        derive(con, files, without=edits.without)
        rows = con.execute("SELECT id, n, kind FROM base.node UNION SELECT id, n, kind FROM derived_node").fetchall()
        numbers = {id_: n for id_, n, _ in rows}
        node_kinds = {id_: kind for id_, _, kind in rows}
        extra = []
        for fact in asked:
            node, level = split_level(fact)
            extra.append((numbers[node], kinds.level_code(node_kinds[node], str(level))))
        graph = compile_steps(step_table(con, files), extra=extra)
        return cls(con, graph, numbers, node_kinds)

    def steps(self, technique: str) -> list[tuple[str, bool]]:
        """Return what a file yields: `source::level → target::level | guards`, and whether it is only possible."""
        ids = {n: id_ for id_, n in self.numbers.items()}
        found = []
        for sql in (STEPS, SETS):
            for source, needs, target, gives, guards, possible in self.con.execute(sql, [technique]).fetchall():
                # No level: listed in a set, or at whatever level the member has.
                start, end = (
                    ids[n] + (f"::{level}" if level else "") for n, level in ((source, needs), (target, gives))
                )
                line = f"{start} → {end}"
                others = sorted(f"{ids[one['n']]}::{one['level']}" for one in guards or [])
                found.append((f"{line} | {', '.join(others)}" if others else line, possible))
        return sorted(found)

    def reach(self, starts: Iterable[str], may: bool = False) -> Reach:
        """Return what some starts reach: `id::level`, or an id at its strongest level."""
        found: list[int] = []
        for start in starts:
            node, level = split_level(start)
            kind = self.node_kinds[node]
            levels = [level] if level else _strongest(kind)
            found += [f for one in levels for f in self.graph.lower(self.numbers[node], kinds.level_code(kind, one))]
        return reach(self.graph, sorted(set(found)), may=may)

    def fact(self, fact: str) -> int:
        """Return the number of a fact `id::level` that was asked for."""
        node, level = split_level(fact)
        number = self.graph.at(self.numbers[node], kinds.level_code(self.node_kinds[node], str(level)))
        assert number >= 0, f"{fact} was not kept when compiling: name it in `asked`"
        return number

    def holds(self, reached: Reach, fact: str) -> bool:
        """Whether a fact that was asked for is reached."""
        return bool(reached.held[self.fact(fact)])


# Private functions


def _strongest(kind: str) -> list[str]:
    family = kinds.family_of(kind)
    return [one for one in family.levels if not any((other, one) in family.implies for other in family.levels)]
