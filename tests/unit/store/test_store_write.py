"""What is written is what is read, and what cannot be stored is refused whole."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from graphscan.errors import ImportFailedError, StoreError, StoreNotFoundError
from graphscan.model import (
    Classify,
    Coverage,
    CoverageState,
    Evidence,
    EvidenceKind,
    Key,
    LastUse,
    Node,
    NotUnderstood,
    Observed,
    Record,
    Ref,
    Relation,
    Sensitivity,
    SourceInfo,
    Version,
)
from graphscan.store import Store, merge

AT = datetime(2024, 1, 1, tzinfo=UTC)
HOSTILE = (
    "[bold]x[/bold]",
    "\x1b[31mred\x1b[0m",
    "two\nlines\r\n\tand a tab",
    "<script>alert(1)</script>",
    "x" * 10_000,
    "\u202etxt.exe",
    "'; DROP TABLE node; --",
    '"quoted" \\ back\\slash',
    "nul\x00inside",
    "=cmd|'/c calc'!A0",
    "\U0001f512 ünïcödé",
    "~key|email||x",
)


def info(name: str = "okta:acme", at: datetime = AT) -> SourceInfo:
    """Return one run of an importer."""
    return SourceInfo(name, "test", at)


def test_an_import_says_what_it_holds(store: Store) -> None:
    """The record of an import counts each table, keeps what was not understood, and is found again."""
    records: list[Record] = [
        Node("u", "User"),
        Node("g", "Group"),
        Relation(Ref("u"), "MEMBER_OF", Ref("g")),
        Coverage("MEMBER_OF", CoverageState.COMPLETE),
        Classify("kind=User", Sensitivity.INTERNAL),
        NotUnderstood("/api/v1/users", "no id", 3),
        NotUnderstood("/api/v1/groups", "no id"),
    ]

    written = store.write(SourceInfo("okta:acme", "okta", AT, complete=False), records)

    assert written.counts == {"nodes": 2, "relations": 1, "coverage": 1, "classify": 1, "not_understood": 4}
    assert written.not_understood == (records[5], records[6])
    assert (written.source, written.importer, written.at, written.complete) == ("okta:acme", "okta", AT, False)
    assert Store.open(store.path).sources() == [written] == store.history("okta:acme")
    assert store.verify() == []


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_survives_unchanged(store: Store, name: str) -> None:
    """Whatever a name holds, it comes back as it was: in names, ids, labels, keys and properties."""
    id_ = f"x{name}"
    node = Node(id_, "User", name=name, labels=(name,), keys=(Key("k", name),), properties={name: name, "list": [name]})

    store.write(info(), [node, Relation(Ref(id_), "MEMBER_OF", Ref("g" + name))])
    store.write(info("facts"), [Node(id_, "User", properties={"b": 1}, evidence=Evidence(EvidenceKind.OPERATOR))])

    connection = merge.load(store.snapshot())
    row = connection.execute(
        """SELECT name, labels, keys[1].value, properties ->> '$.list[0]', list_sort(json_keys(properties))
           FROM base.node WHERE id = ?""",
        [id_],
    ).fetchone()
    assert row == (name, [name], name, name, sorted([name, "list", "b"]))
    assert connection.execute("SELECT count(*) FROM base.relation").fetchone() == (1,)


def test_a_lone_surrogate_is_written_as_an_escape(store: Store) -> None:
    """What UTF-8 cannot hold becomes visible text instead of a failure."""
    store.write(info(), [Node("u", "User", name="a\ud800b", properties={"p": "\udfff"})])

    row = merge.load(store.snapshot()).execute("SELECT name, properties ->> 'p' FROM base.node WHERE id = 'u'")

    assert row.fetchone() == ("a\\ud800b", "\\udfff")


def test_times_are_stored_in_utc(store: Store) -> None:
    """A time of another zone is converted, to the microsecond."""
    east = timezone(timedelta(hours=5, minutes=30))
    at = datetime(2024, 3, 1, 12, 0, 0, 123456, tzinfo=east)

    store.write(
        info(at=at),
        [
            Node(
                "c",
                "Credential",
                valid_from=at,
                versions=(Version(at),),
                last_used=(LastUse("okta", at, lookback_days=90),),
            )
        ],
    )

    connection = merge.load(store.snapshot())
    row = connection.execute(
        "SELECT valid_from, versions[1].since, last_used[1].at, last_used[1].lookback_days FROM base.node "
        "WHERE id = 'c'"
    ).fetchone()
    naive = datetime(2024, 3, 1, 6, 30, 0, 123456)  # noqa: DTZ001 - as the store holds it
    assert row == (naive, naive, naive, 90)
    assert store.sources()[0].at == at
    assert merge.boundaries(connection) == [at]


@pytest.mark.parametrize(
    "record",
    [
        Node("u", "Wizard"),
        Node("", "User"),
        Node("~u", "User"),
        Relation(Ref("u"), "LIKES", Ref("g")),
        Relation(Ref(""), "MEMBER_OF", Ref("g")),
        Node("u", "User", valid_from=datetime(2024, 1, 1)),  # noqa: DTZ001 - the mistake that is tested
        Node("u", "User", properties={"x": object()}),
        Node("u", "User", properties={"x": float("nan")}),
        Relation(Ref("u"), "MEMBER_OF", Ref("g"), observed="maybe"),  # type: ignore[arg-type]
        Coverage("LIKES", CoverageState.COMPLETE),
        Classify(""),
    ],
    ids=lambda record: type(record).__name__,
)
def test_a_record_that_cannot_be_stored_fails_the_import_whole(store: Store, record: Record) -> None:
    """One bad record leaves the store as it was, and the error says which."""
    before = store.write(info(), [Node("old", "User")])

    with pytest.raises(ImportFailedError):
        store.write(info(), [Node("new", "User"), record])

    assert store.sources() == [before]
    assert store.verify() == []


@pytest.mark.parametrize("error", [OSError("connection reset"), KeyError("id")])
def test_what_the_records_raise_is_passed_on(store: Store, error: Exception) -> None:
    """An importer that fails half-way leaves nothing, and its own error is not taken for one of the store's."""

    def records() -> Iterator[Record]:
        yield Node("u", "User")
        raise error

    with pytest.raises(type(error)) as caught:
        store.write(info(), records())

    assert caught.value is error
    assert store.sources() == []
    assert store.verify() == []


