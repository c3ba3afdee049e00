"""Rights at Jira, Confluence and Bitbucket: what a token, a password and a written pipeline open, and what not."""

import pytest

from tests.inventory import World, facts, tenant

OWNERS = """
nodes:
  - {id: app, kind: Application, provider: atlassian, subtype: bitbucket}
  - {id: repo, kind: Repository, provider: atlassian}
  - {id: admin, kind: User, provider: atlassian%s}
  - {id: reader, kind: User, provider: atlassian}
  - {id: admin-reads, kind: Credential, provider: atlassian, subtype: access_token}
  - {id: admin-writes, kind: Credential, provider: atlassian, subtype: access_token}
  - {id: admin-administers, kind: Credential, provider: atlassian, subtype: access_token}
  - {id: reader-writes, kind: Credential, provider: atlassian, subtype: access_token}
  - {id: reader-administers, kind: Credential, provider: atlassian, subtype: access_token}
  - {id: untold, kind: Credential, provider: atlassian, subtype: access_token}
  - {id: roots, kind: Group, provider: atlassian}
  - {id: inner, kind: Group, provider: atlassian}
relations:
  - {source: app, kind: REACHABLE_FROM, target: internet}
  - {source: admin, kind: ACCOUNT_OF, target: app}
  - {source: admin, kind: MEMBER_OF, target: inner}
  - {source: inner, kind: MEMBER_OF, target: roots}
  - {source: roots, kind: ASSIGNED_TO, target: app, needs: api, gives: system, guarded_by: ["app::reachable"]}
  - {source: admin, kind: ASSIGNED_TO, target: repo, needs: api_read, gives: read, guarded_by: ["app::reachable"]}
  - {source: admin, kind: ASSIGNED_TO, target: repo, needs: api_write, gives: write, guarded_by: ["app::reachable"]}
  - {source: admin, kind: ASSIGNED_TO, target: repo, needs: api_admin, gives: admin, guarded_by: ["app::reachable"]}
  - {source: reader, kind: ASSIGNED_TO, target: repo, needs: api_read, gives: read, guarded_by: ["app::reachable"]}
  - {source: admin, kind: HAS_CREDENTIAL, target: admin-reads, gives: api_read}
  - {source: admin, kind: HAS_CREDENTIAL, target: admin-writes, gives: api_write}
  - {source: admin, kind: HAS_CREDENTIAL, target: admin-administers, gives: api_admin}
  - {source: reader, kind: HAS_CREDENTIAL, target: reader-writes, gives: api_write}
  - {source: reader, kind: HAS_CREDENTIAL, target: reader-administers, gives: api_admin}
  - {source: admin, kind: HAS_CREDENTIAL, target: untold, gives: api_admin, observed: possible}
"""
BESIDE = """
nodes:
  - {id: app, kind: Application, provider: atlassian, subtype: jira}
  - {id: sso, kind: Control, provider: atlassian, subtype: sso_only%s}
  - {id: ann, kind: User, provider: atlassian}
  - {id: okta-ann, kind: User, provider: okta}
  - {id: password, kind: Credential, provider: atlassian, subtype: password}
  - {id: token, kind: Credential, provider: atlassian, subtype: pat}
  - {id: issues, kind: Tracker, provider: atlassian}
relations:
  - {source: app, kind: REACHABLE_FROM, target: internet}
  - {source: okta-ann, kind: SIGNS_IN_AS, target: ann, gives: act_as}
  - {source: ann, kind: ASSIGNED_TO, target: issues, needs: api_read, gives: read, guarded_by: ["app::reachable"]}
  - {source: ann, kind: HAS_CREDENTIAL, target: password, guarded_by: ["app::reachable", "sso::defeated"]}
  - {source: ann, kind: HAS_CREDENTIAL, target: token, gives: api, guarded_by: ["app::reachable"]}
"""
PIPELINES = """
nodes:
  - {id: repo, kind: Repository, provider: atlassian}
  - {id: other, kind: Repository, provider: atlassian}
  - {id: build, kind: Pipeline, provider: atlassian}
  - {id: deploy, kind: Pipeline, provider: atlassian, subtype: environment}
  - {id: all, kind: Pipeline, provider: atlassian, subtype: workspace}
  - {id: restriction, kind: Control, provider: atlassian, subtype: deployment_restriction, enforced: "yes"}
  - {id: shared, kind: Credential, provider: atlassian, subtype: variable}
  - {id: own, kind: Credential, provider: atlassian, subtype: variable}
  - {id: production, kind: Credential, provider: atlassian, subtype: variable}
  - {id: deploy-key, kind: Credential, provider: atlassian, subtype: access_key}
relations:
  - {source: repo, kind: CONTAINS, target: build, needs: write, gives: exec}
  - {source: repo, kind: CONTAINS, target: deploy, needs: write, gives: exec, guarded_by: ["restriction::defeated"]}
  - {source: repo, kind: CONTAINS, target: deploy, needs: admin, gives: exec}
  - {source: deploy, kind: CONTAINS, target: build, needs: exec, gives: exec}
  - {source: build, kind: CONTAINS, target: all, needs: exec, gives: exec}
  - {source: all, kind: STORES, target: shared, needs: exec}
  - {source: build, kind: STORES, target: own, needs: exec}
  - {source: deploy, kind: STORES, target: production, needs: exec}
  - {source: deploy-key, kind: GRANTS, target: repo, gives: read}
"""
LEVELS = ("read", "write", "admin")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return everything as tenants of one inventory."""
    folder = tmp_path_factory.mktemp("rights")
    cases = {
        "on/": OWNERS % "",
        "off/": OWNERS % ", state: disabled",
        "no/": BESIDE % ', enforced: "no"',
        "yes/": BESIDE % ', enforced: "yes"',
        "unknown/": BESIDE % "",
        "pipelines/": PIPELINES,
    }
    records = [one for before, text in cases.items() for one in tenant(facts(folder, text), before)]
    asked = [f"{case}repo::{level}" for case in ("on/", "off/", "pipelines/") for level in LEVELS]
    asked += [f"{case}app::{level}" for case in ("on/", "off/") for level in ("admin", "system")]
    asked += [f"{case}issues::read" for case in ("no/", "yes/", "unknown/")]
    asked += [f"pipelines/{one}::held" for one in ("shared", "own", "production")]
    return World.build(folder, records, asked=asked)


def opened(world: World, start: str, *targets: str, may: bool = False) -> list[str]:
    """Return which of the targets a start and the internet reach."""
    found = world.reach([start, "internet::position"], may=may)
    return [one for one in targets if world.holds(found, one)]


@pytest.mark.parametrize(
    ("token", "known", "possible"),
    [
        ("admin-reads", 1, 1),
        ("admin-writes", 2, 2),
        ("admin-administers", 3, 3),
        ("reader-writes", 1, 1),
        ("reader-administers", 1, 1),
        ("untold", 0, 3),
    ],
)
def test_a_token_gives_the_lesser_of_its_right_and_its_owners(
    world: World, token: str, known: int, possible: int
) -> None:
    """None administers the application, though its owner does through groups; a disabled owner's gives nothing."""
    for before, levels, perhaps in (("on/", known, possible), ("off/", 0, 0)):
        if before == "off/" and token.startswith("reader"):
            continue
        every = [f"{before}repo::{level}" for level in LEVELS]
        app = [f"{before}app::{level}" for level in ("admin", "system")]
        assert opened(world, f"{before}{token}::held", *every, *app) == every[:levels]
        assert opened(world, f"{before}{token}::held", *every, *app, may=True) == every[:perhaps]


