"""Read a certificate and the two files it names, whatever they hold."""

import gzip
import hashlib
import json
import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from graphscan.claims.certificate import SCHEMA
from graphscan.claims.exported import digest_of
from graphscan.errors import UsageError
from graphscan.expand.edits import Edits

Facts = set[tuple[str, str]]

_TEXTS = ("claim", "claim_sha256", "text", "snapshot", "as_of", "techniques_sha256", "to_sha256", "statement_sha256")
_GIVEN = ("closed", "open", "without")
_LARGEST = 1 << 34  # bytes of an unpacked file


@dataclass(frozen=True)
class CertificateFile:
    """
    A certificate as it was read.

    Attributes:
        said: the JSON; every member that is used has its type.
        body: the members of the closed set's file.
        problems: where its own parts do not fit together, one sentence each.
    """

    path: Path
    said: dict[str, Any]
    body: dict[str, Any]
    problems: tuple[str, ...]

    @property
    def as_of(self) -> datetime:
        """Return its instant."""
        return datetime.fromisoformat(self.said["as_of"])

    @property
    def edits(self) -> Edits:
        """Return its edits."""
        lists: dict[str, Any] = {name: tuple(ids) for name, ids in self.said["edits"].items()}
        return Edits(**lists)

    def facts(self, name: str) -> Facts:
        """Return `from`, `to`, or a part of `given`, as (node id, level)."""
        part = self.said[name] if name in self.said else self.said["given"][name]
        return {(node, level) for node, level in part}

    @property
    def closed_set(self) -> Facts:
        """Return the closed set."""
        return {(node, level) for node, level in self.body["closed_set"]}

    @property
    def steps(self) -> Path:
        """Return where its steps are."""
        return _beside(self.path, self.said["steps"])


def read(path: Path) -> CertificateFile:
    """
    Read a certificate.

    Raises:
        UsageError: a file cannot be read, or is not what it is named as.
    """
    try:
        said = json.loads(path.read_bytes())
        _demand(isinstance(said, dict) and said.get("schema") == SCHEMA, f"its schema is not {SCHEMA}")
        _demand(all(isinstance(said.get(name), str) for name in _TEXTS), "a member is missing or no text")
        given = said["given"]
        _demand(all(_names(given[name]) for name in ("trust", "distrust")), "`given` names no controls")
        _demand(all(_pairs(given[name]) for name in _GIVEN), "`given` lists no facts")
        _demand(_pairs(said["from"]) and _pairs(said["to"]), "`from` or `to` lists no facts")
        _demand(type(said["at_most"]) is int and said["at_most"] >= 0, "`at_most` is no number")
        _demand(isinstance(said["edits"], dict) and all(map(_names, said["edits"].values())), "`edits` lists no ids")
        file = CertificateFile(path, said, {}, ())
        _demand(file.as_of.tzinfo is not None, "`as_of` has no time zone")
        _ = file.edits  # an unknown edit
        _demand(all(isinstance(said[part]["sha256"], str) for part in ("body", "steps")), "a digest is missing")
        data = _unpacked(_beside(path, said["body"]))
        body = json.loads(data)
        _demand(isinstance(body, dict) and _pairs(body.get("closed_set")), "the file of its closed set lists no facts")
    except OSError as error:
        raise UsageError(
            f"the certificate `{path}` cannot be read: {error.strerror or error}",
            "the files it names must lie beside it, as they were written",
        ) from error
    except (ValueError, TypeError, LookupError, AttributeError, EOFError, RecursionError, zlib.error) as error:
        raise UsageError(
            f"`{path}` is not a certificate of this version: {error}", "name a file that `graphscan check` wrote"
        ) from error
    return CertificateFile(path, said, body, tuple(_problems(said, body, hashlib.sha256(data).hexdigest())))


# Private functions


def _problems(said: dict[str, Any], body: dict[str, Any], body_sha256: str) -> list[str]:
    """Return where the parts of a certificate contradict each other."""
    statement = {name: value for name, value in said.items() if name not in _OUTSIDE}
    problems = []
    if digest_of(statement) != said["statement_sha256"]:
        problems.append("its statement is not the one that its digest is of")
    if digest_of(said["to"]) != said["to_sha256"]:
        problems.append("its targets are not those that their digest is of")
    if body_sha256 != said["body"]["sha256"]:
        problems.append("its closed set is not the one that its digest is of")
    problems += [
        f"its closed set is of another question: `{name}` differs"
        for name in ("snapshot", "as_of", "edits", "techniques_sha256", "given", "from")
        if body.get(name) != said[name]
    ]
    if body.get("steps_sha256") != said["steps"]["sha256"]:
        problems.append("its closed set is of other steps than it names")
    return problems


_OUTSIDE = ("schema", "statement_sha256", "body", "steps")


def _demand(fits: bool, what: str) -> None:
    if not fits:
        raise ValueError(what)


def _names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _pairs(value: Any) -> bool:
    return isinstance(value, list) and all(_names(one) and len(one) == 2 for one in value)


def _beside(path: Path, part: dict[str, Any]) -> Path:
    """Return where a file that a certificate names is: beside it, wherever else the name may point."""
    return path.parent / Path(part["file"]).name


def _unpacked(path: Path) -> bytes:
    with gzip.open(path) as file:
        data = file.read(_LARGEST + 1)
    _demand(len(data) <= _LARGEST, "the file of its closed set is too large")
    return data
