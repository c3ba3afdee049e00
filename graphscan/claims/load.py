"""Claims files, one or many, read into one `ClaimsFile`; whatever is wrong in any of them is said at once."""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graphscan.claims import entries, forms
from graphscan.claims.links import check_names, check_sets
from graphscan.claims.model import VERSION, Assumption, Claim, ClaimsFile, NamedSet, Waiver
from graphscan.compose import files
from graphscan.compose.fields import RefusedError, refuse, take
from graphscan.compose.problems import Problems, TooManyProblemsError, shown
from graphscan.compose.tree import Items, Map, Scalar, Tree, read_yaml
from graphscan.errors import ClaimsError

OUTCOME = "no claim was checked"
LARGEST = {".yaml": 1_000_000, ".yml": 1_000_000}
MOST_FILES = 1_000

_SORTS = ("set", "assumption", "claim", "waiver")
_PARTS = ("define", "assumptions", "claims", "waivers")


@dataclass(slots=True)
class _Gathered:
    """What all files say so far; `known` are the names of all entries, taken or not, and where each stands first."""

    sets: dict[str, NamedSet] = field(default_factory=dict)
    assumptions: dict[str, Assumption] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    waivers: dict[str, Waiver] = field(default_factory=dict)
    known: dict[str, dict[str, str]] = field(default_factory=lambda: {sort: {} for sort in _SORTS})


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    digest: str
    header: dict[str, Tree]


def load(paths: Sequence[Path]) -> ClaimsFile:
    """
    Read claims files.

    Args:
        paths: files, or folders of which all .yaml and .yml files are read, in order of their names.

    Raises:
        ClaimsError: with every problem of every file.
    """
    problems = Problems()
    try:
        return _loaded(paths, problems)
    except TooManyProblemsError:
        raise ClaimsError(problems.found, OUTCOME) from None


# Private functions


def _loaded(paths: Sequence[Path], problems: Problems) -> ClaimsFile:
    read = [_file(path, problems) for path in _expanded(paths, problems)]
    found = [file for file in read if file is not None]
    gathered = _Gathered()
    for file in found:
        problems.file = file.name
        _note(file.header.get("define"), "set", gathered, problems)
        _note(file.header.get("assumptions"), "assumption", gathered, problems)
    names = frozenset(gathered.known["set"])
    for file in found:
        problems.file = file.name
        _take_named(file.header.get("define"), entries.named_set, gathered.sets, problems, names)
        _take_named(file.header.get("assumptions"), entries.assumption, gathered.assumptions, problems, names)
        _take_listed(file.header.get("claims"), "claim", entries.claim, gathered, gathered.claims, problems, names)
        _take_listed(file.header.get("waivers"), "waiver", entries.waiver, gathered, gathered.waivers, problems, names)
    if len(found) == len(read):  # else what is missed may stand in the file that could not be read
        check_names(gathered.claims, gathered.waivers, gathered.assumptions, gathered.known, problems)
    check_sets(gathered.sets, gathered.claims, gathered.assumptions, problems)
    if not problems.found and not gathered.claims:
        problems.file = ", ".join(str(path) for path in paths)
        problems.add(0, 0, "there is no claim in it", "write one, or let `graphscan claims init` propose some")
    if problems.found:
        raise ClaimsError(problems.found, OUTCOME)
    return ClaimsFile(
        files=tuple(file.name for file in found),
        sets=gathered.sets,
        assumptions=gathered.assumptions,
        claims=tuple(gathered.claims.values()),
        waivers=tuple(gathered.waivers.values()),
        digest=hashlib.sha256("\n".join(file.digest for file in found).encode()).hexdigest(),
    )


