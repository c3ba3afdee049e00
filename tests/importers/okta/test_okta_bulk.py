"""Reading large listings in bulk gives exactly what mapping them record by record gives."""

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from graphscan.errors import BadFileError, ImportFailedError
from graphscan.store import Store
from graphscan.store.tables import TABLES
from importers._bulk import Pieces
from importers._http import Page
from importers._snapshot import Snapshot
from importers._snapshot_writer import SnapshotWriter
from importers.okta import endpoints as ends
from importers.okta import normalise
from importers.okta.bulk import LargeSnapshot, normalise_in_bulk
from importers.okta.normalise import Normaliser
from tests.importers.servers import large_org_snapshot
from tests.importers.servers.large_org import Organisation, Sizes

AT = datetime(2026, 1, 1, tzinfo=UTC)
SIZES = Sizes(users=300, groups=30, memberships=1500, apps=40, app_users=3000, policies=8, admins=20)


def stored(store: Store) -> dict[str, list[Any]]:
    """Return every row of the newest import of each source, in one order."""
    with duckdb.connect() as con:
        return {
            table: con.execute(
                f"SELECT {', '.join(f'CAST({chr(34)}{name}{chr(34)} AS VARCHAR)' for name in TABLES[table])} "
                f"FROM read_parquet({[str(path) for _, path in store.snapshot().files(table)]}) ORDER BY ALL"
            ).fetchall()
            for table in TABLES
        }


def both_ways(snapshot: Path, tmp_path: Path) -> LargeSnapshot:
    """Import a snapshot both ways, compare all of it, and return what the bulk way read."""
    one, other = Store.open_or_create(tmp_path / "one"), Store.open_or_create(tmp_path / "bulk")
    first = one.write(*normalise(snapshot))
    folder = tmp_path / "spill"
    folder.mkdir()
    about, records, tables = normalise_in_bulk(snapshot, folder)
    second = other.write(about, records, tables)
    assert second.counts == first.counts
    assert second.not_understood == first.not_understood
    here, there = stored(one), stored(other)
    for table in TABLES:
        assert here[table] == there[table]
    return tables


