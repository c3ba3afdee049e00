"""
Each technique that an end point shows, from replies over HTTP to what an attacker reaches: with near misses.

CASES is the index: of each number of docs/atlassian.md whose evidence is HTTP, from where to what. A near miss differs
in one reply: another instance of the same product (`near`, `sso`), or another record of the same one. What a number
needs beside HTTP (a machine, the cloud's side of a pipeline, Okta's of a sign-in) is stated as facts.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from graphscan.engine.reach import Reach
from graphscan.model import Coverage, CoverageState, Enforced, Enforcement, Key, Node, Record, Ref, Relation
from tests.importers.atlassian import test_bitbucket_cloud, test_confluence_dc, test_jira_cloud, test_jira_dc, test_org
from tests.importers.atlassian.collected import INTERNET, Read, read, world
from tests.importers.servers.cloud_bitbucket import account, uuid
from tests.importers.servers.cloud_jira import JiraCloud
from tests.importers.servers.dc_bitbucket import OWN, Bitbucket, More
from tests.importers.servers.dc_confluence import Confluence
from tests.importers.servers.dc_jira import Jira
from tests.importers.servers.dc_org import BitbucketProject, DataCenter, Person, Team
from tests.importers.servers.loopback import Answer, Handler, Request
from tests.inventory import World

DOCS = Path(__file__).parents[3] / "docs"
ACME, NEAR, SSO = (f"bitbucket:{one}" for one in ("acme", "near", "sso"))  # NEAR, SSO: as ACME, and replies changed
J, C, P, ORG = "jira:acme", "confluence:acme", "bitbucket:acme", "atlassian-org:acme"
PEOPLE, BOSS = "atlassian:account:", "atlassian:account:boss::act_as.session"
WRITER, READER, LEVEL = f"{account('writer')}::api_write", f"{account('reader')}::api_write", "security-level:502"
ISSUER = "http://www.okta.com/exk1"
RUNNER = "com.onresolve.stash.groovy.groovyrunner"
CLOUD_ISSUER = "https://api.bitbucket.org/2.0/workspaces/team/pipelines-config/identity/oidc"
Facts = Sequence[str]


@dataclass(frozen=True)
class Case:
    """
    A start, held by somebody in the internet, and what it leads to.

    Attributes:
        reaches: known.
        may:     possible, and not known.
        never:   not even possible: the near misses.
    """

    product: str
    start: str
    reaches: Facts
    may: Facts
    never: Facts


def case(product: str, place: str, start: str, reaches: Facts = (), may: Facts = (), never: Facts = ()) -> Case:
    """Return a case; ids are of the instance, but those that begin as another's do."""

    def whole(fact: str) -> str:
        return fact if fact.startswith((*ELSEWHERE, INTERNET)) else f"{place}:{fact}"

    return Case(product, whole(start), *([whole(one) for one in some] for some in (reaches, may, never)))


