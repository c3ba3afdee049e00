"""
What is exported, as nodes with labels and relationships with a type, in an order that depends on the store alone.

Every format is written from this: the inventory of an instant, the attack steps over it with their requirements made
visible, what was not read, and all that the sources stated.
"""

import json
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from graphscan.exchange import names
from graphscan.exchange.content import Content, Row, Step
from graphscan.exchange.names import digest, short_id

_SENSITIVE = {"crown_jewel": "CrownJewel", "confidential": "Confidential"}


class Elements:
    """
    The nodes and relationships of one store.

    Attributes:
        owner: the store's own id, on everything.
        push:  what is exported, as a digest: the same for the same inventory.
        steps: whether attack steps are among them.
    """

    def __init__(self, content: Content, owner: str, push: str = "", *, steps: bool = True) -> None:
        self.content = content
        self.owner = owner
        self.push = push
        self.steps = steps
        self._types = names.step_types(content.session.graph.techniques)

    def uid(self, *parts: str) -> str:
        """Return the key of something of this store."""
        return digest(self.owner, *parts)

    def nodes(self) -> Iterator[tuple[tuple[str, ...], Row]]:
        """Yield (labels, {uid, p}): `p` are properties, a None among them takes one away."""
        yield from self._figures()
        uid = self._node_uid
        for row in self.content.nodes():
            yield self._labels(row), self._node(uid(row["n"]), row)
        for row in self.content.past_nodes():
            row["dead"] = None
            yield (*self._labels(row), "Past"), self._node(self.uid("node", row["id"]), row)
        for ref in self._references():
            said: Row = {"id": short_id(ref), "reference": ref}
            yield ("Reference",), {"uid": self.uid("reference", ref), "p": self._owned(said)}
        if self.steps:
            for step in self.content.steps(guarded=True):
                said = {
                    "technique": step.technique,
                    "title": step.title,
                    "name": step.title,
                    "requires": len(step.needs) + 1,
                    "effort": step.effort,
                    "possible": step.possible,
                    **_evidence(step),
                }
                yield ("Step",), {"uid": self.uid("step", step.identity), "p": self._owned(said)}

    def relationships(self) -> Iterator[tuple[str, Row]]:
        """Yield (type, {s, t, rid, p}): keys of both ends, its own key, properties."""
        uid = self._node_uid
        twins: dict[str, int] = {}
        for row in self.content.relations():
            source, target = uid(row["source"]), uid(row["target"])
            said = {name: row[name] for name in _RELATION if row[name] is not None or name in _EVIDENCE}
            guards = row["guards"] or []
            key = self.uid(
                *("relation", row["kind"], source, target, row["needs"] or "", row["gives"] or "", row["id"]),
                *(row["via"] or "", str(row["stored_at"] or ""), *guards),
            )
            twins[key] = twins.get(key, 0) + 1  # the same thing said twice of derived relations
            said |= {"guards": guards, "relation": row["id"]}
            rid = key if twins[key] == 1 else digest(key, str(twins[key]))
            yield names.relation_type(row["kind"]), self._edge(source, target, rid, said)
        for row in self.content.past_relations():
            said = {name: row[name] for name in ("kind", "valid_from", "valid_to", "reason", "statements")}
            said |= {"relation": row["id"], "from_ref": short_id(row["source"]), "to_ref": short_id(row["target"])}
            rid = self.uid("stated", row["id"])
            yield "STATED", self._edge(self._end(row["source"]), self._end(row["target"]), rid, said)
        if self.steps:
            yield from self._step_relationships()

    # Private functions

    def _figures(self) -> Iterator[tuple[tuple[str, ...], Row]]:
        for row in self.content.sources():
            yield ("Source",), self._figure("source", row, row["name"])
        for row in self.content.coverage():
            row["name"] = f"{row['relation']} {row['state']}"
            yield ("Coverage",), self._figure("coverage", _shortened(row, "scope"), row["source"], str(row["row"]))
        for row in self.content.classifications():
            row["name"] = row["selector"]
            row["statements"] = [row.pop("statement")]
            yield ("Classification",), self._figure("classify", row, row["source"], str(row["row"]))
        for row in self.content.unresolved():
            row["name"] = row["ref"]
            yield ("Unresolved",), self._figure("unresolved", row, row["ref"], row["relation"], row["source"])
        for row in self.content.disagreements():
            about = _shortened(row, "id", "about")
            yield (
                ("Disagreement",),
                self._figure("disagreement", about, row["about"], row["field"], row["source"], str(row["value"])),
            )

    def _figure(self, sort: str, row: Row, *key: str) -> Row:
        if "statement" in row:
            row["statements"] = [row.pop("statement")]
        return {"uid": self.uid(sort, *key), "p": self._owned(row)}

    def _node(self, uid: str, row: Row) -> Row:
        said = {name: value for name, value in row.items() if name not in ("n", "id", "declared", "because", "derived")}
        said["id"] = short_id(row["id"])
        said["full_id"] = row["id"] if said["id"] != row["id"] else None
        said["name"] = row["name"] or row["id"]
        said["belongs_to"] = said.pop("owner", None)
        return {"uid": uid, "p": self._owned(said)}

    def _labels(self, row: Row) -> tuple[str, ...]:
        found = [names.kind_label(row["kind"])]
        provider = names.provider_label(row["provider"])
        marks = (
            provider,
            _SENSITIVE.get(row.get("sensitivity") or ""),
            "Derived" if row.get("derived") else None,
            "Hypothetical" if row.get("hypothetical") else None,
            "Dead" if row.get("dead") else None,
        )
        return (*found, *(one for one in marks if one))

    def _owned(self, row: Row) -> Row:
        """Return what belongs to a node or relationship: its owner and push. A None takes a property away."""
        for name, value in row.items():
            if type(value) in _NESTED:
                row[name] = _property(value)
        row["owner"], row["push"] = self.owner, self.push
        return row

    def _node_uid(self, n: int) -> str:
        return self._uids[n]

    @cached_property
    def _uids(self) -> list[str]:
        return [self.uid("node", one) for one in self.content.ids]

    def _end(self, ref: str) -> str:
        """Return the key of what a reference names: a node that is known, or the reference itself."""
        return self.uid("node", ref) if ref in self._known else self.uid("reference", ref)

    @property
    def _known(self) -> frozenset[str]:
        found = self.__dict__.get("known")
        if found is None:
            past = (row["id"] for row in self.content.past_nodes())
            found = self.__dict__["known"] = frozenset([*self.content.ids, *past])
        return found

    def _references(self) -> Iterable[str]:
        ends = (row[side] for row in self.content.past_relations() for side in ("source", "target"))
        return sorted({ref for ref in ends if ref not in self._known})

    def _step_relationships(self) -> Iterator[tuple[str, Row]]:
        for step in self.content.steps():
            rid, type_ = self.uid("step", step.identity), self._types[step.technique]
            (start, needs), (end, gives) = step.source, step.target
            about = {
                "technique": step.technique,
                "title": step.title,
                "effort": step.effort,
                "possible": step.possible,
                "needs": needs,
            }
            source, target = self._node_uid(start), self._node_uid(end)
            if not step.needs:
                said = {**about, "gives": gives, **_evidence(step)}
                yield type_, self._edge(source, target, rid, said)
                continue
            yield type_, self._edge(source, rid, rid, {**about, "guarded": True})
            for node, level in step.needs:
                key = digest(rid, self.content.ids[node], level)
                yield "REQUIRES", self._edge(self._node_uid(node), rid, key, {"level": level})
            yield "GIVES", self._edge(rid, target, digest(rid, "gives"), {"level": gives, "possible": step.possible})

    def _edge(self, source: str, target: str, rid: str, said: Row) -> Row:
        return {"s": source, "t": target, "rid": rid, "p": self._owned(said)}


# Private functions

_EVIDENCE = ("evidence", "evidence_where", "evidence_at")  # no part of the key: None takes away what was before
_RELATION = (
    *("needs", "gives", "via", "observed", "stored_at", *_EVIDENCE),
    *("source_instance", "derived", "statements"),
)

_NESTED = (list, tuple, dict)
MOST_RELATIONS = 100  # ids of relations on one step; how many there are is said where that is more


def _evidence(step: Step) -> Row:
    """Return the relations that a step rests on, and how many where not all are listed."""
    count = len(step.relations)
    return {
        "relations": list(step.relations[:MOST_RELATIONS]),
        "relations_in_all": count if count > MOST_RELATIONS else None,
    }


def _property(value: Any) -> Any:
    """Return a value as a property can hold it: a list has no empty places, what is nested is JSON."""
    if isinstance(value, list | tuple):
        return [one for one in value if one is not None]
    if isinstance(value, dict):
        return json.dumps(value, sort_keys=True)
    return value


def _shortened(row: Row, name: str, under: str | None = None) -> Row:
    """Give a member that holds an id the searched form of it."""
    row[under or name] = short_id(row.pop(name))
    return row
