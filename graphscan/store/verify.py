"""Is every file what was written? In full on demand; before reading, what may have changed since the last check."""

import contextlib
from pathlib import Path
from typing import Any

from graphscan.errors import StoreDamagedError, StoreError
from graphscan.printable import printable
from graphscan.store import manifest as manifests
from graphscan.store.files import rename_to, sealed, sha256_of, unsealed, write_aside
from graphscan.store.lock import LOCK, is_held
from graphscan.store.manifest import Manifest
from graphscan.store.records import FileRecord, ImportRecord

VERIFIED = "verified.json"
OWNER_ID = "owner.id"  # what a push to a database marks as this store's; made by who pushes first
FINGERPRINT_KEY = "fingerprint.key"  # of secrets that scanners found; made by who imports them
REDACTION_KEY = "redaction.key"  # of the pseudonyms in redacted reports
CACHE = "cache"
IMPORTS = "imports"

# What a file looked like when its checksum was last found right. The time of change of its inode cannot be set by a
# program, unlike the time of change of its content, so it is compared too.
Looks = list[int | str]


def check_files(folder: Path, imports: tuple[ImportRecord, ...]) -> None:
    """
    Check the files of imports before they are read.

    A file whose size, times and inode are as when its checksum was last found right is not read again.

    Raises:
        StoreDamagedError: a file is missing or not what was written, `verified.json` included; names it.
    """
    remembered = _remembered(folder)
    seen = dict(remembered)
    for one in imports:
        for file in one.files.values():
            looks = _looks(folder, file)
            if looks is None or remembered.get(file.path) != looks:
                problem = _problem(folder, one, file)
                if problem and one not in manifests.read(folder).every_import():
                    raise StoreDamagedError(
                        f"the import `{one.id}` of `{one.source}` was dropped by later ones while it was to be read",
                        "run it again, to see what the store holds now",
                    )
                if problem:
                    raise StoreDamagedError(problem, _advice(one))
                seen[file.path] = looks or []
    if seen != remembered:
        remember(folder, seen)


def remember(folder: Path, seen: dict[str, Looks]) -> None:
    """Note which files were found right. A store that cannot be written to is checked in full each time instead."""
    kept = {path: looks for path, looks in sorted(seen.items()) if (folder / path).exists()}
    with contextlib.suppress(OSError):
        rename_to(write_aside(folder / VERIFIED, sealed({"verified": kept})), folder / VERIFIED)


def note_written(folder: Path, record: ImportRecord) -> None:
    """Remember the files of an import that was just written and read back."""
    with contextlib.suppress(StoreDamagedError):  # a damaged memory is said to the next reader
        seen = _remembered(folder)
        for file in record.files.values():
            looks = _looks(folder, file)
            if looks is not None:
                seen[file.path] = looks
        remember(folder, seen)


def every_problem(folder: Path) -> list[str]:
    """Read every file of the store in full; return one sentence for each that is damaged, missing or not known."""
    while True:
        try:
            manifest = manifests.read(folder)
            problems = _problems(folder, manifest)
            # A write that came between has changed what belongs to the store.
            if not problems or manifests.read(folder).generation == manifest.generation:
                return problems
        except StoreError as error:
            return [str(error)]


# Private functions


def _problems(folder: Path, manifest: Manifest) -> list[str]:
    problems: list[str] = []
    known: set[str] = set()
    pruned = {one.id for one in manifest.pruned}
    for one in manifest.every_import():
        for file in one.files.values():
            known.add(file.path)
            if one.id in pruned and not (folder / file.path).exists():
                continue
            problem = _problem(folder, one, file)
            if problem:
                problems.append(f"{problem}; {_advice(one)}")
    try:
        _remembered(folder)
    except StoreDamagedError as error:
        problems.append(str(error))
    if is_held(folder):
        return problems  # what is not known is the import that is being written
    problems.extend(
        f"`{printable(path)}` does not belong to the store, perhaps left by a writer that was stopped; "
        "the next import removes what writers leave, remove it yourself if it is still there then"
        for path in _present(folder)
        if path not in known
    )
    return problems


def _problem(folder: Path, one: ImportRecord, file: FileRecord) -> str:
    path = folder / file.path
    try:
        size = path.stat().st_size
        if size != file.bytes:
            return f"`{path}` of the source `{one.source}` has {size:,} bytes instead of {file.bytes:,}"
        if sha256_of(path) != file.sha256:
            return f"`{path}` of the source `{one.source}` is damaged: its checksum does not match"
    except FileNotFoundError:
        return f"`{path}` of the source `{one.source}` is missing"
    except OSError as error:
        return f"`{path}` of the source `{one.source}` cannot be read: {error.strerror}"
    return ""


def _advice(one: ImportRecord) -> str:
    return f"import `{one.source}` again"


def _looks(folder: Path, file: FileRecord) -> Looks | None:
    try:
        stat = (folder / file.path).stat()
    except OSError:
        return None
    return [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino, file.sha256]


def _remembered(folder: Path) -> dict[str, Looks]:
    path = folder / VERIFIED
    try:
        data = path.read_bytes()
    except OSError:
        return {}
    try:
        said: Any = unsealed(data)["verified"]
        return {str(file): list(looks) for file, looks in said.items()}
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        raise StoreDamagedError(
            f"`{path}` is damaged: its checksum does not match",
            "delete it (it only remembers which files were checked) and run it again; all files are then checked",
        ) from None


def _present(folder: Path) -> list[str]:
    own = {manifests.MANIFEST, VERIFIED, LOCK, FINGERPRINT_KEY, REDACTION_KEY, OWNER_ID}
    found = []
    for path in folder.rglob("*"):
        relative = path.relative_to(folder)
        if relative.parts[0] == CACHE or path.is_dir() or str(relative) in own:
            continue
        found.append(relative.as_posix())
    return sorted(found)
