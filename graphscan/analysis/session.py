"""A store opened at an instant, with edits: the compiled graph, and the inventory to show its nodes by."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from graphscan.analysis import build, sealed
from graphscan.engine import cache as engine_cache
from graphscan.engine.graph import Graph
from graphscan.errors import CacheDamagedError, StoreError
from graphscan.expand.edits import Edits
from graphscan.store import Snapshot, Store, merge
from graphscan.store.files import rename_to, unsealed, write_aside
from graphscan.store.files import sealed as sealed_text
from graphscan.techniques import registry

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

__all__ = ["Edits", "Session"]

CACHE = "cache"
KEEP = 8  # compiled graphs; each what-if is one

_PACKAGE = Path(__file__).parent.parent


@dataclass(frozen=True)
class Session:
    """
    What every analysis asks.

    Attributes:
        store:      the store's folder.
        snapshot:   the imports it looks at.
        as_of:      the instant.
        as_of_note: where the instant comes from, "" when the user said it.
        edits:      what was changed before asking.
        folder:     the cache folder of this instant and these edits.
        graph:      the compiled steps.
        warning:    what the user should know of how it was opened, "" if nothing.
    """

    store: Path
    snapshot: Snapshot
    as_of: datetime
    as_of_note: str
    edits: Edits
    folder: Path
    graph: Graph
    warning: str = ""

    @classmethod
    def open(
        cls,
        store: Path,
        as_of: datetime | None = None,
        edits: Edits | None = None,
        progress: Callable[[str], None] = lambda _: None,
        technique_folders: Sequence[Path] = (),
    ) -> "Session":
        """
        Open a store at an instant; compile it first where that was not done before.

        Args:
            store:             the store's folder.
            as_of:             the instant; None: the store's own default, else now.
            edits:             what is changed before asking.
            progress:          called with a few words when something long begins.
            technique_folders: folders of further techniques.

        Raises:
            StoreError, TechniqueError, UnknownNameError: as the words say.
        """
        edits = edits or Edits()
        opened = Store.open(store)
        snapshot = opened.snapshot()
        if not snapshot.imports:
            raise StoreError(
                f"the store {store} is empty", "import something first, for example `graphscan import facts FILE`"
            )
        note = ""
        if as_of is None:
            as_of, note = datetime.now(UTC), "now"
            if opened.default_as_of is not None:
                as_of, note = opened.default_as_of, "this store's own date"
        parent = store / CACHE
        inventory = build.Inventory(snapshot, progress)
        try:
            instant, damaged = _instant(parent, inventory, as_of)
            folder = parent / _key(snapshot, registry.digest(technique_folders), edits, instant)
            graph, warning = _cached(folder)
            warning = warning or damaged
            if graph is None:
                sealed.prune(parent, KEEP - 1)
                build.build(inventory, registry.load(technique_folders), as_of, edits, folder)
                graph = engine_cache.load(folder / build.GRAPH)
        finally:
            inventory.close()
        return cls(store, snapshot, as_of, note, edits, folder, graph, warning)

    @cached_property
    def con(self) -> "duckdb.DuckDBPyConnection":
        """Return a connection whose schema `base` has the instant's inventory and the notes of the merged view."""
        import duckdb

        con = duckdb.connect()
        con.execute("CREATE SCHEMA base")
        for name in build.TABLES:
            con.execute(
                f"CREATE VIEW base.{name} AS SELECT * FROM read_parquet('{_quoted(self.folder / name)}.parquet')"
            )
        return con

    @property
    def titles(self) -> dict[str, str]:
        """Return the title of each technique."""
        titles: dict[str, str] = self._words["titles"]
        return titles

    @property
    def read_kinds(self) -> list[str]:
        """Return the relation kinds that a technique reads or that are a step on their own."""
        read: list[str] = self._words["read"]
        return read

    @cached_property
    def _words(self) -> dict[str, Any]:
        words: dict[str, Any] = json.loads((self.folder / build.WORDS).read_text(encoding="utf-8"))
        return words

    @cached_property
    def shown(self) -> dict[str, dict[int, Any]]:
        """Return what was looked up to be shown, by sort and number; `Viewer` keeps it."""
        return {}

    def array(self, name: str) -> "NDArray[np.uint8]":
        """Return one of the columns kept for all nodes (`build.ARRAYS`), memory-mapped; (node count,) uint8."""
        values: NDArray[np.uint8] = np.load(self.folder / f"{name}.npy", mmap_mode="r")
        return values


def verify(store: Path) -> list[str]:
    """Return one sentence for each damaged folder of the store's cache."""
    problems = []
    for folder in sorted((store / CACHE).glob("*/")):
        if folder.name.startswith("building-"):
            continue
        try:
            sealed.check(folder, full=True)
            engine_cache.load(folder / build.GRAPH, verify="full")
        except CacheDamagedError as error:
            problems.append(str(error))
    return problems + [
        f"the cached file `{path.name}` is damaged; it is built again"
        for path in sorted((store / CACHE).glob("times-*.json"))
        if _read_times(path) is None
    ]


# Private functions


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _cached(folder: Path) -> tuple[Graph | None, str]:
    """Return the graph compiled before, if there is one that can be trusted, and what to say otherwise."""
    if not folder.is_dir():
        return None, ""
    try:
        sealed.check(folder)
        return engine_cache.load(folder / build.GRAPH), ""
    except CacheDamagedError as error:
        sealed.discard(folder)
        return None, str(error)


def _key(snapshot: Snapshot, techniques: str, edits: Edits, instant: str) -> str:
    said = [snapshot.digest, techniques, edits.lines(), instant, _code()]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:40]


def _code() -> str:
    """Return a digest of the code that a compiled graph depends on, so that no version ever reads another's."""
    total = hashlib.sha256()
    for part in ("expand", "derive", "engine", "store", "techniques", "analysis/build.py", "kinds.py"):
        place = _PACKAGE / part
        for path in [place] if place.is_file() else sorted(place.rglob("*.py")):
            total.update(path.read_bytes())
    return total.hexdigest()


def _instant(parent: Path, inventory: build.Inventory, as_of: datetime) -> tuple[str, str]:
    """
    Return the last moment at which anything changed: between two such moments every instant has the same graph.

    Beside it, what to say where the cached moments could not be trusted.
    """
    path = parent / f"times-{inventory.snapshot.digest[:40]}.json"
    times, warning = _read_times(path), ""
    if times is None:
        if path.exists():
            warning = f"the cached file `{path.name}` is damaged; it is thrown away and built again"
        # A state without a date is believed from when its source was read: at that moment something changes as well.
        read = {one.at.astimezone(UTC) for one in inventory.snapshot.imports}
        times = sorted({when.isoformat() for when in {*merge.boundaries(inventory.con), *read}})
        path.parent.mkdir(parents=True, exist_ok=True)
        rename_to(write_aside(path, sealed_text({"times": times})), path)
    position = int(np.searchsorted(np.asarray(times, dtype="U40"), as_of.astimezone(UTC).isoformat(), side="right"))
    return (times[position - 1] if position else ""), warning


def _read_times(path: Path) -> list[str] | None:
    try:
        return [str(one) for one in unsealed(path.read_bytes())["times"]]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
