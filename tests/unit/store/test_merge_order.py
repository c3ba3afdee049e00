"""The merged view depends on what was said, never on the order in which it was read."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from graphscan.errors import StoreError
from graphscan.model import (
    Classify,
    Coverage,
    CoverageState,
    Evidence,
    EvidenceKind,
    Key,
    Node,
    Observed,
    Record,
    Ref,
    Relation,
    Sensitivity,
    Version,
)

AT = datetime(2024, 1, 1, tzinfo=UTC)


def invented(chance: random.Random, source: str) -> list[Record]:
    """Return records that overlap, disagree, leave ends open and refer by key, as messy as can be."""
    ids = [f"n{number}" for number in range(12)]
    kinds = ["User", "Group", "Wiki", "Application", "Control", "Credential"]
    keys = [Key("email", f"{number}@x", verified=chance.random() < 0.7) for number in range(4)]
    records: list[Record] = [
        Node(
            chance.choice(ids),
            chance.choice(kinds),
            provider=chance.choice(["okta", "generic"]),
            name=chance.choice(["", "Ann", "Bob"]),
            state=chance.choice([None, "active", "disabled"]),
            labels=tuple(chance.sample(["a", "b", "c"], 2)),
            keys=tuple(chance.sample(keys, 2)),
            versions=(Version(AT + timedelta(days=chance.randrange(3))),),
            properties={chance.choice("pq"): chance.randrange(3)},
            evidence=Evidence(chance.choice(list(EvidenceKind)), source, AT if chance.random() < 0.5 else None),
        )
        for _ in range(25)
    ]
    ends = [*(Ref(one) for one in [*ids, "lost"]), Ref.key("email", "1@x"), Ref.named("okta", "User", "Ann")]
    records += [
        Relation(
            chance.choice(ends),
            chance.choice(["MEMBER_OF", "ASSIGNED_TO", "HAS_CREDENTIAL", "OWNED_BY", "CONTAINS"]),
            chance.choice(ends),
            guarded_by=tuple((chance.choice(ends), "defeated") for _ in range(chance.randrange(3))),
            observed=chance.choice(list(Observed)),
            properties={"p": chance.randrange(3)},
            evidence=Evidence(chance.choice(list(EvidenceKind)), source),
        )
        for _ in range(60)
    ]
    records += [Coverage("MEMBER_OF", state) for state in chance.sample(list(CoverageState), 3)]
    records += [
        Classify(f"kind={kind}", chance.choice([None, *Sensitivity]), (kind,), order)
        for order, kind in enumerate(kinds)
    ]
    return records


@pytest.mark.parametrize("seed", range(3))
def test_order_changes_nothing(merged: Callable[..., Any], seed: int) -> None:
    """Records and sources in any order give the same rows in the same order, in every table."""
    chance = random.Random(seed)
    sources = {name: invented(chance, name) for name in ("okta:acme", "facts", "jira")}
    expected = merged(sources).everything()

    names = list(sources)
    chance.shuffle(names)
    shuffled = {name: chance.sample(sources[name], len(sources[name])) for name in names}

    assert merged(shuffled).everything() == expected
    assert all(expected[table] for table in ("relation", "disagreement", "unresolved", "ambiguous", "rejected"))


def test_a_later_rule_wins(merged: Callable[..., Any]) -> None:
    """Rules apply by source name and order; the last that matches decides, labels add up."""
    nodes = [Node("payments", "Repository", name="payments"), Node("docs", "Repository", name="docs")]
    rules = [
        Classify("name=payments", Sensitivity.CROWN_JEWEL, ("pci",), order=2),
        Classify("kind=Repository", Sensitivity.INTERNAL, ("code",), order=1),
    ]

    view = merged({"okta": nodes, "facts": rules})

    assert (view.node("payments")["sensitivity"], view.node("payments")["labels"]) == ("crown_jewel", ["code", "pci"])
    assert (view.node("docs")["sensitivity"], view.node("docs")["labels"]) == ("internal", ["code"])
    assert view.rows("SELECT n, id FROM base.node") == [(0, "docs"), (1, "internet"), (2, "payments")]

    view = merged({"okta": nodes, "facts": rules, "zz": [Classify("kind=Repository", Sensitivity.NONE)]})
    assert view.node("payments")["sensitivity"] == "none"


def test_rule_before_source_before_kind(merged: Callable[..., Any]) -> None:
    """Sensitivity comes from the last rule, else from what a source states, else from the kind."""
    view = merged(
        {
            "a": [
                Node("ruled", "Host", name="ruled", sensitivity=Sensitivity.CONFIDENTIAL),
                Node("stated", "Host", sensitivity=Sensitivity.CONFIDENTIAL),
                Node("neither", "Host"),
                Classify("name=ruled", Sensitivity.CROWN_JEWEL),
                Classify("kind=Host", None, ("machine",)),
            ]
        }
    )

    assert view.rows("SELECT id, sensitivity, labels FROM base.node WHERE kind = 'Host'") == [
        ("neither", "internal", ["machine"]),
        ("ruled", "crown_jewel", ["machine"]),
        ("stated", "confidential", ["machine"]),
    ]


def test_a_rule_sees_what_rules_before_it_did(merged: Callable[..., Any]) -> None:
    """A label that one rule gives may be what the next selects by."""
    view = merged(
        {
            "a": [
                Node("h", "Host", name="h"),
                Classify("name=h", None, ("prod",), order=1),
                Classify("label=prod", Sensitivity.CROWN_JEWEL, order=2),
                Classify("sensitivity=crown_jewel", None, ("jewel",), order=3),
            ]
        }
    )

    assert (view.node("h")["sensitivity"], view.node("h")["labels"]) == ("crown_jewel", ["jewel", "prod"])


def test_rules_apply_to_what_is_imported_later(merged: Callable[..., Any]) -> None:
    """A rule needs nothing to match when it is stored; members of a group are found through the merged relations."""
    view = merged(
        {
            "facts": [Classify("in=admins", None, ("admin",)), Classify("kind=Bucket", Sensitivity.CROWN_JEWEL)],
            "okta": [
                Node("u", "User"),
                Node("admins", "Group", name="admins"),
                Relation(Ref("u"), "MEMBER_OF", Ref("admins")),
                Node("b", "Bucket"),
            ],
        }
    )

    assert view.node("u")["labels"] == ["admin"]
    assert view.node("b")["sensitivity"] == "crown_jewel"


def test_a_rule_that_cannot_be_read_is_named(merged: Callable[..., Any]) -> None:
    """A selector that this version does not know is an error that names the rule and its source."""
    with pytest.raises(StoreError, match=r"`colour=red` of `facts`.*import `facts` again"):
        merged({"facts": [Classify("colour=red", Sensitivity.NONE)]})
