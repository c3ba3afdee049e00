"""`doctor atlassian`: form, version and credential, each end point once, with which right, and what the rest hides."""

import socket
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from graphscan.errors import ImportFailedError
from graphscan.model import Coverage, Record
from importers._policy import Policy
from importers.atlassian.asking import Asking
from importers.atlassian.doctor import examine, recognise
from importers.atlassian.doctor_access import access
from importers.atlassian.doctor_found import ABSENT, DENIED, FAILED, NOT_TRIED, READABLE, Examination, Probe
from importers.atlassian.doctor_identity import IDENTITIES
from importers.atlassian.product import Endpoint, NotRead, Paging, Product
from importers.atlassian.products import PRODUCTS
from importers.atlassian.settings import AtlassianSettings, Basic, Bearer, Credential
from tests.importers.servers.loopback import Answer, Loopback, Request

TOKEN = "MDM0NjI2MzYyNDEwOk9X"
USERS = Endpoint("/rest/api/2/user/list", "ACCOUNT_OF", Paging.CURSOR, "values", 500)
PROJECTS = Endpoint("/rest/api/2/project", "CONTAINS")
ROLES = Endpoint("/rest/api/2/project/{key}/role", "MEMBER_OF", listing=False)
SCHEMES = Endpoint("/rest/api/2/permissionscheme", "ASSIGNED_TO", wrapped="permissionSchemes")
AUDIT = Endpoint("/rest/api/2/auditing/record", "CREATED_BY", Paging.START_AT, "records", 1000, optional=True)
LEVELS = Endpoint("/rest/api/2/issuesecurityschemes/{id}", "APPLIES_TO", listing=False)
PATS = Endpoint("/rest/pat/latest/tokens", "HAS_CREDENTIAL")
ALL = (USERS, PROJECTS, ROLES, SCHEMES, AUDIT, LEVELS, PATS)


async def walk(ask: Asking) -> None:
    """Ask as a product does: listings, one request for each of what they name, something left out."""
    keys: list[str] = []
    await ask.listing(USERS)
    await ask.listing(PROJECTS, each=lambda record: keys.append(record["key"]))
    await ask.series(ROLES, (((key,), ask.id("project", key)) for key in keys))
    ask.rests_on(ROLES, PROJECTS)
    await ask.listing(SCHEMES)
    await ask.listing(AUDIT)
    await ask.series(LEVELS, ())
    ask.left_out(PATS, "nobody asked for them")


class NoMapper:
    """Nothing of an examination is mapped."""

    def record(self, endpoint: Endpoint, page: Any, row: Any, ids: tuple[str, ...]) -> Iterable[Record] | None:
        """Fail."""
        raise AssertionError

    def finish(self, coverage: list[Coverage]) -> Iterable[Record]:
        """Fail."""
        raise AssertionError


SMALL = Product(
    "jira-dc",
    "jira",
    "Jira Data Center",
    ALL,
    (
        NotRead("INSTALLED_IN", "", "which plug-ins are installed", "jira:{name}:app"),
        NotRead("REACHABLE_FROM", "", "from where it is reached", closable=False),
    ),
    walk,
    lambda _context: NoMapper(),
)

REPLIES: dict[str, Any] = {
    "/rest/api/2/serverInfo": {"deploymentType": "Server", "version": "11.0.1"},
    "/rest/api/2/myself": {"name": "ada", "key": "JIRAUSER1"},
    "/rest/api/2/mypermissions": {"permissions": {"ADMINISTER": {"havePermission": True}}},
    USERS.path: {"isLast": False, "nextCursor": 7, "values": [{"name": "ada"}]},
    PROJECTS.path: [{"key": "ENG"}, {"key": "~OPS"}],
    "/rest/api/2/project/ENG/role": {},
    SCHEMES.path: {"permissionSchemes": []},
    AUDIT.path: {"records": [], "total": 0},
}


def answer(base: str = "") -> Callable[[Request], Answer]:
    """Return a small Jira, installed under a context path."""

    def handler(request: Request) -> Answer:
        body = REPLIES.get(request.path.removeprefix(base)) if request.path.startswith(base) else None
        return Answer.json({"errorMessages": ["no such thing"]}, 404) if body is None else Answer.json(body)

    return handler


async def no_sleep(_seconds: float) -> None:
    """Wait for nothing."""


def look(
    server: Loopback, base: str = "", credential: Credential | None = None, form: str = "", product: str = "jira"
) -> Examination:
    """Examine access to a server."""
    settings = AtlassianSettings(product, server.url + base, "acme", credential or Bearer(TOKEN), form)
    policy = Policy(settings.origin, secrets=settings.secrets)
    return examine(settings, policy, sleep=no_sleep, of=lambda _importer: SMALL)


