"""What a store knew earlier."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from graphscan.errors import StoreError
from graphscan.model import Node, SourceInfo
from graphscan.store import Store
from graphscan.store.store import KEPT_IMPORTS

READ = datetime(2024, 1, 1, tzinfo=UTC)


def imported(store: Store, source: str, *nodes: str) -> datetime:
    """Import nodes as a source; return when it was stored."""
    return store.write(SourceInfo(source, "facts", READ), [Node(one, "User") for one in nodes]).stored_at


def test_by_time_of_each_source_the_newest_stored_by_then(tmp_path: Path) -> None:
    """A source that came later is not there, and one that was imported again is as it was."""
    store = Store.open_or_create(tmp_path / "store")
    first = imported(store, "a", "x")
    second = imported(store, "b", "y")
    third = imported(store, "a", "x", "z")

    assert [one.source for one in store.snapshot(first).imports] == ["a"]
    assert [one.stored_at for one in store.snapshot(second).imports] == [first, second]
    assert [one.stored_at for one in store.snapshot(third).imports] == [third, second]
    assert store.snapshot(third + timedelta(days=1)).digest == store.snapshot().digest


def test_by_digest_any_state_that_is_kept(tmp_path: Path) -> None:
    """The beginning of a digest is enough."""
    store = Store.open_or_create(tmp_path / "store")
    first = imported(store, "a", "x")
    imported(store, "a", "z")
    digest = store.snapshot(first).digest

    assert store.snapshot(digest[:12]).imports == store.snapshot(first).imports
    assert store.snapshot(store.snapshot().digest).imports == store.snapshot().imports


def test_what_is_not_there_is_said_with_what_is(tmp_path: Path) -> None:
    """Before the first import, and for a digest of nothing, the states that there are are named."""
    store = Store.open_or_create(tmp_path / "store")
    with pytest.raises(StoreError, match="import something first"):
        store.snapshot(READ)
    stored = imported(store, "a", "x")

    with pytest.raises(StoreError, match="nothing was in the store") as early:
        store.snapshot(READ)
    with pytest.raises(StoreError, match="no state of it with the digest 00000000") as unknown:
        store.snapshot("00000000")
    for error in (early, unknown):
        assert f"{stored:%Y-%m-%dT%H:%M:%SZ} ({store.snapshot().digest[:12]})" in str(error.value)


def test_what_was_dropped_is_not_taken_for_nothing(tmp_path: Path) -> None:
    """Where a source may have had imports that are not kept, an earlier time is refused."""
    store = Store.open_or_create(tmp_path / "store")
    other = imported(store, "other", "y")
    times = [imported(store, "a", f"x{n}") for n in range(KEPT_IMPORTS + 2)]

    with pytest.raises(StoreError, match=r"what was known of `a` .* is not kept any more"):
        store.snapshot(other)
    with pytest.raises(StoreError, match="not kept any more"):
        store.snapshot(times[1])
    assert len(store.snapshot(times[2]).imports) == 2
