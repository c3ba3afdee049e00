"""Where a credential is ended: links only from stated addresses, and the step for each kind."""

from pathlib import Path

import pytest

from graphscan.analysis.report_console import Console, consoles
from graphscan.analysis.report_kill import kill
from graphscan.analysis.session import Session
from tests.functional.running import graphscan

FACTS = """\
graphscan: facts/1
source: orgs
at: 2024-01-02T03:04:05Z
nodes:
  - {id: "okta:acme:org", kind: Application, provider: okta, subtype: org,
     keys: [{type: base_url, value: "https://acme.okta.com"}]}
  - {id: "okta:acme:user:00u1", kind: User, provider: okta}
  - {id: "okta:acme:app:0oa1", kind: Application, provider: okta, subtype: app, properties: {app: oidc_client}}
  - {id: "okta:acme:password:00u1", kind: Credential, provider: okta, subtype: password}
  - {id: "okta:acme:api-token:00T1", kind: Credential, provider: okta, subtype: api_token}
  - {id: "okta:acme:client-secret:ocs1", kind: Credential, provider: okta, subtype: client_secret}
  - {id: "okta:own:org", kind: Application, provider: okta, subtype: org,
     keys: [{type: base_url, value: "https://login.acme.example"}]}
  - {id: "okta:own:api-token:00T2", kind: Credential, provider: okta, subtype: api_token}
  - {id: "okta:plain:org", kind: Application, provider: okta, subtype: org,
     keys: [{type: base_url, value: "http://acme.okta.com"}]}
  - {id: "okta:plain:api-token:00T3", kind: Credential, provider: okta, subtype: api_token}
  - {id: "jira:acme:app", kind: Application, provider: atlassian, subtype: jira,
     keys: [{type: base_url, value: "https://jira.acme.example/tracker"}]}
  - {id: "jira:acme:user:JIRAUSER1", kind: User, provider: atlassian, keys: [{type: login, value: "a/b?c=d&e <x>"}]}
  - {id: "jira:acme:pat:1", kind: Credential, provider: atlassian, subtype: pat}
  - {id: "bitbucket:acme:app", kind: Application, provider: atlassian, subtype: bitbucket,
     keys: [{type: base_url, value: "https://git.acme.example"}]}
  - {id: "bitbucket:acme:repo:PAY/api", kind: Repository, provider: atlassian}
  - {id: "bitbucket:acme:access-key:7", kind: Credential, provider: atlassian, subtype: access_key}
  - {id: loose, kind: Credential, subtype: api_token}
relations:
  - {source: "okta:acme:user:00u1", kind: HAS_CREDENTIAL, target: "okta:acme:password:00u1"}
  - {source: "okta:acme:user:00u1", kind: HAS_CREDENTIAL, target: "okta:acme:api-token:00T1"}
  - {source: "okta:acme:app:0oa1", kind: STORES, target: "okta:acme:client-secret:ocs1"}
  - {source: "jira:acme:user:JIRAUSER1", kind: HAS_CREDENTIAL, target: "jira:acme:pat:1"}
  - {source: "bitbucket:acme:access-key:7", kind: GRANTS, target: "bitbucket:acme:repo:PAY/api", gives: read}
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Console]:
    """Return the consoles of every credential of the facts."""
    folder = tmp_path_factory.mktemp("consoles")
    (folder / "facts.yaml").write_text(FACTS, "utf-8")
    made = graphscan("import", "facts", folder / "facts.yaml", "--store", folder / "store")
    assert made.returncode in (0, 3), made.stderr
    session = Session.open(Path(folder / "store"))
    rows = session.con.execute(
        "SELECT id FROM base.node WHERE kind = 'Credential' AND provider <> 'derived'"
    ).fetchall()
    return consoles(session, [row[0] for row in rows])


@pytest.mark.parametrize(
    ("credential", "address"),
    [
        ("okta:acme:password:00u1", "https://acme-admin.okta.com/admin/user/profile/view/00u1"),
        ("okta:acme:api-token:00T1", "https://acme-admin.okta.com/admin/access/api/tokens"),
        ("okta:own:api-token:00T2", ""),
        ("okta:plain:api-token:00T3", ""),
        (
            "jira:acme:pat:1",
            "https://jira.acme.example/tracker/secure/admin/user/ViewUser.jspa?name=a%2Fb%3Fc%3Dd%26e%20%3Cx%3E",
        ),
        ("bitbucket:acme:access-key:7", "https://git.acme.example/plugins/servlet/ssh/projects/PAY/repos/api/keys"),
        ("loose", ""),
    ],
)
def test_a_link_is_made_only_from_what_is_stated(found: dict[str, Console], credential: str, address: str) -> None:
    """Of a domain of one's own, of plain http and of no address there is none; what is in a name is encoded."""
    assert found[credential].address == address
    assert bool(found[credential].shows) == bool(address)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (("session", "okta"), "Clear User Sessions"),
        (("api_token", "okta"), "Security > API > Tokens"),
        (("client_secret", "okta"), "set the old one to Inactive and delete it"),
        (("pat", "atlassian", "jira"), "personal access tokens"),
        (("api_token", "atlassian", "jira", "cloud"), "API token activity"),
        (("access_key", "atlassian", "bitbucket"), "Access keys"),
        (("access_key", "aws"), "deactivate the old one"),
        (("ssh_key", "generic"), "every host that lists it"),
        (("oauth_grant", "generic"), "Revoke the grant"),
        (("implant", "generic"), "cannot be rotated"),
        (("sigil", "generic"), "is not known here"),
    ],
)
def test_each_kind_has_the_step_that_kills_it(asked: tuple[str, ...], says: str) -> None:
    """By subtype, provider, product and form; of an unknown kind that is said."""
    step = kill(*asked)

    assert says in step.step
    assert not step.source or step.source.startswith("https://")
