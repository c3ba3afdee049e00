"""With each right taken away in turn: a collection ends, says what is missing, and states nothing more than before."""

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graphscan import kinds
from graphscan.engine.graph import MAY
from graphscan.model import CoverageState, Node, Observed
from graphscan.techniques import registry
from importers.okta import endpoints as ends
from importers.okta.access import ACCESS, SCOPES, every_endpoint
from tests.importers.okta.conftest import Collected, Collector
from tests.importers.okta.test_okta_admin_steps import DESK, takes_over, user
from tests.importers.servers import okta as servers
from tests.importers.servers import small_org
from tests.importers.servers.loopback import Answer, Loopback, Request
from tests.importers.servers.okta_token import scopes_of
from tests.inventory import World

FORBIDDEN = Answer.json({"errorCode": "E0000006", "errorSummary": "You do not have permission"}, 403)
# Of whom it is asked what they reach.
STARTS = {"User", "ServiceAccount", "Group", "Credential", "RoleAssignment", "Application", "Device", "Vendor"}
OPENAPI = Path(__file__).resolve().parents[4] / "shared" / "data" / "okta" / "openapi.json.gz"


def without(scope: str) -> Callable[[Request], Answer | None]:
    """Return a fault: what takes this scope is refused."""

    def fault(request: Request) -> Answer | None:
        return FORBIDDEN if scope in (scopes_of(request.path) or ()) else None

    return fault


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Collected:
    """Return what a collection with every right brings."""
    with servers.small() as server:
        return Collector(tmp_path_factory.mktemp("whole"))(server)


# A gap in what grants is filled by what is known from elsewhere: by the users of an application, for the members of its
# groups. A zone that was not read is taken as switched on.
FROM_ELSEWHERE = {"okta.groups.read": "ASSIGNED_TO", "okta.networkZones.read": "DEFEATED_BY"}


def stated(got: Collected, but: str = "") -> set[tuple[str, str, str]]:
    """Return the relations stated as known, less those of controls of which nobody knows whether they stand."""
    unknown = {one.id for one in got.nodes.values() if one.enforced and one.enforced[0].value == "unknown"}
    return {
        (one.kind, one.source.text, one.target.text)
        for one in got.relations
        if one.observed is not Observed.POSSIBLE and one.kind != but and one.source.text not in unknown
    }


@pytest.mark.parametrize("scope", SCOPES)
def test_without_one_scope(small: Loopback, collector: Collector, whole: Collected, scope: str) -> None:
    """The rest is read; coverage names each listing that was refused; nothing becomes known by not being read."""
    small.faults = without(scope)

    got = collector(small)

    refused = {one.path for one in small.seen if scope in (scopes_of(one.path) or ())}
    # Realms are asked for only where a user is in one.
    assert refused or scope == "okta.realms.read", "the collection asks for nothing that takes this scope"
    closed = [row for row in got.coverage if scope in ACCESS.get(row.endpoint, ACCESS[ends.MACHINERY]).scopes]
    if refused:
        assert closed
        assert all(row.state is not CoverageState.COMPLETE for row in closed)
        assert not got.result.complete
        assert any(gap.startswith(row.endpoint) for gap in got.result.gaps for row in closed)
    for path in refused & set(ACCESS):
        assert [row for row in closed if row.endpoint.partition("?")[0] == path], f"{path} was refused and is in no row"
    more = stated(got, FROM_ELSEWHERE.get(scope, "")) - stated(whole)
    assert not more, sorted(more)[:5]
    served = {one.endpoint for one in got.coverage if one.state is CoverageState.COMPLETE}
    assert len(served) > 10


def reached(world: World, start: str, may: bool) -> dict[str, set[str]]:
    """Return the levels of each stated node that a start reaches."""
    ids = {n: id_ for id_, n in world.numbers.items()}
    found: dict[str, set[str]] = {}
    for fact in world.reach([start], may=may).held.nonzero()[0].tolist():
        if fact != MAY:
            found.setdefault(ids[int(world.graph.fact_node[fact])], set()).add(world.graph.level_name(fact))
    return found


