"""From HTTP replies of two organisations and a facts file with the products to who signs in where."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.functional.running import Inside
from tests.importers.servers import small_org
from tests.importers.servers.loopback import Loopback
from tests.importers.servers.small_org_federation import Federated, other_organisation
from tests.importers.servers.small_org_ids import app_id, group_id, user_id

PRODUCTS = """
graphscan: facts/1
source: products
nodes:
  - {id: jira, kind: Application, keys: [{type: base_url, value: "https://jira.acme.example"}]}
  - {id: jira:ada, kind: User, name: Nobody, keys: [{type: login, value: ada@acme.example}]}
  - {id: jira:cleo, kind: User, keys: [{type: nameid, value: cleo@acme.example}]}
  - id: jira:hana
    kind: User
    name: hana@acme.example
    keys: [{type: email, value: hana@acme.example, verified: false}]
  - {id: jira:engineers, kind: Group, keys: [{type: group_name, value: jira-engineers}]}
  - {id: github, kind: Application, name: GitHub, keys: [{type: org_name, value: acme, scope: github.com}]}
  - {id: github:ada, kind: User, keys: [{type: login, value: ada-acme}]}
  - {id: github-lookalike, kind: Application, keys: [{type: org_name, value: acme, scope: github.example}]}
  - {id: github-lookalike:ada, kind: User, keys: [{type: login, value: ada-acme}]}
  - {id: aws:admin, kind: Role, keys: [{type: role_arn, value: "arn:aws:iam::123456789012:role/Admin"}]}
  - {id: twin-1, kind: Application, keys: [{type: base_url, value: "https://twins.acme.example"}]}
  - {id: twin-1:ada, kind: User, keys: [{type: login, value: ada@acme.example}]}
  - {id: twin-2, kind: Application, keys: [{type: base_url, value: "https://twins.acme.example"}]}
  - {id: twin-2:ada, kind: User, keys: [{type: login, value: ada@acme.example}]}
  - {id: cloud, kind: Application, keys: [{type: base_url, value: "https://auth.atlassian.com/login/callback"}]}
  - {id: cloud:ada, kind: User, keys: [{type: login, value: ada@acme.example}]}
  - {id: bank, kind: Application, keys: [{type: base_url, value: "https://bank.acme.example"}]}
  - {id: bank:ada, kind: User, keys: [{type: login, value: ada-bank}]}
  - {id: press, kind: Application, keys: [{type: base_url, value: "https://press.acme.example"}]}
  - {id: press:all, kind: User, keys: [{type: login, value: press}]}
  - {id: travel, kind: Application, keys: [{type: base_url, value: "https://travel.acme.example"}]}
  - {id: travel:ada, kind: User, keys: [{type: login, value: ada@acme.example}]}
relations:
  - {sources: [jira:ada, jira:cleo, jira:hana, jira:engineers], kind: ACCOUNT_OF, target: jira}
  - {source: github:ada, kind: ACCOUNT_OF, target: github}
  - {source: github-lookalike:ada, kind: ACCOUNT_OF, target: github-lookalike}
  - {source: twin-1:ada, kind: ACCOUNT_OF, target: twin-1}
  - {source: twin-2:ada, kind: ACCOUNT_OF, target: twin-2}
  - {source: cloud:ada, kind: ACCOUNT_OF, target: cloud}
  - {source: bank:ada, kind: ACCOUNT_OF, target: bank}
  - {source: press:all, kind: ACCOUNT_OF, target: press}
  - {source: travel:ada, kind: ACCOUNT_OF, target: travel}
  - {sources: [jira, github, github-lookalike, bank, press, travel], kind: REACHABLE_FROM, target: internet}
"""


def user(name: str, org: str = "acme") -> str:
    """Return a user's node id."""
    return f"okta:{org}:user:{user_id(name)}"


def app(name: str) -> str:
    """Return an application's node id."""
    return f"okta:acme:app:{app_id(name)}"