def pages_changed(snapshot: Path, to: Path, change: Callable[[Page], list[Page]]) -> Path:
    """Write a snapshot again with other pages."""
    read = Snapshot(snapshot)
    with SnapshotWriter(to, "okta", read.header.source, read.header.origin, AT) as writer:
        for page in read.pages():
            for one in change(page):
                writer.page(one)
        for row in read.coverage:
            writer.covered(row)
        writer.finish(AT, complete=True)
    return to


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot of a generated organisation."""
    path = tmp_path_factory.mktemp("large") / "big.snapshot"
    large_org_snapshot.write(path, SIZES)
    return path


def test_a_generated_organisation_is_the_same_both_ways(large: Path, tmp_path: Path) -> None:
    """Every row and count is equal, and nearly every membership and account was read in bulk."""
    tables = both_ways(large, tmp_path)
    assert tables.plain_listings("member") == SIZES.groups
    assert tables.plain_listings("account") > SIZES.apps / 2


def test_odd_records_are_counted_the_same_both_ways(large: Path, tmp_path: Path) -> None:
    """Texts, numbers, repeated, unknown and broken members and accounts are mapped, or counted, as one by one."""
    organisation = Organisation(SIZES)
    everyone = organisation.people.members(0)
    stranger = {**organisation.people.user(7), "id": "00ustranger0000000001"}
    odd: list[list[Any]] = [
        ["a text"],
        [17, None],
        [{"id": 17}],
        [{"id": "../x"}, {"profile": {}}],
        [organisation.people.user(3), organisation.people.user(3)],
        [stranger],
        [{**stranger, "id": "00ustranger0000000002", "profile": 5}],
        [{"id": "00unobody00000000001"}],
        [{"id": "00u\u00e9"}, {"id": "00u\ud800"}],
    ]
    accounts: list[list[Any]] = [
        ["a text"],
        [{"id": "00unobody00000000001", "scope": "USER"}],
        [{"id": "00unobody00000000001", "scope": 5, "credentials": {"userName": 8}, "status": ["x"]}],
        [{"id": "00unobody00000000001", "scope": "USER", "credentials": "none"}],
        [{"id": "00unobody00000000001", "scope": "GROUP", "credentials": None}] * 2,
        [{"id": "00unobody00000000001", "credentials": {"userName": '\u00c4"\\\u0130\n'}, "status": "X"}],
    ]
    seen: dict[str, int] = {}

    def change(page: Page) -> list[Page]:
        more = {ends.GROUP_USERS: odd, ends.APP_USERS: accounts}.get(page.endpoint)
        if more is None:
            return [page]
        place = seen.setdefault(page.endpoint, 0)
        seen[page.endpoint] += 1
        # Every other listing gets something odd; one is no list at all.
        if place % 2 == 0 and place // 2 < len(more):
            return [Page(page.endpoint, page.path, page.query, 200, page.headers, [*page.body, *more[place // 2]])]
        if place == 2 * len(more):
            return [Page(page.endpoint, page.path, page.query, 200, page.headers, {"id": "00unobody00000000001"})]
        return [page]

    assert len(everyone) == SIZES.users
    changed = pages_changed(large, tmp_path / "odd.snapshot", change)
    tables = both_ways(changed, tmp_path)
    assert 0 < tables.plain_listings("member") <= SIZES.groups - len(odd) - 1
    assert tables.plain_listings("account") > 0


def test_a_gap_makes_every_account_count_both_ways(large: Path, tmp_path: Path) -> None:
    """Where a group's members were not read whole, accounts through groups are stated on both ways."""
    read = Snapshot(large)
    with SnapshotWriter(tmp_path / "gap.snapshot", "okta", "okta:o'hare", read.header.origin, AT) as writer:
        for page in read.pages():
            writer.page(page)
        for row in read.coverage:
            denied = row.relation == "MEMBER_OF" and not row.scope
            writer.covered(type(row)("MEMBER_OF", type(row.state)("denied")) if denied else row)
        writer.finish(AT, complete=False)
    tables = both_ways(tmp_path / "gap.snapshot", tmp_path)
    assert tables.plain_listings("account") == 0
    assert tables.plain_listings("member") == SIZES.groups


def test_tallies_are_the_same_both_ways(large: Path, tmp_path: Path) -> None:
    """What was read and imported of each end point is counted alike."""
    one = Normaliser(Snapshot(large))
    assert sum(1 for _ in one.records())
    tables = LargeSnapshot(large, tmp_path)
    bulk = Normaliser(tables)
    tables.ask(bulk.known_users, bulk.tally, bulk.says_each_account, bulk.signs_in)
    assert sum(1 for _ in bulk.records())
    assert dict(bulk.tally) == dict(one.tally)


def test_a_damaged_snapshot_is_refused_before_anything_is_used(large: Path, tmp_path: Path) -> None:
    """A file that is cut short or changed is refused by the bulk way in the same words."""
    whole = large.read_bytes()
    for broken in (whole[: len(whole) // 2], whole[:-30], json.dumps({"no": "snapshot"}).encode()):
        path = tmp_path / "broken.snapshot"
        path.write_bytes(broken)
        with pytest.raises(BadFileError) as one:
            normalise(path)
        with pytest.raises(BadFileError) as bulk:
            normalise_in_bulk(path, tmp_path)
        assert str(one.value) == str(bulk.value)


def test_no_room_for_pieces_is_said(large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk ends the import with a sentence that names the folder, and no thread is left."""

    def full(_self: Pieces, _raw: bytes) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Pieces, "take", full)
    with pytest.raises(ImportFailedError, match="No space left on device"):
        LargeSnapshot(large, tmp_path)
    assert not any(thread.name.startswith("pieces") for thread in threading.enumerate())
