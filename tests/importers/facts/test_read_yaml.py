"""What a YAML facts file says, read into records."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graphscan.errors import BadFileError
from graphscan.model import (
    Classify,
    Coverage,
    CoverageState,
    Effect,
    Enforced,
    Enforcement,
    Evidence,
    EvidenceKind,
    Key,
    LastUse,
    Node,
    Observed,
    Precision,
    Record,
    Ref,
    Relation,
    Sensitivity,
    SourceInfo,
    Version,
)
from importers.facts import read

AT = datetime(2023, 11, 14, 9, 22, 49, tzinfo=UTC)
HEAD = "graphscan: facts/1\nsource: corp\nat: 2023-11-14T09:22:49Z\n"

Reader = Callable[[str], list[Record]]


def _day(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


@pytest.fixture(name="records")
def _records(tmp_path: Path) -> Reader:
    """Return a function that reads a text, put under the usual head, as `corp.yaml`."""

    def read_text(text: str) -> list[Record]:
        path = tmp_path / "corp.yaml"
        path.write_text(HEAD + text, encoding="utf-8")
        return read([path])[1]

    return read_text


def test_a_node_with_every_key(records: Reader) -> None:
    """Each key of a node arrives typed; evidence names file and line and the date of the file."""
    [node] = records("""nodes:
  - id: token
    kind: Credential
    provider: okta
    subtype: api_token
    name: Help desk
    valid_from: 2021-06-14
    valid_to: 2023-11-24T18:00:00+02:00
    versions:
      - 2022-01-20
      - {since: 2023-10-19T14:00:00.25Z, overlap_until: 2023-11-01, evidence: log}
      - {since: 2023-11-02T00:00:00Z, precision: day}
    expires_at: 2024-01-01
    last_used: [{by: idp, never: true, lookback_days: 90}, {by: jira, at: 2023-10-17}, {by: inventory, known: false}]
    owner: alice
    state: active
    sensitivity: confidential
    labels: [a, b]
    hypothetical: true
    item_count: 36
    keys: [{type: nameid, value: x@y, scope: corp, verified: false}]
    properties: {basis: invented, list: [1, no], deep: {er: ~}}
    evidence: {kind: ticket, at: 2023-10-20}
""")

    assert node == Node(
        id="token",
        kind="Credential",
        provider="okta",
        subtype="api_token",
        name="Help desk",
        valid_from=_day(2021, 6, 14),
        valid_to=datetime(2023, 11, 24, 16, tzinfo=UTC),
        versions=(
            Version(_day(2022, 1, 20), None, Precision.DAY, EvidenceKind.TICKET),
            Version(
                datetime(2023, 10, 19, 14, 0, 0, 250_000, tzinfo=UTC),
                _day(2023, 11, 1),
                Precision.SECOND,
                EvidenceKind.LOG,
            ),
            Version(_day(2023, 11, 2), None, Precision.DAY, EvidenceKind.TICKET),
        ),
        expires_at=_day(2024, 1, 1),
        last_used=(
            LastUse("idp", None, True, 90),
            LastUse("jira", _day(2023, 10, 17)),
            LastUse("inventory", None, False),
        ),
        owner="alice",
        state="active",
        sensitivity=Sensitivity.CONFIDENTIAL,
        labels=("a", "b"),
        hypothetical=True,
        item_count=36,
        keys=(Key("nameid", "x@y", "corp", False),),
        properties={"basis": "invented", "list": ["1", "no"], "deep": {"er": "~"}},
        evidence=Evidence(EvidenceKind.TICKET, "corp.yaml:5", _day(2023, 10, 20)),
    )


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("no", "no"),
        ("010", "010"),
        ("1e3", "1e3"),
        ("null", "null"),
        ("~", "~"),
        ("true", "true"),
        ("2021-06-14", "2021-06-14"),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        (".inf", ".inf"),
        ("''", ""),
        ('"a\\tb\\x1b[2J"', "a\tb\x1b[2J"),
        ('"\\u202e"', "\u202e"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("'[bold]=cmd()'", "[bold]=cmd()"),
        ("x" * 10_000, "x" * 10_000),
        ("|-\n      two\n      lines", "two\nlines"),
    ],
)
def test_names_stay_as_written(records: Reader, written: str, name: str) -> None:
    """No text is taken for a number, a date or a truth value; a hostile one is kept, for others to show harmlessly."""
    [node] = records(f"nodes:\n  - id: a\n    kind: User\n    name: {written}")

    assert isinstance(node, Node)
    assert node.name == name


def test_enforcement_as_word_and_as_history(records: Reader) -> None:
    """`enforced` is a word, or values whose intervals do not overlap; bare `no` is the word no."""
    short, listed, dated = records("""nodes:
  - {id: a, kind: Control, enforced: no, effect: hinders}
  - {id: b, kind: Control, enforced: [unknown]}
  - id: c
    kind: Control
    enforced: [{value: yes, valid_to: 2023-05-01}, {value: absent, valid_from: 2023-05-01}]
