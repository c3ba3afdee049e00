"""`import atlassian-org` and `doctor atlassian` for an organization and for a directory of it."""

from pathlib import Path

from importers._policy import Policy
from importers.atlassian.config import resolve
from importers.atlassian.doctor import examine
from importers.atlassian.doctor_found import DENIED, NOT_TRIED, READABLE, Examination
from importers.atlassian.settings import AtlassianSettings, Bearer
from importers.atlassian.template import template
from tests.functional.running import graphscan
from tests.importers.atlassian.test_org import organisation
from tests.importers.servers.cloud_org import CANARIES, DIRECTORY, ORG, SITE, Organization, scim_user
from tests.importers.servers.loopback import Answer, Handler, Loopback, Request

KEY = "keyOfTheOrganization-0042"


def look(handler: Handler, **options: object) -> Examination:
    """Examine access to an organization."""
    with Loopback(handler) as server:
        settings = AtlassianSettings("atlassian-org", server.url, "acme", Bearer(KEY), "", options)
        return examine(settings, Policy(settings.origin, secrets=settings.secrets), sleep=_at_once)


def test_the_command(tmp_path: Path) -> None:
    """A section of the configuration is enough: it reads with GET alone, and the key and other secrets stay out."""
    (tmp_path / "org.key").write_text(f"{KEY}\n")
    with Loopback(organisation()) as server:
        (tmp_path / "graphscan.toml").write_text(
            f'[atlassian-org.acme]\nurl = "{server.url}"\ntoken_file = "org.key"\nsites = ["jira:acme={SITE}"]\n'
        )
        done = graphscan("import", "atlassian-org", "--store", tmp_path / "store", "--output", "json", cwd=tmp_path)
        sent = {one.headers.get("Authorization") for one in server.seen}
    assert done.returncode == 3, done.stderr  # what no end point tells is missing
    assert "atlassian-org:acme" in done.stdout
    assert sent == {f"Bearer {KEY}"}
    for secret in (KEY, *CANARIES):
        assert secret not in done.stdout + done.stderr
        for file in (tmp_path / "store").rglob("*"):
            assert not file.is_file() or secret.encode() not in file.read_bytes()


def test_the_address_is_the_same_for_everybody(tmp_path: Path) -> None:
    """An organization needs a name and a key; flags take what a file holds."""
    (tmp_path / "k").write_text(KEY)
    flags = {"name": "acme", "token_file": str(tmp_path / "k"), "sites": f"jira:acme={SITE}, confluence:acme={SITE}"}
    found = resolve("atlassian-org", flags, None, {}, tmp_path).atlassian
    assert found.url == "https://api.atlassian.com"
    assert found.options["sites"] == (f"jira:acme={SITE}", f"confluence:acme={SITE}")


def test_doctor_of_an_organization() -> None:
    """Each end point is asked once; what a key's scopes close is named, with the scope that it takes."""
    good = organisation()

    def answer(request: Request) -> Answer:
        if "/api-tokens" in request.target:
            return Answer.json({"errors": [{"code": "ADMIN-401-2", "title": "INSUFFICIENT_SCOPE"}]}, 401)
        return good(request)

    found = look(answer)
    states = {one.endpoint.rpartition("/")[2]: one for one in found.probes}
    assert ("sign-in", True) in {(one.name, one.ok) for one in found.checks}
    assert states["api-tokens"].state == DENIED
    assert "read:tokens:admin" in states["api-tokens"].access.credential
    assert (states["api-keys"].state, states["policies"].state, states["Users"].state) == (
        *(READABLE, READABLE),
        NOT_TRIED,
    )
    settings = AtlassianSettings("atlassian-org", "https://api.atlassian.com", "acme", Bearer(KEY))
    text = template([found.instance(settings)], "2026-11-25")
    assert "atlassian-org:acme:sso-enforced" in text
    assert "link: organization" in text


def test_doctor_of_a_directory_and_of_an_id() -> None:
    """A directory's key opens nothing else, and an id that is set is asked for."""
    org = Organization(scim={DIRECTORY: ([scim_user("ada", "acc-ada")], [])})

    def only_scim(request: Request) -> Answer:
        return org(request) if request.path.startswith("/scim/") else Answer.json({"message": "Unauthorized"}, 401)

    found = look(only_scim, directories=(DIRECTORY,))
    assert [one.said for one in found.checks if one.name == "sign-in"] == [
        "as a key of a user directory, by a token (Bearer)"
    ]
    assert {one.state for one in found.probes if "scim" in one.endpoint} == {READABLE}
    assert not found.gaps
    named = look(organisation(), org_id=ORG)
    assert [one.said for one in named.checks if one.name == "sign-in"] == [f"as a key of {ORG}, by a token (Bearer)"]


async def _at_once(_seconds: float) -> None:
    return None
