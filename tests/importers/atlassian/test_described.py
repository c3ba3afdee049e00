"""Products made from the vendor's descriptions: every end point asked, every record accounted for, no secret kept."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pytest

from graphscan.model import HIDDEN, NOT_THERE, READ_WHOLE, Coverage, CoverageState, Node, NotUnderstood, Record
from importers._snapshot import Snapshot
from importers.atlassian.collect import CollectResult, collect
from importers.atlassian.normalise import Normaliser
from importers.atlassian.product import Product
from importers.atlassian.products import PRODUCTS, product
from importers.atlassian.settings import AtlassianSettings, Bearer
from tests.functional.running import Inside
from tests.importers.atlassian.collected import TOKEN, _at_once
from tests.importers.servers import atlassian_described as server_of
from tests.importers.servers.loopback import Loopback
from tests.importers.servers.spec_mock import CANARY, UNKNOWN, Made

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not server_of.FOLDER.is_dir(), reason="the vendor's descriptions are not beside the checkout"),
]

# Data Center is installed below a path of its own.
BASES = {"jira-dc": "/jira", "confluence-dc": "/confluence"}
OPTIONS = {"pages": ("98310",)}
# Records that the vendor's words leave out of what can be understood: none so far.
ASIDE: dict[str, set[str]] = {}


@dataclass(frozen=True)
class Got:
    """What came of one product made in one way."""

    product: Product
    file: Path
    result: CollectResult
    records: list[Record]
    normaliser: Normaliser
    asked: set[str]
    absent: set[str]
    served: str

    def coverage(self, path: str) -> list[Coverage]:
        """Return the rows of one end point, without what is never read of it."""
        never = {(one.relation, one.endpoint, one.hides) for one in self.product.not_read}
        said = [(row, (row.relation, row.endpoint, row.error.removeprefix(HIDDEN))) for row in self.result.coverage]
        return [row for row, key in said if row.endpoint == path and key not in never]


def got(folder: Path, importer: str, made: Made) -> Got:
    """Collect and map one product."""
    chosen, base = product(importer), BASES.get(importer, "")
    handler = server_of.Described(chosen, made, base)
    file = folder / f"{importer} {made}.snapshot"
    with Loopback(handler) as server:
        options = {name: value for name, value in OPTIONS.items() if name in chosen.options}
        form = importer.rpartition("-")[2]
        settings = AtlassianSettings(chosen.prefix, server.url + base, "acme", Bearer(TOKEN), form, options)
        result = collect(settings, file, sleep=_at_once)
        assert {one.method for one in server.seen} == {"GET"}
    normaliser = Normaliser(Snapshot(file))
    return Got(
        chosen, file, result, list(normaliser.records()), normaliser, handler.asked, handler.absent, handler.served()
    )


@pytest.fixture(scope="module", params=sorted(set(PRODUCTS) & set(server_of.FILES)))
def each(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[Made, Got]:
    """Collect one product in each of the ways."""
    folder = tmp_path_factory.mktemp("described")
    return {made: got(folder, request.param, made) for made in server_of.MADE}


def test_every_product_is_described() -> None:
    """Only the organization has no description at hand."""
    assert set(PRODUCTS) - set(server_of.FILES) <= {"atlassian-org"}
    for name in server_of.FILES.values():
        assert all((server_of.FOLDER / f"{one}.json.gz").is_file() for one, _ in name)


def test_every_end_point_is_asked_and_accounted_for(each: dict[Made, Got]) -> None:
    """Every end point is asked and has coverage; what is not there is no failure where it may be absent."""
    for made, one in each.items():
        told = {path for path in one.asked if any(row.state is CoverageState.COMPLETE for row in one.coverage(path))}
        for endpoint in one.product.endpoints:
            rows = one.coverage(endpoint.path)
            if endpoint.path not in one.asked:
                continue
            assert rows, (made, endpoint.path)
            if endpoint.path in one.absent:
                assert all(row.state is CoverageState.UNAVAILABLE for row in rows), (made, rows)
                if endpoint.optional:
                    assert all(NOT_THERE in row.error for row in rows), (made, rows)
            else:
                fine = {row.error for row in rows if row.state is not CoverageState.COMPLETE} <= {READ_WHOLE}
                assert fine, (made, rows)
        assert told, made
    asked = set().union(*(one.asked for one in each.values()))
    chosen = each["schemas"].product
    assert {one.path for one in chosen.endpoints} == asked


def test_every_record_is_imported_or_counted(each: dict[Made, Got]) -> None:
    """What was read is imported, repeated or not understood; of documented records none is the last."""
    for made, one in each.items():
        for path, tally in one.normaliser.tally.items():
            assert tally.read == tally.imported + tally.repeated + tally.not_understood, (made, path)
        aside = {path for path, tally in one.normaliser.tally.items() if tally.not_understood}
        assert aside <= ASIDE.get(one.product.importer, set()), (made, aside, one.records[-20:])
        read = sum(tally.read for tally in one.normaliser.tally.values())
        assert read == one.result.records, made
        nodes: dict[str, Node] = {}
        for record in one.records:
            if isinstance(record, Node):
                # What is met in several places, as one key of several projects is, says the same in each.
                before = nodes.setdefault(record.id, record)
                assert replace(record, evidence=before.evidence) == before, (made, record.id)
        assert len(nodes) > 10, made
    doubts = {made: sum(isinstance(one, NotUnderstood) for one in found.records) for made, found in each.items()}
    assert doubts["unknown values"] > doubts["schemas"], "a word that nobody knows is not said"


def test_no_secret_is_kept_anywhere(each: dict[Made, Got], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a server calls a secret is in no snapshot, store or line of output."""
    run = Inside(capsys)
    for made, one in each.items():
        assert CANARY in one.served, "nothing secret was served: this test would show nothing"
        pages = json.dumps([page.body for page in Snapshot(one.file).pages()])
        assert UNKNOWN not in pages or made == "unknown values"
        assert CANARY not in pages, made
        assert CANARY not in repr(one.records), made
    file = each["schemas"].file
    ended = run("import", "snapshot", file, "--store", tmp_path / "store")
    assert ended.code in (0, 3), ended.err
    assert CANARY not in ended.out + ended.err
    rows = duckdb.execute(f"SELECT * FROM read_parquet('{tmp_path}/store/**/node*.parquet')").fetchall()
    assert rows
    for stored in sorted((tmp_path / "store").rglob("*")):
        if stored.suffix == ".parquet":
            assert CANARY not in repr(duckdb.execute(f"SELECT * FROM read_parquet('{stored}')").fetchall()), stored
        elif stored.is_file():
            assert CANARY.encode() not in stored.read_bytes(), stored
