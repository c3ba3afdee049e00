"""The query pack: one query a file, with what it answers and its parameters at the top."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graphscan.errors import UnknownNameError, UsageError
from graphscan.exchange.neo4j.connection import Connection
from graphscan.exchange.neo4j.results import Parameter, QueryResult, SavedQuery
from graphscan.select import moment

_PARAMETER = re.compile(r"\$(\w+) \((text|integer|moment)(?:, default (.+?))?\): (.+)")
_FILE = re.compile(r"(?:\d+-)?(?P<name>[a-z0-9-]+)\.cypher")


def folder() -> Path:
    """Return the folder of the pack: of the checkout, or of the installed package."""
    here = Path(__file__)
    beside = here.parents[3] / "cypher"
    return beside if (beside / "saved").is_dir() else here.parents[2] / "cypher"


def queries() -> tuple[SavedQuery, ...]:
    """Return all of them, in the order of their files."""
    return tuple(read(file) for file in sorted((folder() / "saved").glob("*.cypher")))


def query(name: str) -> SavedQuery:
    """Return one by its name. Raises UnknownNameError, with what there is."""
    found = {one.name: one for one in queries()}
    if name not in found:
        near = [one for one in found if name in one or one in name] or sorted(found)
        raise UnknownNameError(
            f"there is no query {name!r}", f"perhaps {', '.join(near[:8])}; `graphscan neo4j queries`"
        )
    return found[name]


def read(file: Path) -> SavedQuery:
    """
    Read one file: `// Title`, then what it answers, then one line for each parameter, then the query.

    Raises ValueError where it is not written so.
    """
    named = _FILE.fullmatch(file.name)
    if named is None:
        raise ValueError(f"{file.name} is no name of a query")
    lines = file.read_text(encoding="utf-8").splitlines()
    comment = [line[2:].strip() for line in lines if line.startswith("//")]
    text = "\n".join(line for line in lines if not line.startswith("//")).strip()
    found = [_PARAMETER.fullmatch(line) for line in comment]
    parameters = tuple(
        Parameter(one[1], one[2], _value(one[2], one[3]) if one[3] is not None else None, one[4])
        for one in found
        if one
    )
    answers = " ".join(line for line, one in zip(comment[1:], found[1:], strict=True) if one is None and line)
    return SavedQuery(named["name"], comment[0], answers, parameters, text)


def run(connection: Connection, saved: SavedQuery, given: Mapping[str, str], owner: str | None) -> QueryResult:
    """
    Run a saved query; the server refuses it where it would write.

    Args:
        given: parameters as they were written.
        owner: whose store is asked about, the query's `$owner`.

    Raises:
        UsageError: a parameter that the query does not have, lacks, or that is not what it should be.
    """
    values = parameters(saved, given)
    if "$owner" in saved.text:
        values = {"owner": owner, **values}
    rows: list[tuple[Any, ...]] = []
    names = connection.stream(saved.text, lambda row: rows.append(tuple(_plain(one) for one in row.values())), **values)
    shown = {name: value for name, value in values.items() if name != "owner"}
    return QueryResult(saved, shown, tuple(names), tuple(rows))


def parameters(saved: SavedQuery, given: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of a query's parameters. Raises UsageError."""
    known = {one.name: one for one in saved.parameters}
    for name in given:
        if name not in known:
            has = ", ".join(known) or "none"
            raise UsageError(f"the query {saved.name} has no parameter {name!r}", f"it has: {has}")
    values: dict[str, Any] = {}
    for name, one in known.items():
        if name in given:
            try:
                values[name] = _value(one.type, given[name])
            except ValueError:
                raise UsageError(f"-p {name}={given[name]!r} is no {one.type}", f"{name} is {one.means}") from None
        elif one.default is None:
            raise UsageError(f"the query {saved.name} needs {name}: {one.means}", f"add -p {name}=…")
        else:
            values[name] = one.default
    return values


# Private functions


def _value(type_: str, text: str) -> Any:
    if type_ == "integer":
        if not re.fullmatch(r"-?\d{1,18}", text.strip(), re.ASCII):
            raise ValueError(text)
        return int(text)
    if type_ == "moment":
        if text == "now":
            return datetime.now(UTC)
        at = moment(text)
        if at is None:
            raise ValueError(text)
        return at
    return text


def _plain(value: Any) -> Any:
    """Return a driver's value as JSON has it; a node as its properties, less what is kept for reading back."""
    if hasattr(value, "to_native"):
        value = value.to_native()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if hasattr(value, "nodes") and hasattr(value, "relationships"):
        return {"nodes": [_plain(one) for one in value.nodes], "types": [one.type for one in value.relationships]}
    if hasattr(value, "items") and hasattr(value, "element_id"):
        return {name: _plain(one) for name, one in sorted(value.items()) if name not in ("statements", "push", "uid")}
    return value