def _expanded(paths: Sequence[Path], problems: Problems) -> list[Path]:
    """Return the files that paths mean, each once: a folder means what is in it and below, hidden names apart."""
    found: dict[Path, Path] = {}
    for path in paths:
        inside = [path]
        if path.is_dir():
            inside = sorted(_inside(path))
            if not inside:
                problems.file = str(path)
                problems.add(0, 0, "there is no .yaml file in this folder", "name the folder that holds the claims")
        for one in inside:
            found.setdefault(one.absolute(), one)
    if len(found) > MOST_FILES:
        problems.file = str(paths[0])
        problems.add(0, 0, f"there are {len(found):,} files, more than {MOST_FILES:,}", "name the folder of the claims")
        return []
    return list(found.values())


def _inside(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):  # links to folders are not followed
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if not name.startswith(".") and Path(name).suffix.lower() in LARGEST:
                yield Path(place) / name


def _file(path: Path, problems: Problems) -> _File | None:
    """Read one file to the entries of its parts; None, and why is noted, where it cannot be read at all."""
    problems.file = str(path)
    text = files.read_text(path, problems, LARGEST)
    if text is None:
        return None
    tree = read_yaml(text, problems, begin=f"graphscan: {VERSION}", sample="graphscan claims init")
    if tree is None:
        return None
    # A part with nothing in it, as is left when its entries were removed, is no part.
    for key in [key for key, value in tree.values.items() if isinstance(value, Scalar) and value.absent]:
        if key in _PARTS:
            del tree.values[key], tree.keys[key]
    try:
        taken = take(tree, forms.header(), problems, "a claims file")
    except RefusedError:
        return None
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    return _File(str(path), digest, {key: taken.values[key] for key in _PARTS if key in taken.values})


def _note(tree: Tree | None, sort: str, gathered: _Gathered, problems: Problems) -> None:
    """Note the names that a mapping gives; one that was given before is a problem at both places."""
    if tree is None:
        return
    if not isinstance(tree, Map):
        problems.add(tree.line, tree.column, f"{sort}s are a mapping of names to what they are", "write `name: …`")
        return
    for name, key in tree.keys.items():
        try:
            forms.name(key, problems)
        except RefusedError:
            continue
        _once(sort, name, key, gathered, problems)


def _once(sort: str, name: str, at: Tree, gathered: _Gathered, problems: Problems) -> bool:
    """Whether a name is new among its sort; it is known from now on."""
    first = gathered.known[sort].setdefault(name, f"{problems.file}:{at.line}:{at.column}")
    if first == f"{problems.file}:{at.line}:{at.column}":
        return True
    problems.add(at.line, at.column, f"the {sort} `{name}` already stands at {first}", "rename one of them")
    return False


def _take_named(
    tree: Tree | None,
    read: Callable[[str, Tree, Problems, frozenset[str]], Any],
    into: dict[str, Any],
    problems: Problems,
    names: frozenset[str],
) -> None:
    """Read the entries of a mapping; of a name that stands twice, the first counts."""
    for name, value in tree.values.items() if isinstance(tree, Map) else ():
        try:
            if isinstance(value, Scalar) and value.absent:
                refuse(value, problems, f"{shown(name)} is nothing", "say what it is, or remove it")
            into.setdefault(name, read(name, value, problems, names))
        except RefusedError:
            continue


def _take_listed(
    tree: Tree | None,
    sort: str,
    read: Callable[[Tree, Problems, frozenset[str]], Any],
    gathered: _Gathered,
    into: dict[str, Any],
    problems: Problems,
    names: frozenset[str],
) -> None:
    """Read the entries of a list; an id that stands twice is a problem."""
    if tree is not None and not isinstance(tree, Items):
        problems.add(tree.line, tree.column, f"{sort}s are a list", "begin each with `- id: …`")
        return
    for item in tree.items if tree is not None else ():
        key = item.values.get("id") if isinstance(item, Map) else None
        new = not isinstance(key, Scalar) or key.absent or _once(sort, key.text, key, gathered, problems)
        try:
            entry = read(item, problems, names)
        except RefusedError:
            continue
        if new:
            into[entry.id] = entry
