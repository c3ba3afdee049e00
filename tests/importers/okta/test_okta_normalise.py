"""What the small organisation becomes: nodes and relations in the closed vocabulary, and what they must not say."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graphscan.kinds import NODE_KINDS, RELATION_KINDS, canonical_level, family_of
from graphscan.model import CoverageState, Effect, Enforced, Key, Observed, Relation
from importers._snapshot import Snapshot
from importers.okta.normalise import Normaliser, normalise
from tests.importers.okta.conftest import Collected, Collector
from tests.importers.servers import okta as servers
from tests.importers.servers import small_org

ORG = "okta:acme:org"


def user(name: str) -> str:
    """Return a user's node id."""
    return f"okta:acme:user:{small_org.user_id(name)}"


def group(name: str) -> str:
    """Return a group's node id."""
    return f"okta:acme:group:{small_org.group_id(name)}"


def app(name: str) -> str:
    """Return an application's node id."""
    return f"okta:acme:app:{small_org.app_id(name)}"


def token(name: str) -> str:
    """Return an API token's node id."""
    return f"okta:acme:api-token:{small_org.token_id(name)}"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Collect the small organisation once."""
    collector = Collector(tmp_path_factory.mktemp("okta"))
    with servers.small() as server:
        collector(server)
    yield collector.path


@pytest.fixture(scope="module")
def got(path: Path) -> Collected:
    """Normalise it once; the tests only look."""
    info, records = normalise(path)
    return Collected(None, info, list(records), [])  # type: ignore[arg-type]


def test_everything_said_is_in_the_closed_vocabulary(got: Collected) -> None:
    """Kinds exist, ends are of kinds that the relation allows, and every level is one its node has."""
    nodes = got.nodes
    assert all(one.kind in NODE_KINDS for one in nodes.values())

    for one in got.relations:
        kind = RELATION_KINDS[one.kind]
        source, target = nodes.get(one.source.text), nodes.get(one.target.text)
        assert source is None or source.kind in kind.sources, one
        assert target is None or target.kind in kind.targets, one
        starts, ends = (target, source) if kind.starts_at_target else (source, target)
        for level, end in ((one.needs, starts), (one.gives, ends)):
            if level is not None and end is not None:
                assert canonical_level(level) in family_of(end.kind).levels, one


def test_only_the_internet_and_an_unlisted_owner_stay_unresolved(got: Collected) -> None:
    """Every end of a relation is a node of this source, except those that the merged view knows or counts."""
    ends = {ref.text for one in got.relations for ref in (one.source, one.target, *(ref for ref, _ in one.guarded_by))}
    ends = {end for end in ends if not end.startswith("~behind|")}  # products that other sources describe

    assert ends - set(got.nodes) == {"internet", f"okta:acme:user:{small_org.GHOST}"}


def test_records_read_are_imported_repeated_or_not_understood(path: Path) -> None:
    """The count of every end point adds up, and agrees with the coverage rows."""
    snapshot = Snapshot(path)
    normaliser = Normaliser(snapshot)
    list(normaliser.records())

    for endpoint, tally in normaliser.tally.items():
        assert tally.read == tally.imported + tally.repeated + tally.not_understood, endpoint
    rows = {row.endpoint: row.records for row in snapshot.coverage if row.pages and not row.scope}
    tallies = {endpoint: tally.read for endpoint, tally in normaliser.tally.items() if endpoint != "/api/v1/org"}
    assert rows == tallies
    assert sum(tally.not_understood for tally in normaliser.tally.values()) == small_org.POISON


def test_normalising_twice_says_the_same_in_the_same_order(path: Path) -> None:
    """A snapshot is a pure input: nothing of the clock or the machine gets in."""
    first, second = (list(normalise(path)[1]) for _ in range(2))

    assert first == second


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("ada", "active"),
        ("dan", "deprovisioned"),
        ("eve", "staged"),
        ("finn", "frozen_by_vendor"),
        ("hana", "locked_out"),
    ],
)
def test_a_users_state_is_the_vendors_word_in_lower_case(got: Collected, name: str, state: str) -> None:
    """Known or not, a status survives; the vendor's own spelling stays in the properties."""
    node = got.nodes[user(name)]

    assert node.state == state
    assert node.properties["status"] == state.upper()
    assert got.related("ACCOUNT_OF", user(name), ORG)


def test_a_login_joins_within_the_organisation_and_an_email_never(got: Collected) -> None:
    """An address that its owner may edit is kept and marked unverified."""
    assert got.nodes[user("ada")].keys == (
        Key("login", "ada@acme.example", "okta:acme"),
        Key("email", "ada@acme.example", verified=False),
    )


