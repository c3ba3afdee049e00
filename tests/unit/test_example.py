"""The facts files of the golden case: what is in them, where each value comes from, and that they never vary."""

import hashlib
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graphscan import kinds
from graphscan.examples.thanksgiving import AS_OF, EXPOSED, FROM
from graphscan.examples.thanksgiving.generate import COLOCATED, SMALL, Size, traps, write
from graphscan.model import Coverage, CoverageState, LastUse, Node, Record, Relation
from importers.facts import read

BASES = {"public", "secondary", "inferred", "invented"}
# The filler on every machine and with every Python; whoever changes it on purpose changes it here as well.
FILLER_SHA256 = "cf2bf6392f6bde5a886fb57b66ef706386c57ca41037d526b332c5c96b545c9b"
DATA_STORES = {"customer-db", "customer-config", "ssl-keys", "workers-kv", "r2", "quicksilver"}

# Table 2.1, in the rows whose kinds the vocabulary has as they are.
COUNTS: dict[Size, dict[str, int]] = {
    "small": {"Repository": 120, "Host": 2, "Application": 11, "Segment": 9, "ServiceAccount": 4, "data store": 6}
    | {"credential": 40, "exposed credential": 40, "person": 2},
    "full": {"Repository": 11_904, "Host": 4_893, "Application": 11, "Segment": 9, "ServiceAccount": 600}
    | {"data store": 6, "credential": 5_012, "exposed credential": 2_000, "person": 3_000},
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Record]:
    """Return the records of the small example."""
    return read(write(tmp_path_factory.mktemp("small"), "small"))[1]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Record]:
    """Return the records of the full example."""
    return read(write(tmp_path_factory.mktemp("full"), "full"))[1]


def nodes(records: Sequence[Record]) -> dict[str, Node]:
    return {one.id: one for one in records if isinstance(one, Node)}


def counts(records: Sequence[Record]) -> dict[str, int]:
    found = nodes(records).values()
    ordinary = [one for one in found if "ordinary" in one.labels]
    assert {one.kind for one in ordinary} == {"Credential"}
    return {
        **Counter(one.kind for one in found if one.kind in ("Repository", "Host", "Segment", "ServiceAccount")),
        "Application": sum(one.kind == "Application" and one.subtype not in ("gateway", "plug-in") for one in found),
        "data store": sum(one.kind in ("Database", "Bucket") for one in found),
        "credential": len(ordinary),
        "exposed credential": sum(EXPOSED in one.labels for one in ordinary),
        "person": sum(one.kind == "User" and "attacker-made" not in one.labels for one in found),
    }


def test_small_counts(small: Sequence[Record]) -> None:
    """The small example has as many of each kind as the reference table says."""
    assert counts(small) == COUNTS["small"]


def test_full_counts(full: Sequence[Record]) -> None:
    """The full example has as many of each kind as the reference table says."""
    assert counts(full) == COUNTS["full"]


@pytest.mark.parametrize("size", ["small", "full"])
def test_what_the_attacker_took(size: Size, request: pytest.FixtureRequest) -> None:
    """Of all repositories 120 were viewed and 76 of these archived, on the six topics; the rest is unlabelled."""
    found = nodes(request.getfixturevalue(size)).values()
    repositories = [one for one in found if one.kind == "Repository"]
    viewed = [one for one in repositories if "viewed" in one.labels]
    archived = [one for one in repositories if "archived" in one.labels]
    assert (len(viewed), len(archived)) == (120, 76)
    assert {one.id for one in archived} <= {one.id for one in viewed}
    topics = {"backup", "network", "identity", "remote-access", "terraform", "kubernetes"}
    assert {one.properties["topic"] for one in archived} == {one.properties["topic"] for one in viewed} == topics
    assert {one.properties.get("exfiltration") for one in archived} == {"assumed"}
    assert not any("exfiltration" in one.properties for one in repositories if one not in archived)


@pytest.mark.parametrize("size", ["small", "full"])
def test_every_statement_says_where_it_comes_from(size: Size, request: pytest.FixtureRequest) -> None:
    """Each node and relation is marked public, secondary, inferred or invented; what is public names its source."""
    records = [one for one in request.getfixturevalue(size) if isinstance(one, (Node, Relation))]
    assert {one.properties.get("basis") for one in records} == BASES
    unsourced = {one.id for one in records if one.properties["basis"] == "public" and "source" not in one.properties}
    assert unsourced == {"internet"}


def test_filler_is_marked_invented(small: Sequence[Record], full: Sequence[Record]) -> None:
    """What the full example has beyond the small one is invented, every bit of it."""
    known = {one.id for one in small if isinstance(one, (Node, Relation))}
    added = [one for one in full if isinstance(one, (Node, Relation)) and one.id not in known]
    assert len(added) > 60_000
    assert {one.properties["basis"] for one in added} == {"invented"}