API, TOOLS, SITE = "repo:PAY/api", "repo:OPS/tools", "repo:SITE/pages"
ELSEWHERE = ("atlassian:", "bitbucket:", "host:", "jira:", "okta:", "role:")
dc, cloud = partial(case, "bitbucket"), partial(case, "bitbucket-cloud", P)
jira, site, wiki = partial(case, "jira", J), partial(case, "jira-cloud", J), partial(case, "confluence", C)
org = partial(case, "org", ORG)
AWS, NPM, LIVE = (f"variable:{one}::held" for one in ("team/api/AWS", "team/NPM", f"team/api/{uuid('prod')}/LIVE"))
CASES: dict[str, list[Case]] = {
    "A1": [
        jira("token:1", ["issues:SEC::read", "issues:SEC::write"], never=["project:SEC::admin", "app::admin"]),
        jira("token:2", never=["issues:SEC::read"]),  # expired
        wiki("token:1", ["space:SEC::read"], never=["space:SEC::admin"]),
        wiki("token:2", never=["space:SEC::read"]),
    ],
    "A2": [
        dc(ACME, "token:1", [f"{API}::read"], never=[f"{API}::write"]),  # reads, of a project's administrator
        dc(ACME, "token:2", [f"{API}::admin"], never=["app::admin", "user:writer::act_as"]),
        dc(NEAR, "token:2", [f"{API}::read"], never=[f"{API}::write"]),  # the same, whose record says that it reads
        dc(ACME, "token:3", [f"{API}::read"], never=[f"{API}::write"]),  # writes, of a reader
        dc(ACME, "token:4", never=[f"{API}::read"]),  # of who is disabled
    ],
    "A6": [
        dc(ACME, "user:root::api", ["host:acme::exec"]),
        dc(ACME, "user:boss::api", ["app::admin"], ["host:acme::exec"]),  # whether scripts are restricted is unsaid
        dc(ACME, "user:lead::api", [f"{API}::admin"], never=["host:acme::exec"]),
        dc(NEAR, "user:boss::api", ["app::admin"], never=["host:near::exec"]),  # the plug-in is switched off
        dc(NEAR, "user:root::api", ["app::system"], ["host:near::exec"]),  # who may install another (A4)
    ],
    "A7": [
        # Of a directory that Bitbucket does not write to he sets no password; of who is above him nothing.
        dc(NEAR, "user:boss::api", ["user:writer::act_as", "user:carl::api_admin"], never=["user:carl::act_as"]),
        dc(NEAR, "user:boss::api", never=["user:root::act_as", "user:root::api_admin", "app::system"]),
        dc(NEAR, "user:root::api", ["user:boss::act_as", "user:chief::act_as", "user:chief::api_admin"]),
        dc(NEAR, "user:lead::api", never=["user:writer::act_as", "user:writer::api_admin"]),
        dc(SSO, "user:boss::api", ["user:writer::api_admin"], never=["user:writer::act_as"]),  # a token, no password
    ],
    "A8": [
        dc(ACME, "user:lead::api_admin", [f"{API}::admin"], never=[f"{TOOLS}::admin", "app::admin"]),
        dc(NEAR, "user:lead::api_admin", [f"{API}::write"], never=[f"{API}::admin"]),  # he writes to the project
    ],
    "A9": [
        dc(ACME, "user:ada::api_read", [f"{API}::read"], never=[f"{API}::write"]),
        dc(ACME, "user:other::api_read", [f"{TOOLS}::read"], never=[f"{API}::read"]),  # by default
        dc(NEAR, "user:other::api_read", never=[f"{TOOLS}::read"]),
        dc(ACME, INTERNET, [f"{SITE}::read"], never=[f"{NEAR}:{SITE}::read"]),  # public
    ],
    "A10": [
        dc(ACME, "access-key:1", [f"{API}::read"], never=[f"{API}::write", f"{TOOLS}::read"]),
        dc(ACME, "access-key:2", [f"{TOOLS}::write"], never=[f"{TOOLS}::admin", f"{API}::read"]),
        dc(NEAR, "access-key:2", [f"{TOOLS}::read"], never=[f"{TOOLS}::write"]),
    ],
    "A11": [
        cloud("access-key:team/api/1", ["repo:team/api::read"], never=["repo:team/api::write", "pipelines:team::exec"]),
        cloud("access-key:team/PAY/3", ["repo:team/web::read"], never=["repo:team/ops::read"]),  # of a project
    ],
    "A12": [
        # Not the variables of a deployment that only administrators start, nor another repository's pipeline.
        cloud(WRITER, ["pipeline:team/api::exec", AWS, NPM], never=[LIVE, "pipeline:team/ops::exec"]),
        # He writes to one whose pipelines do not run, and reads one whose do.
        cloud(READER, ["repo:team/lib::write", "repo:team/api::read"], never=[AWS, NPM]),
    ],
    "A13": [
        cloud(WRITER, ["role:api::act_as", "role:team::act_as"], never=["role:ops::act_as", "role:prod::act_as"]),
        cloud(f"{account('maker')}::api_write", ["role:ops::act_as", "role:team::act_as"], never=["role:api::act_as"]),
        cloud(f"{account('lead')}::api_admin", ["role:prod::act_as"], never=["role:elsewhere::act_as"]),
        cloud(READER, never=["role:api::act_as", "role:team::act_as"]),
    ],
    "A17": [
        dc(ACME, "directory:People::admin", ["user:ada::act_as"], never=["user:writer::act_as"]),
        dc(SSO, "directory:People::admin", never=["user:ada::act_as"]),
    ],
    "A18": [
        dc(ACME, "okta:acme:user:ada", ["user:ada::act_as"], never=["user:writer::act_as", f"{NEAR}:user:ada::act_as"]),
        dc(ACME, "idp:1::admin", ["user:root::act_as"]),
        dc(ACME, "idp:2::admin", never=["user:ada::act_as"]),  # switched off
        dc(ACME, "password:writer", [f"{API}::write"]),
        dc(SSO, "password:writer", never=[f"{API}::read"]),
        dc(SSO, "token:3", [f"{API}::read"]),
    ],
    "A19": [
        dc(ACME, "idp:1::admin", ["group:admins::act_as", "app::admin"]),
        dc(SSO, "idp:1::admin", may=["group:admins::act_as"]),  # it makes accounts; whether of which groups is unsaid
        dc(NEAR, "idp:1::admin", ["user:ada::act_as"], never=["group:admins::act_as"]),  # it makes none
    ],
    "A20": [
        # In a group of the scheme; in a role of the project; in neither: who may have reported an issue, and reads it.
        jira("user:dev::api_read", ["issues:SEC::read"], never=["issues:SEC::write", "project:SEC::admin"]),
        jira("user:guest::api", ["issues:SEC::read"], never=["issues:SEC::write"]),
        jira("user:other::api", ["issues:OPS::read"], ["issues:SEC::read"], ["issues:SEC::write"]),
        # At the level; at the level and in no project; in the project and not at the level.
        site(f"{PEOPLE}vetted::api_read", [f"{LEVEL}::read"], never=[f"{LEVEL}::write"]),
        site(f"{PEOPLE}cleared::api", never=[f"{LEVEL}::read"]),
        site(f"{PEOPLE}dev::api", ["issues:SEC::read"], never=[f"{LEVEL}::read"]),
    ],
    "A22": [
        dc(ACME, "user:lead::api_admin", may=["webhook-secret:1::held"]),
        dc(ACME, "user:writer::api", never=["webhook-secret:1::held"]),
        dc(ACME, "webhook-secret:1::held", never=[f"{API}::read", f"{TOOLS}::read", "app::login", "host:acme::exec"]),
    ],
    "A23": [
        dc(ACME, "mirror:M-1::exec", may=[f"{API}::read", f"{TOOLS}::read"], never=[f"{API}::write", "app::admin"]),
    ],
    "A25": [
        org(BOSS, ["app::admin", f"{PEOPLE}ada::act_as", "jira:acme:app::admin"], never=[f"{PEOPLE}guest::act_as"]),
        org(BOSS, never=[f"{PEOPLE}closed::act_as"]),
        org(f"{PEOPLE}ada::act_as.session", never=["app::admin", f"{PEOPLE}boss::act_as"]),  # administers Jira alone
        org("api-key:whole", ["app::admin", f"{PEOPLE}ada::act_as"], never=[f"{PEOPLE}guest::act_as"]),
        org("api-key:reads", never=["app::admin", f"{PEOPLE}ada::act_as"]),
        org("api-key:writes", may=["app::admin", f"{PEOPLE}ada::act_as"]),
        org("atlassian:token:of-boss", never=["app::admin", f"{PEOPLE}ada::act_as"]),
    ],
}