def test_a_password_exists_where_okta_holds_it(got: Collected) -> None:
    """A password of Okta's is a credential dated by passwordChanged; a federated user has none here."""
    password = got.nodes[f"okta:acme:password:{small_org.user_id('ada')}"]
    (held,) = got.related("HAS_CREDENTIAL", user("ada"), password.id)

    assert [one.since for one in password.versions] == [datetime(2023, 5, 4, 10, 11, 12, tzinfo=UTC)]
    assert held.gives == "act_as"
    assert f"okta:acme:password:{small_org.user_id('gus')}" not in got.nodes


def test_only_created_dates_a_tokens_secret(got: Collected) -> None:
    """`lastUpdated` is a use and never a rotation; an expiry that slides with each use ends nothing yet."""
    node = got.nodes[token("ben")]

    assert [one.since for one in node.versions] == [datetime(2022, 3, 4, 5, 6, 7, tzinfo=UTC)]
    assert [(one.by, one.at) for one in node.last_used] == [("okta", datetime(2023, 11, 21, 10, tzinfo=UTC))]
    assert node.expires_at is None
    assert node.properties["expires_at"].startswith("2999-12-21")


def test_an_unlimited_token_gives_its_owners_api_rights_unguarded(got: Collected) -> None:
    """`ANYWHERE` and no condition at all are both no guard."""
    for name, owner in (("ben", "ben"), ("dan", "dan"), ("ghost", "ghost")):
        (held,) = got.related("HAS_CREDENTIAL", user(owner), token(name))
        assert (held.gives, held.guarded_by) == ("api", ())


def test_a_token_limited_to_zones_is_guarded_by_a_control_that_any_zone_meets(got: Collected) -> None:
    """The zones are segments, one that is listed nowhere of unread content; the control is enforced."""
    (held,) = got.related("HAS_CREDENTIAL", user("ada"), token("ada"))
    ((control, level),) = held.guarded_by
    zones = {f"okta:acme:zone:{zone}" for zone in (small_org.OFFICE, small_org.VPN)}

    assert level == "defeated"
    assert got.nodes[control.text].enforced[0].value is Enforced.YES
    assert {one.target.text for one in got.related("DEFEATED_BY", control.text)} == zones
    assert got.nodes[f"okta:acme:zone:{small_org.OFFICE}"].name == "Office"
    assert got.nodes[f"okta:acme:zone:{small_org.VPN}"].properties == {"detail": "not read"}


def test_an_exclude_list_hinders_and_an_unknown_condition_is_unknown(got: Collected) -> None:
    """A block-list is shown and never required; a condition of an unknown sort may stop everything or nothing."""
    (excluded,) = got.related("HAS_CREDENTIAL", user("cleo"), token("cleo"))
    (odd,) = got.related("HAS_CREDENTIAL", user("gus"), token("gus"))

    assert [got.nodes[ref.text].effect for ref, _ in excluded.guarded_by] == [Effect.HINDERS]
    assert [got.nodes[ref.text].enforced[0].value for ref, _ in odd.guarded_by] == [Enforced.UNKNOWN]


def test_roles_are_one_node_for_each_holder_and_need_the_api(got: Collected) -> None:
    """A role held directly and one held through a group are two nodes with their own holders."""
    supers = {
        one.source.text: one for one in got.related("HAS_ROLE") if got.nodes[one.target.text].subtype == "super_admin"
    }

    assert set(supers) == {user("ada"), group("owners"), f"okta:acme:client:{small_org.app_id('robot')}"}
    assert {one.needs for one in supers.values()} == {"api"}
    for held in supers.values():
        (scoped,) = got.related("SCOPED_TO", held.target.text)
        assert (scoped.target.text, scoped.observed) == (ORG, Observed.YES)


def test_a_role_that_comes_through_a_group_is_not_the_users_own(got: Collected) -> None:
    """What a user's list says by way of a group is stated for the group, once."""
    assert got.related("HAS_ROLE", user("cleo")) == []
    assert len(got.related("HAS_ROLE", group("itadmins"))) == 1


def test_an_empty_target_list_means_the_whole_organisation(got: Collected) -> None:
    """No targets is no limit; one target is that one alone."""
    (everything,) = got.related("HAS_ROLE", user("gus"))
    (limited,) = got.related("HAS_ROLE", group("itadmins"))

    assert [one.target.text for one in got.related("SCOPED_TO", everything.target.text)] == [ORG]
    assert [one.target.text for one in got.related("SCOPED_TO", limited.target.text)] == [group("engineering")]


