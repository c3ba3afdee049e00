"""The rules of BloodHound's OpenGraph format, as checks of our own: those of its documentation that no schema holds."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_EDGE = re.compile(r"[A-Za-z0-9_]+", re.ASCII)
_REWRITTEN = {"objectid", "lastseen", "reconcile"}


def problems(folder: Path) -> list[str]:
    """Return what an export does that the format forbids; nothing of a good one."""
    return list(
        _problems((folder / "graph.json").read_text("utf-8"), json.loads((folder / "extension.json").read_text()))
    )


def _problems(text: str, shape: Any) -> Iterator[str]:
    payload = json.loads(text)
    if list(payload) != ["metadata", "graph"] or list(payload["metadata"]) != ["source_kind"]:
        yield "metadata is not first, or holds more than source_kind"
    if "NaN" in text and "NaN" not in json.dumps(json.loads(text, parse_constant=lambda _: None)):
        yield "a number that is none"
    nodes, edges = payload["graph"]["nodes"], payload["graph"]["edges"]
    ids = [one["id"] for one in nodes]
    if len(set(ids)) != len(ids):
        yield "an id twice"
    declared = {one["name"] for one in shape["node_kinds"]}
    walked = {one["name"]: one["is_traversable"] for one in shape["relationship_kinds"]}
    yield from _extension(shape, declared, walked)
    source_kind = payload["metadata"]["source_kind"]
    gates = set()
    for one in nodes:
        if set(one) != {"id", "kinds", "properties"} or ":" in one["id"] or not one["id"]:
            yield f"node {one}"
        if not 1 <= len(one["kinds"]) <= 3 or one["kinds"][0] not in declared:
            yield f"kinds {one['kinds']}"
        if not set(one["kinds"][1:]) <= {source_kind} or any(kind.lower().startswith("tag") for kind in one["kinds"]):
            yield f"kinds {one['kinds']}"
        if one["kinds"][0] == "GS_Gate":
            gates.add(one["id"])
        yield from _properties(one["properties"])
    known = set(ids)
    for one in edges:
        if set(one) != {"kind", "start", "end", "properties"} or not _EDGE.fullmatch(one["kind"]):
            yield f"edge {one}"
        if one["kind"] not in walked:
            yield f"not declared: {one['kind']}"
        for side in ("start", "end"):
            if one[side]["match_by"] != "id" or one[side]["value"] not in known:
                yield f"an end that is not there: {one}"
        if one["end"]["value"] in gates and walked.get(one["kind"]):
            yield f"an edge into a gate that can be walked: {one}"
        yield from _properties(one["properties"])


def _extension(shape: Any, declared: set[str], walked: dict[str, bool]) -> Iterator[str]:
    space = shape["schema"]["namespace"]
    names = [*(one["name"] for one in shape["node_kinds"]), *(one["name"] for one in shape["relationship_kinds"])]
    if len(set(names)) != len(names) or not all(name.startswith(f"{space}_") for name in names):
        yield "names of the extension"
    if not re.fullmatch(r"v\d+\.\d+\.\d+", shape["schema"]["version"]):
        yield f"version {shape['schema']['version']}"
    if not all(re.fullmatch("#([0-9A-F]{3}){1,2}", one["color"], re.IGNORECASE) for one in shape["node_kinds"]):
        yield "colours"
    if not declared or True not in walked.values():
        yield "nothing is declared"


def _properties(said: dict[str, Any]) -> Iterator[str]:
    for name, value in said.items():
        if name != name.lower() or name in _REWRITTEN:
            yield f"property {name}"
        if isinstance(value, list):
            if len({type(one) for one in value}) > 1 or not all(isinstance(one, str | int | float) for one in value):
                yield f"list {name}"
        elif not isinstance(value, str | int | float):
            yield f"value of {name}: {value!r}"
