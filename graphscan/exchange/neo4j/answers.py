"""What an analysis answered, as a run beside the graph: who is held, what was missed, on which claims' paths."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from graphscan.analysis.incident_results import IncidentResult
from graphscan.analysis.results import BlastResult, Hop, Route
from graphscan.claims.results import CheckResult, ClaimResult
from graphscan.exchange.content import Row
from graphscan.exchange.names import BASE, digest, short_id
from graphscan.exchange.neo4j import writing
from graphscan.exchange.neo4j.clear import gone
from graphscan.exchange.neo4j.connection import Connection, Neo4jError

Answer = BlastResult | IncidentResult | CheckResult
_BATCH = 5_000
_MOST = 5_000


@dataclass(slots=True)
class Answered:
    """
    The rows of one run.

    Attributes:
        claims:        {uid, p} of claims.
        relationships: (type, {s, t, rid, p}).
    """

    uid: str
    about: Row
    claims: list[Row] = field(default_factory=list)
    relationships: list[tuple[str, Row]] = field(default_factory=list)


def push_answer(
    connection: Connection,
    owner: str,
    run: str,
    answer: Answer,
    question: str,
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[int, int]:
    """
    Put a run of this name in, then take what it held before out.

    Returns how many relationships it has, and how many nodes of before stay, since somebody tied something to them.

    Raises:
        Neo4jError: the server cannot be used, or a node that the answer speaks of is not in the database.
    """
    rows = _Rows(owner, run).of(answer, question)
    push = hashlib.sha256(json.dumps([rows.about, rows.claims, rows.relationships], default=str).encode()).hexdigest()
    own = {"owner": owner, "run": run, "push": push[:16]}
    progress(f"sending the run {run}")
    connection.write(
        writing.nodes(["Run"]), [{"uid": rows.uid, "p": {**rows.about, **own}}], **writing.node_parameters(["Run"])
    )
    for batch in _batches(rows.claims):
        connection.write(
            writing.nodes(["Claim"]),
            [{"uid": one["uid"], "p": {**one["p"], **own}} for one in batch],
            **writing.node_parameters(["Claim"]),
        )
    by_type: dict[str, list[Row]] = {}
    for type_, row in rows.relationships:
        by_type.setdefault(type_, []).append({**row, "p": {**row["p"], **own}})
    for type_ in sorted(by_type):
        for batch in _batches(by_type[type_]):
            connection.write(writing.relationships(type_), batch)
    _verify(connection, own, len(rows.relationships))
    for query in (writing.RUN_RELATIONSHIPS, writing.RUN_NODES):
        while any(connection.write(query, most=_MOST, **own).values()):
            pass
    return len(rows.relationships), gone(connection, writing.RUN_STALE, **own)


# Private functions


class _Rows:
    def __init__(self, owner: str, run: str) -> None:
        self._owner = owner
        self._rows = Answered(digest(owner, "run", run), {"name": run})

    def of(self, answer: Answer, question: str) -> Answered:
        self._rows.about |= {"question": question, "as_of": answer.as_of}
        match answer:
            case BlastResult():
                self._blast(answer)
            case IncidentResult():
                self._incident(answer)
            case CheckResult():
                self._check(answer)
        return self._rows

    def _blast(self, answer: BlastResult) -> None:
        self._rows.about |= {"sort": "blast", "complete": answer.complete, "held": answer.reached_total}
        self._rows.about["notes"] = list(answer.notes)
        for start in answer.starts:
            fact = start.fact
            said: Row = {"level": fact.level, "dead": start.dead or None, "doubt": start.doubt or None}
            self._to("STARTS", fact.node.id, fact.level, said)
        for one in answer.reached:
            said = {"level": one.level, "certainty": one.certainty, "distance": one.distance}
            self._to("HELD", one.node.id, one.level, said)
        for fact in answer.open_to_anyone:
            self._to("OPEN_TO_ANYONE", fact.node.id, fact.level, {"level": fact.level})
        for blocker in answer.blocked_by:
            said = {"enforced": blocker.enforced, "effect": blocker.effect, "protects": blocker.protects_count}
            self._to("STOPPED_BY", blocker.control.id, "", {**said, "would_open": blocker.would_open})
        for place, move in enumerate(answer.moves, 1):
            said = {
                "place": place,
                "edit": move.edit,
                "closes": move.closes,
                "of": move.of,
                "remaining": move.remaining,
            }
            self._to("DO_FIRST", move.node.id, f"{place}", said)

    def _incident(self, answer: IncidentResult) -> None:
        missed = len(answer.missed)
        self._rows.about |= {"sort": "incident", "incident": answer.name, "complete": answer.complete, "missed": missed}
        self._rows.about["notes"] = list(answer.notes)
        for one in answer.credentials:
            said: Row = {
                "state": str(one.state),
                "missed": one.state.missed,
                "detail": one.detail,
                "how": one.how,
                "certainty": one.certainty,
                "obtained": one.obtained,
                "belongs_to": one.owner or None,
                "died": None if one.death is None else one.death.at,
                "opens_alone": len(one.alone),
                "opens_with_others": len(one.joint),
            }
            self._to("EXPOSED", one.node.id, "", said)
        for facts, certainty in ((answer.residual, "known"), (answer.residual_possibly, "possible")):
            for fact in facts:
                self._to("HELD", fact.node.id, fact.level, {"level": fact.level, "certainty": certainty})
        for suspect in answer.suspects:
            said = {"created": suspect.created, "created_by": suspect.created_by, "remains": suspect.death is None}
            self._to("SUSPECT", suspect.node.id, "", said)
        for place, step in enumerate(answer.order, 1):
            said = {"place": place, "action": step.action, "closes": step.closes, "left": step.left}
            self._to("DO_FIRST", step.node.id, f"{place}", said)

    def _check(self, answer: CheckResult) -> None:
        self._rows.about |= {"sort": "claims", "claims": len(answer.claims), "snapshot": answer.snapshot}
        on_path: dict[tuple[str, str], tuple[set[str], str]] = {}
        for number, claim in enumerate(answer.claims):
            uid = digest(self._rows.uid, "claim", str(number), claim.id)
            self._rows.claims.append({"uid": uid, "p": _claim(claim)})
            self._edge("ASKED", self._rows.uid, uid, "", {})
            for place, (node, level, technique, certainty) in enumerate(_along(claim.path)):
                said: Row = {"place": place, "level": level, "technique": technique, "certainty": certainty}
                self._edge("ON_PATH", uid, self._node(node), f"{place}", said)
                claims, _ = on_path.setdefault((node, level), (set(), certainty))
                claims.add(claim.id)
        for (node, level), (claims, certainty) in sorted(on_path.items()):
            self._to("HELD", node, level, {"level": level, "certainty": certainty, "on_path": sorted(claims)})

    def _node(self, id_: str) -> str:
        return digest(self._owner, "node", id_)

    def _to(self, type_: str, id_: str, key: str, said: Row) -> None:
        self._edge(type_, self._rows.uid, self._node(id_), key, said)

    def _edge(self, type_: str, source: str, target: str, key: str, said: Row) -> None:
        rid = digest(type_, source, target, key)
        self._rows.relationships.append((type_, {"s": source, "t": target, "rid": rid, "p": said}))


def _claim(claim: ClaimResult) -> Row:
    return {
        "id": short_id(claim.id),
        "name": claim.id,
        "text": claim.text,
        "verb": claim.verb,
        "verdict": str(claim.verdict),
        "reason": claim.reason,
        "severity": claim.severity,
        "belongs_to": claim.owner,
        "ticket": claim.ticket,
        "notes": list(claim.notes),
        "where": f"{claim.where.file}:{claim.where.line}",
    }


def _along(route: Route | None) -> Iterator[tuple[str, str, str, str]]:
    """Yield (node id, level, technique, certainty) along a path, its start first."""
    hops: tuple[Hop, ...] = () if route is None else route.hops
    for place, hop in enumerate(hops):
        if place == 0:
            yield hop.given.node.id, hop.given.level, "", "known"
        yield hop.gives.node.id, hop.gives.level, hop.technique, "possible" if hop.possible else "known"


def _verify(connection: Connection, own: Row, sent: int) -> None:
    [row] = connection.read(
        f"MATCH (:{BASE} {{owner: $owner}})-[r]->() WHERE r.run = $run AND r.push = $push RETURN count(r) AS held",
        **own,
    )
    if row["held"] != sent:
        raise Neo4jError(
            f"the database holds {row['held']:,} of the {sent:,} relationships of the run {own['run']!r}",
            "push the store again, then the run: what it speaks of is not there",
        )


def _batches(rows: list[Any]) -> Iterable[list[Any]]:
    for start in range(0, len(rows), _BATCH):
        yield rows[start : start + _BATCH]
