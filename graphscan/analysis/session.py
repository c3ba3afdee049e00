"""A store opened at an instant, with edits: the compiled graph, and the inventory to show its nodes by."""

import hashlib
import json
import os
from bisect import bisect_right
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from graphscan.analysis import build, instants, sealed
from graphscan.engine import cache as engine_cache
from graphscan.engine.graph import Graph
from graphscan.errors import CacheDamagedError, StoreError
from graphscan.expand.edits import Edits
from graphscan.store import Snapshot, Store
from graphscan.techniques import registry

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

__all__ = ["Edits", "Session"]

CACHE = "cache"
# Compiled graphs that are kept: each what-if is one, and each instant of a timeline. Never fewer than the least, then
# as many as have room.
KEEP = 8
KEEP_MOST = 128
KEEP_BYTES = 2 << 30

_PACKAGE = Path(__file__).parent.parent
_LOOKED_UP = ("con", "_words", "shown")


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
        family:     what sessions at other instants share with it.
    """

    store: Path
    snapshot: Snapshot
    as_of: datetime
    as_of_note: str
    edits: Edits
    folder: Path
    graph: Graph
    warning: str = ""
    family: "Family" = field(kw_only=True, compare=False, repr=False)

    @classmethod
    def open(
        cls,
        store: Path,
        as_of: datetime | None = None,
        edits: Edits | None = None,
        progress: Callable[[str], None] = lambda _: None,
        technique_folders: Sequence[Path] = (),
        snapshot: Snapshot | None = None,
    ) -> "Session":
        """
        Open a store at an instant; compile it first where that was not done before.

        Args:
            store:             the store's folder.
            as_of:             the instant; None: the store's own default, else now.
            edits:             what is changed before asking.
            progress:          called with a few words when something long begins.
            technique_folders: folders of further techniques.
            snapshot:          the imports to look at; None: the newest of each source.

        Raises:
            StoreError, TechniqueError, UnknownNameError: as the words say.
        """
        opened = Store.open(store)
        snapshot = snapshot or opened.snapshot()
        if not snapshot.imports:
            raise StoreError(
                f"the store {store} is empty", "import something first, for example `graphscan import facts FILE`"
            )
        note = ""
        if as_of is None:
            as_of, note = datetime.now(UTC), "now"
            if opened.default_as_of is not None:
                as_of, note = opened.default_as_of, "this store's own date"
        family = Family(store, snapshot, edits or Edits(), tuple(technique_folders), progress)
        return family.open(as_of, note)

    def at(self, as_of: datetime) -> "Session":
        """
        Return another instant of the same snapshot, edits and techniques; asked again it is the same compiled graph.

        Raises:
            StoreDamagedError, TechniqueError: as the words say.
        """
        return self.family.open(as_of, "")

    def edited(self, edits: Edits) -> "Session":
        """
        Return the same instant of the same snapshot and techniques with other edits.

        Raises:
            StoreDamagedError, TechniqueError, UnknownNameError: as the words say.
        """
        family = Family(self.store, self.snapshot, edits, self.family.techniques, self.family.progress)
        return family.open(self.as_of, self.as_of_note)

    @property
    def changes(self) -> list[datetime]:
        """Return the moments at which anything of the snapshot changes, sorted."""
        return self.family.changes()

    @property
    def growth(self) -> list[datetime]:
        """Return the moments at which reach can grow, sorted, but for new values of credentials."""
        return self.family.growth()

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


class Family:
    """What the sessions at several instants of one snapshot share: edits, techniques, moments, compiled graphs."""

    def __init__(
        self,
        store: Path,
        snapshot: Snapshot,
        edits: Edits,
        techniques: tuple[Path, ...],
        progress: Callable[[str], None],
    ) -> None:
        self.store = store
        self.snapshot = snapshot
        self.edits = edits
        self.techniques = techniques
        self.progress = progress
        self._digest = registry.digest(techniques)
        self._cache = store / CACHE
        self._instants = instants.Instants(self._cache, snapshot.digest)
        self._sessions: dict[str, Session] = {}

    def open(self, as_of: datetime, note: str) -> Session:
        """Return the session at an instant; compile it first where that was not done before."""
        inventory = build.Inventory(self.snapshot, self.progress)
        try:
            folder = self._cache / _key(self.snapshot, self._digest, self.edits, self._last_change(inventory, as_of))
            before = self._sessions.get(folder.name)
            if before is not None:
                return _at(before, as_of, note)
            graph, warning = _cached(folder)
            if graph is None:
                sealed.prune(self._cache, KEEP - 1, KEEP_MOST - 1, KEEP_BYTES, spare=self._sessions)
                build.build(inventory, registry.load(self.techniques), as_of, self.edits, folder)
                graph = engine_cache.load(folder / build.GRAPH)
        finally:
            inventory.close()
        with suppress(OSError):  # for `prune`: last used now, whatever the file system notes of reading
            index = folder / sealed.INDEX
            os.utime(index, ns=(int(datetime.now(UTC).timestamp() * 1e9), index.stat().st_mtime_ns))
        warning = warning or self._instants.warning
        session = Session(self.store, self.snapshot, as_of, note, self.edits, folder, graph, warning, family=self)
        self._sessions[folder.name] = session
        return session

    def changes(self) -> list[datetime]:
        """Return the moments at which anything changes, sorted."""
        inventory = build.Inventory(self.snapshot, self.progress)
        try:
            return [datetime.fromisoformat(one) for one in self._instants.changes(inventory)]
        finally:
            inventory.close()

    def growth(self) -> list[datetime]:
        """Return the moments at which reach can grow, sorted."""
        inventory = build.Inventory(self.snapshot, self.progress)
        try:
            return self._instants.growth(inventory, self.techniques, self._digest)
        finally:
            inventory.close()

    # Private functions

    def _last_change(self, inventory: build.Inventory, as_of: datetime) -> str:
        """Return the last moment at which anything changed: every instant up to the next one has the same graph."""
        times = self._instants.changes(inventory)
        position = bisect_right(times, as_of.astimezone(UTC).isoformat())
        return times[position - 1] if position else ""


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
        for path in sorted([*(store / CACHE).glob("times-*.json"), *(store / CACHE).glob("growth-*.json")])
        if instants.read(path) is None
    ]


# Private functions


def _at(session: Session, as_of: datetime, note: str) -> Session:
    """Return a session at another moment with the same graph; what was looked up for it already is kept."""
    other = replace(session, as_of=as_of, as_of_note=note)
    other.__dict__.update({name: session.__dict__[name] for name in _LOOKED_UP if name in session.__dict__})
    return other


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


@cache
def _code() -> str:
    """Return a digest of the code that a compiled graph depends on, so that no version ever reads another's."""
    total = hashlib.sha256()
    for part in (
        "expand",
        "derive",
        "engine",
        "store",
        "techniques",
        "analysis/build.py",
        "kinds.py",
        "levels.py",
        "gap.py",
    ):
        place = _PACKAGE / part
        for path in [place] if place.is_file() else sorted(place.rglob("*.py")):
            total.update(path.read_bytes())
    return total.hexdigest()
