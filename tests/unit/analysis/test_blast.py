"""Questions about a gateway in front of a wiki: what is reached, by whom, and what stopped the rest."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from graphscan.analysis.blast import blast, blast_each
from graphscan.analysis.explain import explain
from graphscan.analysis.paths import paths
from graphscan.analysis.results import BlastResult
from graphscan.analysis.session import Edits, Session
from graphscan.errors import EmptySelectionError, UnknownNameError, UsageError

AT = datetime(2024, 3, 1, tzinfo=UTC)
BOTH = ("gateway-token", "account-password")


def facts(result: BlastResult, certainty: str = "known") -> dict[str, str]:
    """Return id → level of what is reached with a certainty."""
    return {one.node.id: one.level for one in result.reached if one.certainty == certainty}


def test_two_credentials_open_together_what_neither_does_alone(gateway: Path) -> None:
    """Only both, the token through the gateway and the account behind it, read the wiki; each is a cut."""
    result = blast(Session.open(gateway, AT), BOTH)

    assert facts(result)["wiki"] == "read"
    for one in BOTH:
        assert "wiki" not in facts(blast(Session.open(gateway, AT), [one]))
    (answer,) = result.sets
    assert answer.sets == (BOTH,)
    assert set(answer.cuts) == {("gateway-token",), ("account-password",)}
    assert [(one.start.id, len(one.alone), len(one.joint)) for one in result.contributions] == [
        ("gateway-token", 0, 1),
        ("account-password", 0, 1),
    ]


def test_each_asks_for_every_start_alone(gateway: Path) -> None:
    """`--each` gives one answer a start, and none of them reaches the wiki."""
    results = blast_each(Session.open(gateway, AT), BOTH)

    assert [{line.fact.node.id for line in one.starts} for one in results] == [{BOTH[0]}, {BOTH[1]}]
    assert not any("wiki" in facts(one) for one in results)


def test_what_is_uncertain_is_possible_and_never_known(gateway: Path) -> None:
    """An application of unknown reachability behind a control of unknown enforcement is reached possibly."""
    result = blast(Session.open(gateway, AT), ["other-password"])

    assert "lonely" not in facts(result)
    assert facts(result, "possible")["lonely"] == "login"
    (gap,) = [line for line in result.coverage if line.relation == "REACHABLE_FROM"]
    assert gap.scope == "lonely"
    assert not result.complete


def test_the_control_that_stopped_it_is_named(gateway: Path) -> None:
    """The hard key keeps the vault; defeated, or with the key at hand, it does not; hindrances are listed apart."""
    result = blast(Session.open(gateway, AT), BOTH)
    by_id = {one.control.id: one for one in result.blocked_by}

    assert [fact.node.id for fact in by_id["hard-key"].protects] == ["vault"]
    assert by_id["hard-key"].enforced == "yes"
    assert by_id["hard-key"].would_open == 1
    assert [fact.node.id for fact in by_id["hard-key"].defeated_by] == ["the-key"]
    assert by_id["block-list"].effect == "hinders"
    assert "vault" not in facts(result)
    assert facts(blast(Session.open(gateway, AT, Edits(defeated=("hard-key",))), BOTH))["vault"] == "read"
    assert facts(blast(Session.open(gateway, AT), [*BOTH, "the-key"]))["vault"] == "read"


def test_first_moves_close_the_most_first(gateway: Path) -> None:
    """Taking either credential, or enforcing the open allow-list, closes the one asset there is."""
    result = blast(Session.open(gateway, AT), BOTH)

    assert {(move.edit, move.closes, move.of) for move in result.moves} == {
        ("--rotated gateway-token", 1, 1),
        ("--rotated account-password", 1, 1),
        ("--enforced allow-list", 1, 1),
    }
    for move in result.moves:
        option, node = move.edit.split()
        edits = Edits(rotated=(node,)) if option == "--rotated" else Edits(enforced=(node,))
        assert "wiki" not in facts(blast(Session.open(gateway, AT, edits), BOTH))


@pytest.mark.parametrize(
    ("edits", "at", "word"),
    [
        (Edits(rotated=("account-password",)), AT, "--rotated"),
        (Edits(revoked=("account-password",)), AT, "--revoke"),
        (Edits(revoked=("svc-account",)), AT, "its account is dead"),
        (Edits(), datetime(2024, 6, 1, tzinfo=UTC), "dead since 2024-06-01"),
        (Edits(), datetime(2022, 6, 1, tzinfo=UTC), "does not exist before 2023-01-01"),
    ],
)
def test_a_dead_start_is_listed_and_gives_nothing(gateway: Path, edits: Edits, at: datetime, word: str) -> None:
    """A start that is dead, by an edit or by its dates, says why and is not used."""
    result = blast(Session.open(gateway, at, edits), BOTH)
    dead = {line.fact.node.id: line.dead for line in result.starts}

    assert word in dead["account-password"]
    assert dead["gateway-token"] == ""
    assert "wiki" not in facts(result)


def test_routes_tell_each_hop_with_its_evidence(gateway: Path) -> None:
    """A route names techniques, other preconditions and where it is stated; the other start is a requirement."""
    result = blast(Session.open(gateway, AT), BOTH)
    known = [one for one in result.routes if one.certainty == "known"]
    (route,) = [one for one in known if one.heads[0].node.id == "account-password"]

    assert [hop.technique for hop in route.hops] == [
        "generic.use-credential",
        "generic.sign-in",
        "structural:CONTAINS",
    ]
    assert route.hops[-1].gives.node.id == "wiki"
    assert all(hop.evidence and hop.evidence[0].where.count(":") >= 1 for hop in route.hops)
    (need,) = route.requirements
    assert (need.fact.node.id, need.fact.level) == ("wiki-app", "reachable")
    assert need.hops[0].given.node.id == "gateway-token"
    assert {fact.node.id for fact in result.ambient} >= {"allow-list"}


def test_totals_are_n_of_n(gateway: Path) -> None:
    """Totals count nodes of the instant, by kind and by sensitivity; being merely reachable does not count."""
    result = blast(Session.open(gateway, AT), BOTH)
    by_kind = {one.kind: one for one in result.totals}

    assert (by_kind["Wiki"].reached, by_kind["Wiki"].of, by_kind["Wiki"].sensitive) == (1, 1, 1)
    assert (by_kind["Application"].reached, by_kind["Application"].of) == (2, 3)
    # The wiki was not read: a secret in it may open the database.
    assert (by_kind["Database"].reached, by_kind["Database"].possible) == (0, 1)
    by_sensitivity = {one.sensitivity: one for one in result.by_sensitivity}
    assert (by_sensitivity["crown_jewel"].reached, by_sensitivity["crown_jewel"].of) == (0, 1)


def test_listing_fewer_still_counts_all(gateway: Path) -> None:
    """`most` cuts the list, the most sensitive first, and says how many there are."""
    whole = blast(Session.open(gateway, AT), BOTH)
    cut = blast(Session.open(gateway, AT), BOTH, most=1)

    assert cut.reached == whole.reached[:1]
    assert (cut.reached[0].node.id, cut.reached[0].certainty) == ("vault", "possible")
    assert cut.reached_total == len(whole.reached)


def test_paths_say_what_is_reached_and_what_is_not(gateway: Path) -> None:
    """Paths to several targets: those reached, those possibly, and the bound when it is met."""
    session = Session.open(gateway, AT)
    result = paths(session, [*BOTH, "other-password"], ["wiki", "vault", "lonely"])

    assert {fact.node.id for fact in result.targets} == {"wiki", "vault", "lonely"}
    assert [fact.node.id for fact in result.reached] == ["wiki"]
    assert {fact.node.id for fact in result.possible} == {"lonely", "vault"}
    assert {route.certainty for route in result.routes} == {"known", "possible"}
    assert result.note == ""
    cut = paths(session, BOTH, ["wiki"], limit=1)
    assert len(cut.routes) == 1
    assert "only the 1 cheapest" in cut.note
    assert not cut.complete


def test_levels_are_asked_for_and_checked(gateway: Path) -> None:
    """`ID::level` asks for a level; one that the kind does not have is refused."""
    session = Session.open(gateway, AT)

    assert [fact.level for fact in paths(session, BOTH, ["wiki::write"]).targets] == ["write"]
    assert paths(session, BOTH, ["wiki::write"]).reached == ()
    with pytest.raises(UsageError, match="no level `exec`"):
        paths(session, BOTH, ["wiki::exec"])


def test_names_that_mean_nothing_are_refused(gateway: Path) -> None:
    """A misspelt id gets a hint, a selector without a match is an error, never an empty answer."""
    session = Session.open(gateway, AT)

    with pytest.raises(UnknownNameError, match="did you mean `gateway-token`"):
        blast(session, ["gateway-tokn"])
    with pytest.raises(EmptySelectionError, match="matches nothing"):
        blast(session, ["kind=Repository"])


def test_explain_shows_both_directions(gateway: Path) -> None:
    """A node is explained with its fields, its relations, and the steps to and from it."""
    result = explain(Session.open(gateway, AT), "wiki-app")

    assert dict(result.fields)["kind"] == "Application"
    known = {hop.technique for hop in result.led_from if not hop.possible}
    assert known == {"structural:REACHABLE_FROM", "generic.sign-in"}
    # What else leads here is a secret that the wiki may hold, which nobody looked for.
    assert {hop.given.node.id for hop in result.led_from if hop.possible} == {"unknown:facts:small:STORES:wiki"}
    assert {hop.gives.node.id for hop in result.leads_to} >= {"wiki", "vault"}
    assert result.relation_count == 5  # four stated, and what the wiki may hold
    assert result.sources == ("facts:small",)


def test_explain_of_a_control_lists_what_it_guards(gateway: Path) -> None:
    """A control stands at the end of few relations; those it guards are what one asks about."""
    result = explain(Session.open(gateway, AT), "allow-list")

    assert [(one.source, one.kind, one.target) for one in result.relations] == [
        ("svc-gateway", "ASSIGNED_TO", "gateway")
    ]