@pytest.mark.parametrize("name", ["", "a\nb", "\x1b[31m", "\u202e"])
def test_a_source_needs_a_visible_name(store: Store, name: str) -> None:
    """A source's name is shown everywhere, so it holds visible signs alone."""
    with pytest.raises(ImportFailedError):
        store.write(info(name), [])


@pytest.mark.parametrize("name", ["../../etc", "a/b", ".", "okta:acme", "Okta:Acme", "ÄÖ", "a'b\"c", "x" * 300])
def test_a_source_of_any_name_stays_inside_the_store(store: Store, name: str) -> None:
    """The folder of a source is made from its name, never taken from it."""
    store.write(info(name), [Node("u", "User")])

    assert [one.source for one in store.sources()] == [name]
    assert store.verify() == []
    assert {path.name for path in store.path.parent.iterdir()} == {"store"}


def test_names_that_look_alike_have_folders_of_their_own(store: Store) -> None:
    """`okta:acme` and `okta-acme` are two sources."""
    for name in ("okta:acme", "okta-acme"):
        store.write(info(name), [Node(name, "User")])

    assert merge.load(store.snapshot()).execute("SELECT count(*) FROM base.node").fetchone() == (3,)


@pytest.mark.parametrize("folder", ["[a]", "a*b?", "x=1", "it's", 'q"q', "ü b"])
def test_a_store_may_stand_in_a_folder_of_any_name(tmp_path: Path, folder: str) -> None:
    """Signs that mean something to a shell or to DuckDB mean nothing in a path."""
    store = Store.open_or_create(tmp_path / folder / "store")
    store.write(info(), [Node("u", "User")])
    (tmp_path / "axxb").mkdir()

    assert merge.load(store.snapshot()).execute("SELECT count(*) FROM base.node").fetchone() == (2,)


def test_an_empty_store_is_a_store(store: Store) -> None:
    """A store without imports opens, verifies, and its merged view holds the internet alone."""
    connection = merge.load(Store.open(store.path).snapshot())

    assert store.verify() == []
    assert connection.execute("SELECT n, id, kind, subtype, sources FROM base.node").fetchall() == [
        (0, "internet", "Segment", "internet", [])
    ]
    assert connection.execute("SELECT count(*) FROM base.relation").fetchone() == (0,)


