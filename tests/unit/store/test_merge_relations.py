"""Relations: ends, levels and guards are filled in and checked; what cannot be used is listed with its reason."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from graphscan.kinds import NODE_KINDS, RELATION_KINDS, end_level, start_level
from graphscan.model import Evidence, EvidenceKind, Key, Node, Observed, Ref, Relation

AT = datetime(2024, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def every_shape() -> list[tuple[str, str, str]]:
    """Return every (relation kind, source kind, target kind) that an importer may state."""
    return [
        (kind.name, source, target)
        for kind in RELATION_KINDS.values()
        if not kind.derived
        for source in sorted(kind.sources)
        for target in sorted(kind.targets)
    ]


def test_default_levels_are_those_of_the_table(merged: Callable[..., Any]) -> None:
    """Every shape that the table of kinds allows is taken, with the levels the table gives it."""
    view = merged(
        {
            "a": [
                *(Node(f"{side}:{kind}", kind) for kind in NODE_KINDS for side in "st"),
                *(Relation(Ref(f"s:{s}"), kind, Ref(f"t:{t}")) for kind, s, t in every_shape()),
            ]
        }
    )

    found = {(kind, s[2:], t[2:]): (needs, gives) for kind, s, t, needs, gives in view.relations("needs", "gives")}
    expected = {}
    for name, source, target in every_shape():
        kind = RELATION_KINDS[name]
        first, last = (target, source) if kind.starts_at_target else (source, target)
        levels = (start_level(name, first), end_level(name, last))
        expected[name, source, target] = (None, None) if kind.carries else levels
    assert found == expected
    assert view.rows("FROM base.rejected") == view.rows("FROM base.unresolved") == []


def test_shapes_that_the_table_does_not_allow_are_rejected(merged: Callable[..., Any]) -> None:
    """Every other shape is listed as rejected, and none is lost (every fifth is tried)."""
    allowed = set(every_shape())
    shapes = [
        (kind, source, target)
        for kind in RELATION_KINDS
        for source in NODE_KINDS
        for target in NODE_KINDS
        if (kind, source, target) not in allowed
    ][::5]
    view = merged(
        {
            "a": [
                *(Node(f"{side}:{kind}", kind) for kind in NODE_KINDS for side in "st"),
                *(Relation(Ref(f"s:{s}"), kind, Ref(f"t:{t}")) for kind, s, t in shapes),
            ]
        }
    )

    rejected = view.rows("SELECT kind, source[3:], target[3:] FROM base.rejected")
    assert sorted(rejected) == sorted(shapes)
    assert view.relations() == []


@pytest.mark.parametrize(
    ("relation", "reason"),
    [
        (Relation(Ref("h"), "MEMBER_OF", Ref("g")), "MEMBER_OF does not lead from a Host to a Group"),
        (Relation(Ref("g"), "HAS_CREDENTIAL", Ref("c")), "HAS_CREDENTIAL does not lead from a Group to a Credential"),
        (Relation(Ref("u"), "ASSIGNED_TO", Ref("w"), gives="exec"), "a Wiki has no level `exec`, which is given"),
        (Relation(Ref("u"), "ASSIGNED_TO", Ref("w"), gives="reed"), "a Wiki has no level `reed`, which is given"),
        (Relation(Ref("u"), "ASSIGNED_TO", Ref("w"), needs="read"), "a User has no level `read`, which is needed"),
        (
            Relation(Ref("u"), "HAS_CREDENTIAL", Ref("c"), needs="mfa"),
            "a Credential has no level `mfa`, which is needed",
        ),
        (Relation(Ref("u"), "HAS_CREDENTIAL", Ref("c"), gives="held"), "a User has no level `held`, which is given"),
        (
            Relation(Ref("u"), "MEMBER_OF", Ref("g"), gives="mfa"),
            "MEMBER_OF carries every level, so none can be stated",
        ),
        (
            Relation(Ref("u"), "EFFECTIVE_MEMBER_OF", Ref("g")),
            "EFFECTIVE_MEMBER_OF is never imported, it is worked out from other relations",
        ),
        (
            Relation(Ref("u"), "ASSIGNED_TO", Ref("w"), guarded_by=((Ref("u"), "defeated"),)),
            "the guard `u` is a User, which has no level `defeated`",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else value.kind,
)
def test_a_rejected_relation_says_why(merged: Callable[..., Any], relation: Relation, reason: str) -> None:
    """The reason names the kinds and the level, in words."""
    nodes = [Node("h", "Host"), Node("g", "Group"), Node("u", "User"), Node("w", "Wiki"), Node("c", "Credential")]

    view = merged({"okta:acme": [*nodes, relation]})

    assert view.relations() == []
    assert view.rows("FROM base.rejected") == [
        (relation.id, relation.kind, relation.source.text, relation.target.text, reason, "okta:acme")
    ]


def test_other_names_of_levels_are_stored_under_the_one(merged: Callable[..., Any]) -> None:
    """Phishing-resistant on a managed device is `top`, in needs, gives and guards."""
    alias = "phishing_resistant.managed"
    view = merged(
        {
            "a": [
                Node("u", "User"),
                Node("v", "User"),
                Relation(Ref("u"), "SIGNS_IN_AS", Ref("v"), needs=alias, gives=alias, guarded_by=((Ref("v"), alias),)),
            ]
        }
    )

    assert view.relations("needs", "gives", "guards") == [
        ("SIGNS_IN_AS", "u", "v", "top", "top", [{"n": 2, "level": "top"}])
    ]


def test_guards_are_resolved_sorted_and_single(merged: Callable[..., Any]) -> None:
    """Guards are numbers of nodes with levels, each once; one without a level stands for the acting level."""
    guards = ((Ref("y"), "defeated"), (Ref("a"), "login"), (Ref("y"), "defeated"), (Ref("b"), ""), (Ref("a"), "admin"))
    view = merged(
        {
            "a": [
                Node("u", "User"),
                Node("w", "Wiki"),
                Node("a", "Application"),
                Node("b", "Control"),
                Node("y", "Control"),
                Relation(Ref("u"), "ASSIGNED_TO", Ref("w"), guarded_by=guards),
            ]
        }
    )

    assert view.relations("guards")[0][3] == [
        {"n": 0, "level": "admin"},
        {"n": 0, "level": "login"},
        {"n": 1, "level": "defeated"},
        {"n": 5, "level": "defeated"},
    ]


def test_the_same_relation_of_two_sources_is_one(merged: Callable[..., Any]) -> None:
    """One row from the best evidence; where they differ, a line each."""

    def said(kind: EvidenceKind, observed: Observed, to: datetime | None) -> Relation:
        return Relation(Ref("u"), "MEMBER_OF", Ref("g"), valid_to=to, observed=observed, evidence=Evidence(kind))

    view = merged(
        {
            "facts": [said(EvidenceKind.OPERATOR, Observed.ASSUMED, None), Node("u", "User"), Node("g", "Group")],
            "okta": [said(EvidenceKind.CONFIG, Observed.YES, AT), said(EvidenceKind.LOG, Observed.YES, AT)],
        }
    )

    assert view.relations("observed", "evidence", "source_instance") == [
        ("MEMBER_OF", "u", "g", "yes", "config", "okta")
    ]
    relation = said(EvidenceKind.CONFIG, Observed.YES, None).id
    assert view.rows("FROM base.disagreement") == [
        (relation, "observed", "facts", "assumed", False, "operator"),
        (relation, "observed", "okta", "yes", True, "config"),
        (relation, "valid_to", "facts", "", False, "operator"),
        (relation, "valid_to", "okta", "2024-01-01 00:00:00", True, "config"),
    ]


def test_relations_are_numbered_in_their_order(merged: Callable[..., Any]) -> None:
    """r counts from 0 in the order of source id, kind, target id, relation id."""
    records = [
        Relation(Ref(u), "ASSIGNED_TO", Ref(a), gives=level)
        for u in ("u2", "u1", "u3")
        for a in ("b", "a")
        for level in ("login", "admin")
    ] + [Relation(Ref(u), "ACCOUNT_OF", Ref("a")) for u in ("u3", "u1")]
    nodes = [*(Node(u, "User") for u in ("u1", "u2", "u3")), *(Node(a, "Application") for a in ("a", "b"))]

    view = merged({"x": [*records, *nodes]})

    expected = sorted((one.source.text, one.kind, one.target.text, one.id) for one in records)
    assert (
        view.rows(
            "SELECT s.id, r.kind, t.id, r.id FROM base.relation AS r JOIN base.node AS s ON s.n = r.source "
            "JOIN base.node AS t ON t.n = r.target ORDER BY r"
        )
        == expected
    )
    assert view.rows("SELECT r FROM base.relation") == [(number,) for number in range(len(records))]


def test_an_end_that_nobody_declares_is_kept_where_one_kind_is_possible(merged: Callable[..., Any]) -> None:
    """A group that no source declares is a group all the same; it is counted as unresolved."""
    view = merged(
        {
            "okta": [
                Node("u", "User"),
                Node("v", "User"),
                Node("w", "Wiki"),
                Relation(Ref("u"), "MEMBER_OF", Ref("ghost")),
                Relation(Ref("v"), "MEMBER_OF", Ref("ghost")),
                Relation(Ref("ghost"), "ASSIGNED_TO", Ref("w"), guarded_by=((Ref("acl"), "defeated"),)),
                Relation(Ref("u"), "SIGNS_IN_AS", Ref("v"), via=Ref("jira")),
            ]
        }
    )

    assert view.relations("via") == [
        ("ASSIGNED_TO", "ghost", "w", None),
        ("MEMBER_OF", "u", "ghost", None),
        ("SIGNS_IN_AS", "u", "v", 3),
        ("MEMBER_OF", "v", "ghost", None),
    ]
    assert view.rows("SELECT n, id, kind, sources FROM base.node WHERE NOT declared") == [
        (0, "acl", "Control", []),
        (1, "ghost", "Group", []),
        (3, "jira", "Application", []),
    ]
    assert view.rows("SELECT ref, relation_kind, source_instance, relations, kind FROM base.unresolved") == [
        ("acl", "ASSIGNED_TO", "okta", 1, "Control"),
        ("ghost", "ASSIGNED_TO", "okta", 1, "Group"),
        ("ghost", "MEMBER_OF", "okta", 2, "Group"),
        ("jira", "SIGNS_IN_AS", "okta", 1, "Application"),
    ]


def test_an_end_of_unknown_kind_is_counted_and_not_used(merged: Callable[..., Any]) -> None:
    """Where several kinds are possible, or uses contradict each other, no kind is guessed."""
    view = merged(
        {
            "okta": [
                Node("u", "User"),
                Node("c", "Control"),
                Relation(Ref("u"), "ASSIGNED_TO", Ref("thing")),
                Relation(Ref("u"), "MEMBER_OF", Ref("both")),
                Relation(Ref("u"), "HAS_ROLE", Ref("both")),
                Relation(Ref("u"), "ACCOUNT_OF", Ref("app"), guarded_by=((Ref("what"), "held"),)),
                Node("app", "Application"),
            ],
            "facts": [Relation(Ref("u"), "CREATED_BY", Ref("who")), Relation(Ref("who"), "OWNED_BY", Ref("u"))],
        }
    )

    assert view.relations() == view.rows("FROM base.rejected") == []
    assert view.rows("SELECT ref, relation_kind, source_instance, relations, kind FROM base.unresolved") == [
        ("both", "HAS_ROLE", "okta", 1, None),
        ("both", "MEMBER_OF", "okta", 1, None),
        ("thing", "ASSIGNED_TO", "okta", 1, None),
        ("what", "ACCOUNT_OF", "okta", 1, None),
        ("who", "CREATED_BY", "facts", 1, None),
        ("who", "OWNED_BY", "facts", 1, None),
    ]
    assert view.rows("SELECT count(*) FROM base.node WHERE NOT declared") == [(0,)]


def test_another_source_may_declare_an_end_later(merged: Callable[..., Any]) -> None:
    """What one source leaves open is resolved as soon as another declares it."""
    relation = Relation(Ref("u"), "ASSIGNED_TO", Ref("thing"), gives="write")

    view = merged({"okta": [Node("u", "User"), relation], "jira": [Node("thing", "Project")]})

    assert view.relations("gives") == [("ASSIGNED_TO", "u", "thing", "write")]
    assert view.rows("FROM base.unresolved") == []


def test_a_key_joins_when_it_is_verified(merged: Callable[..., Any]) -> None:
    """Type, scope and value must all be equal, and the key verified; signs that mean something to us may be in it."""
    value = "arn:aws:iam::1|x|y"
    view = merged(
        {
            "aws": [
                Node("role", "Role", keys=(Key("role_arn", value, "acme"),)),
                Node("other", "Role", keys=(Key("role_arn", value, "beta"), Key("nameid", value, "acme"))),
                Node("editable", "Role", keys=(Key("email", "a@x", verified=False),)),
            ],
            "okta": [
                Node("u", "User"),
                Relation(Ref("u"), "SIGNS_IN_AS", Ref.key("role_arn", value, "acme")),
                Relation(Ref("u"), "SIGNS_IN_AS", Ref.key("email", "a@x")),
                Relation(Ref("u"), "SIGNS_IN_AS", Ref.key("email", "nobody@x")),
                Relation(Ref("u"), "SIGNS_IN_AS", Ref("~key|broken")),
            ],
        }
    )

    assert view.relations("observed") == [("SIGNS_IN_AS", "u", "role", "yes")]
    assert view.rows("SELECT ref, reason FROM base.unresolved") == [
        ("~key|broken", "no source declares it"),
        ("~key|email||a@x", "the key is not verified, so it joins nothing"),
        ("~key|email||nobody@x", "no source declares it"),
    ]
    assert view.rows("FROM base.ambiguous") == []


def test_an_ambiguous_key_gives_possible_relations(merged: Callable[..., Any]) -> None:
    """One relation per candidate, each with an id of its own, none of them known; ends, via and guards alike."""
    both = (Key("email", "a@x"),)
    email = Ref.key("email", "a@x")
    view = merged(
        {
            "okta": [
                Node("v", "User", keys=both),
                Node("u", "User", keys=both),
                Node("w", "Wiki"),
                relation := Relation(email, "ASSIGNED_TO", Ref("w")),
                guarded := Relation(Ref("u"), "ASSIGNED_TO", Ref("w"), guarded_by=((email, "mfa"), (Ref("w"), "read"))),
            ]
        }
    )

    rows = view.rows("SELECT id, source, observed, guards FROM base.relation ORDER BY id")
    expected = [
        (f"{relation.id}~1", 1, "possible", []),
        (f"{relation.id}~2", 2, "possible", []),
        (f"{guarded.id}~1", 1, "possible", [{"n": 1, "level": "mfa"}, {"n": 3, "level": "read"}]),
        (f"{guarded.id}~2", 1, "possible", [{"n": 2, "level": "mfa"}, {"n": 3, "level": "read"}]),
    ]
    assert rows == sorted(expected)
    assert view.rows("FROM base.ambiguous") == [("~key|email||a@x", ["u", "v"])]


def test_a_key_is_not_ambiguous_between_kinds_that_cannot_be_meant(merged: Callable[..., Any]) -> None:
    """A member of a group is a principal, whatever else has the same key."""
    view = merged(
        {
            "okta": [
                Node("u", "User", keys=(Key("id", "7"),)),
                Node("h", "Host", keys=(Key("id", "7"),)),
                Node("g", "Group"),
                Relation(Ref.key("id", "7"), "MEMBER_OF", Ref("g")),
            ]
        }
    )

    assert view.relations("observed") == [("MEMBER_OF", "u", "g", "yes")]
    assert view.rows("FROM base.ambiguous") == []


def test_a_name_is_matched_exactly(merged: Callable[..., Any]) -> None:
    """Provider, kind and name must all be equal, as the merged view has them; two of one name are ambiguous."""
    nodes = [
        Node("1", "Application", provider="okta", name="Jira | prod"),
        Node("2", "Application", provider="okta", name="jira | prod"),
        Node("3", "Application", name="Jira | prod"),
        Node("4", "Wiki", provider="okta", name="Jira | prod"),
        Node("5", "Application", name="twice"),
        Node("6", "Application", name="twice"),
        Node("u", "User"),
    ]
    view = merged(
        {
            "okta": [
                *nodes,
                Relation(Ref("u"), "ACCOUNT_OF", Ref.named("okta", "Application", "Jira | prod")),
                Relation(Ref("u"), "ASSIGNED_TO", Ref.named("generic", "Application", "twice")),
                Relation(Ref("u"), "ASSIGNED_TO", Ref.named("okta", "Application", "Jira*")),
            ]
        }
    )

    assert view.relations("observed") == [
        ("ACCOUNT_OF", "u", "1", "yes"),
        ("ASSIGNED_TO", "u", "5", "possible"),
        ("ASSIGNED_TO", "u", "6", "possible"),
    ]
    assert view.rows("FROM base.ambiguous") == [("~name|generic|Application|twice", ["5", "6"])]
    assert view.rows("SELECT ref FROM base.unresolved") == [("~name|okta|Application|Jira*",)]


def test_no_relation_is_lost(merged: Callable[..., Any]) -> None:
    """Every relation that was written is a relation, rejected, or counted as unresolved."""
    records = [
        Relation(Ref(source), kind, Ref(target))
        for source in ("u", "h", "ghost", "~key|a||b")
        for kind in ("MEMBER_OF", "ASSIGNED_TO", "HAS_CREDENTIAL", "IN_SEGMENT")
        for target in ("g", "w", "lost", "internet")
    ]
    view = merged({"a": [Node("u", "User"), Node("h", "Host"), Node("g", "Group"), Node("w", "Wiki"), *records]})

    used = {row[0] for row in view.rows("SELECT id FROM base.relation UNION ALL SELECT id FROM base.rejected")}
    unusable = {row[0] for row in view.rows("SELECT ref FROM base.unresolved WHERE kind IS NULL")}
    for record in records:
        assert (record.id in used) != bool({record.source.text, record.target.text} & unusable)
