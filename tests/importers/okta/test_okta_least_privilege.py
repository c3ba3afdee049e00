"""With each right taken away in turn: a collection ends, says what is missing, and states nothing more than before."""

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graphscan.model import CoverageState, Observed
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