def test_names_of_the_reference(small: Sequence[Record]) -> None:
    """The nodes have the names by which the reference scenario and its questions call them."""
    known = nodes(small)
    expected = {
        "Credential": {*FROM, "attacker-password", "implant", "human-hardkey"},
        "ServiceAccount": {"svc-moveworks", "svc-smartsheet", "svc-bitbucket", "svc-aws-apps"},
        "User": {"attacker-user"},
        "Host": {"atlassian-01", "gru-console-01"},
        "Application": {"zt-gateway", "jira", "confluence", "bitbucket", "aws-apps", "okta-admin", "dashboard"}
        | {"build", "metrics", "netconfig", "alerting", "release", "scriptrunner"},
        "Control": {"hardkey", "hardkey@console", "hardkey@okta", "hardkey@dashboard", "acl-gru", "egress", "pin"}
        | {"dc-not-in-production", "ipblock"},
        "Segment": {"internet", "gateway-edge", "atlassian", "aws-apps-segment", "gru-nonprod", "global-network"}
        | {"corp", "test", "staging"},
        "Tracker": {"jira-tickets"},
        "Wiki": {"confluence-pages"},
    }
    wrong = {name for kind, names in expected.items() for name in names if known[name].kind != kind}
    assert not wrong
    assert {one.id for one in known.values() if one.kind in ("Database", "Bucket")} == DATA_STORES
    assert known["aws-apps-segment"].name == "aws-apps"
    assert known["jira-tickets"].item_count == 2_059_357
    # The number of pages is disputed, so none is stated as the count.
    assert known["confluence-pages"].item_count is None


def day(year: int, month: int, day_: int) -> datetime:
    return datetime(year, month, day_, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "values", "used"),
    [
        ("moveworks-token", [day(2021, 6, 14)], [LastUse("inventory export", known=False)]),
        (
            "smartsheet-sa",
            [day(2020, 2, 3), day(2021, 3, 1)],
            [LastUse("identity provider"), LastUse("jira", day(2023, 10, 17))],
        ),
        (
            "bitbucket-sa",
            [day(2019, 9, 9), day(2022, 1, 20)],
            [LastUse("git over HTTPS", day(2023, 6, 30)), LastUse("usage review", lookback_days=90)],
        ),
        (
            "aws-apps-sa",
            [day(2018, 5, 21)],
            [LastUse("access key", known=False), LastUse("console", day(2022, 11, 5))],
        ),
    ],
)
def test_dates_of_the_four(small: Sequence[Record], name: str, values: list[datetime], used: list[LastUse]) -> None:
    """The four have the dates of the reference table, are exposed, were not replaced since, and lived on 11-14."""
    one = nodes(small)[name]
    assert one.valid_from == values[0]
    assert [version.since for version in one.versions] == values
    assert list(one.last_used) == used
    assert EXPOSED in one.labels
    assert one.valid_to is not None and one.valid_to > AS_OF


def test_revocations(small: Sequence[Record]) -> None:
    """What was revoked ended when the timeline says."""
    known = nodes(small)
    ends = {
        "smartsheet-sa": datetime(2023, 11, 23, 16, 35, tzinfo=UTC),
        "attacker-user": datetime(2023, 11, 23, 17, 23, tzinfo=UTC),
        "attacker-password": datetime(2023, 11, 23, 17, 23, tzinfo=UTC),
        "implant": datetime(2023, 11, 24, 11, 59, tzinfo=UTC),
        "moveworks-token": datetime(2023, 11, 24, 18, tzinfo=UTC),
        "bitbucket-sa": datetime(2023, 11, 24, 18, tzinfo=UTC),
        "aws-apps-sa": datetime(2023, 11, 24, 18, tzinfo=UTC),
    }
    assert {name: known[name].valid_to for name in ends} == ends
    assert known["attacker-user"].valid_from == datetime(2023, 11, 16, 14, 36, 37, tzinfo=UTC)
    assert known["implant"].valid_from == datetime(2023, 11, 22, 14, 18, 22, tzinfo=UTC)
    joined = [
        one.valid_from
        for one in small
        if isinstance(one, Relation)
        and (one.source.text, one.kind, one.target.text) == ("svc-smartsheet", "MEMBER_OF", "jira-administrators")
    ]
    assert joined == [datetime(2023, 11, 23, 15, 58, tzinfo=UTC)]


@pytest.mark.parametrize("size", ["small", "full"])
def test_all_others_exposed_were_replaced(size: Size, request: pytest.FixtureRequest) -> None:
    """Of the exposed credentials all but the four have a new value since 2023-10-19 … 27, which lives on."""
    exposed = [one for one in nodes(request.getfixturevalue(size)).values() if EXPOSED in one.labels]
    others = [one for one in exposed if one.id not in FROM]
    assert len(others) == len(exposed) - 4
    for one in others:
        assert one.valid_to is None
        assert day(2023, 10, 19) <= one.versions[-1].since < day(2023, 10, 28)
        assert one.versions[0].since < day(2023, 9, 28)
    # Usage was known, unknown and never seen, so that no filter by usage is right by accident.
    uses = [one.last_used[0] for one in others]
    assert {(use.known, use.at is None) for use in uses} == {(True, False), (True, True), (False, True)}


