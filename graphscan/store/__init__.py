"""The store: immutable Parquet files per import, one manifest, and the merged view of several sources."""

from graphscan.store.records import FileRecord, ImportRecord
from graphscan.store.snapshot import Snapshot
from graphscan.store.store import Store
from graphscan.store.tables import FORMAT, TABLES
from graphscan.store.verify import FINGERPRINT_KEY, OWNER_ID

__all__ = ["FINGERPRINT_KEY", "FORMAT", "OWNER_ID", "TABLES", "FileRecord", "ImportRecord", "Snapshot", "Store"]
