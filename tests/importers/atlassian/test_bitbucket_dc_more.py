"""Bitbucket Data Center: directories, single sign-on, webhooks, branch restrictions, mirrors, plug-ins and links."""

from pathlib import Path
from typing import Any

import pytest

from graphscan.model import (
    Coverage,
    CoverageState,
    Key,
    Node,
    NotUnderstood,
    Observed,
    Record,
    Ref,
    Relation,
)
from importers.atlassian import undocumented
from importers.atlassian.bitbucket import dc_endpoints as ends
from tests.importers.atlassian.collected import INTERNET, Read, closed, read, world
from tests.importers.servers.dc_bitbucket import OWN, Bitbucket, More
from tests.importers.servers.dc_org import BitbucketProject, DataCenter, Person, Team
from tests.inventory import World

B = "bitbucket:acme"
APP, HOOK, HOST, WIKI = f"{B}:app", f"{B}:webhook-secret:1", "host", "confluence:acme:app"
SECRET = "signedWithThis-0042"
FACTS = [f"{B}:repo:PAY/api::read", f"{B}:repo:PAY/api::write", f"{HOOK}::held", f"{HOST}::exec", f"{APP}::admin"]
TYPES = "com.atlassian.applinks.api.auth.types."
ISSUER = "http://www.okta.com/exk1"
RUNNER = "com.onresolve.stash.groovy.groovyrunner"
NEW = (
    "/user-directories",
    "/authconfig/",
    "/webhooks",
    "/branch-permissions/",
    "/mirroring/",
    "/plugins/",
    "/applinks",
)


def organisation() -> DataCenter:
    """Return a small server: a reader and a writer of one project, an administrator of it, and those of the server."""
    people = ("root", "boss", "lead", "writer", "ada", "ldapuser", "delegate", "made", "stranger")
    return DataCenter(
        people=[Person(one) for one in people],
        teams={"readers": Team(["ada", "ldapuser"])},
        code_globals=[("user", "root", "SYS_ADMIN"), ("user", "boss", "ADMIN")],
        code_projects=[
            BitbucketProject(
                "PAY",
                ["api"],
                permissions={
                    "": [
                        ("group", "readers", "PROJECT_READ"),
                        ("user", "writer", "PROJECT_WRITE"),
                        ("user", "lead", "PROJECT_ADMIN"),
                    ]
                },
            ),
            BitbucketProject("OPS", ["tools"]),
        ],
    )


def more() -> More:
    """Return what the server tells besides."""
    return More(
        directories=[
            {"name": OWN, "type": "Internal", "isActive": True},
            {"name": "People", "type": "Crowd", "isActive": True},
            {"name": "Corp AD", "type": "Delegated LDAP Authentication", "isActive": True},
            {"name": "Old", "type": "LDAP", "isActive": False},
            {"type": "nameless"},
        ],
        home={"ada": "People", "ldapuser": "Old", "delegate": "Corp AD", "stranger": "Somewhere"},
        made=[{"username": "MADE", "display-name": "Made", "email": "made@acme.example"}],
        providers=[
            {
                "id": 1,
                "name": "Okta",
                "enabled": True,
                "sso-type": "SAML",
                "sso-issuer": ISSUER,
                "sso-url": "https://acme.okta.example/sso",
                "client-secret": SECRET,
                "jit-configuration": {"user-provisioning-enabled": True, "mapping-groups": "${groups}"},
            },
            {"id": 2, "enabled": False, "sso-type": "OIDC", "issuer-url": "https://old.example", "client-id": "old"},
            {
                "id": 3,
                "enabled": True,
                "sso-type": "OIDC",
                "issuer-url": "https://Acme.okta.example/",
                "client-id": "c",
            },
            {"id": 4, "enabled": True, "sso-type": "SAML", "jit-configuration": "yes"},
        ],
        webhooks={
            "PAY": [
                {"id": 1, "name": "ci", "url": "https://ci.example/x", "configuration": {"secret": SECRET}},
                {"id": 2, "credentials": {"username": "ci", "password": SECRET}, "configuration": {}, "active": False},
                {"id": 3, "name": "plain", "configuration": {}},
                {"name": "without an id"},
            ]
        },
        restrictions={
            "PAY": [
                {
                    "id": 7,
                    "type": "read-only",
                    "matcher": {"displayId": "**", "type": {"id": "PATTERN"}},
                    "users": [{"slug": "root"}],
                    "groups": ["releasers"],
                    "accessKeys": [{"key": {"id": 5}}],
                }
            ]
        },
        mirrors=[
            {"id": "M-1", "name": "Vietnam", "enabled": True, "baseUrl": "https://m1.example", "mirrorType": "SINGLE"},
            {"id": "M-2", "name": "Off", "enabled": False},
            {"id": "M-3", "name": "Brazil", "enabled": True},
        ],
        plug_ins=[
            {"key": RUNNER, "name": "ScriptRunner", "enabled": True, "userInstalled": True, "version": "9.1"},
            {"key": "com.example.asleep", "name": "Asleep", "enabled": False, "userInstalled": True},
            {"key": "com.atlassian.part", "name": "A part of the server", "enabled": True, "userInstalled": False},
            {"name": "keyless"},
        ],
        links=[
            link("https://wiki.acme.example/", "TrustedAppsAuthenticationProvider", rpc="http://10.0.0.7:8090"),
            link("https://jira.acme.example", "OAuthAuthenticationProvider"),
            link("https://bamboo.acme.example"),
            {"application": {"id": "x", "displayUrl": "https://build.acme.example"}},
            {"application": {"id": "y"}},
        ],
    )


