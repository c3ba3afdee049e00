"""Nodes that several sources describe: each field from the best evidence, and what disagrees is shown."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from graphscan.model import (
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
    Ref,
    Relation,
    Sensitivity,
    Version,
)
from graphscan.store import merge

AT = datetime(2024, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
BEST_FIRST = [EvidenceKind.PROBE, EvidenceKind.CONFIG, EvidenceKind.LOG, EvidenceKind.OPERATOR, EvidenceKind.TICKET]


def naive(at: datetime) -> datetime:
    """Return a moment as the store holds it."""
    return at.replace(tzinfo=None)


@pytest.mark.parametrize("better", range(4))
def test_the_better_evidence_wins(merged: Callable[..., Any], better: int) -> None:
    """Probe before config before log before operator before ticket, however new the worse is and whoever says it."""
    for names in (("a", "b"), ("b", "a")):
        view = merged(
            {
                names[0]: [Node("u", "User", state="good", evidence=Evidence(BEST_FIRST[better], at=AT))],
                names[1]: [Node("u", "User", state="bad", evidence=Evidence(BEST_FIRST[better + 1], at=AT + DAY))],
            }
        )

        assert view.node("u")["state"] == "good"


@pytest.mark.parametrize("newest", ["a", "b"])
def test_the_newest_wins_among_equals(merged: Callable[..., Any], newest: str) -> None:
    """Of two statements of one sort the one seen last counts; where none says when, the later import."""
    late = {"a": AT, "b": AT, newest: AT + DAY}
    seen = merged(
        {
            name: [Node("u", "User", state=name, evidence=Evidence(EvidenceKind.CONFIG, at=at))]
            for name, at in late.items()
        }
    )
    imported = merged({name: [Node("u", "User", state=name)] for name in late}, at=late)

    assert seen.node("u")["state"] == imported.node("u")["state"] == newest


def test_a_field_that_the_best_does_not_state_comes_from_the_next(merged: Callable[..., Any]) -> None:
    """Best evidence is per field: what it leaves open, worse evidence fills."""
    view = merged(
        {
            "probe": [Node("c", "Control", evidence=Evidence(EvidenceKind.PROBE, "probe.txt", AT))],
            "okta": [Node("c", "Control", provider="okta", name="ACL", effect=Effect.BLOCKS)],
            "facts": [
                Node(
                    "c",
                    "Control",
                    name="the list",
                    subtype="acl",
                    owner="ann",
                    state="active",
                    sensitivity=Sensitivity.INTERNAL,
                    valid_from=AT,
                    valid_to=AT + DAY,
                    expires_at=AT + DAY,
                    item_count=7,
                    enforced=(Enforcement(Enforced.NO, AT),),
                    evidence=Evidence(EvidenceKind.OPERATOR),
                )
            ],
        }
    )

    row = view.node("c")
    assert (row["provider"], row["name"], row["subtype"], row["owner"]) == ("okta", "ACL", "acl", "ann")
    assert (row["state"], row["sensitivity"], row["effect"], row["item_count"]) == ("active", "internal", "blocks", 7)
    assert (row["valid_from"], row["valid_to"]) == (naive(AT), naive(AT + DAY))
    assert row["expires_at"] == naive(AT + DAY)
    assert row["enforced"] == [{"value": "no", "valid_from": naive(AT), "valid_to": None}]
    assert (row["evidence"], row["evidence_where"], row["evidence_at"]) == ("probe", "probe.txt", naive(AT))
    assert row["sources"] == ["facts", "okta", "probe"]
    assert row["declared"] is True
    assert view.rows("SELECT field, source_instance, value, chosen FROM base.disagreement") == [
        ("name", "okta", "ACL", True),
        ("name", "facts", "the list", False),
    ]


def test_enforcement_is_taken_whole(merged: Callable[..., Any]) -> None:
    """The best statement about a control's enforcement replaces the worse; periods of two are never mixed."""
    view = merged(
        {
            "facts": [
                Node(
                    "c", "Control", enforced=(Enforcement(Enforced.YES, AT),), evidence=Evidence(EvidenceKind.OPERATOR)
                )
            ],
            "probe": [
                Node("c", "Control", enforced=(Enforcement(Enforced.NO),), evidence=Evidence(EvidenceKind.PROBE))
            ],
        }
    )

    assert view.node("c")["enforced"] == [{"value": "no", "valid_from": None, "valid_to": None}]
    assert [row[:2] for row in view.rows("SELECT field, chosen FROM base.disagreement")] == [
        ("enforced", True),
        ("enforced", False),
    ]