def test_the_owner_signed_in_administers_the_application(world: World) -> None:
    """So it is the token that does not, and not the account."""
    assert opened(world, "on/admin::act_as", "on/app::system", "on/repo::admin") == ["on/app::system", "on/repo::admin"]


@pytest.mark.parametrize(
    ("enforced", "known", "possible"), [("no", True, True), ("yes", False, False), ("unknown", False, True)]
)
def test_a_password_beside_single_sign_on(world: World, enforced: str, known: bool, possible: bool) -> None:
    """With local login disabled it opens nothing, where nobody says possibly; a token and single sign-on always do."""
    issues = f"{enforced}/issues::read"

    assert bool(opened(world, f"{enforced}/password::held", issues)) is known
    assert bool(opened(world, f"{enforced}/password::held", issues, may=True)) is possible
    assert opened(world, f"{enforced}/token::held", issues)
    assert opened(world, f"{enforced}/okta-ann::act_as.session", issues)


@pytest.mark.parametrize(
    ("start", "opens"),
    [
        ("repo::write", {"shared", "own"}),
        ("repo::admin", {"shared", "own", "production"}),
        ("repo::read", set()),
        ("deploy-key::held", set()),
        ("other::admin", set()),
    ],
)
def test_writing_runs_the_pipeline(world: World, start: str, opens: set[str]) -> None:
    """And so reads its variables and the workspace's; those of a restricted environment only who may deploy there."""
    variables = [f"pipelines/{one}::held" for one in ("shared", "own", "production")]

    for may in (False, True):
        found = opened(world, f"pipelines/{start}", *variables, may=may)
        assert {one.split("/")[1].removesuffix("::held") for one in found} == opens


def test_a_deploy_key_reads(world: World) -> None:
    """And writes nothing."""
    every = [f"pipelines/repo::{level}" for level in LEVELS]

    assert opened(world, "pipelines/deploy-key::held", *every, may=True) == every[:1]
