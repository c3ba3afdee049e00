"""Whether sources say how things stood at an instant."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from graphscan.analysis.history import lacking_history, stale
from graphscan.analysis.session import Session
from graphscan.model import Coverage, CoverageState, Node, Ref, Relation, SourceInfo
from graphscan.store import Store
from tests.unit.analysis.conftest import make_store

READ = datetime(2024, 3, 10, 6, tzinfo=UTC)
FACTS = "graphscan: facts/1\nsource: noted\nat: 2024-06-01\nnodes:\n  - {id: g, kind: Group}\n  - {id: u, kind: User}\n"


def session_at(folder: Path, as_of: datetime) -> Session:
    """Return a store with facts, and with what another importer read on a day in March."""
    path = make_store(folder / "store", FACTS + "relations:\n  - {source: u, kind: MEMBER_OF, target: g}\n")
    records = [
        Node("app", "Application"),
        Node("v", "User"),
        Relation(Ref("v"), "ASSIGNED_TO", Ref("app"), valid_from=datetime(2020, 1, 1, tzinfo=UTC)),
        Coverage("MEMBER_OF", CoverageState.COMPLETE),
    ]
    Store.open(path).write(SourceInfo("okta:acme", "okta", READ), records)
    return Session.open(path, as_of)


def test_what_was_read_later_says_nothing_of_then(tmp_path: Path) -> None:
    """Of kinds that an importer states or covers, dated or not; facts state what held when."""
    lines = lacking_history(session_at(tmp_path, READ - timedelta(days=40)), ["ASSIGNED_TO", "MEMBER_OF", "STORES"])

    assert [(one.source_instance, one.relation, one.state) for one in lines] == [
        ("okta:acme", "ASSIGNED_TO", "stale"),
        ("okta:acme", "MEMBER_OF", "stale"),
    ]
    assert "40 days after the instant asked about" in lines[0].error
    assert lines[0].at == READ


def test_a_snapshot_read_near_the_instant_speaks_of_it(tmp_path: Path) -> None:
    """Within the time given, and for every instant after it was read."""
    session = session_at(tmp_path, READ - timedelta(hours=20))

    assert lacking_history(session, ["ASSIGNED_TO"]) == ()
    assert lacking_history(session, ["ASSIGNED_TO"], near=timedelta(hours=1)) != ()
    assert lacking_history(session.at(READ + timedelta(days=300)), ["ASSIGNED_TO"]) == ()
    assert lacking_history(session, []) == ()


def test_what_is_too_old_is_stale(tmp_path: Path) -> None:
    """A source that must be fresh and was read too long before the instant is named with its age."""
    session = session_at(tmp_path, READ + timedelta(days=9))

    lines = stale(session, {"okta:acme": timedelta(days=7), "facts:noted": timedelta(days=1)})

    assert [one.source_instance for one in lines] == ["okta:acme"]
    assert "9 days before" in lines[0].error
    assert stale(session, {"okta:acme": timedelta(days=10)}) == ()
