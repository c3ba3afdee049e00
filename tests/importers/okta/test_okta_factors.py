"""What factors become: strength, mechanism, what defeats it, dates; whose were read; devices."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from graphscan.model import CoverageState, Enforced, Node, Observed, Relation
from importers.okta import endpoints as ends
from importers.okta.context import Context
from importers.okta.devices import DeviceBook
from importers.okta.walk import Factors
from tests.importers.okta.conftest import Collected, Collector
from tests.importers.okta.test_okta_normalise import ORG, user
from tests.importers.servers import okta as servers
from tests.importers.servers import small_org, small_org_objects
from tests.importers.servers.loopback import Answer, Loopback

RESIST = "okta:acme:control:users-resist-phishing"
SORTS = [
    # factor type, what it adds, whether it counts beside a password, whether a phished user hands it on
    ("webauthn", "phishing_resistant", Observed.YES, None),
    ("u2f", "phishing_resistant", Observed.YES, None),
    ("signed_nonce", "phishing_resistant", Observed.YES, None),
    ("token:software:totp", "mfa", Observed.YES, Observed.YES),
    ("token:hotp", "mfa", Observed.YES, Observed.YES),
    ("token:hardware", "mfa", Observed.YES, Observed.YES),
    ("token", "mfa", Observed.YES, Observed.YES),
    ("push", "mfa", Observed.YES, Observed.YES),
    ("sms", "mfa", Observed.YES, Observed.YES),
    ("call", "mfa", Observed.YES, Observed.YES),
    ("email", "mfa", Observed.YES, Observed.YES),
    ("web", "mfa", Observed.YES, Observed.POSSIBLE),
    ("claims_provider", "mfa", Observed.YES, Observed.POSSIBLE),
    ("question", "mfa", Observed.POSSIBLE, Observed.YES),
    ("tea:leaves", "mfa", Observed.POSSIBLE, Observed.POSSIBLE),
]


def factor(name: str, id_: str) -> str:
    """Return a factor's node id."""
    return f"okta:acme:factor:{small_org.user_id(name)}:{id_}"