def asked(product: str) -> list[str]:
    """Return all that the cases of a product ask for."""
    cases = [case for some in CASES.values() for case in some if case.product == product]
    return sorted({fact for case in cases for fact in (*case.reaches, *case.may, *case.never)})


def bitbucket(place: str) -> Handler:
    """Return a Bitbucket Data Center; in NEAR and SSO, some replies differ."""
    near, sso = place == NEAR, place == SSO

    def token(id_: str, permission: str) -> dict[str, Any]:
        repository = permission.replace("PROJECT", "REPO")
        return {"id": id_, "name": id_, "createdDate": 1_700_000_000_000, "permissions": [permission, repository]}

    def key(id_: int, permission: str) -> dict[str, Any]:
        return {"key": {"id": id_, "text": f"ssh-rsa {place}{id_}"}, "permission": permission}

    people = ("root", "chief", "boss", "lead", "writer", "ada", "carl", "other")
    lead = "PROJECT_WRITE" if near else "PROJECT_ADMIN"
    rights = [("group", "readers", "PROJECT_READ"), ("user", "writer", "PROJECT_WRITE"), ("user", "lead", lead)]
    org = DataCenter(
        people=[*(Person(one) for one in people), Person("gone", active=False)],
        teams={"readers": Team(["ada", "gone"]), "staff": Team(["other"]), "admins": Team()},
        code_globals=[
            *(("user", "root", "SYS_ADMIN"), ("user", "chief", "SYS_ADMIN"), ("user", "boss", "ADMIN")),
            *(("group", "admins", "ADMIN"), ("group", "staff", "LICENSED_USER")),
        ],
        code_projects=[
            BitbucketProject("PAY", ["api"], permissions={"": rights}),
            BitbucketProject("OPS", ["tools"], default="" if near else "PROJECT_READ"),
            BitbucketProject("SITE", ["pages"], public=not near),
        ],
        tokens={
            "users/lead": [token("1", "PROJECT_READ"), token("2", "PROJECT_READ" if near else "PROJECT_ADMIN")],
            "users/ada": [token("3", "PROJECT_WRITE")],
            "users/gone": [token("4", "PROJECT_READ")],
        },
        keys={
            "projects/PAY": [key(1, "PROJECT_READ")],
            "projects/OPS/repos/tools": [key(2, "REPO_READ" if near else "REPO_WRITE")],
        },
        local_login=not sso,
    )
    made = {"user-provisioning-enabled": not near, "mapping-groups": "" if sso else "${groups}"}
    issuer = ISSUER if place == ACME else f"{ISSUER}-of-{place}"
    provider = {"name": "Okta", "sso-type": "SAML", "sso-issuer": issuer, "jit-configuration": made}
    more = More(
        directories=[
            {"name": OWN, "type": "Internal", "isActive": True},
            {"name": "People", "type": "Crowd", "isActive": True},
            {"name": "Corp AD", "type": "Delegated LDAP Authentication", "isActive": True},
        ],
        home={"ada": "People", "carl": "Corp AD"},
        providers=[{**provider, "id": 1, "enabled": True}, {**provider, "id": 2, "enabled": False}],
        webhooks={"PAY": [{"id": 1, "url": "https://ci.example/x", "configuration": {"secret": "hookSecret-0042"}}]},
        mirrors=[{"id": "M-1", "name": "Vietnam", "enabled": not near}],
        plug_ins=[{"key": RUNNER, "name": "ScriptRunner", "enabled": place == ACME, "userInstalled": True}],
    )
    return Bitbucket(org, more)