def test_gaps_are_stated(small: Sequence[Record]) -> None:
    """Unread content is a gap at all times; links from test and staging are one until Code Red."""
    gaps = {
        (one.relation, one.scope): one.valid_to
        for one in small
        if isinstance(one, Coverage) and one.state is not CoverageState.COMPLETE
    }
    code_red = day(2023, 11, 27)
    assert gaps == {
        ("STORES", "jira-tickets"): None,
        ("STORES", "confluence-pages"): None,
        ("STORES", "bitbucket"): None,
        ("CONNECTS_TO", "test"): code_red,
        ("CONNECTS_TO", "staging"): code_red,
    }


def test_not_colocated(tmp_path: Path) -> None:
    """Without the file of the colocated server, its disk holds nothing that is stated."""
    written = write(tmp_path, "full", colocated=False)
    assert COLOCATED not in {path.name for path in written}
    stored = [one for one in read(written)[1] if isinstance(one, Relation) and one.kind == "STORES"]
    assert stored and {one.source.text for one in stored} & {"atlassian-01"} == set()


def test_same_bytes_every_time(tmp_path: Path) -> None:
    """Two runs write the same bytes, and the filler is the one that was written before on other machines."""
    first, second = write(tmp_path / "a", "full"), write(tmp_path / "b", "full")
    assert [path.name for path in first] == [path.name for path in second]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    tables = b"".join(path.read_bytes() for path in first if path.suffix == ".csv")
    assert b"\r" not in tables
    assert hashlib.sha256(tables).hexdigest() == FILLER_SHA256


def test_import_is_light() -> None:
    """The constants can be had without anything heavy."""
    code = (
        "import sys, graphscan.examples.thanksgiving\n"
        "print(sorted({'duckdb', 'numpy', 'networkx', 'ruamel', 'typer', 'rich'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"


def test_traps_are_a_source_of_their_own(tmp_path: Path, small: Sequence[Record]) -> None:
    """The nine traps are not among the demo's files, share no node with it, and each says which verdict is expected."""
    info, records = read([traps(tmp_path)])
    assert info.name == "facts:thanksgiving-traps"
    assert traps(tmp_path).name not in {*SMALL, COLOCATED}
    assert not nodes(records).keys() & nodes(small).keys()
    expected = {one.id: one.properties["expected"] for one in nodes(records).values() if "trap" in one.labels}
    assert expected == {
        "rs1b-rotated-early": "MISSED",
        "rs1b-overlap": "LIVE until 2023-12-01",
        "rs1b-parent": "LIVE (derived)",
        "rs1b-refresh-token": "LIVE (derived)",
        "rs1b-principal-disabled": "DEAD",
        "rs1b-recreated-old": "DEAD",
        "rs1b-recreated-new": "NOT EXPOSED",
        "rs1b-unknown-use": "MISSED",
        "rs1b-ticket-only": "UNVERIFIED",
        "rs1b-retired-integration": "MISSED",
        "rs1b-new-token": "PERSISTENCE SUSPECT",
    }


def test_controls_say_whether_they_hold(small: Sequence[Record]) -> None:
    """Every control but the mechanism states its enforcement, and only the block-list merely hinders."""
    controls = [one for one in nodes(small).values() if one.kind == "Control"]
    assert {one.id for one in controls if not one.enforced} == {"hardkey"}
    assert {one.id for one in controls if one.effect == "hinders"} == {"ipblock"}
    assert {one.subtype for one in controls if one.id == "hardkey"} == {"mechanism"}


def test_only_the_console_leads_to_the_global_network(small: Sequence[Record]) -> None:
    """The facts that the reference's claims rest on: one entry, hard keys before every door, no way out of the Apps."""
    relations = [one for one in small if isinstance(one, Relation)]
    into = [one.source.text for one in relations if (one.kind, one.target.text) == ("CONNECTS_TO", "global-network")]
    assert into == ["gru-console-01"]
    doors = {"okta-admin": "hardkey@okta", "dashboard": "hardkey@dashboard", "gru-console-01": "hardkey@console"}
    for door, control in doors.items():
        entries = [one for one in relations if one.target.text == door and one.kind == "ASSIGNED_TO"]
        assert entries
        assert all(control in {ref.text for ref, _ in one.guarded_by} for one in entries)
    steps = {name for name, kind in kinds.RELATION_KINDS.items() if kind.step == "forward"} | {"STORES", "RUNS_ON"}
    out = {(one.source.text, one.kind) for one in relations if one.source.text.startswith("aws-apps")}
    assert {pair for pair in out if pair[1] in steps} <= {("aws-apps", "IN_SEGMENT")}
