"""An organisation made from the vendor's description: every end point is asked, every record accounted for."""

import json
import logging
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from graphscan.model import Node, NotUnderstood, Relation
from graphscan.store import Store
from importers._snapshot import Snapshot
from importers.okta import endpoints as ends
from importers.okta import normalise
from importers.okta.normalise import Normaliser
from importers.okta.walk import Factors
from tests.importers.okta.conftest import Collected, Collector
from tests.importers.servers import spec_mock
from tests.importers.servers.loopback import Loopback

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not spec_mock.DESCRIPTION.is_file(), reason="the vendor's description is not beside the checkout"
    ),
]

MADE: tuple[spec_mock.Made, ...] = ("examples", "schemas", "unknown values")
_PARAMETER = re.compile(r"\{\w+\}")


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Collected, Loopback, Path]]:
    """Collect each of the three organisations once."""
    found: dict[str, tuple[Collected, Loopback, Path]] = {}
    for made in MADE:
        collector = Collector(tmp_path_factory.mktemp("described"))
        with Loopback(spec_mock.handler(made)) as server:
            found[made] = (collector(server, spec_mock.TOKEN, Factors.ALL), server, collector.path)
    return found


def endpoints() -> set[str]:
    """Return every end point that the importer knows, as the constants of its table say."""
    found: set[str] = set()
    for value in vars(ends).values():
        texts = [value] if isinstance(value, str) else list(value.values()) if isinstance(value, dict) else []
        found |= {one for one in texts if isinstance(one, str) and re.match(r"/(api|oauth2|integrations|\.)", one)}
    return found


def plain(template: str) -> str:
    """Return a template without its query and with parameters of one name."""
    return _PARAMETER.sub("{}", template.partition("?")[0])


Three = dict[str, tuple[Collected, Loopback, Path]]


def test_every_end_point_of_the_importer_is_asked(collected: Three) -> None:
    """Of the three organisations together, no end point in the importer's table is left unasked."""
    description = spec_mock.Description()
    asked = {request.path for _, server, _ in collected.values() for request in server.seen}
    templates = {plain(description.template(path) or path) for path in asked}

    # One end point may be an instance of a documented path: the usual schema of all.
    known = {one: description.template(one.partition("?")[0]) or one for one in endpoints()}
    assert {one for one, template in known.items() if plain(template) not in templates} == set()


@pytest.mark.parametrize("made", MADE)
def test_every_record_is_imported_or_counted(collected: Three, made: str) -> None:
    """What was read is imported, repeated or not understood, and almost nothing is the last."""
    got, _, path = collected[made]
    normaliser = Normaliser(Snapshot(path))
    list(normaliser.records())

    for endpoint, tally in normaliser.tally.items():
        assert tally.read == tally.imported + tally.repeated + tally.not_understood, endpoint
    # Links of a made-up resource lead nowhere, so no resource set has a member that could be understood.
    aside = {one: tally.not_understood for one, tally in normaliser.tally.items() if tally.not_understood}
    assert set(aside) <= {ends.RESOURCES}, aside
    assert sum(isinstance(one, NotUnderstood) for one in got.records) >= len(aside)
    assert sum(isinstance(one, Node) for one in got.records) > 50


def test_values_that_nobody_documented_survive(collected: Three) -> None:
    """A new status or type stays what the vendor wrote; nothing is lost for it."""
    got, _, _ = collected["unknown values"]
    said = [json.dumps(dict(one.properties)) + str(one.state) for one in got.records if isinstance(one, Node)]

    assert any(spec_mock.UNKNOWN in one for one in said)
    assert any(one.state == spec_mock.UNKNOWN.lower() for one in got.records if isinstance(one, Node))
    assert [one for one in got.records if isinstance(one, Relation) and one.kind == "HAS_ROLE"]


@pytest.mark.parametrize(
    ("kind", "subtype", "name"),
    [
        ("User", "user", "status"),
        ("User", "user", "credential_provider"),
        ("Group", "", "type"),
        ("Application", "", "sign_on_mode"),
        ("Application", "identity_provider", "type"),
        ("Credential", "factor", "factor_type"),
        ("Credential", "factor", "status"),
        ("Credential", "client_secret", "status"),
        ("RoleAssignment", "", "type"),
        ("Policy", "", "type"),
        ("Control", "authenticator", "key"),
        ("Control", "authenticator", "type"),
        ("Device", "", "platform"),
        ("Device", "", "management"),
    ],
)
def test_a_value_of_each_sort_that_nobody_documented_survives(
    collected: Three, kind: str, subtype: str, name: str
) -> None:
    """Statuses, types, modes and the rest stand in the inventory as the vendor wrote them."""
    got, _, _ = collected["unknown values"]
    said = [
        str(one.properties[name])
        for one in got.nodes.values()
        if one.kind == kind and subtype in ("", one.subtype) and name in one.properties
    ]

    assert any(spec_mock.UNKNOWN in one for one in said)


def test_a_rule_that_nobody_documented_stays_undecided(collected: Three) -> None:
    """A policy rule of an unknown type is there, with what it does, and says that it cannot be decided."""
    got, _, _ = collected["unknown values"]
    rules = [one for one in got.nodes.values() if one.kind == "Policy" and (one.subtype or "").endswith("_year_rule")]

    assert rules
    assert all(one.properties["undecidable"] and spec_mock.UNKNOWN in str(one.properties["actions"]) for one in rules)


@pytest.mark.parametrize("made", MADE)
def test_no_secret_is_kept_anywhere(
    collected: Three, made: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing that the description calls a secret is in the snapshot, the store or the log."""
    _, server, path = collected[made]
    served = any(spec_mock.CANARY in json.dumps(spec_mock.Description().body(one, "schemas")) for one in _secretive())
    with caplog.at_level(logging.DEBUG):
        info, records = normalise(path)
        Store.open_or_create(tmp_path / "store").write(info, list(records))

    assert served, "the description names no secret any more: this test would show nothing"
    assert spec_mock.CANARY not in path.read_bytes().decode("utf-8", "replace")
    assert spec_mock.CANARY not in "".join(json.dumps(page.body) for page in Snapshot(path).pages())
    assert spec_mock.CANARY not in caplog.text
    assert len(server.seen) > 30
    for file in sorted((tmp_path / "store").rglob("*.parquet")):
        rows: Any = duckdb.execute(f"SELECT * FROM read_parquet('{file}')").fetchall()
        assert spec_mock.CANARY not in repr(rows), file


def _secretive() -> tuple[str, ...]:
    return ("/api/v1/apps/{appId}/credentials/secrets", "/api/v1/apps")
