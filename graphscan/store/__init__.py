"""The store: immutable Parquet files per import, one manifest, and the merged view of several sources."""

from graphscan.store.records import FileRecord, ImportRecord
from graphscan.store.snapshot import Snapshot
from graphscan.store.store import Store
from graphscan.store.tables import FORMAT, TABLES

__all__ = ["FORMAT", "TABLES", "FileRecord", "ImportRecord", "Snapshot", "Store"]