def less(one: dict[str, set[str]], other: dict[str, set[str]], known_of: dict[str, Node]) -> list[tuple[str, str]]:
    """Return what is in one and neither at this level nor at a stronger one in the other, of nodes that both know."""
    return [
        (id_, level)
        for id_, levels in one.items()
        if id_ in known_of and known_of[id_].kind != "Control"
        for level in levels
        if not any(kinds.implies(known_of[id_].kind, higher, level) for higher in other.get(id_, ()))
    ]


@pytest.fixture(scope="module")
def known(
    whole: Collected, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, dict[str, set[str]]], list[str]]:
    """Return what each start is known to reach where everything was read, and each fact that is told apart."""
    world = World.build(tmp_path_factory.mktemp("known"), whole.records)
    starts = [one.id for one in whole.nodes.values() if one.kind in STARTS]
    facts = [
        f"{id_}::{world.graph.level_name(fact)}"
        for id_ in whole.nodes
        if id_ in world.numbers
        for fact in world.graph.facts_of(world.numbers[id_])
    ]
    return {one: reached(world, one, may=False) for one in starts if one in world.numbers}, facts


@pytest.mark.parametrize("scope", SCOPES)
def test_what_one_scope_hides_is_possible(
    small: Loopback,
    collector: Collector,
    tmp_path: Path,
    known: tuple[dict[str, dict[str, set[str]]], list[str]],
    scope: str,
) -> None:
    """Whatever everybody was known to reach, of what is still described, is possible where something was not read."""
    small.faults = without(scope)
    got = collector(small)
    before, facts = known
    asked = [one for one in facts if one.partition("::")[0] in got.nodes]
    (tmp_path / "world").mkdir()
    world = World.build(tmp_path / "world", got.records, asked=asked)

    lost = {
        start: missing
        for start, found in before.items()
        if start in got.nodes and (missing := less(found, reached(world, start, may=True), got.nodes))
    }

    assert lost == {}


def test_every_end_point_is_in_the_table() -> None:
    """Whoever adds an end point says what it takes and what it hides."""
    assert set(every_endpoint()) == set(ACCESS)
    assert all(one.hides and (one.scopes or endpoint == ends.MACHINERY) for endpoint, one in ACCESS.items())


@pytest.mark.shared
@pytest.mark.skipif(not OPENAPI.is_file(), reason="the API description is not beside the checkout")
def test_scopes_are_those_of_the_vendors_description() -> None:
    """The table says what the `security` of Okta's API description says."""
    described = json.loads(gzip.decompress(OPENAPI.read_bytes()))["paths"]

    def bare(path: str) -> str:
        return re.sub(r"\{\w+\}", "{}", path.partition("?")[0])

    theirs: dict[str, set[str]] = {}
    for path, methods in described.items():
        oauth = [one["oauth2"] for one in methods["get"].get("security", []) if "oauth2" in one]
        theirs.setdefault(bare(path), set()).update(*oauth)
    wrong: dict[str, Any] = {}
    for endpoint, one in ACCESS.items():
        says = theirs.get(bare(endpoint), theirs.get(bare(endpoint.replace("/default", "/{}"))))
        if says and set(one.scopes) != says:
            wrong[endpoint] = (one.scopes, says)
    assert wrong == {}
    assert sum(bare(endpoint) in theirs for endpoint in ACCESS) > len(ACCESS) * 0.9


def test_without_roles_a_takeover_is_possible(
    small: Loopback, collector: Collector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That somebody holds no role is an absence: with the roles of groups unread it is neither known nor denied."""
    desk = small_org._role("HELP_DESK_ADMIN", "KRLEKTHELPDESK", "USER", "ben")
    monkeypatch.setitem(small_org.USER_ROLES, "ben", [desk])
    okta = [one for one in registry.load() if one.id.startswith("okta.")]
    asked = [f"{user('eve')}::act_as"]
    found = {}
    for state in ("read", "denied"):
        small.faults = lambda one, state=state: (  # type: ignore[misc]
            FORBIDDEN if state == "denied" and re.fullmatch(r"/api/v1/groups/\w+/roles", one.path) else None
        )
        folder = tmp_path / state
        folder.mkdir()
        world = World.build(folder, collector(small).records, asked=asked, techniques=okta)
        found[state] = takes_over(world, DESK, asked[0])

    assert found == {"read": "known", "denied": "possible"}
