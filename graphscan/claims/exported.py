"""A session's facts, steps and closed sets as lines of JSON: what a certificate is checked against."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import UTC
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from graphscan import kinds
from graphscan.analysis.session import Session
from graphscan.engine.certificate import Certificate
from graphscan.techniques import registry

BODY = "graphscan.closed-set/1"
STEPS = "graphscan.steps/1"
COLUMNS = ("technique", "source", "further", "target", "possible")
LISTED = 100  # steps named for each control; the others are counted

DEFEATED = kinds.level_code("Control", "defeated")
_CHUNK = 1 << 16


def digest_of(said: Any) -> str:
    """Return the SHA-256 of a JSON value: keys sorted, no white space, signs outside ASCII as escapes."""
    return hashlib.sha256(compact(said, sort_keys=True).encode()).hexdigest()


def compact(said: Any, sort_keys: bool = False) -> str:
    """Return JSON without white space, in ASCII."""
    return json.dumps(said, ensure_ascii=True, separators=(",", ":"), allow_nan=False, sort_keys=sort_keys)


class Exported:
    """What of a session a stranger is given: facts are [node id, level]."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.graph = session.graph

    @cached_property
    def where(self) -> dict[str, Any]:
        """Return what the steps were derived from."""
        session, edits = self.session, self.session.edits
        return {
            "snapshot": session.snapshot.digest,
            "as_of": session.as_of.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "edits": {one.name: value for one in fields(edits) if (value := getattr(edits, one.name))},
            "techniques_sha256": registry.digest(session.family.techniques),
        }

    def fact(self, fact: int) -> tuple[str, str]:
        """Return a fact as node id and level."""
        return str(self._ids[self.graph.fact_node[fact]]), self.graph.level_name(fact)

    def facts(self, facts: Iterable[int]) -> list[list[str]]:
        """Return facts in order of id and level, each once."""
        return sorted([*self.fact(fact)] for fact in {*facts})

    def step_lines(self) -> Iterator[str]:
        """Yield a header and then, some at a time, the steps, one on a line in the order of `COLUMNS`."""
        graph, fact = self.graph, self._json
        ambient = np.concatenate([graph.known_start, graph.possible_start]).tolist()
        header = {"schema": STEPS, **self.where, "columns": list(COLUMNS), "ambient": self.facts(ambient)}
        yield compact(header) + "\n"
        technique = [compact(name) for name in graph.techniques]
        ptr, members = graph.guard_ptr.tolist(), graph.guard_facts.tolist()
        # The last one is that of guard -1: none. `MAY` is no fact that an attacker holds: the last column says it.
        further = ["[" + ",".join(fact[f] for f in members[a:b] if f) + "]" for a, b in pairwise(ptr)] + ["[]"]
        possible = [*("true" if one else "false" for one in graph.guard_possible.tolist()), "false"]
        for first in range(0, graph.step_count, _CHUNK):
            columns = (graph.step_technique, graph.step_source, graph.step_guard, graph.step_target)
            rows = zip(*(column[first : first + _CHUNK].tolist() for column in columns), strict=True)
            yield "".join(f"[{technique[t]},{fact[s]},{further[g]},{fact[e]},{possible[g]}]\n" for t, s, g, e in rows)

    def body_lines(
        self, closed: Certificate, given: dict[str, Any], starts: list[list[str]], steps_sha256: str
    ) -> Iterator[str]:
        """Yield the lines of a body: what it is of, the closed set, and its edge by what stops the steps there."""
        header = {"schema": BODY, **self.where, "given": given, "from": starts, "steps_sha256": steps_sha256}
        yield compact(header)[:-1] + ',\n"closed_set":[\n'
        facts = closed.facts
        for first in range(0, len(facts), _CHUNK):
            texts = [self._json[fact] for fact in facts[first : first + _CHUNK].tolist()]
            yield (",\n" if first else "") + ",\n".join(texts)
        yield "\n],\n"
        by_fact, steps = closed.closed_by()
        stops = (self.graph.fact_level[by_fact] == DEFEATED) | np.isin(by_fact, closed.shut)
        by_fact, steps = by_fact[stops], steps[stops]
        ends = np.flatnonzero(np.diff(by_fact)) + 1
        edge = [
            {
                "closed_by": [*self.fact(int(some[0]))],
                "steps": len(of),
                "listed": [self._step(step) for step in of[:LISTED].tolist()],
            }
            for some, of in zip(np.split(by_fact, ends), np.split(steps, ends), strict=True)
            if len(some)
        ]
        left = len(closed.steps) - len(np.unique(steps))
        yield f'"frontier":{compact(edge)},\n"frontier_without_control":{left}}}\n'

    # Private functions

    @cached_property
    def _ids(self) -> Any:
        return self.session.con.execute("SELECT id FROM base.node ORDER BY n").fetchnumpy()["id"]

    @cached_property
    def _json(self) -> list[str]:
        """Each fact of the graph as JSON, `MAY` as nothing."""
        levels = [compact(name) for _, name in kinds.LEVELS]
        texts, node, id_ = [""], -1, ""
        for owner, code in zip(self.graph.fact_node[1:].tolist(), self.graph.fact_level[1:].tolist(), strict=True):
            if owner != node:
                node, id_ = owner, compact(str(self._ids[owner]))
            texts.append(f"[{id_},{levels[code]}]")
        return texts

    def _step(self, step: int) -> dict[str, Any]:
        source, *further = self.graph.body(step)
        return {
            "technique": self.graph.techniques[self.graph.step_technique[step]],
            "source": [*self.fact(source)],
            "further": [[*self.fact(fact)] for fact in further if fact],
            "target": [*self.fact(int(self.graph.step_target[step]))],
        }