def beside(place: str, found: Read) -> Iterator[Record]:
    """Yield what an operator says of a Bitbucket: its machine, and that nobody else's and no secret is there."""
    app, machine = Ref(f"{place}:app"), Ref(place.replace("bitbucket", "host"))
    yield Node(machine.text, "Host")
    yield Relation(app, "RUNS_ON", machine)
    yield Relation(app, "REACHABLE_FROM", Ref(INTERNET))
    yield from (Coverage(one, CoverageState.COMPLETE, app.text) for one in ("INSTALLED_IN", "RUNS_ON", "TRUSTS"))
    yield Coverage("STORES", CoverageState.COMPLETE, machine.text)
    yield from no_secrets(found)


def no_secrets(found: Read) -> Iterator[Record]:
    """Yield that nothing that was read holds a secret which nobody told."""
    for one in found.records:
        if isinstance(one, Node) and one.kind in ("Application", "Host", "Pipeline", "Repository", "Wiki"):
            yield Coverage("STORES", CoverageState.COMPLETE, one.id)


def okta() -> Iterator[Record]:
    """Yield a person of Okta, and the application through which she signs in."""
    person, application = Ref("okta:acme:user:ada"), Ref("okta:acme:app:0oa1")
    yield Node(person.text, "User", "okta")
    yield Node(application.text, "Application", "okta", keys=(Key("idp_issuer", ISSUER),))
    yield Relation(person, "SIGNS_IN_AS", Ref.behind("account", "ada"), via=application)


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Read]:
    """Return each Bitbucket Data Center as it was read."""
    folder = tmp_path_factory.mktemp("collected")
    return {
        place: read(folder, "bitbucket", bitbucket(place), name=place.partition(":")[2]) for place in (ACME, NEAR, SSO)
    }