""")

    assert isinstance(short, Node) and isinstance(listed, Node) and isinstance(dated, Node)
    assert (short.enforced, short.effect) == ((Enforcement(Enforced.NO),), Effect.HINDERS)
    assert listed.enforced == (Enforcement(Enforced.UNKNOWN),)
    assert dated.enforced == (
        Enforcement(Enforced.YES, None, _day(2023, 5, 1)),
        Enforcement(Enforced.ABSENT, _day(2023, 5, 1)),
    )


def test_a_relation_with_every_key(records: Reader) -> None:
    """Ends by id, key and name; guards with default, short and long level; the file's evidence where none is given."""
    relations = [
        one
        for one in records("""evidence: config
nodes:
  - {id: pin, kind: Control}
  - {id: me, kind: User}
relations:
  - source: me
    kind: SIGNS_IN_AS
    target: {key: {type: nameid, value: "a|b", scope: jira}}
    needs: mfa
    gives: phishing_resistant.managed
    guarded_by: [pin, "internet::position", {ref: other, level: reachable}, {provider: p, kind: Control, name: n}]
    valid_from: 2023-01-01
    valid_to: 2024-01-01
    via: {provider: okta, kind: Application, name: Jira}
    observed: possible
    properties: {basis: guess}
  - {source: store, kind: STORES, target: "~key|fingerprint||ab:cd", stored_at: 2022-03-04}
""")
        if isinstance(one, Relation)
    ]

    assert relations == [
        Relation(
            source=Ref("me"),
            kind="SIGNS_IN_AS",
            target=Ref.key("nameid", "a|b", "jira"),
            needs="mfa",
            gives="top",
            guarded_by=(
                (Ref("pin"), "defeated"),
                (Ref("internet"), "position"),
                (Ref("other"), "reachable"),
                (Ref.named("p", "Control", "n"), "defeated"),
            ),
            valid_from=_day(2023, 1, 1),
            valid_to=_day(2024, 1, 1),
            via=Ref.named("okta", "Application", "Jira"),
            observed=Observed.POSSIBLE,
            properties={"basis": "guess"},
            evidence=Evidence(EvidenceKind.CONFIG, "corp.yaml:9", AT),
        ),
        Relation(
            source=Ref("store"),
            kind="STORES",
            target=Ref.key("fingerprint", "ab:cd"),
            stored_at=_day(2022, 3, 4),
            evidence=Evidence(EvidenceKind.CONFIG, "corp.yaml:20", AT),
        ),
    ]


def test_several_ends_are_several_relations(records: Reader) -> None:
    """`sources` and `targets` stand for every pair, in order."""
    relations = records("relations:\n  - {sources: [a, b], kind: MEMBER_OF, targets: [g, h]}\n")

    assert [(str(one.source), str(one.target)) for one in relations if isinstance(one, Relation)] == [
        ("a", "g"),
        ("a", "h"),
        ("b", "g"),
        ("b", "h"),
    ]


def test_ids_may_hold_colons_and_what_looks_like_a_level(records: Reader) -> None:
    """An id with `::` in it is an id, as an end and as a guard, whether or not a level follows."""
    arn = "arn:aws:iam::123456789012:role/x"
    found = records(f"""nodes:
  - {{id: "{arn}", kind: Role}}
  - {{id: "odd::read", kind: Control}}
relations:
  - {{source: "{arn}", kind: ASSIGNED_TO, target: app, guarded_by: ["{arn}", "odd::read"]}}
  - {{source: "{arn}", kind: ASSIGNED_TO, target: app2, guarded_by: ["{arn}::mfa"]}}
""")

    assert [one.guarded_by for one in found if isinstance(one, Relation)] == [
        ((Ref(arn), "act_as"), (Ref("odd::read"), "defeated")),
        ((Ref(arn), "mfa"),),
    ]