def probe(found: Examination, endpoint: Endpoint) -> Probe:
    """Return the one probe of an end point."""
    (one,) = [one for one in found.probes if one.endpoint == endpoint.path]
    return one


def check(found: Examination, name: str) -> tuple[bool, str]:
    """Return how one check came out."""
    (one,) = [one for one in found.checks if one.name == name]
    return one.ok, one.said


def test_an_instance_that_reads_well() -> None:
    """Form, version, account and rights are said; each end point is asked once, for little, in the product's order."""
    with Loopback(answer("/jira")) as server:
        found = look(server, "/jira")

    assert found.title == "Jira Data Center 11.0.1"
    assert {one.name: one.ok for one in found.checks} == {"address": True, "form": True, "sign-in": True, "clock": True}
    assert check(found, "sign-in") == (True, "as ada, by a token (Bearer)")
    assert "the account holds ADMINISTER" in found.notes
    assert [one.endpoint for one in found.probes] == [one.path for one in ALL]
    assert {probe(found, one).state for one in (USERS, PROJECTS, ROLES, SCHEMES, AUDIT)} == {READABLE}
    assert probe(found, LEVELS).state == NOT_TRIED
    assert probe(found, PATS).said == "left out: nobody asked for them"
    assert probe(found, ROLES).scopes == ("jira:acme:project:ENG", "jira:acme:project:~OPS")
    targets = [one.target for one in server.seen]
    assert len(targets) == len(set(targets)) == 8
    assert all(one.path.startswith("/jira/rest/") for one in server.seen)
    assert {int(one.query["maxResults"]) for one in server.seen if "maxResults" in one.query} == {10}
    assert found.complete


def test_what_is_closed_is_named_with_what_it_takes_and_hides() -> None:
    """A refusal, a feature that is not there, a broken answer; each gap becomes an unknown of the template."""
    faults = {
        SCHEMES.path: Answer.json({"errorMessages": ["You do not have permission"]}, 403),
        AUDIT.path: Answer.json({}, 404),
        USERS.path: Answer(200, b"<html>log in</html>", (("Content-Type", "text/html"),)),
        "/rest/api/2/project/ENG/role": Answer.json({}, 404),
        "/rest/api/2/project/~OPS/role": Answer.json({}),
    }
    with Loopback(answer()) as server:
        server.faults = lambda request: faults.get(request.path)
        found = look(server)

    assert probe(found, SCHEMES).state == DENIED
    assert "You do not have permission" in probe(found, SCHEMES).said
    assert probe(found, SCHEMES).access.right == "Jira administrator"
    assert probe(found, AUDIT).state == ABSENT
    assert probe(found, USERS).state == FAILED
    assert probe(found, ROLES).state == READABLE
    assert {one.endpoint for one in found.gaps} == {SCHEMES.path, USERS.path}
    assert not found.complete
    lacking = found.instance(AtlassianSettings("jira", "https://j.example", "acme", Bearer(TOKEN)))
    assert {(one.relation, one.scopes, one.closable) for one in lacking.unknown} == {
        ("INSTALLED_IN", ("jira:acme:app",), True),
        ("REACHABLE_FROM", (), False),
        ("ASSIGNED_TO", (), True),
        ("ACCOUNT_OF", (), True),
    }


def test_a_credential_that_is_not_accepted() -> None:
    """It is said, nothing more is asked, and the secret is in nothing that is said."""
    refused = Answer.json({"message": f"bad {TOKEN}"}, 401)
    with Loopback(answer()) as server:
        server.faults = lambda request: refused if "serverInfo" not in request.path else None
        found = look(server)

    ok, said = check(found, "sign-in")
    assert not ok
    assert "does not accept the credential" in said
    assert found.probes == []
    assert len(server.seen) == 2
    assert TOKEN not in repr(found)


def test_a_request_that_the_server_takes_for_an_anonymous_one() -> None:
    """An answer to nobody in particular is no sign-in, though its status is 200."""
    with Loopback(answer()) as server:
        server.faults = lambda request: Answer.json({"type": "anonymous"}) if "myself" in request.path else None
        found = look(server)

    assert check(found, "sign-in")[0] is False
    assert "anonymous" in check(found, "sign-in")[1]


