"""
Read the fixtures: one YAML file for each technique or scope file, next to this module.

facts:       nodes, relations and coverage of facts/1
from:        what an attacker starts with
yields:      exactly the steps that the file yields from the facts and that are known
may_yield:   exactly those that are only possible
reaches:     what is then reached
may_reach:   what is then reached possibly, and only that
single:      for the doubling test: where many share the node named, the nodes of which there is only one as well
near_misses: a small change of the facts or of the start each
  why, sort: in words; what sort of miss it is
  change:    set {node id, or "source KIND target": fields}, drop [the same], add {nodes, relations},
             unread ["RELATION KIND scope"] (coverage that is not complete)
  leaves:    exactly the steps that are still yielded
  closed:    what is then not reached, not even possibly; by default all of `reaches` and `may_reach`
  possible:  true where it is still possibly reached, and only that
"""

from copy import deepcopy
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

FOLDER = Path(__file__).parent / "fixtures"
_COMING_OUT = ("yields", "may_yield", "reaches", "may_reach")
SORTS = {
    "missing requirement",
    "wrong level",
    "dead credential",
    "another principal",
    "another tenant",
    "enforced control",
}


@dataclass(frozen=True)
class NearMiss:
    """A small change after which the steps, or what they reach, must not come out."""

    why: str
    sort: str
    facts: dict[str, Any]
    start: tuple[str, ...]
    leaves: tuple[str, ...]
    closed: tuple[str, ...]
    possible: bool


@dataclass(frozen=True)
class Fixture:
    """What one technique or scope file is tried on."""

    technique: str
    facts: dict[str, Any]
    start: tuple[str, ...]
    yields: tuple[str, ...]
    may_yield: tuple[str, ...]
    reaches: tuple[str, ...]
    may_reach: tuple[str, ...]
    single: dict[str, list[str]]
    near_misses: tuple[NearMiss, ...]


def load() -> dict[str, Fixture]:
    """Return the fixtures by the id of what they try."""
    found = [_fixture(path) for path in sorted(FOLDER.glob("*.yaml"))]
    return {one.technique: one for one in found}


def text(stated: dict[str, Any]) -> str:
    """Return facts as YAML, as an operator would write them."""
    stream = StringIO()
    YAML(typ="safe").dump(stated, stream)
    return stream.getvalue()


# Private functions


def _fixture(path: Path) -> Fixture:
    stated = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    strange = set(stated) - {"technique", "facts", "from", *_COMING_OUT, "single", "near_misses"}
    assert not strange, f"{path.name}: unknown keys {strange}"
    assert stated["technique"] == path.stem, f"{path.name} is of {stated['technique']}"
    return Fixture(
        stated["technique"],
        stated["facts"],
        tuple(stated["from"]),
        tuple(sorted(stated.get("yields", []))),
        tuple(sorted(stated.get("may_yield", []))),
        tuple(stated.get("reaches", [])),
        tuple(stated.get("may_reach", [])),
        stated.get("single", {}),
        tuple(_near_miss(one, stated) for one in stated["near_misses"]),
    )


def _near_miss(stated: dict[str, Any], whole: dict[str, Any]) -> NearMiss:
    strange = set(stated) - {"why", "sort", "change", "from", "leaves", "closed", "possible"}
    assert not strange, f"{whole['technique']}: unknown keys {strange}"
    assert stated["sort"] in SORTS, stated["sort"]
    return NearMiss(
        stated["why"],
        stated["sort"],
        _changed(whole["facts"], stated.get("change", {})),
        tuple(stated.get("from", whole["from"])),
        tuple(sorted(stated["leaves"])),
        tuple(stated.get("closed", [*whole.get("reaches", []), *whole.get("may_reach", [])])),
        stated.get("possible", False),
    )


def _changed(facts: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    nodes = {one["id"]: one for one in deepcopy(facts["nodes"])}
    relations = {f"{one['source']} {one['kind']} {one['target']}": one for one in deepcopy(facts["relations"])}
    for name, fields in change.get("set", {}).items():
        one = nodes[name] if name in nodes else relations[name]
        for key, value in fields.items():
            if value is None:
                one.pop(key)
            else:
                one[key] = value
    for name in change.get("drop", []):
        if name in nodes:
            del nodes[name]
            relations = {k: r for k, r in relations.items() if name not in (r["source"], r["target"])}
        else:
            del relations[name]
    added = change.get("add", {})
    unread = set(change.get("unread", []))
    coverage = [one for one in facts.get("coverage", []) if f"{one['relation']} {one['scope']}" not in unread]
    assert len(coverage) + len(unread) == len(facts.get("coverage", [])), f"not stated to be read: {unread}"
    known = {"coverage": coverage} if coverage else {}
    return known | {
        "nodes": [*nodes.values(), *added.get("nodes", [])],
        "relations": [*relations.values(), *added.get("relations", [])],
    }