def test_there_must_be_a_store_to_open(tmp_path: Path) -> None:
    """A folder that is not there, an empty one and a file are said not to be stores."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")

    for name in ("nowhere", "empty", "file"):
        with pytest.raises(StoreNotFoundError, match="import something"):
            Store.open(tmp_path / name)


def test_a_folder_with_other_files_is_not_made_a_store(tmp_path: Path) -> None:
    """Nothing is written between somebody's own files."""
    (tmp_path / "thesis.tex").write_text("x")

    with pytest.raises(StoreError, match=r"thesis\.tex"):
        Store.open_or_create(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["thesis.tex"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_store_that_cannot_be_written_says_so(store: Store) -> None:
    """A read-only folder is one sentence, not a traceback."""
    store.path.chmod(0o500)
    try:
        with pytest.raises(StoreError, match="permissions"):
            store.write(info(), [])
    finally:
        store.path.chmod(0o700)


def test_the_default_instant_is_kept(store: Store) -> None:
    """The instant at which questions are asked by default outlives imports, and can be unset."""
    assert store.default_as_of is None

    store.set_default_as_of(AT)
    store.write(info(), [])

    assert Store.open(store.path).default_as_of == AT
    store.set_default_as_of(None)
    assert store.default_as_of is None


def test_the_last_ten_imports_are_kept(store: Store) -> None:
    """Older ones leave the manifest at once and the folder with the next write, so that a reader can finish."""
    imports = [store.write(info(), [Node(f"u{number}", "User")]) for number in range(12)]
    store.write(info("facts"), [])

    assert store.history("okta:acme") == imports[:1:-1]
    assert store.history("nobody") == []
    assert store.verify() == []
    assert len(list((store.path / "imports").glob("okta-acme-*/*"))) == 10


def test_a_snapshot_stays_what_it_was(store: Store) -> None:
    """Later imports change neither what a snapshot says nor its digest, not even the one that drops its import."""
    store.write(info(), [Node("u0", "User")])
    snapshot = store.snapshot()
    digest = snapshot.digest
    for number in range(1, 11):
        store.write(info(), [Node(f"u{number}", "User")])

    rows = merge.load(snapshot).execute("SELECT id FROM base.node ORDER BY n").fetchall()

    assert rows == [("internet",), ("u0",)]
    assert snapshot.digest == digest != store.snapshot().digest


def test_the_digest_follows_the_content(store: Store) -> None:
    """The same import again gives the same digest; another content, time or source another."""
    digests = []
    for source, at, node in (("a", 0, "u"), ("a", 0, "u"), ("a", 1, "u"), ("a", 1, "v"), ("b", 1, "v")):
        store.write(info(source, AT + timedelta(days=at)), [Node(node, "User")])
        digests.append(store.snapshot().digest)

    assert digests[0] == digests[1]
    assert len(set(digests)) == 4


def test_every_field_of_a_relation_comes_back(store: Store) -> None:
    """What a relation says is what the merged view says."""
    relation = Relation(
        Ref("u"),
        "SIGNS_IN_AS",
        Ref("v"),
        needs="mfa",
        gives="act_as",
        guarded_by=((Ref("c"), "defeated"),),
        valid_from=AT,
        valid_to=AT + timedelta(days=1),
        via=Ref("app"),
        observed=Observed.ASSUMED,
        properties={"rule": "r1"},
        evidence=Evidence(EvidenceKind.LOG, "/api/v1/logs", AT),
    )

    store.write(
        info(), [Node("u", "User"), Node("v", "User"), Node("c", "Control"), Node("app", "Application"), relation]
    )

    rows = (
        merge.load(store.snapshot())
        .execute("""
        SELECT id, kind, source, target, needs, gives, guards, via, observed, properties, evidence, evidence_where,
               source_instance, valid_to - valid_from, evidence_at FROM base.relation""")
        .fetchall()
    )
    assert rows == [
        (
            relation.id,
            "SIGNS_IN_AS",
            3,
            4,
            "mfa",
            "act_as",
            [{"n": 1, "level": "defeated"}],
            0,
            "assumed",
            '{"rule": "r1"}',
            "log",
            "/api/v1/logs",
            "okta:acme",
            timedelta(days=1),
            AT.replace(tzinfo=None),
        )
    ]