def test_coverage_and_classify(records: Reader) -> None:
    """Coverage takes the file's date and evidence; `complete: true` is short; rules are numbered in file order."""
    assert records("""coverage:
  - {relation: STORES, scope: jira, state: not_collected, error: nobody looked}
  - {relation: ASSIGNED_TO, scope: jira, complete: true, at: 2023-01-01, evidence: config, records: 7, pages: 0}
  - {relation: ASSIGNED_TO, scope: jira, state: denied, valid_from: 2024-01-01, valid_to: 2025-01-01, endpoint: /x}
classify:
  - {select: "kind=Repository,name=payments-*", sensitivity: crown_jewel, labels: [pay]}
  - {select: jira, sensitivity: none}
""") == [
        Coverage(
            "STORES",
            CoverageState.NOT_COLLECTED,
            "jira",
            at=AT,
            error="nobody looked",
            evidence=EvidenceKind.OPERATOR,
        ),
        Coverage(
            "ASSIGNED_TO",
            CoverageState.COMPLETE,
            "jira",
            at=_day(2023, 1, 1),
            records=7,
            evidence=EvidenceKind.CONFIG,
        ),
        Coverage(
            "ASSIGNED_TO",
            CoverageState.DENIED,
            "jira",
            "/x",
            AT,
            valid_from=_day(2024, 1, 1),
            valid_to=_day(2025, 1, 1),
            evidence=EvidenceKind.OPERATOR,
        ),
        Classify("kind=Repository,name=payments-*", Sensitivity.CROWN_JEWEL, ("pay",), 0),
        Classify("jira", Sensitivity.NONE, (), 1),
    ]


def test_files_are_one_import(tmp_path: Path) -> None:
    """Relations see nodes of other files, rules are numbered on, the first source name and the newest date count."""
    (tmp_path / "b").mkdir()
    first, second = tmp_path / "a.yaml", tmp_path / "b" / "a.yaml"
    first.write_text(
        "graphscan: facts/1\nsource: corp\nat: 2023-01-01\nrelations:\n"
        "  - {source: a, kind: ASSIGNED_TO, target: app, guarded_by: [pin]}\nclassify:\n  - {select: x, labels: [a]}\n"
    )
    second.write_text(
        "graphscan: facts/1\nat: 2023-02-01\nnodes:\n  - {id: pin, kind: Control}\n"
        "classify:\n  - {select: x, labels: [b]}\n"
    )
    info, records = read([first, second])

    assert info == SourceInfo("facts:corp", "facts", _day(2023, 2, 1))
    node, relation, *rules = records
    assert isinstance(node, Node) and isinstance(relation, Relation)
    assert node.evidence == Evidence(EvidenceKind.OPERATOR, f"{second}:4", _day(2023, 2, 1))
    assert relation.guarded_by == ((Ref("pin"), "defeated"),)
    assert [rule.order for rule in rules if isinstance(rule, Classify)] == [0, 1]
    assert read([first, second], source="other")[0].name == "facts:other"


def test_reading_twice_says_the_same(tmp_path: Path) -> None:
    """The same dated files give the same records."""
    path = tmp_path / "a.yaml"
    path.write_text(HEAD + "nodes:\n  - {id: a, kind: User}\n")

    assert read([path]) == read([path])


def test_a_file_without_a_date_is_of_now(tmp_path: Path) -> None:
    """Where no file says when, its statements are made as they are imported."""
    path = tmp_path / "a.yml"
    path.write_text(
        "\ufeffgraphscan: facts/1\r\nsource: corp\r\nnodes:\r\n  - {id: a, kind: User}\r\n", "utf-8", newline=""
    )
    before = datetime.now(UTC).replace(microsecond=0)
    info, [node] = read([path])

    assert before <= info.at <= datetime.now(UTC)
    assert isinstance(node, Node) and node.evidence.at == info.at


def test_empty_tables_are_no_facts(records: Reader) -> None:
    """A table with nothing under it yet is allowed."""
    assert records("nodes:\nrelations: []\ncoverage:\nclassify:\n") == []


def test_nothing_is_imported_where_one_entry_is_wrong(tmp_path: Path) -> None:
    """One bad entry in one file refuses the import as a whole."""
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(HEAD + "nodes:\n  - {id: a, kind: User}\n")
    bad.write_text("graphscan: facts/1\nnodes:\n  - {id: b, kind: Usr}\n")
    with pytest.raises(BadFileError) as caught:
        read([good, bad])

    assert [(one.file, one.line, one.column) for one in caught.value.problems] == [(str(bad), 3, 19)]
