"""Read the headers of technique and scope files."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from graphscan import kinds
from graphscan.errors import TechniqueError
from graphscan.techniques import headers

OWN_FOLDER = Path(__file__).parent
_ID = re.compile(r"^[a-z][a-z0-9]*(\.[a-z0-9]+(-[a-z0-9]+)*)+$")
_ATTACK = re.compile(r"^(T\d{4}(\.\d{3})?|none)$")
_SUBTYPE = re.compile(r"^[a-z]+(_[a-z]+)*$")
KEYS = (
    "id",
    "title",
    "attack",
    "effort",
    "kind",
    "provider",
    "reads",
    "negates",
    "nodes",
    "makes",
    "what",
    "close",
    "references",
)
_REQUIRED = ("id", "title", "what")


class FileKind(StrEnum):
    """
    What a file yields.

    Attack steps; a set of targets that one right reaches; a population that matches a rule; or credentials that are
    not seen, but may be there or can be made.
    """

    TECHNIQUE = "technique"
    TARGET_SET = "target-set"
    POPULATION = "population"
    HYPOTHESIS = "hypothesis"


@dataclass(frozen=True, slots=True)
class Technique:
    """
    One .sql file.

    Attributes:
        id:         dotted, provider first (`okta.api-token`).
        attack:     the MITRE ATT&CK id, or "none".
        effort:     1 (a request) … 5 (skill and luck); 0 for scope files.
        provider:   whose nodes it is about: it is skipped where there are none; "" for any.
        reads:      relation kinds it reads.
        negates:    relation kinds whose absence it rests on; scope files only.
        nodes:      node kinds it reads or leads to.
        makes:      subtypes of the hypothetical credentials that its sets or rows become; scope files only.
        what:       what an attacker does.
        close:      how a defender closes it.
        references: where this is documented.
        sql:        the file's text below the header.
    """

    id: str
    title: str
    attack: str
    effort: int
    kind: FileKind
    provider: str
    reads: tuple[str, ...]
    negates: tuple[str, ...]
    nodes: tuple[str, ...]
    makes: tuple[str, ...]
    what: str
    close: str
    references: tuple[str, ...]
    sql: str
    path: Path


def load(folders: Sequence[Path] = ()) -> list[Technique]:
    """
    Return every technique and scope file, ours and those of the user's folders, in order of id.

    Args:
        folders: further folders, searched recursively for .sql files.

    Raises:
        TechniqueError: a header that cannot be read, an id that is taken, a folder that is not there.
    """
    found: dict[str, Technique] = {}
    for path in _files(folders):
        one = read(path)
        if one.id in found:
            raise TechniqueError(f"{path} and {found[one.id].path} have the same id {one.id}", "rename one of them")
        found[one.id] = one
    return [found[key] for key in sorted(found)]


def digest(folders: Sequence[Path] = ()) -> str:
    """Return a digest of all that `load` would read, without parsing any of it."""
    total = hashlib.sha256()
    for path in _files(folders):
        try:
            total.update(hashlib.sha256(path.read_bytes()).digest())
        except OSError as error:
            raise TechniqueError(f"{path} cannot be read: {error.strerror}", "check the file") from error
    return total.hexdigest()


def read(path: Path) -> Technique:
    """Return the technique in a file. Raises TechniqueError where its header is not right."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TechniqueError(f"{path} cannot be read: {error}", "check the file") from error
    return _read(path, text)


# Private functions


@lru_cache(maxsize=1024)
def _read(path: Path, text: str) -> Technique:
    """Return the technique that a text says; reading a header takes far longer than reading the file."""
    lines = text.splitlines()
    length = next((i for i, line in enumerate(lines) if not line.startswith("--")), len(lines))
    header = _parse("\n".join(line[2:].removeprefix(" ") for line in lines[:length]), path)
    return _checked(header, "\n".join(lines[length:]).strip(), path)


def _files(folders: Sequence[Path]) -> list[Path]:
    for folder in folders:
        if not folder.is_dir():
            raise TechniqueError(f"there is no technique folder {folder}", "name a folder that holds .sql files")
    return [path for folder in (OWN_FOLDER, *folders) for path in sorted(folder.rglob("*.sql"))]


def _parse(text: str, path: Path) -> dict[str, Any]:
    plain = headers.plain(text)
    if plain is not None:
        return plain
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        header = YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        raise TechniqueError(f"the header of {path} is not readable: {error}", "see docs/techniques.md") from error
    if not isinstance(header, dict):
        raise TechniqueError(f"{path} has no header", "begin the file with lines `-- id: …`; see docs/techniques.md")
    return header


def _checked(header: dict[str, Any], sql: str, path: Path) -> Technique:
    wrong = [f"unknown key {key}" for key in header if key not in KEYS]
    wrong += [f"{key} is missing" for key in _REQUIRED if not header.get(key)]
    kind = str(header.get("kind", FileKind.TECHNIQUE))
    if kind not in list(FileKind):
        wrong.append(f"kind {kind} is none of {', '.join(FileKind)}")
    names = {key: _names(header.get(key)) for key in ("reads", "negates", "nodes", "makes", "references")}
    wrong += [
        f"{key} names unknown relation kind {name}"
        for key in ("reads", "negates")
        for name in names[key]
        if name not in kinds.RELATION_KINDS
    ]
    wrong += [f"nodes names unknown node kind {name}" for name in names["nodes"] if name not in kinds.NODE_KINDS]
    attack = str(header.get("attack", "none"))
    effort = header.get("effort", 1)
    if not _ID.match(str(header.get("id", ""))):
        wrong.append("id must look like provider.some-name")
    if not _ATTACK.match(attack):
        wrong.append("attack must be an ATT&CK technique id (T1078, T1078.004) or none")
    if type(effort) is not int or not 1 <= effort <= 5:
        wrong.append("effort must be a whole number from 1 to 5")
    if kind == FileKind.TECHNIQUE and names["negates"]:
        wrong.append("negates is for scope files only: a technique never rests on an absence")
    if names["makes"] and kind not in (FileKind.TARGET_SET, FileKind.HYPOTHESIS):
        wrong.append(f"makes is for a {FileKind.TARGET_SET} or a {FileKind.HYPOTHESIS} only")
    if kind == FileKind.HYPOTHESIS and not names["makes"]:
        wrong.append("makes is missing: it says which sort of credential is made")
    wrong += [
        f"makes names {name}, which is no name like api_token" for name in names["makes"] if not _SUBTYPE.match(name)
    ]
    if not sql:
        wrong.append("there is no SELECT below the header")
    if wrong:
        raise TechniqueError(f"the header of {path} is not right: {'; '.join(wrong)}", "see docs/techniques.md")
    return Technique(
        id=str(header["id"]),
        title=str(header["title"]),
        attack=attack,
        effort=effort if kind == FileKind.TECHNIQUE else 0,
        kind=FileKind(kind),
        provider=str(header.get("provider", "")),
        what=" ".join(str(header["what"]).split()),
        close=" ".join(str(header.get("close", "")).split()),
        sql=sql,
        path=path,
        **names,
    )


def _names(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(str(one) for one in value) if isinstance(value, list) else (str(value),)