def bitbucket_world(folder: Path, collected: dict[str, Read]) -> World:
    """Return the three side by side."""
    said = [record for place, found in collected.items() for record in beside(place, found)]
    records = [one.records for one in collected.values()]
    return World.build(folder, *records, [Node(INTERNET, "Segment"), *said, *okta()], asked=asked("bitbucket"))


def with_tokens(handler: Handler, user: str) -> Handler:
    """Return a server that tells whoever asks his own tokens: one that is in use, and one that has expired."""
    made = {"userKey": user, "username": user, "createdAt": "2023-06-05T10:00:00.000Z"}
    ends = {1: "2024-06-05T10:00:00.000Z", 2: "2023-09-05T10:00:00.000Z"}
    tokens = [{**made, "id": id_, "name": f"token {id_}", "expiringAt": at} for id_, at in ends.items()]

    def answer(request: Request) -> Answer:
        return Answer.json(tokens) if request.path.endswith("/pat/latest/tokens") else handler(request)

    return answer


def jira_world(folder: Path, _: dict[str, Read]) -> World:
    """Return a Jira Data Center, of which somebody vouches for administrators and content."""
    found = read(folder, "jira", with_tokens(Jira(test_jira_dc.organisation()), "dev"))
    said = test_jira_dc.vouched(*((one, f"{J}:app") for one in ("INSTALLED_IN", "TRUSTS", "RUNS_ON")))
    return world(folder / "world", found, asked("jira"), *said, local_login=True)


def confluence_world(folder: Path, _: dict[str, Read]) -> World:
    """Return a Confluence Data Center."""
    server = with_tokens(Confluence(test_confluence_dc.organisation()), "reader")
    found = read(folder, "confluence", server, test_confluence_dc.BASE)
    scopes = [("STORES", f"{C}:space:{one}") for one in ("SEC", "RUN")]
    scopes += [(one, f"{C}:app") for one in ("INSTALLED_IN", "TRUSTS", "RUNS_ON")]
    said = [Coverage(relation, CoverageState.COMPLETE, scope) for relation, scope in scopes]
    return world(folder / "world", found, asked("confluence"), *said, local_login=True)


def jira_cloud_world(folder: Path, _: dict[str, Read]) -> World:
    """Return a Jira Cloud."""
    return test_jira_cloud.world(
        folder / "world", read(folder, "jira", JiraCloud(test_jira_cloud.site()), form="cloud")
    )