def link(address: str, *inbound: str, rpc: str = "") -> dict[str, Any]:
    """Return an application link as its list has it: to an address, whose word is taken in some ways."""
    other = {"id": address, "name": f"At {address}", "displayUrl": address, "rpcUrl": rpc or address, "typeId": "x"}
    return {"application": other, "configuredInboundAuthenticators": [TYPES + one for one in inbound]}


def besides() -> list[Record]:
    """Return what a facts file says: the machine that runs the server, and the wiki it is linked to."""
    return [
        Node(HOST, "Host"),
        Relation(Ref(APP), "RUNS_ON", Ref(HOST)),
        Node(WIKI, "Application", "atlassian", "confluence", keys=(Key("base_url", "https://wiki.acme.example"),)),
        Coverage("INSTALLED_IN", CoverageState.COMPLETE, APP),
        Coverage("STORES", CoverageState.COMPLETE, f"{B}:repo:PAY/api"),
        Coverage("STORES", CoverageState.COMPLETE, f"{B}:repo:OPS/tools"),
    ]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Return the server, read by somebody who may read everything."""
    folder = tmp_path_factory.mktemp("more")
    found = read(folder, "bitbucket", Bitbucket(organisation(), more()))
    assert SECRET.encode() not in (folder / "bitbucket.snapshot").read_bytes()
    assert found.result.complete
    return found


@pytest.fixture(scope="module")
def opened(whole: Read, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return what it opens."""
    return world(tmp_path_factory.mktemp("opened"), whole, FACTS, *besides())


def nodes(found: Read) -> dict[str, Node]:
    """Return the nodes by the end of their id."""
    return {one.id.removeprefix(f"{B}:"): one for one in found.records if isinstance(one, Node)}


def trusts(found: Read, link_: str) -> dict[str, Relation]:
    """Return what the server trusts in one way, by whom."""
    rows = [one for one in found.relations("TRUSTS") if one.properties["link"] == link_]
    assert all(one.source.text == APP for one in rows)
    return {one.target.text.removeprefix(f"{B}:"): one for one in rows}


def reached(opened: World, start: str, may: bool = False) -> set[str]:
    """Return which of the facts a start reaches from the internet, in short."""
    found = opened.reach([start, INTERNET], may=may)
    return {one.removeprefix(f"{B}:").replace("::", " ") for one in FACTS if opened.holds(found, one)}


