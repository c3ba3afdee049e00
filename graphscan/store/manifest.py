"""The manifest: one small file that says which imports count. Replacing it is what makes a write happen."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from graphscan.errors import StoreDamagedError, StoreError, StoreNotFoundError, StoreVersionError
from graphscan.store.files import barrier, rename_to, sealed, unsealed, write_aside
from graphscan.store.records import ImportRecord, from_json, moment, to_json
from graphscan.store.tables import FORMAT

MANIFEST = "manifest.json"
_START_ANEW = "restore it from a backup, or move the folder away and import its sources again"


class OtherFormatOrDamagedError(StoreVersionError, StoreDamagedError):
    """The manifest states another format, and its checksum does not match either: no way to tell which is wrong."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """
    What a store consists of.

    Attributes:
        generation:    counts the writes.
        sources:       source instance → its imports, newest first.
        pruned:        imports that the last write dropped; their files stay until the next one, for their readers.
        default_as_of: the instant at which questions are asked when none is given; None: now.
    """

    generation: int = 0
    sources: dict[str, tuple[ImportRecord, ...]] = field(default_factory=dict)
    pruned: tuple[ImportRecord, ...] = ()
    default_as_of: datetime | None = None

    def every_import(self) -> Iterator[ImportRecord]:
        """Yield all imports whose files may be in the folder, the pruned ones last."""
        for source in sorted(self.sources):
            yield from self.sources[source]
        yield from self.pruned


def read(folder: Path) -> Manifest:
    """
    Return the manifest of the store in `folder`.

    Raises:
        StoreNotFoundError: there is none.
        StoreVersionError:  it was written in another format.
        StoreDamagedError:  a byte of it is not as it was written.
    """
    path = folder / MANIFEST
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise StoreNotFoundError(
            f"there is no store at `{folder}`", "import something into it first, or name another with --store"
        ) from None
    except OSError as error:
        raise StoreError(f"`{path}` cannot be read: {error.strerror}", "check its permissions") from error
    try:
        said = unsealed(data)
    except (ValueError, RecursionError):
        raise _unsealed_error(path, data) from None
    if said.get("format") != FORMAT:
        raise StoreVersionError(*_other_format(path, said.get("format")))
    try:
        return Manifest(
            generation=said["generation"],
            sources={name: tuple(from_json(one) for one in all_) for name, all_ in said["sources"].items()},
            pruned=tuple(from_json(one) for one in said["pruned"]),
            default_as_of=None if said["default_as_of"] is None else moment(said["default_as_of"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise StoreDamagedError(f"`{path}` does not hold what a manifest holds", _START_ANEW) from None


def replace(folder: Path, manifest: Manifest) -> None:
    """Put `manifest` in the place of the one in `folder`: the step that makes a write happen."""
    content = {
        "format": FORMAT,
        "generation": manifest.generation,
        "default_as_of": None if manifest.default_as_of is None else manifest.default_as_of.isoformat(),
        "sources": {name: [to_json(one) for one in manifest.sources[name]] for name in sorted(manifest.sources)},
        "pruned": [to_json(one) for one in manifest.pruned],
    }
    aside = write_aside(folder / MANIFEST, sealed(content))
    barrier("between-fsync-and-rename")
    rename_to(aside, folder / MANIFEST)


# Private functions


def _unsealed_error(path: Path, data: bytes) -> StoreError:
    try:
        said = json.loads(data)
        stated = said.get("format")
    except (ValueError, RecursionError, AttributeError):
        stated = None
    if isinstance(stated, int) and stated != FORMAT:
        message, advice = _other_format(path, stated)
        return OtherFormatOrDamagedError(f"{message}, or is damaged: its checksum does not match", advice)
    return StoreDamagedError(f"`{path}` is damaged: its checksum does not match", _START_ANEW)


def _other_format(path: Path, stated: object) -> tuple[str, str]:
    return (
        f"`{path}` has store format {stated}, and this version of graphscan reads format {FORMAT}",
        "use the version that wrote it, or import its sources into a new folder with --store",
    )