def test_a_custom_role_reaches_its_resource_set_with_its_permissions(got: Collected) -> None:
    """A group, its members, an application and all users are told apart; permissions are kept with the role."""
    (held,) = [one for one in got.related("HAS_ROLE", user("hana")) if got.nodes[one.target.text].subtype == "custom"]
    scoped = {one.target.text: one.properties.get("of") for one in got.related("SCOPED_TO", held.target.text)}

    assert scoped == {group("engineering"): "itself and members", app("jira"): None, ORG: "users"}
    assert got.nodes[held.target.text].properties["permissions"] == [
        "okta.users.credentials.resetPassword",
        "okta.users.read (with conditions)",
    ]


def test_a_role_type_that_nobody_knows_is_possibly_everything(got: Collected) -> None:
    """An unknown role type survives, and its reach is possible, not known."""
    (held,) = [
        one
        for one in got.related("HAS_ROLE", user("hana"))
        if got.nodes[one.target.text].subtype == "chief_vibes_admin"
    ]
    (scoped,) = got.related("SCOPED_TO", held.target.text)

    assert (scoped.target.text, scoped.observed) == (ORG, Observed.POSSIBLE)


def test_an_assignment_is_stated_once_and_leaves_the_rest_to_policies(got: Collected) -> None:
    """How strong a sign-in opens the application, and from where, is not the assignment's to say."""
    rules = got.related("ASSIGNED_TO", group("engineering"), app("jira"))

    assert [(one.needs, one.gives, one.guarded_by, dict(one.properties)) for one in rules] == [
        (None, "login", (), {"assignment": "group"})
    ]


def test_an_account_through_a_group_is_not_a_second_assignment(got: Collected) -> None:
    """Who is assigned by a group has no assignment of their own; who is assigned directly has."""

    def assigned(one: Relation) -> bool:
        return one.source.text.startswith("okta:acme:user:")

    direct = {(one.source.text, one.target.text) for one in got.related("ASSIGNED_TO") if assigned(one)}

    assert direct == {(user("ada"), app("jira")), (user("gus"), app("payroll"))}


def test_applications_keep_their_state_and_claim_no_reachability(got: Collected) -> None:
    """An inactive application stays; only the organisation itself is stated to be open to the internet."""
    assert got.nodes[app("wiki")].state == "inactive"
    assert [(one.source.text, one.target.text) for one in got.related("REACHABLE_FROM")] == [(ORG, "internet")]


def test_the_organisation_contains_its_applications_for_its_administrators_alone(got: Collected) -> None:
    """Administration of the organisation is administration of each application; a sign-in to it opens none."""
    inside = got.related("CONTAINS", ORG)

    assert {app(name) for name in small_org.APP_GROUPS} <= {one.target.text for one in inside}
    assert {(one.needs, one.gives) for one in inside} == {("admin", "admin")}


def test_a_vendors_word_cannot_make_a_node_special(got: Collected) -> None:
    """An application called `org` is no organisation; a group of an unknown type stays a group."""
    assert got.nodes[app("mystery")].subtype == "app"
    assert got.nodes[ORG].subtype == "org"
    assert got.nodes[group("quantum")].subtype == "quantum_group"


def test_what_is_not_read_yet_is_said(got: Collected) -> None:
    """What is not asked for and what nobody lists have a row that names what stays hidden."""
    rows = {one.endpoint: one for one in got.coverage}

    for endpoint in ("/api/v1/users/{userId}/authenticator-enrollments", "/api/v1/apps/{appId}/sso/saml/metadata"):
        assert rows[endpoint].state is CoverageState.NOT_COLLECTED
        assert rows[endpoint].error.startswith("hidden:")
    assert rows["/api/v1/sessions"].state is CoverageState.UNAVAILABLE


def test_no_kind_is_complete_and_incomplete_at_once(got: Collected) -> None:
    """A reader of one row for a relation kind and scope cannot be misled by another."""
    states: dict[tuple[str, str], set[bool]] = {}
    for one in got.coverage:
        states.setdefault((one.relation, one.scope), set()).add(one.state is CoverageState.COMPLETE)

    assert all(len(both) == 1 for both in states.values())
    assert states["MEMBER_OF", ""] == {True}


def test_evidence_names_the_end_point_and_the_date(got: Collected) -> None:
    """Each statement can be looked up again where it was read."""
    (member,) = got.related("MEMBER_OF", user("cleo"), group("itadmins"))

    assert member.evidence.where == f"/api/v1/groups/{small_org.group_id('itadmins')}/users"
    assert member.evidence.at == got.info.at