def test_where_accounts_come_from(whole: Read, opened: World) -> None:
    """A directory sets the passwords of its accounts; whether the product does too is what their records say."""
    found = trusts(whole, "directory")
    assert {name: (one.properties["sort"], one.properties.get("writable")) for name, one in found.items()} == {
        f"directory:{OWN}": ("internal", "true"),
        "directory:People": ("crowd", "true"),
        "directory:Corp AD": ("delegated", "false"),
    }
    made = nodes(whole)
    assert {made[f"directory:{one}"].subtype for one in ("People", "Old")} == {"directory"}
    assert made["directory:Old"].properties["active"] == "false"
    assert made["user:ada"].properties["directory"] == "People"
    passwords = {
        one.target.text.removeprefix(f"{B}:password:"): one.observed
        for one in whole.relations("HAS_CREDENTIAL")
        if ":password:" in one.target.text
    }
    assert {one: seen for one, seen in passwords.items() if one not in ("root", "boss", "lead")} == {
        "writer": Observed.YES,
        "made": Observed.POSSIBLE,  # an assertion made it: whether it was given a password is not told
        "stranger": Observed.POSSIBLE,  # of a directory that was not listed
    }
    # Whoever administers Crowd sets the password of a reader, and of nobody else.
    assert reached(opened, f"{B}:directory:People::admin") == {"repo:PAY/api read"}
    assert any("a directory was left out" in one.reason for one in whole.records if isinstance(one, NotUnderstood))


def test_whose_word_is_taken(whole: Read) -> None:
    """Providers that are switched on are trusted; whether an assertion makes accounts and says their groups is told."""
    saml, oidc = trusts(whole, "saml"), trusts(whole, "oidc")
    assert {one: saml[one].properties for one in saml} == {
        "idp:1": {"link": "saml", "jit": "true", "groups_claim": "groups"}
    }
    assert {one: oidc[one].properties for one in oidc} == {"idp:3": {"link": "oidc", "jit": "unknown"}}
    made = nodes(whole)
    assert made["idp:2"].properties["enabled"] == "false"
    assert {(one.type, one.value, one.scope) for one in made["app"].keys if one.type != "base_url"} == {
        ("idp_issuer", ISSUER, ""),
        ("idp_issuer", "https://Acme.okta.example/", ""),
        ("client_id", "c", "https://acme.okta.example"),
    }


def test_secrets_of_webhooks(whole: Read, opened: World) -> None:
    """Whoever administers a project is possibly shown what its webhooks are signed with; others are not."""
    made = nodes(whole)
    assert made["webhook-secret:1"].subtype == "webhook_secret"
    assert made["webhook-secret:1"].properties == {"url": "https://ci.example/x", "active": "true"}
    assert made["webhook-password:2"].subtype == "password"
    assert {one for one in made if one.startswith("webhook-")} == {"webhook-secret:1", "webhook-password:2"}
    assert made["project:PAY"].properties == {"webhooks": "3"}
    assert made["project:OPS"].properties == {}
    held = "webhook-secret:1 held"
    assert held in reached(opened, f"{B}:user:lead::api_admin", may=True)
    assert held not in reached(opened, f"{B}:user:lead::api_admin")
    assert held not in reached(opened, f"{B}:user:writer::api", may=True)


def test_branch_restrictions_stop_no_writing(whole: Read, opened: World) -> None:
    """They are told with who is exempt; writing is writing to some branch."""
    control = nodes(whole)["branch-restriction:7"]
    assert control.properties == {
        "type": "read-only",
        "matcher": "PATTERN",
        "branches": "**",
        "exempt": "users: root; groups: releasers; accessKeys: 5",
    }
    assert [(one.source.text, one.target.text) for one in whole.relations("APPLIES_TO")] == [
        (control.id, f"{B}:project:PAY")
    ]
    assert "repo:PAY/api write" in reached(opened, f"{B}:user:writer::api_write")
    assert "repo:PAY/api write" not in reached(opened, f"{B}:user:ada::api", may=True)