@dataclass
class Imported:
    """A store of both organisations and the products, and the commands to ask it."""

    store: Path
    inside: Inside

    def reached(self, *words: str) -> dict[tuple[str, str], bool]:
        """Return what a start reaches, and whether that is known."""
        ended = self.inside("blast", *words, "--store", self.store, "-o", "json")
        assert ended.code == 0, ended.err
        return {(one["id"], one["level"]): one["certainty"] == "known" for one in json.loads(ended.out)["reached"]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that the tests of this module share."""
    return tmp_path_factory.mktemp("federation")


@pytest.fixture
def imported(folder: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch) -> Iterator[Imported]:
    """Import both organisations and the facts once."""
    monkeypatch.setenv("GRAPHSCAN_OKTA_TOKEN", small_org.TOKEN)
    store = folder / "store"
    if not store.exists():
        with Loopback(other_organisation) as other, Loopback(Federated(other.url)) as ours:
            for name, server in (("other", other), ("acme", ours)):
                words = ("import", "okta", "--org-url", server.url, "--name", name)
                assert inside(*words, "--store", store).code in (0, 3)
        facts = folder / "products.yaml"
        facts.write_text(PRODUCTS, encoding="utf-8")
        assert inside("import", "facts", facts, "--store", store).code in (0, 3)
    yield Imported(store, inside)


def test_a_person_becomes_her_accounts_in_other_products(imported: Imported) -> None:
    """Jira by address, GitHub by its organization, AWS by the role's ARN, the other organisation by its issuer."""
    found = imported.reached(f"{user('ada')}::top")

    for account in ("jira:ada", "github:ada", "aws:admin", user("ada", "other")):
        assert found[account, "act_as"], account
    for other in ("github-lookalike:ada", "cloud:ada", "bank:cleo"):
        assert not any(who == other for who, _ in found), other


def test_an_ambiguous_product_and_an_edited_address_give_no_certainty(imported: Imported) -> None:
    """Two products with one address: each is possible, and so is an edited address; a name joins nobody."""
    found = imported.reached(f"{user('ada')}::top")
    assert (found["twin-1:ada", "act_as"], found["twin-2:ada", "act_as"]) == (False, False)

    # She is a super administrator, who may have an application assert anybody: that is another matter, and possible.
    found = imported.reached(f"{user('hana')}::top")
    assert not any(known for (who, _), known in found.items() if who == "jira:hana")
    alone = imported.reached(f"{user('hana')}::top", "--without", "okta.product-accounts")
    assert {known for (who, _), known in alone.items() if who == "jira:hana"} == {False}


def test_what_leads_to_products_that_nobody_imported_is_counted(imported: Imported) -> None:
    """One line for an application, with the number of relations that end behind it."""
    ended = imported.inside("status", "--store", imported.store, "-o", "json")
    lines = {(one["ref"], one["relation"]): one["relations"] for one in json.loads(ended.out)["doubts"]["unresolved"]}

    assert lines[f"~behind|{app('nowhere')}", "SIGNS_IN_AS"] == 4
    assert lines[f"~behind|{app('shared')}", "SIGNS_IN_AS"] == 1
    assert lines[f"~behind|{app('former')}", "SIGNS_IN_AS"] == 1  # its identity provider there is switched off
    assert lines[f"~behind|{app('jira')}", "SIGNS_IN_AS"] == 3  # nobody of those names, or none that can be told


def test_a_kept_password_is_taken_by_its_user_alone_and_a_shared_one_by_all(imported: Imported) -> None:
    """Who uses the application takes the shared one; nobody takes another person's own."""
    ada, ben = imported.reached(f"{user('ada')}::top"), imported.reached(f"{user('ben')}::top")

    assert ada[f"okta:acme:app-password:{app_id('bank')}:{user_id('ada')}", "held"]
    assert ada["bank:ada", "act_as"]
    assert ("press:all", "act_as") in ben  # possibly: Okta does not know from where the application is reached
    assert imported.reached(f"{app('press')}::login")["press:all", "act_as"]
    assert not any(who == "bank:ada" for who, _ in ben)


def test_the_okta_password_opens_what_it_is_synchronised_with(imported: Imported) -> None:
    """No sign-on policy of Okta's stands before the product itself."""
    assert imported.reached(f"okta:acme:password:{user_id('ada')}")["travel:ada", "act_as"]


def test_an_application_administrator_reads_and_writes_what_is_pushed(imported: Imported) -> None:
    """Passwords of those assigned, an account in the product, and people of the other organisation."""
    found = imported.reached(f"{app('jira')}::admin")
    assert found[f"okta:acme:password:{user_id('ada')}", "held"]  # assigned herself
    assert found[f"okta:acme:password:{user_id('cleo')}", "held"]  # through her group
    assert (f"okta:acme:password:{user_id('eve')}", "held") in found  # whose assignment says no name
    assert found["jira", "login"]
    assert found["jira", "admin"] is False

    bridge = imported.reached(f"{app('bridge')}::admin")
    assert bridge[user("ada", "other"), "act_as"]
    # Of hers nothing is written; what an account made there is allowed to do is not known.
    assert not any(known for (who, _), known in bridge.items() if who == user("zoe", "other"))


def test_a_member_of_a_pushed_group_is_one_in_the_product(imported: Imported) -> None:
    """Cleo is in the Okta group and assigned through it; Finn is assigned and not in it."""
    assert imported.reached(f"{user('cleo')}::top")["jira:engineers", "act_as"]
    assert not any(who == "jira:engineers" for who, _ in imported.reached(f"{user('finn')}::top"))


def test_accounts_of_one_person_are_joined_and_explained(imported: Imported) -> None:
    """Who signs in as an account is its person; no step of an attack comes of it."""
    ended = imported.inside("explain", "github:ada", "--store", imported.store, "-o", "json")
    relations = json.loads(ended.out)["relations"]
    assert [one["evidence"] for one in relations if one["kind"] == "SAME_PERSON"]
    assert not any(who == user("ada") for who, _ in imported.reached("github:ada::top"))
    assert group_id("engineering") in json.dumps(imported.inside("select", "kind=Group", "--store", imported.store).out)
