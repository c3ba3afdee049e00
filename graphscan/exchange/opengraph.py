"""
Export in BloodHound's OpenGraph format: one payload, and the extension that says what its kinds mean.

Source: the format's documentation, "Graph data", "Nodes", "Edges" and "Extension definition", and the published JSON
schemas of a node and an edge. A requirement of several facts is a node of its own, `GS_Gate`, and the edges into it are
not traversable: else a search would walk an AND as an OR.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from graphscan import __version__
from graphscan.exchange.aside import aside
from graphscan.exchange.content import Row
from graphscan.exchange.elements import Elements
from graphscan.kinds import NODE_KINDS, RELATION_KINDS

NAMESPACE = "GS"
SOURCE_KIND = "GraphscanBase"
GATE, INTO_GATE, OUT_OF_GATE = "Step", "REQUIRES", "GIVES"
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9]", re.ASCII)
_NOT_IN_ID = re.compile(r"[^A-Za-z0-9_.@/+=-]+", re.ASCII)
_JSON = json.JSONEncoder(separators=(",", ":"), check_circular=False)
_FIGURES = ("Source", "Coverage", "Classification", "Unresolved", "Disagreement", "Reference", "Undeclared")
NODE_NAMES = (*NODE_KINDS, "Gate", *_FIGURES)
STATED = "STATED"
EDGE_NAMES = (*RELATION_KINDS, STATED, INTO_GATE, OUT_OF_GATE)  # and one or two for each technique
_COLOURS = {
    "principal": ("user", "#33AA55"),
    "held": ("key", "#D9822B"),
    "application": ("window-maximize", "#335577"),
    "repository": ("code-branch", "#AA5533"),
    "content": ("file-lines", "#8A6FB0"),
    "data": ("database", "#AA3344"),
    "host": ("server", "#556677"),
    "execution": ("gears", "#667755"),
    "segment": ("network-wired", "#447799"),
    "control": ("shield-halved", "#777777"),
}


def escaped_id(id_: str) -> str:
    """
    Return an id without a colon, from which the first can be made again: any sign but letters, digits and `_.@/+=-`
    becomes `~` and two hexadecimal digits for each of its bytes in UTF-8.
    """
    return _NOT_IN_ID.sub(_as_bytes, id_)


def unescaped_id(text: str) -> str:
    """Return the id that `escaped_id` was given. Raises ValueError for a text that it never gives."""
    raw = re.sub(rb"~([0-9a-f]{2})", lambda found: bytes.fromhex(found[1].decode()), text.encode())
    found = raw.decode("utf-8", "surrogatepass")
    if escaped_id(found) != text:
        raise ValueError(f"{text!r} is no escaped id")
    return found


def edge_kind(name: str) -> str:
    """
    Return the kind of an edge: the namespace, and a name in which `_` and any sign but letters and digits is `_XX_`.

    `okta.sign-in` gives `GS_okta_2E_sign_2D_in`.
    """
    return f"{NAMESPACE}_" + _NOT_PLAIN.sub(lambda found: f"_{ord(found[0]):02X}_", name)


def edge_name(kind: str) -> str:
    """Return the name that `edge_kind` was given. Raises ValueError for a kind that it never gives."""
    prefix = f"{NAMESPACE}_"
    if not kind.startswith(prefix):
        raise ValueError(f"{kind!r} is no kind of ours")
    found = re.sub(r"_([0-9A-F]{2,6})_", lambda one: chr(int(one[1], 16)), kind[len(prefix) :])
    if edge_kind(found) != kind:
        raise ValueError(f"{kind!r} is no kind of ours")
    return found


def write(elements: Elements, folder: Path) -> dict[str, int]:
    """
    Write `graph.json` and `extension.json` into a folder; return how many nodes and edges.

    The extension has every relation kind (not traversable) and every technique (traversable).
    """
    counted = {"nodes": 0, "edges": 0}
    ids: dict[str, str] = {}
    shape = extension(sorted(elements.content.session.graph.techniques))
    with aside(folder / "graph.json", folder / "extension.json") as (graph, about):
        with graph.open("w", encoding="utf-8", newline="\n") as file:
            file.write('{"metadata": {"source_kind": ' + json.dumps(SOURCE_KIND) + '},\n"graph": {"nodes": [\n')
            counted["nodes"] = _lines(file, _nodes(elements, ids))
            file.write('],\n"edges": [\n')
            counted["edges"] = _lines(file, _edges(elements, ids))
            file.write("]}}\n")
        about.write_text(json.dumps(shape, indent=1) + "\n", encoding="utf-8")
    return counted


def extension(techniques: list[str]) -> dict[str, Any]:
    """Return the extension definition: what each kind of node and edge is, and which edges a search may walk."""
    kinds = [(kind.name, kind.what, _COLOURS.get(kind.family, ("circle", "#999999"))) for kind in NODE_KINDS.values()]
    kinds.append(("Gate", "several facts that are all needed for one step", ("circle-dot", "#222222")))
    kinds += [(name, "what a store says beside things: not part of a path", ("circle", "#BBBBBB")) for name in _FIGURES]
    relations = [(kind.name, f"{kind.what} (inventory)", False) for kind in RELATION_KINDS.values()]
    relations += [
        (STATED, "stated by a source, and not holding at the instant", False),
        (INTO_GATE, "is needed for a step, together with all else that is", False),
        (OUT_OF_GATE, "what a step gives once all that it needs is held", True),
    ]
    relations += [(f"into {one}", f"technique {one}, which needs more than this", False) for one in techniques]
    relations += [(one, f"technique {one}", True) for one in techniques]
    return {
        "schema": {
            "name": "Graphscan",
            "display_name": "graphscan",
            "version": f"v{__version__}",
            "namespace": NAMESPACE,
        },
        "node_kinds": [
            {
                "name": f"{NAMESPACE}_{name}",
                "display_name": name,
                "description": what,
                "is_display_kind": True,
                "icon": icon,
                "color": colour,
            }
            for name, what, (icon, colour) in kinds
        ],
        "relationship_kinds": [
            {"name": edge_kind(name), "description": what, "is_traversable": walked} for name, what, walked in relations
        ],
        "environments": [],
        "relationship_findings": [],
    }


# Private functions


def _as_bytes(found: "re.Match[str]") -> str:
    return "".join([f"~{byte:02x}" for byte in found[0].encode("utf-8", "surrogatepass")])


def _lines(file: IO[str], objects: Iterator[Row]) -> int:
    count, encode = 0, _JSON.encode
    for count, one in enumerate(objects, 1):
        file.write(("" if count == 1 else ",\n") + encode(one))
    file.write("\n")
    return count


def _nodes(elements: Elements, ids: dict[str, str]) -> Iterator[Row]:
    for labels, row in elements.nodes():
        own = "id" in row["p"] and "Reference" not in labels and "Step" not in labels
        id_ = escaped_id(row["p"]["full_id"] or row["p"]["id"]) if own else row["uid"]
        ids[row["uid"]] = id_
        kinds = [f"{NAMESPACE}_{'Gate' if labels[0] == GATE else labels[0]}", SOURCE_KIND]
        yield {"id": id_, "kinds": kinds, "properties": _properties(row["p"])}


def _edges(elements: Elements, ids: dict[str, str]) -> Iterator[Row]:
    kinds: dict[tuple[str, bool], str] = {}
    for type_, row in elements.relationships():
        said = row["p"]
        name, guarded = said["technique"] if type_.startswith("STEP_") else type_, bool(said.get("guarded"))
        if (name, guarded) not in kinds:
            kinds[name, guarded] = edge_kind(f"into {name}" if guarded else name)
        yield {
            "kind": kinds[name, guarded],
            "start": {"match_by": "id", "value": ids[row["s"]]},
            "end": {"match_by": "id", "value": ids[row["t"]]},
            "properties": {"rid": row["rid"], **_properties(said)},
        }


def _properties(said: Row) -> Row:
    """Return properties that the format takes: lower case, no null, lists of texts, times as text."""
    found: Row = {}
    for name, value in said.items():
        if value is None or name in _NOT_SAID:
            continue
        if type(value) in _WRITTEN:
            found[_NAMES.get(name, name)] = value
        elif isinstance(value, list):
            found[_NAMES.get(name, name)] = [one if type(one) is str else _text(one) for one in value]
        else:
            found[_NAMES.get(name, name)] = _text(value)
    return found


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


_NOT_SAID = frozenset({"owner", "push"})
_NAMES = {"id": "graphscan_id"}
_WRITTEN = frozenset({str, int, float, bool})
