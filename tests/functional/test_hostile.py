"""Names that hold markup, terminal escapes, line ends, scripts, 10,000 signs or direction marks, in every command."""

import json
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graphscan.model import (
    Classify,
    Coverage,
    CoverageState,
    Evidence,
    EvidenceKind,
    Node,
    NotUnderstood,
    Record,
    Ref,
    Relation,
    SourceInfo,
)
from graphscan.store import Store
from tests.functional.running import Inside

HOSTILE = {
    "markup": "[bold red]loud[/] [link=https://evil.example]x[/link]",
    "escape": "\x1b[31mred\x1b]0;title\x07\x9b2J",
    "newline": "first\nsecond\r\x0b\x85\u2028third",
    "script": "<script>alert(1)</script>",
    "long": "n" * 10_000,
    "direction": "abc\u202egnp.exe\u200f\u2066",
    "formula": "=HYPERLINK(1)",
    "null": "a\x00b\x7f",
}
AT = datetime(2024, 1, 2, tzinfo=UTC)


def records() -> Iterator[Record]:
    """Yield a chain of steps through nodes whose every free text is hostile."""
    for label, evil in HOSTILE.items():
        proof = Evidence(EvidenceKind.OPERATOR, evil, AT)
        token, account, content = f"token {label} {evil}", f"svc:{label}:{evil}", f"content:{label}:{evil}"
        yield Node(token, "Credential", evil, evil, evil, owner=account, labels=(evil,), evidence=proof)
        yield Node(account, "ServiceAccount", evil, evil, evil, properties={evil: evil}, evidence=proof)
        yield Node(content, "Wiki", evil, evil, evil, evidence=proof)
        yield Node(f"ctl:{label}:{evil}", "Control", evil, evil, evil, evidence=proof)
        yield Relation(Ref(account), "HAS_CREDENTIAL", Ref(token), evidence=proof)
        yield Relation(Ref(account), "ASSIGNED_TO", Ref(content), evidence=proof)
        guard = ((Ref(f"ctl:{label}:{evil}"), "defeated"),)
        yield Relation(Ref(account), "ASSIGNED_TO", Ref(content), gives="admin", guarded_by=guard, evidence=proof)
        yield Relation(Ref(content), "CONTAINS", Ref(f"nowhere {evil}"), evidence=proof)
        yield Relation(Ref(content), "MEMBER_OF", Ref(token), evidence=proof)
        yield Coverage("STORES", CoverageState.DENIED, content, evil, AT, error=evil)
        yield NotUnderstood(evil, evil, 2)
    yield Classify("kind=Wiki", labels=("x",))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store of hostile texts, said twice so that sources disagree."""
    path = tmp_path_factory.mktemp("hostile") / "store"
    opened = Store.open_or_create(path)
    opened.write(SourceInfo("facts:hostile", "facts", AT), records())
    other = Node(
        f"content:script:{HOSTILE['script']}", "Wiki", name="\x1b[32mother", evidence=Evidence(EvidenceKind.CONFIG)
    )
    opened.write(SourceInfo("facts:other", "facts", AT), [other])
    return path


COMMANDS: list[tuple[list[str], int]] = [
    ([], 0),
    (["status"], 0),
    (["status", "--verify", "--limit", "1000"], 0),
    (["select", "kind=*"], 0),
    (["select", "kind=Wiki,name=*\x1b*"], 0),
    (["blast", "kind=Credential"], 0),
    (["blast", "kind=Credential", "--each"], 0),
    (["blast", "kind=Credential", "--rotated", f"token escape {HOSTILE['escape']}"], 0),
    (["paths", "kind=Credential", "--to", "kind=Wiki"], 0),
    *((["explain", f'"content:{label}:{evil}"'], 0) for label, evil in HOSTILE.items()),
    (["explain", "\x1b[31mno such\n"], 2),
    (["select", "\x1b[31mno such\n"], 2),
    (["blast", "\x1b[31mno such\n"], 2),
    (["techniques", "\x1b[31mno such\n"], 2),
    (["blast", "token", "--as-of", "\x1b[31m"], 2),
    (["blast", "token", "-o", "\x1b[31m"], 2),
    (["import", "facts", "\x1b[31m.yaml"], 2),
    (["import", "snapshot", "\x1b[31m"], 2),
    (["init", "/nowhere/\x1b[31m"], 2),
]


@pytest.mark.parametrize(
    ("words", "code"), COMMANDS, ids=[" ".join(w)[:30].encode("unicode_escape").decode() for w, _ in COMMANDS]
)
def test_no_command_shows_a_raw_control_sign(
    words: list[str], code: int, hostile: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither text nor an error holds a control, format or unassigned sign other than the line end of a line."""
    monkeypatch.setenv("GRAPHSCAN_STORE", str(hostile))
    ended = inside(*words)

    raw = {sign for sign in ended.out + ended.err if unicodedata.category(sign)[0] == "C" or sign in "\u2028\u2029"}
    assert raw <= {"\n"}
    assert ended.code == code


@pytest.mark.parametrize(
    "words",
    [
        ["status", "--limit", "1000"],
        ["select", "kind=*"],
        ["blast", "kind=Credential"],
        ["paths", "kind=Credential", "--to", "kind=Wiki"],
        ["explain", f'"content:markup:{HOSTILE["markup"]}"'],
    ],
    ids=lambda words: words[0],
)
def test_names_survive_in_json(
    words: list[str], hostile: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """JSON is plain ASCII with escapes, and reads back to the very name."""
    monkeypatch.setenv("GRAPHSCAN_STORE", str(hostile))
    ended = inside(*words, "-o", "json")

    assert ended.code == 0
    assert all(sign == "\n" or " " <= sign <= "~" for sign in ended.out)
    assert "[bold red]loud[/]" in json.dumps(json.loads(ended.out))


def test_markup_is_shown_as_it_is_written(hostile: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    """Markup is text: it neither vanishes nor becomes bold."""
    monkeypatch.setenv("GRAPHSCAN_STORE", str(hostile))
    assert "[bold red]loud[/]" in inside("select", "kind=*").out


def test_a_long_id_is_whole_and_a_long_name_is_cut(
    hostile: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An id of 10,000 signs stands in one line; the name beside it says how long it is."""
    monkeypatch.setenv("GRAPHSCAN_STORE", str(hostile))
    said = inside("explain", f"content:long:{HOSTILE['long']}").out

    assert any(f"content:long:{HOSTILE['long']}" in line for line in said.splitlines())
    assert "(10,000 characters)" in said
