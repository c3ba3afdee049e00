"""The quick way from a record to its line says what the careful way says."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from graphscan.errors import ImportFailedError
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
    Ref,
    Relation,
    Sensitivity,
    Version,
)
from graphscan.store.lines import table_and_line
from graphscan.store.rows import line_of, row_of

AT = datetime(2023, 11, 23, 4, 5, 6, 789, tzinfo=timezone(timedelta(hours=2)))
ODD = 'a "quoted" \\ text\n\x00\x1f\u2028 \u00e9 \U0001f600 </script>'
RECORDS: list[Node | Relation | Coverage | Classify] = [
    Node("n", "User"),
    Node(ODD, "Credential", ODD, ODD, ODD, state=ODD, owner=ODD, labels=(ODD, "b"), properties={ODD: [ODD, 1, None]}),
    Node("\ud800", "User", name="\udfff"),
    Node("c", "Credential", versions=(Version(AT), Version(AT, AT, Precision.DAY, EvidenceKind.TICKET)), expires_at=AT),
    Node("u", "User", last_used=(LastUse("a", AT), LastUse(ODD, known=False, lookback_days=90)), hypothetical=True),
    Node("k", "User", keys=(Key("login", ODD, ODD), Key("email", "x", verified=False)), valid_from=AT, valid_to=AT),
    Node("w", "Wiki", item_count=5, sensitivity=Sensitivity.CONFIDENTIAL, evidence=Evidence(EvidenceKind.LOG, ODD, AT)),
    Node("x", "Control", enforced=(Enforcement(Enforced.YES, AT),), effect=Effect.HINDERS),
    Relation(Ref("a"), "MEMBER_OF", Ref("b")),
    Relation(
        Ref(ODD), "ASSIGNED_TO", Ref("~key|t|s|" + ODD), needs="act_as", gives="login", observed=Observed.POSSIBLE
    ),
    Relation(Ref("a"), "SIGNS_IN_AS", Ref("b"), via=Ref("c"), properties={"z": ODD, "a": {"b": 2}}, valid_from=AT),
    Relation(Ref("a"), "STORES", Ref("b"), stored_at=AT, valid_to=AT, evidence=Evidence(EvidenceKind.PROBE, "w", AT)),
    Relation(Ref("a"), "ASSIGNED_TO", Ref("b"), guarded_by=((Ref("c"), "defeated"),)),
    Relation(Ref("\udc00"), "MEMBER_OF", Ref("b")),
    Coverage("MEMBER_OF", CoverageState.PARTIAL, "s", "e", AT, 1, 2, ODD),
    Classify("kind=Wiki", Sensitivity.INTERNAL, ("a",), 3),
]


def without_nulls(value: Any) -> Any:
    """Return parsed JSON without members that are null: a column that is left out is read as NULL."""
    if isinstance(value, dict):
        return {name: without_nulls(one) for name, one in value.items() if one is not None}
    return [without_nulls(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("record", RECORDS, ids=lambda one: type(one).__name__)
def test_line_holds_what_the_row_holds(record: Node | Relation | Coverage | Classify) -> None:
    """Every column has the same value both ways, whatever signs are in it."""
    table, row = row_of(record)
    line = table_and_line(record)
    assert line[0] == table
    assert line[1].endswith(b"\n")
    assert line[1].count(b"\n") == 1
    assert without_nulls(json.loads(line[1])) == without_nulls(json.loads(line_of(row)))


@pytest.mark.parametrize(
    "record",
    [
        Node("", "User"),
        Node("~x", "User"),
        Node("x", "Dragon"),
        Relation(Ref("a"), "EATS", Ref("b")),
        Node("x", "User", valid_from=datetime(2023, 1, 1)),  # noqa: DTZ001 -- that is what is wrong with it
        Node("x", "User", properties={"x": object()}),
        Relation(Ref("a"), "MEMBER_OF", Ref("b"), evidence=Evidence(at=datetime(2023, 1, 1))),  # noqa: DTZ001
    ],
)
def test_wrong_records_are_refused_in_the_same_words(record: Node | Relation) -> None:
    """What cannot be stored fails as it does the careful way."""
    with pytest.raises(ImportFailedError) as careful:
        line_of(row_of(record)[1])
    with pytest.raises(ImportFailedError) as quick:
        table_and_line(record)
    assert str(quick.value) == str(careful.value)


def test_times_are_in_utc() -> None:
    """A moment of another zone is stored as UTC without a zone."""
    (_, line) = table_and_line(Node("n", "User", valid_from=AT))
    assert json.loads(line)["valid_from"] == AT.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
