"""Certificates of random graphs, made in memory by the code that writes them, for the independent checker."""

import hashlib
import json
import random
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from engine_cases import Case

from graphscan.analysis.session import Session
from graphscan.claims.certificate import Certificates, Statement
from graphscan.engine.compile import compile_steps
from graphscan.engine.graph import Graph
from graphscan.engine.reach import Reach, reach

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
from check_certificate import digest, flaw

WHERE = {"snapshot": "5" * 64, "as_of": "2023-11-14T09:22:49Z", "edits": {}, "techniques_sha256": "7" * 64}


@dataclass
class Asked:
    """A graph, a statement about it, and what is reached with and without what is merely possible."""

    graph: Graph
    statement: Statement
    must: Reach
    may: Reach

    @property
    def verdict(self) -> str:
        """FAIL, UNKNOWN or PASS."""
        if self.must.held[list(self.statement.targets)].any():
            return "FAIL"
        return "UNKNOWN" if self.may.held[list(self.statement.targets)].any() else "PASS"


def ask(case: Case, seed: int) -> Asked:
    """Put a random statement to a case: up to three targets, and now and then controls that hold or have failed."""
    graph = compile_steps(case.table, (*case.asked, *case.starts))
    pick = random.Random(seed)
    facts = list(range(1, graph.fact_count))
    starts = tuple(sorted({low for fact in case.starts for low in graph.lower(*fact)}))
    some = pick.sample(facts, min(len(facts), pick.choice((0, 0, 1, 2))))
    # Who holds a higher level holds the lower one: to keep out of one is to keep out of those that imply it.
    blocked = tuple(sorted({*some, *(one for one in facts for low in some if graph.implies(one, low))}))
    held = tuple(fact for fact in pick.sample(facts, pick.choice((0, 0, 1))) if fact not in blocked)
    targets = tuple(sorted(pick.sample(facts, min(len(facts), pick.randrange(1, 4)))))
    statement = Statement("claim", "c" * 64, "No path.", starts, targets, held, blocked)
    return put(graph, statement)


def put(graph: Graph, statement: Statement) -> Asked:
    """Put a statement to a graph."""
    begin = (*statement.starts, *statement.held)
    must, may = (reach(graph, begin, may=may, blocked=statement.shut) for may in (False, True))
    return Asked(graph, statement, must, may)


class InMemory(Certificates):
    """Certificates whose files are kept as bytes, of a graph whose nodes are `n0`, `n1` …"""

    def __init__(self, graph: Graph) -> None:
        session = _Session(graph)
        super().__init__(Path("nowhere"), cast(Session, session))
        self._exported.__dict__["where"] = WHERE
        self._exported.__dict__["_ids"] = [f"n{node}" for node in range(int(graph.fact_node.max()) + 1)]
        self.files: dict[str, bytes] = {}

    def _packed(self, name: str, ending: str, lines: Iterable[str]) -> dict[str, str]:
        data = "".join(lines).encode("ascii")
        sha256 = hashlib.sha256(data).hexdigest()
        self.files[sha256] = data
        return {"file": f"{name}.{ending}.gz", "sha256": sha256}

    def proof(self, statement: Statement) -> "Proof":
        """Return the certificate of a statement, true or not."""
        said = json.loads(json.dumps(self._content(statement, None)))
        return Proof(said, json.loads(self.files[said["body"]["sha256"]]), self.files[said["steps"]["sha256"]])


@dataclass(frozen=True)
class _Session:
    graph: Graph


@dataclass
class Proof:
    """A certificate with what it names, to be checked, and to be spoiled first."""

    said: dict[str, Any]
    body: dict[str, Any]
    steps: bytes

    def copy(self) -> "Proof":
        """Return another one that says the same."""
        return Proof(json.loads(json.dumps(self.said)), json.loads(json.dumps(self.body)), self.steps)

    def sign(self) -> "Proof":
        """Make all digests those of what now stands there, as a forger would."""
        self.said["steps"]["sha256"] = self.body["steps_sha256"] = hashlib.sha256(self.steps).hexdigest()
        self.said["body"]["sha256"] = hashlib.sha256(self._body).hexdigest()
        self.said["to_sha256"] = digest(self.said["to"])
        outside = ("schema", "statement_sha256", "body", "steps")
        self.said["statement_sha256"] = digest({k: v for k, v in self.said.items() if k not in outside})
        return self

    @property
    def flaw(self) -> str:
        """What the independent checker says against it."""
        answer: str = flaw(self.said, self._body, self.steps.splitlines(keepends=True))
        return answer

    @property
    def _body(self) -> bytes:
        return json.dumps(self.body).encode()
