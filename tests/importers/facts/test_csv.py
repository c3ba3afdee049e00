"""Facts in CSV files: the same keys, the same strictness, and fast."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graphscan.errors import BadFileError
from graphscan.model import (
    Classify,
    Coverage,
    CoverageState,
    Enforced,
    Enforcement,
    EvidenceKind,
    Key,
    LastUse,
    Node,
    Precision,
    Record,
    Ref,
    Relation,
    Sensitivity,
    Version,
)
from importers.facts import read

Reader = Callable[[str], list[Record]]


@pytest.fixture(name="records")
def _records(tmp_path: Path) -> Reader:
    """Return a function that reads a text as one CSV file of source `corp`."""

    def read_text(text: str) -> list[Record]:
        path = tmp_path / "t.csv"
        path.write_text(text, encoding="utf-8", newline="")
        return read([path], source="corp")[1]

    return read_text


def test_nodes(records: Reader) -> None:
    """Lists are parted by `;`, what has keys of its own is `key=value,key=value`, properties are columns."""
    token, control = records(
        "id,kind,name,labels,versions,last_used,enforced,keys,item_count,property.basis,property.a.b\n"
        'token,Credential,no,a;b,"2022-01-20;since=2023-01-01T00:00:00Z,evidence=log","by=idp,never=true,'
        'lookback_days=90;by=jira,at=2023-10-17",,"type=nameid,value=x@y,verified=false",,interview,\n'
        'pin,Control,"a ""name"", of\ntwo lines",,,,"value=yes,valid_to=2023-05-01;'
        'value=no,valid_from=2023-05-01",,,,010\n'
    )

    assert isinstance(token, Node) and isinstance(control, Node)
    assert (token.name, token.labels, token.item_count) == ("no", ("a", "b"), None)
    assert token.versions == (
        Version(datetime(2022, 1, 20, tzinfo=UTC), None, Precision.DAY, EvidenceKind.OPERATOR),
        Version(datetime(2023, 1, 1, tzinfo=UTC), None, Precision.SECOND, EvidenceKind.LOG),
    )
    assert token.last_used == (
        LastUse("idp", None, True, 90),
        LastUse("jira", datetime(2023, 10, 17, tzinfo=UTC)),
    )
    assert token.keys == (Key("nameid", "x@y", "", False),)
    assert token.properties == {"basis": "interview"}
    assert token.evidence.where == "t.csv:2"
    assert control.name == 'a "name", of\ntwo lines'
    assert control.enforced == (
        Enforcement(Enforced.YES, None, datetime(2023, 5, 1, tzinfo=UTC)),
        Enforcement(Enforced.NO, datetime(2023, 5, 1, tzinfo=UTC), None),
    )
    assert control.properties == {"a.b": "010"}
    assert control.evidence.where == "t.csv:3"


def test_relations(records: Reader) -> None:
    """Guards may ask for a level, several ends are parted by `;`, references by key or name have their stored form."""
    found = records(
        "source,kind,targets,gives,guarded_by\r\n"
        "svc,ASSIGNED_TO,a;b,login,arn:aws:iam::1:role/x::mfa;internet::position;internet\r\n".replace(
            ";internet\r", "\r"
        )
        + "~key|nameid|corp|x,ASSIGNED_TO,~name|okta|Application|Jira,,\r\n"
    )

    guards = ((Ref("arn:aws:iam::1:role/x"), "mfa"), (Ref("internet"), "position"))
    assert [(one.source, one.target, one.gives, one.guarded_by) for one in found if isinstance(one, Relation)] == [
        (Ref("svc"), Ref("a"), "login", guards),
        (Ref("svc"), Ref("b"), "login", guards),
        (Ref.key("nameid", "x", "corp"), Ref.named("okta", "Application", "Jira"), None, ()),
    ]


def test_coverage_and_classify(records: Reader) -> None:
    """The header tells the tables apart."""
    [gap] = records("relation,state,scope\nSTORES,denied,jira\n")
    [whole] = records("relation,complete\nSTORES,true\n")
    [rule] = records('select,sensitivity,labels\n"kind=Repository,name=pay*",crown_jewel,a;b\n')

    assert isinstance(gap, Coverage) and isinstance(whole, Coverage)
    assert (gap.state, gap.scope, gap.evidence) == (CoverageState.DENIED, "jira", EvidenceKind.OPERATOR)
    assert whole.state is CoverageState.COMPLETE
    assert rule == Classify("kind=Repository,name=pay*", Sensitivity.CROWN_JEWEL, ("a", "b"))


def test_csv_takes_date_and_evidence_of_the_yaml_beside_it(tmp_path: Path) -> None:
    """A CSV file cannot say when and how its rows are known; the YAML file of the same import does."""
    table, head = tmp_path / "t.csv", tmp_path / "h.yaml"
    table.write_text("id,kind\npin,Control\n")
    head.write_text(
        "graphscan: facts/1\nsource: corp\nat: 2023-01-01\nevidence: config\nrelations:\n"
        "  - {source: a, kind: ASSIGNED_TO, target: b, guarded_by: [pin]}\n"
    )
    info, [node, relation] = read([table, head])

    assert info.name == "facts:corp"
    assert isinstance(node, Node) and isinstance(relation, Relation)
    assert (node.evidence.kind, node.evidence.at) == (EvidenceKind.CONFIG, datetime(2023, 1, 1, tzinfo=UTC))
    assert relation.guarded_by == ((Ref("pin"), "defeated"),)


def test_both_formats_say_the_same(tmp_path: Path) -> None:
    """A table and the same entries in YAML give the same records, but for the place."""
    table, text, head = tmp_path / "t.csv", tmp_path / "t.yaml", tmp_path / "h.yaml"
    table.write_text("id,kind,labels,state,property.x\na,User,p;q,active,1\nb,Group,,,\n")
    head.write_text("graphscan: facts/1\nsource: s\nat: 2023-01-01\n")
    entries = "{id: a, kind: User, labels: [p, q], state: active, properties: {x: 1}}, {id: b, kind: Group}"
    text.write_text(f"{head.read_text()}nodes: [{entries}]\n")
    from_table, from_text = read([table, head]), read([text])

    assert from_table[0] == from_text[0]
    for one, other in zip(from_table[1], from_text[1], strict=True):
        assert isinstance(one, Node) and isinstance(other, Node)
        assert (one.id, one.kind, one.labels, one.state, dict(one.properties)) == (
            other.id,
            other.kind,
            other.labels,
            other.state,
            dict(other.properties),
        )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "t.csv: the file is empty (begin it with a header such as id,kind,name)"),
        ("\n\n", "t.csv: the file is empty"),
        ("a,b\n1,2\n", "t.csv:1:1: the header is not that of a table of facts (nodes have id,kind; relations"),
        ("id;kind;name\n", "t.csv:1:1: the header is not that of a table of facts (part the fields with commas"),
        ("id,knd,name\n", "t.csv:1:1: a table of nodes needs the column `kind` (did you mean `kind`?)"),
        ("source,kind,taget,gives\n", "t.csv:1:1: a table of relations needs the column `target`"),
        ("id,kind,nmae\n", "t.csv:1:3: a table of nodes has no column `nmae` (did you mean `name`?)"),
        ("id,kind,id\n", "t.csv:1:3: the column `id` stands twice (keep one of them)"),
        ("id,kind,properties\n", "t.csv:1:3: a table of nodes has no column `properties`"),
        ("id,kind,property.\n", "t.csv:1:3: a table of nodes has no column `property.`"),
        ("id,kind\na,User\nb,Usr\n", "t.csv:3:2: there is no node kind `Usr` (did you mean `User`?)"),
        ('id,kind,name\na,User,"x\ny"\nb,Usr,z\n', "t.csv:4:2: there is no node kind `Usr`"),
        ("id,kind\na\n", "t.csv:2:1: the row has 1 fields and the header 2"),
        ("id,kind\na,User,x\n", "t.csv:2:2: the row has 3 fields and the header 2 (put a field that holds a comma"),
        ("id,kind\n,User\n", "t.csv:2:1: a node has no `id`"),
        ("id,kind\na,User\na,Group\n", "t.csv:3:1: the id `a` was already declared at t.csv:2:1"),
        ('id,kind\n"a"b,User\n', "t.csv:2:1: not CSV:"),
        ('id,kind\n"a,User\n', "t.csv:2:1: not CSV:"),
        ("id,kind,labels\na,User,x;;y\n", "t.csv:2:3: an entry of labels is empty (remove it)"),
        ("id,kind,last_used\na,Credential,by=x;by\n", "t.csv:2:3:"),
        ('id,kind,last_used\na,Credential,"by=x,nver=true"\n', "t.csv:2:3: a last use has no key `nver` (did you mean"),
        ('id,kind,last_used\na,Credential,"by=x,never"\n', "t.csv:2:3: `never` is not key=value"),
        ("id,kind,item_count\na,Wiki,010\n", "t.csv:2:3: `010` is not a whole number"),
        ("id,kind,name\na,User,ghp_" + "a1" * 18 + "\n", "t.csv:2:3: this looks like the value of a secret"),
        ("id,kind,name\na,User,x\0y\n", "t.csv:2:3: a text holds a NUL character"),
        ("id,kind,property.token\na,User,x\n", "t.csv:2:3: the property `token` would hold the value of a secret"),
        ("source,kind,target,guarded_by\na,ASSIGNED_TO,b,pin;internet::psition\n", "t.csv:2:4:"),
        ("relation,state\nSTORES,\n", "t.csv:2:1: coverage needs exactly one of `state` and `complete`"),
        ("select,labels\nkind=Usr,x\n", "t.csv:2:1: selector `kind=Usr`, column 6: there is no kind `Usr`"),
    ],
)
def test_problems_name_line_and_field(tmp_path: Path, text: str, problem: str) -> None:
    """Each mistake is reported at its line and the number of its field."""
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8", newline="")
    with pytest.raises(BadFileError) as caught:
        read([path], source="corp")

    assert str(caught.value.problems[0]).replace(f"{tmp_path}/", "").startswith(problem)


def test_all_problems_of_a_table_come_at_once(tmp_path: Path) -> None:
    """A bad row does not hide those after it."""
    path = tmp_path / "t.csv"
    path.write_text("id,kind,state\na,Usr,x\nb\nc,Group,gone\n")
    with pytest.raises(BadFileError) as caught:
        read([path], source="corp")

    assert [(one.line, one.column) for one in caught.value.problems] == [(2, 2), (2, 3), (3, 1), (4, 3)]


def test_csv_alone_needs_a_source_name(tmp_path: Path) -> None:
    """Only the caller can name a source that no file names."""
    path = tmp_path / "t.csv"
    path.write_text("id,kind\na,User\n")
    with pytest.raises(BadFileError, match="no file says what source this is"):
        read([path])

    assert read([path], source="corp")[0].name == "facts:corp"