def test_no_server_and_another_server() -> None:
    """No answer is one check; an answer of something else says that the context path or the form may be wrong."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = AtlassianSettings("jira", f"http://127.0.0.1:{port}", "acme", Bearer(TOKEN))
    silent = examine(settings, Policy(settings.origin), sleep=no_sleep)
    with Loopback(answer("/jira")) as server:
        other = look(server)
        wrong = AtlassianSettings("jira", server.url, "acme", Bearer(TOKEN))
        with pytest.raises(ImportFailedError, match="context path"):
            recognise(wrong, Policy(wrong.origin))

    assert [(one.name, one.ok) for one in silent.checks] == [("address", False)]
    assert [(one.name, one.ok) for one in other.checks] == [("address", True), ("form", False)]
    assert "context path" in check(other, "form")[1]
    assert not other.complete


def test_the_form_is_asked_for_and_a_flag_overrides_it() -> None:
    """Jira says `deploymentType`; what the settings say is taken without."""
    with Loopback(answer()) as server:
        settings = AtlassianSettings("jira", server.url, "acme", Bearer(TOKEN))
        assert recognise(settings, Policy(settings.origin)).importer == "jira-dc"
        server.faults = lambda request: Answer.json({"deploymentType": "Cloud", "version": "1001.0.0"})
        assert recognise(settings, Policy(settings.origin)).importer == "jira-cloud"
        stated = AtlassianSettings("jira", server.url, "acme", Bearer(TOKEN), "dc")
        assert recognise(stated, Policy(stated.origin)).importer == "jira-dc"


@pytest.mark.parametrize(
    ("product", "credential", "form", "version", "said"),
    [
        ("jira", Basic("ada", "x"), "dc", "11.0.1", "has Basic switched off"),
        ("jira", Basic("ada", "x"), "dc", "10.3.2", ""),
        ("jira", Bearer(TOKEN), "dc", "11.0.1", ""),
        ("bitbucket", Bearer(TOKEN), "dc", "9.4.0", "BSERV-10482"),
        ("bitbucket", Basic("ada", "x"), "dc", "9.4.0", ""),
        ("bitbucket", Bearer(TOKEN), "cloud", "", ""),
        ("jira", Basic("ada", "x"), "cloud", "", "e-mail address"),
    ],
)
def test_a_kind_of_credential_that_will_not_do(
    product: str, credential: Credential, form: str, version: str, said: str
) -> None:
    """Basic at Jira 11, a token at Bitbucket's administration, a password in the Cloud: said before it fails."""
    with Loopback(lambda _request: Answer.json({"version": version})) as server:
        settings = AtlassianSettings(product, server.url, "acme", credential, form)
        notes = recognise(settings, Policy(settings.origin)).notes

    assert (said in notes[0]) if said else not notes


@pytest.mark.parametrize(("ahead", "fine"), [(0.0, True), (400.0, False), (-4000.0, False)])
def test_clocks_that_are_apart(ahead: float, fine: bool) -> None:
    """A clock that differs from the server's by more than two minutes is named, with the direction."""
    import time

    with Loopback(answer()) as server:
        settings = AtlassianSettings("jira", server.url, "acme", Bearer(TOKEN))
        found = examine(
            settings,
            Policy(settings.origin),
            sleep=no_sleep,
            clock=lambda: time.time() + ahead,
            of=lambda _importer: SMALL,
        )

    ok, said = check(found, "clock")
    assert ok is fine
    assert fine or ("ahead of" if ahead > 0 else "behind") in said


@pytest.mark.parametrize("importer", sorted(PRODUCTS))
def test_every_form_knows_whom_to_ask_and_what_paths_take(importer: str) -> None:
    """No form of a product is without its questions and its table of rights."""
    assert IDENTITIES[importer].who.startswith("/")
    assert access(importer, Endpoint("/whatever", "MEMBER_OF")).hides == "who is in a group or holds a role"
    assert access("bitbucket-dc", Endpoint("/rest/api/latest/admin/users", "ACCOUNT_OF")).credential.endswith(
        "(BSERV-10482)"
    )


@pytest.mark.parametrize(
    ("importer", "path", "right"),
    [
        ("jira-cloud", "/rest/api/3/issuesecurityschemes/project", "Jira administrator"),
        ("jira-cloud", "/rest/api/3/group/bulk", "browses users and groups (global permission)"),
        ("jira-cloud", "/rest/api/3/group/member", "Jira administrator"),
        ("jira-cloud", "/rest/api/3/project/{key}/permissionscheme", "project administrator, or Jira administrator"),
        (
            "jira-dc",
            "/rest/api/2/project/{key}/issuesecuritylevelscheme",
            "project administrator, or Jira administrator",
        ),
        ("jira-dc", "/rest/authconfig/latest/idps", "Jira system administrator"),
        ("confluence-dc", "/rest/authconfig/latest/idps", "Confluence system administrator"),
        ("confluence-cloud", "/wiki/rest/api/group/{groupId}/membersByGroupId", "uses Confluence"),
        (
            "confluence-cloud",
            "/wiki/api/v2/spaces/{id}/permissions",
            "views the space; all of them: Confluence administrator",
        ),
    ],
)
def test_the_right_is_the_least_that_the_vendor_names(importer: str, path: str, right: str) -> None:
    """As the descriptions of the end points say it: neither too high nor too low."""
    assert access(importer, Endpoint(path, "MEMBER_OF")).right == right