def test_mirrors(whole: Read, opened: World) -> None:
    """A mirror that is switched on possibly holds every project: one step each, not mirrors times projects."""
    assert {one for one in nodes(whole) if one.startswith("mirror")} == {"mirror:M-1", "mirror:M-3", "mirrored"}
    stored = [one for one in whole.relations("STORES") if ":mirror:" in one.source.text]
    assert [(one.target.text, one.gives) for one in stored] == [(f"{B}:mirrored", "read")] * 2
    assert "repo:PAY/api read" in reached(opened, f"{B}:mirror:M-1::exec", may=True)
    assert reached(opened, f"{B}:mirror:M-1::exec") == set()


def test_plug_ins(whole: Read, opened: World) -> None:
    """One that runs scripts is a system administrator's way to the machine, and possibly an administrator's."""
    made = {one: node for one, node in nodes(whole).items() if one.startswith("plugin:")}
    assert {one: node.properties.get("runs_scripts") for one, node in made.items()} == {
        f"plugin:{RUNNER}": "true",
        "plugin:com.example.asleep": None,
    }
    assert [one.source.text for one in whole.relations("INSTALLED_IN")] == [f"{B}:plugin:{RUNNER}"]
    assert "host exec" in reached(opened, f"{B}:user:root::api")
    assert "host exec" not in reached(opened, f"{B}:user:boss::api")
    assert "host exec" in reached(opened, f"{B}:user:boss::api", may=True)
    # What an interface that nobody promises lists is stated; what it does not list stays a gap.
    assert {one.state for one in whole.coverage("INSTALLED_IN")} == {CoverageState.UNAVAILABLE, CoverageState.PARTIAL}


def test_application_links(whole: Read, opened: World) -> None:
    """Whose word is taken, under each of its addresses, and whether it may name anybody; links outward are none."""
    found = {one: relation.properties.get("impersonation") for one, relation in trusts(whole, "app_link").items()}
    assert found == {
        "~key|base_url||https://wiki.acme.example": "true",
        "~key|base_url||http://10.0.0.7:8090": "true",
        "~key|base_url||https://jira.acme.example": "false",
        "~key|base_url||https://build.acme.example": None,
    }
    # Who administers the wiki's system has the keys of its links, and acts here as whoever it likes.
    assert "app admin" in reached(opened, f"{WIKI}::system")
    assert "app admin" not in reached(opened, f"{WIKI}::login", may=True)


def test_what_was_refused_is_no_less_open(tmp_path: Path) -> None:
    """None of the new end points decides who writes: that stays known; each refusal is told."""
    handler = closed(Bitbucket(organisation(), more()), *NEW)
    whole = read(tmp_path, "bitbucket", handler)
    assert not whole.result.complete
    assert {one.partition(":")[0] for one in whole.result.gaps} >= {
        one.path for one in (ends.DIRECTORIES, ends.WEBHOOKS, ends.RESTRICTIONS, ends.MIRRORS, *undocumented.ALL)
    }
    rows = [one for one in whole.coverage("APPLIES_TO") if one.endpoint == ends.RESTRICTIONS.path]
    assert [(one.scope, one.error.startswith("hidden: ")) for one in rows] == [("", True)]
    opened = world(tmp_path / "w", whole, FACTS[:2])
    found = opened.reach([f"{B}:user:writer::api_write", INTERNET])
    assert opened.holds(found, FACTS[1])
    passwords = {one.target.text: one.observed for one in whole.relations("HAS_CREDENTIAL")}
    assert passwords[f"{B}:password:ada"] is Observed.POSSIBLE
    assert passwords[f"{B}:password:writer"] is Observed.YES


def test_an_administrator_who_is_not_told_how_one_signs_in(tmp_path: Path) -> None:
    """A 401 to a system administrator's question refuses that, and not the credential: all else is read."""
    parts = ("/authconfig/", "/basicauth/", "/plugins/", "/applinks/")
    whole = read(tmp_path, "bitbucket", closed(Bitbucket(organisation(), more()), *parts, status=401))
    assert {one for one in nodes(whole) if one.startswith("repo:")} == {"repo:PAY/api", "repo:OPS/tools"}
    assert not any("not asked" in one for one in whole.result.gaps)
    assert [one.name for one in tmp_path.iterdir()] == ["bitbucket.snapshot"]  # none that broke off