@pytest.fixture(scope="module")
def got(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collected]:
    """Collect ada with a factor of each type and hana with one of each state, once; the tests only look."""
    states = ("ACTIVE", "INACTIVE", "DISABLED", "NOT_SETUP", "PENDING_ACTIVATION", "EXPIRED", "ENROLLED", "HALF_AWAKE")
    made = {
        "ada": [small_org_objects._factor(f"sort{n}", sort) for n, (sort, *_) in enumerate(SORTS)],
        "hana": [small_org_objects._factor(f"state{n}", "push", state) for n, state in enumerate(states)],
        "ben": [
            {
                **small_org_objects._factor("dated", "push"),
                "lastVerified": "2023-10-09T08:07:06.000Z",
                "lastUpdated": "2023-11-21T00:00:00.000Z",
            }
        ],
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, factors in made.items():
            patch.setitem(small_org.FACTORS, name, factors)
        with servers.small() as server:
            yield Collector(tmp_path_factory.mktemp("okta"))(server)


@pytest.mark.parametrize(("number", "sort"), list(enumerate(SORTS)), ids=[sort for sort, *_ in SORTS])
def test_what_a_factor_adds_and_what_defeats_its_mechanism(
    got: Collected, number: int, sort: tuple[str, str, Observed, Observed | None]
) -> None:
    """Keys resist phishing; codes and pushes are handed on; an answer, and a sort that nobody knows, possibly count."""
    _, gives, counts, relayed = sort
    (has,) = got.related("HAS_CREDENTIAL", user("ada"), factor("ada", f"sort{number}"))
    (works,) = got.related("INSTANCE_OF", factor("ada", f"sort{number}"))
    defeated = [one.observed for one in got.related("DEFEATED_BY", works.target.text, RESIST)]

    assert (has.gives, has.observed) == (gives, counts)
    assert got.nodes[works.target.text].subtype == "mechanism"
    assert defeated == ([] if relayed is None else [relayed])


def test_that_users_resist_phishing_is_stated_once_and_holds(got: Collected) -> None:
    """Nothing is configured that says so: it is taken for granted until somebody asks what happens without it."""
    node = got.nodes[RESIST]

    assert (node.kind, node.subtype, node.name) == ("Control", "circumstance", "users resist phishing")
    assert [one.value for one in node.enforced] == [Enforced.YES]
    assert len(got.related("APPLIES_TO", RESIST, ORG)) == 1


def test_an_organisation_without_factors_has_users_who_can_be_phished(small: Loopback, collector: Collector) -> None:
    """The circumstance does not wait for a factor to be seen."""
    found = collector(small, factors=Factors.NONE)

    assert RESIST in found.nodes
    assert found.related("INSTANCE_OF") == []


def test_a_factor_that_was_not_activated_or_is_gone_is_dead(got: Collected) -> None:
    """Only an active one is known to count; a state that nobody knows may mean a live one."""
    said = [
        (
            got.nodes[factor("hana", f"state{number}")].state,
            got.related("HAS_CREDENTIAL", user("hana"), factor("hana", f"state{number}"))[0].observed,
        )
        for number in range(8)
    ]

    assert said == [
        ("active", Observed.YES),
        ("disabled", Observed.YES),
        ("disabled", Observed.YES),
        ("disabled", Observed.YES),
        ("disabled", Observed.YES),
        ("expired", Observed.YES),
        ("enrolled", Observed.POSSIBLE),
        ("half_awake", Observed.POSSIBLE),
    ]


def test_a_factor_is_dated_by_its_creation_and_never_by_its_last_update(got: Collected) -> None:
    """`created` is when its secret began; `lastUpdated` moves with its status; `lastVerified` is its last use."""
    node = got.nodes[factor("ben", "dated")]

    assert [one.since for one in node.versions] == [datetime(2022, 1, 2, 3, 4, 5, tzinfo=UTC)]
    assert node.valid_from == datetime(2022, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert node.properties["last_updated"] == "2023-11-21T00:00:00+00:00"
    assert [(one.at, one.known) for one in node.last_used] == [(datetime(2023, 10, 9, 8, 7, 6, tzinfo=UTC), True)]


def whose(found: Collected) -> dict[str, CoverageState]:
    """Return of whom the factors are said to be read, by scope; empty: of everybody."""
    return {one.scope: one.state for one in found.coverage if one.relation == "INSTANCE_OF"}


def test_with_administrators_only_those_are_known_to_be_read(got: Collected) -> None:
    """By default the rest has a row for everybody that is not complete."""
    said = whose(got)

    assert said.pop("") is CoverageState.PARTIAL
    assert set(said) == {user(name) for name in ("ada", "ben", "cleo", "gus", "hana")}
    assert set(said.values()) == {CoverageState.COMPLETE}


def test_with_everybody_read_one_row_says_so(small: Loopback, collector: Collector) -> None:
    """That sessions are never listed does not make the listing of factors incomplete."""
    assert whose(collector(small, factors=Factors.ALL)) == {"": CoverageState.COMPLETE}


def test_a_user_whose_factors_were_denied_is_not_known_to_have_none(small: Loopback, collector: Collector) -> None:
    """The gap stays with that user."""
    path = ends.FACTORS.replace("{userId}", small_org.user_id("eve"))
    small.faults = lambda request: Answer.json({"errorCode": "E0000006"}, 403) if request.path == path else None

    said = whose(collector(small, factors=Factors.ALL))

    assert said[""] is CoverageState.PARTIAL
    assert said[user("eve")] is CoverageState.DENIED
    assert said[user("ada")] is CoverageState.COMPLETE


def test_without_any_factors_read_nobody_is_known_to_be_read(small: Loopback, collector: Collector) -> None:
    """Left out on purpose is not complete."""
    assert whose(collector(small, factors=Factors.NONE)) == {"": CoverageState.NOT_COLLECTED}


@pytest.mark.parametrize(
    ("profile", "status", "said"),
    [
        ({}, "MANAGED", ("managed", Observed.YES)),
        ({}, "NOT_MANAGED", ("device", Observed.YES)),
        ({}, None, ("device", Observed.YES)),
        ({}, "HALF_MANAGED", ("managed", Observed.POSSIBLE)),
        ({"managed": True}, None, ("managed", Observed.POSSIBLE)),
        ({"managed": True}, "NOT_MANAGED", ("managed", Observed.POSSIBLE)),
        ({"managed": False, "registered": True}, "NOT_MANAGED", ("device", Observed.YES)),
    ],
)
def test_a_device_is_managed_where_that_is_said_of_its_user(
    profile: dict[str, Any], status: str | None, said: tuple[str, Observed]
) -> None:
    """Registered is not managed; what is said of the device alone, or in a word that nobody knows, is possible."""
    context, book = Context("acme", datetime(2023, 12, 1, tzinfo=UTC)), DeviceBook()
    user_ = {"user": {"id": "00u1"}} | ({} if status is None else {"managementStatus": status})
    list(book.device(context, {"id": "guo1", "status": "ACTIVE", "profile": profile}, "/devices"))
    list(book.user(context, user_, "/devices/guo1/users", "guo1"))

    node, held = book.records(context)

    assert isinstance(node, Node)
    assert isinstance(held, Relation)
    assert (node.subtype, held.observed) == said
