"""Replies with parts deleted, swapped, retyped or blown up: nothing stops the import, nothing disappears uncounted."""

import copy
import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graphscan import kinds
from graphscan.model import Coverage, Node, NotUnderstood, Relation
from importers._http import Page
from importers._redact import redact
from importers._snapshot import Header, Snapshot
from importers._snapshot_writer import SnapshotWriter
from importers.okta import endpoints as ends
from importers.okta.bulk import LargeSnapshot
from importers.okta.normalise import Normaliser
from importers.okta.walk import Factors
from tests.importers.okta.conftest import Collector
from tests.importers.servers import okta as servers
from tests.importers.servers import spec_mock
from tests.importers.servers.loopback import Loopback

# 100,000 replies in full (GRAPHSCAN_CASES=10000); a twenty-fifth by default.
REPLIES = 10 * int(os.environ.get("GRAPHSCAN_CASES", "1000"))
IN_ONE_FILE = 100  # changed replies of large listings in one snapshot
_LARGE = (ends.GROUP_USERS, ends.APP_USERS)
AT_ONCE = 50  # replies of one made-up collection: what one says is met by what another does not
SEED = 20231123
ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    1e300,
    10**30,
    "",
    "x",
    "ANY",
    "\x1b[31m\u202e",
    "../../etc",
    "2021-13-99T99:99:99Z",
    "9999-12-31T23:59:59.999Z",
    "'; DROP TABLE node; --",
    "n" * 5000,
    [],
    {},
    [None],
    [[[]]],
    {"id": {"id": "00u1"}},
    {"include": None, "exclude": "ALL"},
)


class Made:
    """What a Normaliser needs of a snapshot, without a file."""

    def __init__(self, like: Snapshot, pages: Sequence[Page]) -> None:
        self.header: Header = like.header
        self.coverage: tuple[Coverage, ...] = tuple(like.coverage)
        self._pages = pages

    def pages(self) -> Iterator[Page]:
        """Yield the pages."""
        yield from self._pages


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> tuple[Snapshot, list[Page]]:
    """Return a snapshot and the replies to change: those of the small organisation, and of the described one."""
    pages: list[Page] = []
    collector = Collector(tmp_path_factory.mktemp("small"))
    with servers.small() as server:
        collector(server, factors=Factors.ALL)
    snapshot = Snapshot(collector.path)
    pages += list(snapshot.pages())
    if spec_mock.DESCRIPTION.is_file():
        described = Collector(tmp_path_factory.mktemp("described"))
        with Loopback(spec_mock.handler("examples")) as server:
            described(server, spec_mock.TOKEN, Factors.ALL)
        pages += list(Snapshot(described.path).pages())
    return snapshot, [page for page in pages if page.body]


def test_mutated_replies_stop_nothing_and_are_counted(base: tuple[Snapshot, list[Page]]) -> None:
    """No reply, however changed, raises; read = imported + repeated + not understood; what comes out is well formed."""
    snapshot, pages = base
    chance = random.Random(SEED)
    changed = 0
    for first in range(0, REPLIES, AT_ONCE):
        chosen = [mutated(chance.choice(pages), chance) for _ in range(min(AT_ONCE, REPLIES - first))]
        changed += len(chosen)
        normaliser = Normaliser(Made(snapshot, sorted(chosen, key=lambda page: page.path)))  # type: ignore[arg-type]
        try:
            records = list(normaliser.records())
        except Exception as error:
            culprit = next((one for one in chosen if _raises(snapshot, one)), chosen)
            pytest.fail(f"{type(error).__name__}: {error} from {culprit!r}"[:4000])
        well_formed(normaliser, records)
    assert changed == REPLIES