def bitbucket_cloud_world(folder: Path, _: dict[str, Read]) -> World:
    """Return a Bitbucket Cloud, and the roles of a cloud that trust its pipelines."""
    found = read(folder, "bitbucket", test_bitbucket_cloud.organisation(), form="cloud")
    said: list[Record] = [
        Node(INTERNET, "Segment"),
        Node(f"{P}:ip-allowlist", "Control", enforced=(Enforcement(Enforced.NO),)),
    ]
    said += no_secrets(found)
    everyone, own = f"{P}:pipelines:team", f"{P}:pipeline:team/api"
    trusts = {
        "api": (own, {"issuer": CLOUD_ISSUER, "repository_uuid": uuid("api")}),
        "team": (everyone, {"issuer": CLOUD_ISSUER}),
        "ops": (everyone, {"repository_uuid": uuid("ops")}),
        "prod": (everyone, {"environment_uuid": uuid("prod")}),
        "elsewhere": (own, {"issuer": CLOUD_ISSUER.replace("team", "labs")}),
    }
    for name, (pipeline, pinned) in trusts.items():
        said.append(Node(f"role:{name}", "Role", "aws"))
        said.append(Relation(Ref(f"role:{name}"), "TRUSTS", Ref(pipeline), properties={"link": "oidc", **pinned}))
    return World.build(folder, found.records, said, asked=asked("bitbucket-cloud"))


def org_world(folder: Path, _: dict[str, Read]) -> World:
    """Return an organization of the cloud, with the Jira that it owns."""
    found = test_org.collect(folder, test_org.organisation(), **test_org.NAMED)
    return test_org.opened(folder / "world", found)


WORLDS: dict[str, Callable[[Path, dict[str, Read]], World]] = {
    "bitbucket": bitbucket_world,
    "bitbucket-cloud": bitbucket_cloud_world,
    "confluence": confluence_world,
    "jira": jira_world,
    "jira-cloud": jira_cloud_world,
    "org": org_world,
}


@pytest.fixture(scope="module")
def worlds(collected: dict[str, Read], tmp_path_factory: pytest.TempPathFactory) -> dict[str, World]:
    """Return what each product opens."""
    return {name: build(tmp_path_factory.mktemp(name), collected) for name, build in WORLDS.items()}


@pytest.mark.parametrize(
    ("number", "case"),
    [pytest.param(number, case, id=f"{number}-{case.start}") for number, some in CASES.items() for case in some],
)
def test_what_the_replies_lead_to(worlds: dict[str, World], number: str, case: Case) -> None:
    """Known what is known, possible what is possible, and the near misses not at all."""
    opened = worlds[case.product]
    known, possible = (opened.reach({case.start, INTERNET}, may=may) for may in (False, True))

    def held(found: Reach, facts: Facts) -> list[str]:
        return [one for one in facts if opened.holds(found, one)]

    assert held(known, case.reaches) == case.reaches, f"{number}: known"
    assert (held(possible, case.may), held(known, case.may)) == (case.may, []), f"{number}: possible alone"
    assert held(possible, case.never) == [], f"{number}: near misses"


def test_what_is_switched_off_is_not_there(collected: dict[str, Read]) -> None:
    """A mirror that is off is no machine, and a plug-in that is off runs nothing, where all other replies are alike."""
    there = {place: {one.id for one in found.records if isinstance(one, Node)} for place, found in collected.items()}
    assert f"{ACME}:mirror:M-1" in there[ACME] and f"{NEAR}:mirror:M-1" not in there[NEAR]
    assert [bool(collected[one].relations("INSTALLED_IN")) for one in (ACME, NEAR)] == [True, False]


def test_each_number_that_http_shows_is_here() -> None:
    """Those whose evidence is HTTP, wholly or in part: none is forgotten, and each has a near miss."""
    rows = re.findall(
        r"^\| (A\d+) \|.*\| ([^|]+) \|$", (DOCS / "atlassian.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert set(CASES) == {number for number, evidence in rows if "HTTP" in evidence}
    assert [number for number, some in CASES.items() if not any(one.never for one in some)] == []
    assert [number for number, some in CASES.items() if not any(one.reaches or one.may for one in some)] == []