def test_lists_are_unions(merged: Callable[..., Any]) -> None:
    """Versions, last uses, labels and keys of all sources are kept, each once, in a fixed order."""
    first, second = Version(AT), Version(AT + DAY, evidence=EvidenceKind.TICKET)
    view = merged(
        {
            "a": [
                Node(
                    "c",
                    "Credential",
                    versions=(second, first),
                    labels=("x", "b"),
                    keys=(Key("k", "2"), Key("k", "1")),
                    last_used=(LastUse("okta", AT),),
                )
            ],
            "b": [
                Node(
                    "c",
                    "Credential",
                    versions=(second,),
                    labels=("b", "a"),
                    keys=(Key("k", "1"), Key("k", "1", verified=False)),
                    last_used=(LastUse("jira", known=False), LastUse("okta", AT)),
                )
            ],
        }
    )

    row = view.node("c")
    assert [one["since"] for one in row["versions"]] == [naive(AT), naive(AT + DAY)]
    assert row["labels"] == ["a", "b", "x"]
    assert sorted((one["value"], one["verified"]) for one in row["keys"]) == [("1", False), ("1", True), ("2", True)]
    assert [(one["by"], one["at"], one["known"]) for one in row["last_used"]] == [
        ("jira", None, False),
        ("okta", naive(AT), True),
    ]
    assert view.rows("FROM base.disagreement") == []


def test_properties_are_merged_one_by_one(merged: Callable[..., Any]) -> None:
    """Each property comes from the best evidence that states it; two values of one are a disagreement."""
    view = merged(
        {
            "okta": [Node("u", "User", properties={"login": "ann", "deep": {"a": [1, None]}})],
            "facts": [
                Node(
                    "u",
                    "User",
                    properties={"login": "bob", "desk": 4, "deep": {"a": [1, None]}},
                    evidence=Evidence(EvidenceKind.OPERATOR),
                )
            ],
        }
    )

    assert view.rows("""SELECT properties ->> 'login', properties ->> 'desk', properties -> '$.deep.a'
                        FROM base.node WHERE id = 'u'""") == [("ann", "4", "[1,null]")]
    assert view.rows("SELECT field, source_instance, value, chosen, evidence FROM base.disagreement") == [
        ("property.login", "okta", '"ann"', True, "config"),
        ("property.login", "facts", '"bob"', False, "operator"),
    ]


def test_agreement_is_not_listed(merged: Callable[..., Any]) -> None:
    """Sources that say the same, or leave a field at its default, do not disagree."""
    view = merged(
        {
            "a": [Node("u", "User", provider="okta", name="Ann", state="active", properties={"p": 1})],
            "b": [Node("u", "User", name="Ann", properties={"p": 1})],
            "c": [Node("u", "User", provider="okta")],
        }
    )

    assert view.rows("FROM base.disagreement") == []


def test_a_kind_that_is_disputed_comes_from_the_best_evidence(merged: Callable[..., Any]) -> None:
    """Two kinds for one id are a disagreement like any other."""
    view = merged(
        {
            "facts": [Node("x", "ServiceAccount", evidence=Evidence(EvidenceKind.OPERATOR))],
            "okta": [Node("x", "User")],
        }
    )

    assert view.node("x")["kind"] == "User"
    assert view.rows("SELECT field, value, chosen FROM base.disagreement") == [
        ("kind", "User", True),
        ("kind", "ServiceAccount", False),
    ]