def test_mutated_large_listings_count_the_same_in_bulk(base: tuple[Snapshot, list[Page]], tmp_path: Path) -> None:
    """Members and accounts that were changed are imported and counted in bulk just as record by record."""
    snapshot, _ = base
    own = list(snapshot.pages())
    large = [page for page in own if page.endpoint in _LARGE and page.body]
    rest = [page for page in own if page.endpoint not in _LARGE]
    chance = random.Random(SEED)
    in_bulk = 0
    for first in range(0, REPLIES // 10, IN_ONE_FILE):
        chosen = [_elsewhere(mutated(chance.choice(large), chance), chance) for _ in range(IN_ONE_FILE)]
        path = tmp_path / f"{first}.snapshot"
        with SnapshotWriter(path, "okta", "okta:acme", snapshot.header.origin, snapshot.header.started) as writer:
            for page in [*rest, *sorted(chosen, key=lambda page: (page.endpoint, page.path))]:
                writer.page(page)
            writer.finish(snapshot.header.finished, complete=True)
        one = Normaliser(Snapshot(path))
        records = list(one.records())
        folder = tmp_path / f"spill{first}"
        folder.mkdir()
        tables = LargeSnapshot(path, folder)
        bulk = Normaliser(tables)
        tables.ask(bulk.known_users, bulk.tally, bulk.says_each_account, bulk.signs_in)
        others = list(bulk.records())
        found = [
            row[0] for row in tables.connection.execute(f"SELECT id FROM ({tables.tables()['relations']})").fetchall()
        ]
        in_bulk += tables.plain_listings("member") + tables.plain_listings("account")
        tables.close()

        assert dict(bulk.tally) == dict(one.tally)
        assert [each for each in others if isinstance(each, NotUnderstood)] == [
            each for each in records if isinstance(each, NotUnderstood)
        ]
        found += [each.id for each in others if isinstance(each, Relation)]
        assert sorted(found) == sorted(each.id for each in records if isinstance(each, Relation))
    assert in_bulk > REPLIES // 10 // IN_ONE_FILE, "nothing was read in bulk: this test would show nothing"


def mutated(page: Page, chance: random.Random) -> Page:
    """Return a page with one to four places of its body changed."""
    body = changed(page.body, chance)
    return Page(page.endpoint, page.path, page.query, page.status, page.headers, redact(body))


def changed(body: Any, chance: random.Random) -> Any:
    """Return a body with one to four places changed."""
    body = copy.deepcopy(body)
    for _ in range(chance.randint(1, 4)):
        body = _changed(body, chance)
    return body


def well_formed(normaliser: Normaliser, records: list[Any]) -> None:
    """Assert that sums add up, that ids are of this organisation and unique, and that kinds are in the table."""
    for endpoint, tally in normaliser.tally.items():
        assert tally.read == tally.imported + tally.repeated + tally.not_understood, endpoint
    lost = sum(tally.not_understood for tally in normaliser.tally.values())
    said = sum(one.count for one in records if isinstance(one, NotUnderstood))
    assert said >= lost, "something that was not understood is not said"
    nodes = [one for one in records if isinstance(one, Node)]
    assert len({one.id for one in nodes}) == len(nodes)
    for one in nodes:
        assert one.id.startswith("okta:acme:"), one.id
        assert one.kind in kinds.NODE_KINDS, one.kind
        assert isinstance(one.name, str), one
    relations = [one for one in records if isinstance(one, Relation)]
    assert len({one.id for one in relations}) == len(relations)
    for relation in relations:
        table = kinds.RELATION_KINDS[relation.kind]
        assert not table.derived, relation


# Private functions


def _elsewhere(page: Page, chance: random.Random) -> Page:
    """Return most pages as those of other groups and applications, so that there are many listings."""
    parts = page.path.split("/")
    if chance.random() < 0.8:
        parts[4] = f"{parts[4][:3]}made{chance.randrange(10**6)}"
    return replace(page, path="/".join(parts))


def _raises(snapshot: Snapshot, page: Page) -> bool:
    try:
        list(Normaliser(Made(snapshot, [page])).records())  # type: ignore[arg-type]
    except Exception:
        return True
    return False


def _changed(body: Any, chance: random.Random) -> Any:
    places = list(_places(body))
    if not places or chance.random() < 0.02:
        return copy.deepcopy(chance.choice(ODD))  # it is changed further
    holder, key = chance.choice(places)
    match chance.randrange(8):
        case 0:
            del holder[key]
        case 1 | 2 | 3:
            holder[key] = copy.deepcopy(chance.choice(ODD))
        case 4:
            other, place = chance.choice(places)
            holder[key] = copy.deepcopy(other[place])
        case 5:
            holder[key] = [holder[key]]
        case 6 if isinstance(holder, dict):
            holder[chance.choice(("id", "status", "type", "name", str(key).upper()))] = holder.pop(key)
        case 6 | 7 if isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
        case _:
            holder[key] = str(holder[key])[: chance.randrange(40)]
    return body


def _places(body: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every place in a body as (its holder, its key)."""
    waiting = [body]
    while waiting:
        holder = waiting.pop()
        keys = list(holder) if isinstance(holder, dict) else range(len(holder)) if isinstance(holder, list) else ()
        for key in keys:
            yield holder, key
            waiting.append(holder[key])
