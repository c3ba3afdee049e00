"""Opening a store at an instant: compiled once, never trusted when damaged."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graphscan.analysis import session as sessions
from graphscan.analysis.names import starts
from graphscan.analysis.question import Question
from graphscan.analysis.session import Edits, Session
from graphscan.errors import StoreError, UnknownNameError, UsageError
from graphscan.store import Store

AT = datetime(2024, 3, 1, tzinfo=UTC)


def reached(session: Session, *names: str) -> set[str]:
    """Return what some starts reach, known, as `id::level`."""
    question = Question.ask(session, starts(session, names))
    ids = dict(session.con.execute("SELECT n, id FROM base.node").fetchall())
    graph = session.graph
    return {f"{ids[int(graph.fact_node[fact])]}::{graph.level_name(int(fact))}" for fact in question.gained}


def test_compiled_once(gateway: Path) -> None:
    """A second question about the same instant compiles nothing, and answers the same."""
    said: list[str] = []

    first = Session.open(gateway, AT, progress=said.append)
    assert "compiling" in said
    said.clear()
    second = Session.open(gateway, datetime(2024, 3, 2, tzinfo=UTC), progress=said.append)

    assert said == []
    assert first.folder == second.folder
    assert reached(first, "gateway-token", "account-password") == reached(second, "gateway-token", "account-password")


def test_instants_differ_where_something_changes(gateway: Path) -> None:
    """After the password's death the same starts reach less."""
    before = reached(Session.open(gateway, AT), "gateway-token", "account-password")
    after = reached(Session.open(gateway, datetime(2024, 6, 1, tzinfo=UTC)), "gateway-token", "account-password")

    assert "wiki::read" in before
    assert "wiki::read" not in after
    assert "inside::position" in after


def flip(path: Path) -> bytes:
    """Flip a bit in the middle of a file; return what it held."""
    content = path.read_bytes()
    damaged = bytearray(content)
    damaged[len(content) // 2] ^= 0x20
    path.write_bytes(damaged)
    return content


def test_any_flipped_byte_is_said_by_verify(gateway: Path) -> None:
    """Each file of the cache, damaged in turn, is named by verify; made whole again, it is not."""
    Session.open(gateway, AT)
    files = [path for path in (gateway / "cache").rglob("*") if path.is_file() and path.stat().st_size]
    assert len(files) > 30

    for path in files:
        content = flip(path)
        problems = sessions.verify(gateway)
        path.write_bytes(content)

        assert len(problems) == 1, path
        assert path.name in problems[0] or path.parent.name in problems[0]

    assert sessions.verify(gateway) == []


@pytest.mark.parametrize("name", ["step_target.npy", "node.parquet", "kind.npy", "index.json", "times-*.json"])
def test_a_flipped_byte_is_never_believed(gateway: Path, name: str) -> None:
    """A damaged file of the cache is noticed on opening, said, and built again with the right answer."""
    truth = reached(Session.open(gateway, AT), "gateway-token", "account-password")
    flip(sorted((gateway / "cache").rglob(name))[0])

    opened = Session.open(gateway, AT)

    assert opened.warning
    assert reached(opened, "gateway-token", "account-password") == truth
    assert sessions.verify(gateway) == []


def test_a_copied_store_is_checked_once_and_then_remembered(gateway: Path, tmp_path: Path) -> None:
    """A copy has other inodes: its bytes are looked at, found right, and not compiled again."""
    Session.open(gateway, AT)
    copy = tmp_path / "copy"
    shutil.copytree(gateway, copy)
    said: list[str] = []

    opened = Session.open(copy, AT, progress=said.append)

    assert opened.warning == ""
    assert said == []


@pytest.mark.parametrize(("most", "size", "kept"), [(128, 0, sessions.KEEP), (9, 1 << 40, 9)])
def test_only_the_newest_compiled_graphs_are_kept(
    gateway: Path, monkeypatch: pytest.MonkeyPatch, most: int, size: int, kept: int
) -> None:
    """Asking many what-ifs does not fill the disk: a few always stay, and more as long as there is room."""
    monkeypatch.setattr(sessions, "KEEP_MOST", most)
    monkeypatch.setattr(sessions, "KEEP_BYTES", size)
    controls = ("allow-list", "hard-key", "unsure", "block-list")
    for first in controls:
        for second in set(controls) - {first}:
            Session.open(gateway, AT, Edits(enforced=(first,), defeated=(second,)))

    folders = [path for path in (gateway / "cache").iterdir() if path.is_dir()]

    assert len(folders) == kept


def test_another_instant_shares_what_it_can(gateway: Path) -> None:
    """Another instant has the same snapshot and edits, and between two changes the same graph."""
    first = Session.open(gateway, AT, Edits(defeated=("hard-key",)))

    assert first.at(datetime(2024, 3, 2, tzinfo=UTC)).graph is first.graph
    later = first.at(datetime(2024, 6, 2, tzinfo=UTC))
    assert later.graph is not first.graph
    assert (later.snapshot, later.edits) == (first.snapshot, first.edits)
    assert later.folder == Session.open(gateway, later.as_of, first.edits).folder


def test_growth_is_where_something_begins(gateway: Path) -> None:
    """The password that begins is a moment of growth; its end, which nothing needs, is a change alone."""
    opened = Session.open(gateway, AT)

    assert datetime(2023, 1, 1, tzinfo=UTC) in opened.growth
    assert datetime(2024, 6, 1, tzinfo=UTC) in opened.changes
    assert datetime(2024, 6, 1, tzinfo=UTC) not in opened.growth


@pytest.mark.parametrize(
    ("edits", "error", "words"),
    [
        (Edits(rotated=("gateway-tokn",)), UnknownNameError, "did you mean gateway-token?"),
        (Edits(rotated=("svc-account",)), UsageError, "not a Credential"),
        (Edits(enforced=("wiki",)), UsageError, "not a Control"),
        (Edits(without=("no.such-technique",)), UnknownNameError, "--without no.such-technique"),
        (Edits(revoked=("wiki-app",)), UsageError, "use --without"),
    ],
)
def test_edits_that_cannot_be_meant(gateway: Path, edits: Edits, error: type[Exception], words: str) -> None:
    """An edit of something that is not there, or of the wrong kind, is refused with a hint."""
    with pytest.raises(error, match=words.replace("?", r"\?")):
        Session.open(gateway, AT, edits)


def test_the_default_instant_is_said(gateway: Path) -> None:
    """Where the user says no instant it is now, or the store's own, and the answer says which."""
    assert Session.open(gateway).as_of_note == "now"
    Store.open(gateway).set_default_as_of(AT)

    opened = Session.open(gateway)

    assert opened.as_of == AT
    assert opened.as_of_note == "this store's own date"
    assert Session.open(gateway, AT).as_of_note == ""


def test_an_empty_store_says_what_to_do(tmp_path: Path) -> None:
    """There is nothing to ask of an empty store."""
    Store.open_or_create(tmp_path / "empty")

    with pytest.raises(StoreError, match="import something first"):
        Session.open(tmp_path / "empty")