def test_one_source_may_state_a_node_twice(merged: Callable[..., Any]) -> None:
    """Two records of one import about one id are one node, and may disagree too."""
    view = merged(
        {"okta": [Node("u", "User", state="active", name="Ann"), Node("u", "User", state="locked", labels=("x",))]}
    )

    assert (view.node("u")["name"], view.node("u")["labels"]) == ("Ann", ["x"])
    assert sorted(view.rows("SELECT value FROM base.disagreement")) == [("active",), ("locked",)]
    assert view.rows("SELECT count(*) FROM base.disagreement WHERE chosen") == [(1,)]


def test_nodes_are_numbered_in_the_order_of_their_ids(merged: Callable[..., Any]) -> None:
    """n counts from 0 without gaps, in the order of the ids' bytes."""
    view = merged({"a": [Node(id_, "User") for id_ in ("b", "a", "Z", "é", "a:1", "~x"[1:])]})

    assert view.rows("SELECT n, id FROM base.node") == list(enumerate(["Z", "a", "a:1", "b", "internet", "x", "é"]))


def test_the_internet_is_always_a_segment(merged: Callable[..., Any]) -> None:
    """A source may name the internet, but not make something else of it."""
    view = merged(
        {"facts": [Node("internet", "Vendor", name="The Net", subtype="x", evidence=Evidence(EvidenceKind.PROBE))]}
    )

    row = view.node("internet")
    assert (row["kind"], row["subtype"], row["name"], row["sources"]) == ("Segment", "internet", "The Net", ["facts"])
    assert ("kind", "facts", "Vendor", False) in view.rows(
        "SELECT field, source_instance, value, chosen FROM base.disagreement"
    )


def test_defaults_are_never_null(merged: Callable[..., Any]) -> None:
    """A node that says nothing has empty lists, texts and the sensitivity of its kind."""
    row = merged({"a": [Node("r", "Repository"), Node("u", "User")]}).node("r")

    assert {name for name, value in row.items() if value is None} == {
        "valid_from",
        "valid_to",
        "expires_at",
        "owner",
        "state",
        "effect",
        "item_count",
        "evidence_at",
    }
    assert (row["sensitivity"], row["properties"], row["provider"]) == ("confidential", "{}", "generic")
    assert all(row[name] == [] for name in ("versions", "last_used", "labels", "keys", "enforced"))


def test_boundaries_are_all_instants_of_change(merged: Callable[..., Any]) -> None:
    """Whatever begins or ends is a boundary, once, in order."""
    moments = [AT + number * DAY for number in range(13)]
    view = merged(
        {
            "a": [
                Node("c", "Credential", valid_from=moments[0], valid_to=moments[1], expires_at=moments[2]),
                Node("d", "Credential", versions=(Version(moments[3], overlap_until=moments[4]), Version(moments[5]))),
                Node("x", "Control", enforced=(Enforcement(Enforced.YES, moments[6], moments[7]),)),
                Node("u", "User", valid_from=moments[0]),
                Relation(Ref("u"), "HAS_CREDENTIAL", Ref("c"), valid_from=moments[8], valid_to=moments[9]),
                Coverage("MEMBER_OF", CoverageState.COMPLETE, valid_from=moments[10], valid_to=moments[11]),
            ],
            "b": [Node("u", "User", valid_from=moments[12], evidence=Evidence(EvidenceKind.TICKET))],
        }
    )

    assert merge.boundaries(view.connection) == moments[:12]


def test_coverage_keeps_its_source(merged: Callable[..., Any]) -> None:
    """Coverage of all sources stands side by side."""
    view = merged(
        {
            "b": [Coverage("MEMBER_OF", CoverageState.DENIED, "g", "/groups", AT, 1, 2, "403")],
            "a": [Coverage("MEMBER_OF", CoverageState.COMPLETE, evidence=EvidenceKind.OPERATOR)],
        }
    )

    assert view.rows(
        'SELECT source_instance, relation, state, "scope", endpoint, "at", pages, records, error, evidence '
        "FROM base.coverage"
    ) == [
        ("a", "MEMBER_OF", "complete", "", "", None, 0, 0, "", "operator"),
        ("b", "MEMBER_OF", "denied", "g", "/groups", naive(AT), 1, 2, "403", "config"),
    ]
