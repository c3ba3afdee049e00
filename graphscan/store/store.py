"""The store: a folder of immutable Parquet files and one manifest that says which of them count."""

import contextlib
import hashlib
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from graphscan.errors import ImportFailedError, StoreError
from graphscan.model import Record, SourceInfo
from graphscan.store import manifest as manifests
from graphscan.store import verify
from graphscan.store.files import barrier, force_to_disk, rename_to
from graphscan.store.known import by_digest, by_time
from graphscan.store.lock import writing
from graphscan.store.manifest import MANIFEST, Manifest
from graphscan.store.records import ImportRecord
from graphscan.store.snapshot import Snapshot
from graphscan.store.verify import CACHE, IMPORTS
from graphscan.store.writer import FailedRecordsError, Tables, Written, write_bulk, write_records

KEPT_IMPORTS = 10
_TEMPORARY = "tmp-"


class Store:
    """
    A store in a folder.

    Readers never block and never see half an import; writers take turns. Each method reads the manifest anew, so a
    `Store` may be kept as long as one likes; a `Snapshot` stays what it was.

    Attributes:
        path: the folder.
    """

    def __init__(self, path: Path) -> None:
        """Use `open` or `open_or_create`."""
        self.path = path

    @classmethod
    def open(cls, path: Path) -> "Store":
        """
        Open the store at `path`.

        Raises:
            StoreNotFoundError: there is none.
            StoreVersionError:  it has another format.
            StoreDamagedError:  its manifest is not as it was written.
        """
        manifests.read(path)
        return cls(path)

    @classmethod
    def open_or_create(cls, path: Path) -> "Store":
        """Open the store at `path`, or make an empty one. Raises as `open`, and StoreError where that cannot be."""
        if not (path / MANIFEST).exists():
            with _said(path):
                path.mkdir(parents=True, exist_ok=True)
                with writing(path):
                    if not (path / MANIFEST).exists():
                        _create(path)
        return cls.open(path)

    # Writing

    def write(self, info: SourceInfo, records: Iterable[Record], also: Tables | None = None) -> ImportRecord:
        """
        Store one import; from then on it is what its source says.

        All or nothing: whatever goes wrong, a kill included, the store holds what it held before.

        Args:
            also: rows that never were records; asked for once all records were taken.

        Raises:
            StoreLockedError:  another process is writing.
            ImportFailedError: a record that cannot be stored. What `records` itself raises is passed on.
        """
        try:
            return self._write(info, lambda folder: write_records(folder, records, also))
        except FailedRecordsError as error:
            raise error.cause from None

    def write_tables(
        self,
        info: SourceInfo,
        tables: Mapping[str, Path | str],
        connection: duckdb.DuckDBPyConnection | None = None,
    ) -> ImportRecord:
        """
        Store one import given as whole tables, as atomic as `write`.

        Args:
            tables:     `nodes`, `relations`, `coverage`, `classify` → a Parquet file with exactly the columns of
                        `tables.TABLES` (it is moved into the store), or a SELECT with any of them (others are NULL).
            connection: where the SELECTs find their tables.

        Raises:
            StoreLockedError:  another process is writing.
            ImportFailedError: a column, type or kind that the store does not have.
        """
        return self._write(info, lambda folder: write_bulk(folder, tables, connection))

    def set_default_as_of(self, at: datetime | None) -> None:
        """Set the instant at which questions are asked when none is given; None: now."""
        with _said(self.path), writing(self.path):
            manifest = manifests.read(self.path)
            manifests.replace(self.path, replace(manifest, generation=manifest.generation + 1, default_as_of=at))

    # Reading

    @property
    def default_as_of(self) -> datetime | None:
        """The instant at which questions are asked when none is given; None: now."""
        return manifests.read(self.path).default_as_of

    def sources(self) -> list[ImportRecord]:
        """Return the newest import of each source, by name."""
        manifest = manifests.read(self.path)
        return [manifest.sources[name][0] for name in sorted(manifest.sources)]

    def history(self, source: str) -> list[ImportRecord]:
        """Return the imports that are kept of a source, newest first; empty if there is no such source."""
        return list(manifests.read(self.path).sources.get(source, ()))

    def snapshot(self, known: datetime | str | None = None) -> Snapshot:
        """
        Return what the newest imports say, pinned.

        Args:
            known: what was known at a time, or the state with a digest (or one that begins so); None: now.

        Raises:
            StoreError: nothing was stored by then, it is not kept any more, or no state has that digest.
        """
        if known is None:
            return Snapshot(self.path, tuple(self.sources()))
        manifest = manifests.read(self.path)
        if isinstance(known, str):
            return by_digest(self.path, manifest, known)
        return by_time(self.path, manifest, known, KEPT_IMPORTS)

    def verify(self) -> list[str]:
        """Read every file in full; return one sentence for each that is damaged, missing or unknown."""
        return verify.every_problem(self.path)

    # Private functions

    def _write(self, info: SourceInfo, fill: Callable[[Path], Written]) -> ImportRecord:
        if not info.name or not info.name.isprintable():
            raise ImportFailedError(
                f"`{info.name}` cannot be the name of a source", "use visible signs, for example `okta:acme`"
            )
        if info.at.tzinfo is None:
            raise ImportFailedError(f"the import of `{info.name}` has a time without a time zone")
        with _said(self.path), writing(self.path):
            manifest = manifests.read(self.path)
            stored_at = datetime.now(UTC)
            name = f"{stored_at:%Y%m%dT%H%M%SZ}-{manifest.generation + 1}"
            temporary = self.path / (_TEMPORARY + name)
            try:
                shutil.rmtree(temporary, ignore_errors=True)
                temporary.mkdir()
                written = fill(temporary)
                record = self._moved_in(info, name, stored_at, temporary, written)
            except BaseException:
                shutil.rmtree(temporary, ignore_errors=True)
                raise
            changed = _with(manifest, record)
            manifests.replace(self.path, changed)
            # From here on the write has happened; all that follows is tidying.
            verify.note_written(self.path, record)
            _tidy(self.path, changed)
            return record

    def _moved_in(
        self, info: SourceInfo, name: str, stored_at: datetime, temporary: Path, written: Written
    ) -> ImportRecord:
        place = self.path / IMPORTS / slug(info.name) / name
        place.parent.mkdir(parents=True, exist_ok=True)
        force_to_disk(place.parent.parent)
        shutil.rmtree(place, ignore_errors=True)  # of a writer that was killed: no manifest names it
        barrier("between-fsync-and-rename-of-import")
        rename_to(temporary, place)
        counts = {table: file.rows for table, file in written.files.items()}
        counts["not_understood"] = sum(one.count for one in written.not_understood)
        return ImportRecord(
            source=info.name,
            importer=info.importer,
            id=name,
            at=info.at.astimezone(UTC),
            stored_at=stored_at,
            complete=info.complete,
            counts=counts,
            not_understood=tuple(written.not_understood),
            files={
                table: replace(file, path=(place / file.path).relative_to(self.path).as_posix())
                for table, file in written.files.items()
            },
        )


