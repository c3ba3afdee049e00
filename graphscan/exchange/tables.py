"""Export as GraphML, as Parquet tables, or as the node-link JSON of networkx."""

import errno
import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from graphscan.exchange.aside import aside
from graphscan.exchange.content import Row
from graphscan.exchange.elements import Elements

# What XML 1.0 cannot hold in any way.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SCALARS = frozenset({str, int, float, bool})
_NODE_COLUMNS = ("uid", "labels", "id", "kind", "provider", "name", "properties")
_EDGE_COLUMNS = ("rid", "type", "source", "target", "technique", "needs", "gives", "properties")
_ASCII = json.JSONEncoder(check_circular=False)
_LINE = json.JSONEncoder(ensure_ascii=False, check_circular=False)
_ESCAPED = re.compile("[^\t\n\x20-\x25\x27-\x3b\x3d\x3f-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_RETURN = {"\r": "&#13;"}  # else a reader takes it for the end of a line
_GRAPHML = "http://graphml.graphdrawing.org/xmlns"


def write_graphml(elements: Elements, file: Path) -> dict[str, int]:
    """
    Write GraphML; return how many nodes and edges.

    Lists are JSON. A sign that XML cannot hold is written as `\\xNN`.
    """
    keys: dict[tuple[str, str], str] = {}
    counted = {"nodes": 0, "edges": 0}
    # What stands in the file's head is known when all is written.
    with aside(file) as (whole,), tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n", dir=file.parent) as body:
        for labels, row in elements.nodes():
            counted["nodes"] += 1
            said = {"labels": " ".join(labels), **row["p"]}
            body.write(f"<node id={quoteattr(row['uid'])}>{_data(said, 'node', keys)}</node>\n")
        for type_, row in elements.relationships():
            counted["edges"] += 1
            ends = f"source={quoteattr(row['s'])} target={quoteattr(row['t'])}"
            data = _data({"type": type_, **row["p"]}, "edge", keys)
            body.write(f"<edge id={quoteattr(row['rid'])} {ends}>{data}</edge>\n")
        body.seek(0)
        with whole.open("w", encoding="utf-8", newline="\n") as out:
            out.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="{_GRAPHML}">\n')
            for (name, of), id_ in keys.items():
                out.write(f'<key id="{id_}" for="{of}" attr.name={quoteattr(name)} attr.type="string"/>\n')
            out.write('<graph edgedefault="directed">\n')
            shutil.copyfileobj(body, out, 1 << 20)
            out.write("</graph>\n</graphml>\n")
    return counted


def write_parquet(elements: Elements, folder: Path) -> dict[str, int]:
    """Write `nodes.parquet` and `edges.parquet` into a folder; return how many rows each has."""
    import duckdb

    counted: dict[str, int] = {}
    with (
        aside(folder / "nodes.parquet", folder / "edges.parquet") as parts,
        tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as lines,
        duckdb.connect() as con,
    ):
        for (name, columns, rows), part in zip(
            (("nodes", _NODE_COLUMNS, _node_rows(elements)), ("edges", _EDGE_COLUMNS, _edges(elements))),
            parts,
            strict=True,
        ):
            written = Path(lines) / f"{name}.jsonl"
            with written.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as out:
                counted[name] = 0
                for row in rows:
                    counted[name] += 1
                    out.write(_LINE.encode(row) + "\n")
            types = ", ".join(f"'{one}': '{'VARCHAR[]' if one == 'labels' else 'VARCHAR'}'" for one in columns)
            try:
                con.execute(
                    f"COPY (SELECT * FROM read_json({_literal(written)}, format = 'newline_delimited', "
                    f"maximum_object_size = 1073741824, columns = {{{types}}})) "
                    f"TO {_literal(part)} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)"
                )
            except duckdb.Error as error:
                raise OSError(errno.EIO, str(error).splitlines()[0]) from None
    return counted


def write_networkx(elements: Elements, file: Path) -> dict[str, int]:
    """Write the node-link JSON that `networkx.node_link_graph(..., edges="edges")` reads; return the counts."""
    counted = {"nodes": 0, "edges": 0}
    with aside(file) as (whole,), whole.open("w", encoding="utf-8", newline="\n") as out:
        out.write('{"directed": true, "multigraph": true, "graph": {"format": "graphscan/1"},\n"nodes": [\n')
        for labels, row in elements.nodes():
            said = {"id": row["uid"], "labels": list(labels), "properties": _plain(row["p"])}
            out.write((",\n" if counted["nodes"] else "") + _ASCII.encode(said))
            counted["nodes"] += 1
        out.write('\n],\n"edges": [\n')
        for type_, row in elements.relationships():
            ends = {"source": row["s"], "target": row["t"], "key": row["rid"]}
            said = {**ends, "type": type_, "properties": _plain(row["p"])}
            out.write((",\n" if counted["edges"] else "") + _ASCII.encode(said))
            counted["edges"] += 1
        out.write("\n]}\n")
    return counted


# Private functions


def _data(said: Row, of: str, keys: dict[tuple[str, str], str]) -> str:
    found = []
    for name, value in said.items():
        if value is None or value == []:
            continue
        id_ = keys.get((name, of)) or keys.setdefault((name, of), f"{of[0]}{len(keys)}")
        text = value if type(value) is str else _text(value)
        if _ESCAPED.search(text):
            text = escape(_NOT_XML.sub(_written, text), _RETURN)
        found.append(f'<data key="{id_}">{text}</data>')
    return "".join(found)


def _written(found: "re.Match[str]") -> str:
    return f"\\x{ord(found[0]):02x}"


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return value.isoformat() if isinstance(value, datetime) else json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: one if type(one) in _SCALARS else _plain(one) for name, one in value.items() if one is not None}
    if isinstance(value, list):
        return [one if type(one) in _SCALARS else _plain(one) for one in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _node_rows(elements: Elements) -> Iterator[Row]:
    for labels, row in elements.nodes():
        said = row["p"]
        first = {name: said.get(name) for name in ("kind", "provider", "name")}
        id_ = said.get("full_id") or said.get("id")
        yield {"uid": row["uid"], "labels": list(labels), "id": id_, **first, "properties": _ASCII.encode(_plain(said))}


def _edges(elements: Elements) -> Iterator[Row]:
    for type_, row in elements.relationships():
        said = row["p"]
        first = {name: said.get(name) for name in ("technique", "needs", "gives")}
        ends = {"source": row["s"], "target": row["t"]}
        yield {"rid": row["rid"], "type": type_, **ends, **first, "properties": _ASCII.encode(_plain(said))}


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