# Public functions


def slug(source: str) -> str:
    """Return a folder name for a source, whatever its name holds; different names give different folders."""
    readable = re.sub(r"[^a-z0-9]+", "-", source.lower()).strip("-")[:40]
    digest = hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{readable}-{digest}" if readable else digest


# Private functions


def _create(path: Path) -> None:
    own = {CACHE, "lock"}
    others = sorted(one.name for one in path.iterdir() if one.name not in own and not one.name.startswith(MANIFEST))
    if others:
        raise StoreError(
            f"`{path}` has no manifest but holds `{others[0]}`", "name an empty or a new folder with --store"
        )
    (path / CACHE).mkdir(exist_ok=True)
    (path / IMPORTS).mkdir()
    manifests.replace(path, Manifest())


def _with(manifest: Manifest, record: ImportRecord) -> Manifest:
    imports = (record, *manifest.sources.get(record.source, ()))
    return replace(
        manifest,
        generation=manifest.generation + 1,
        sources={**manifest.sources, record.source: imports[:KEPT_IMPORTS]},
        pruned=imports[KEPT_IMPORTS:],
    )


def _tidy(path: Path, manifest: Manifest) -> None:
    """Remove what the manifest does not name: imports that an earlier write dropped, and what killed writers left."""
    named = {(path / file.path).parent for one in manifest.every_import() for file in one.files.values()}
    for folder in path.glob(f"{_TEMPORARY}*"):
        shutil.rmtree(folder, ignore_errors=True)
    for folder in (path / IMPORTS).glob("*/*"):
        if folder not in named:
            shutil.rmtree(folder, ignore_errors=True)
    for file in path.glob("*.tmp"):
        with contextlib.suppress(OSError):
            file.unlink()


@contextlib.contextmanager
def _said(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"the store `{path}` cannot be written: {error.strerror or error}", "check its permissions and free space"
        ) from error
