"""Joins across sources: which product stands behind an application, and which account a name means there."""

from collections.abc import Iterable

import pytest

from graphscan.model import Key, Node, Observed, Record, Ref, Relation
from tests.unit.store.conftest import Merged, View

OKTA, JIRA, HR = "okta:acme", "jira:acme", "facts:hr"
APP = "okta:acme:app:0oajira"


def okta(*keys: Key, name: str = "ada@acme.example", observed: Observed = Observed.YES) -> list[Record]:
    """Return an Okta user whose assignment says who she becomes behind an application with these keys."""
    return [
        Node("okta:acme:user:ada", "User", "okta"),
        Node(APP, "Application", "okta", "jira_onprem", "Jira", keys=keys),
        signs_in("okta:acme:user:ada", name, observed=observed),
    ]


def signs_in(user: str, name: str, via: str = APP, observed: Observed = Observed.YES) -> Relation:
    """Return who a user becomes, by name."""
    return Relation(Ref(user), "SIGNS_IN_AS", Ref.behind("account", name), via=Ref(via), observed=observed)


def product(id_: str, keys: Iterable[Key], **accounts: Key) -> list[Record]:
    """Return an application with accounts, each with one key."""
    records: list[Record] = [Node(id_, "Application", "atlassian", "jira", "Jira", keys=tuple(keys))]
    for name, key in accounts.items():
        records.append(Node(f"{id_}:{name}", "User", "atlassian", "user", f"{name}@acme.example", keys=(key,)))
        records.append(Relation(Ref(f"{id_}:{name}"), "ACCOUNT_OF", Ref(id_)))
    return records


def url(value: str) -> Key:
    """Return where an Okta application sends people."""
    return Key("acs_url", value)


def base(value: str) -> Key:
    """Return where a product stands."""
    return Key("base_url", value)


ADA = Key("login", "ada@acme.example", "jira:acme")


def joined(view: View) -> list[tuple[str, str]]:
    """Return (account, observed) of every sign-in into an account."""
    return [
        (target, str(observed)) for kind, _, target, observed in view.relations("observed") if kind == "SIGNS_IN_AS"
    ]


def test_a_sign_in_ends_at_the_account_that_its_name_means_there(merged: Merged) -> None:
    """Address by prefix, then the name, whatever its capitals; the relation keeps its id and its application."""
    ours = okta(url("https://jira.acme.example/plugins/servlet/samlsso?x=1"), name=" Ada@ACME.example")
    view = merged({OKTA: ours, JIRA: product("jira", [base("https://JIRA.acme.example:443/")], ada=ADA)})

    assert joined(view) == [("jira:ada", "yes")]
    assert view.rows("SELECT r.id, a.id FROM base.relation r JOIN base.node a ON a.n = r.via") == [(ours[2].id, APP)]  # type: ignore[union-attr]
    assert view.rows("FROM base.unresolved") == view.rows("FROM base.ambiguous") == []


def test_where_nothing_is_imported_the_ends_are_counted_for_the_application(merged: Merged) -> None:
    """Not one row for each name: a row for the application, with the number of relations that end behind it."""
    more = [signs_in("okta:acme:user:ada", f"ada{number}@acme.example") for number in range(5)]
    view = merged({OKTA: [*okta(url("https://jira.acme.example/sso")), *more]})

    assert joined(view) == []
    assert view.rows("SELECT ref, relation_kind, source_instance, relations, kind FROM base.unresolved") == [
        (f"~behind|{APP}", "SIGNS_IN_AS", OKTA, 6, None)
    ]


def test_an_account_that_the_product_does_not_have_is_counted_and_said(merged: Merged) -> None:
    """The product is there, nobody of that name is."""
    ours = [*okta(url("https://jira.acme.example/sso")), signs_in("okta:acme:user:ada", "nobody@acme.example")]
    view = merged({OKTA: ours, JIRA: product("jira", [base("https://jira.acme.example")], ada=ADA)})

    assert joined(view) == [("jira:ada", "yes")]
    assert view.rows("SELECT relations, reason FROM base.unresolved") == [
        (1, "the product behind the application has nothing of that name")
    ]


def test_an_application_that_nobody_declares_joins_nothing(merged: Merged) -> None:
    """Its assignments were read and it was not: counted, and said so."""
    view = merged(
        {
            OKTA: [Node("okta:acme:user:ada", "User"), signs_in("okta:acme:user:ada", "ada@acme.example", "gone")],
            JIRA: product("jira", [base("https://jira.acme.example")], ada=ADA),
        }
    )

    assert view.rows("SELECT ref, reason FROM base.unresolved") == [
        ("~behind|gone", "no source declares the application")
    ]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (url("https://jira.acme.example.evil.example/sso"), base("https://jira.acme.example")),
        (url("https://jira.acme.example/sso"), base("https://jira.acme.example/other")),
        (url("https://signin.aws.amazon.com/saml"), base("https://signin.aws.amazon.com/saml")),
        (url("https://auth.atlassian.com/login/callback"), base("https://auth.atlassian.com")),
        (url("https://id.atlassian.com/x"), base("https://id.atlassian.com")),
        (url("https://jira.acme.example/sso"), Key("base_url", "https://jira.acme.example", verified=False)),
        (Key("org_name", "acme", "github.com"), Key("org_name", "acme", "gitlab.com")),
        (Key("org_name", "acme", "github.com"), Key("org_name", "acme-labs", "github.com")),
        (Key("client_id", "0oa1", "https://acme.okta.com"), Key("client_id", "0oa1", "https://other.okta.com")),
        (Key("idp_issuer", "http://www.okta.com/exk1"), Key("idp_issuer", "http://www.okta.com/exk2")),
        (Key("display_name", "Jira"), Key("display_name", "Jira")),
    ],
)
def test_what_names_no_single_product_joins_none(merged: Merged, ours: Key, theirs: Key) -> None:
    """Another host or path, an address that many companies share, an unverified key, another scope, a display name."""
    view = merged({OKTA: okta(ours), JIRA: product("jira", [theirs], ada=ADA)})

    assert joined(view) == []


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (Key("idp_issuer", "http://www.okta.com/exk1"), Key("idp_issuer", "http://www.okta.com/exk1")),
        (Key("client_id", "0oa1", "https://acme.okta.com"), Key("client_id", "0oa1", "https://acme.okta.com")),
        (Key("aws_account", "123456789012"), Key("aws_account", "123456789012")),
        (Key("org_name", "Acme", "github.com"), Key("org_name", "acme", "github.com")),
        (url("https://acme.slack.com/sso/saml"), base("https://acme.slack.com")),
        (url("http://127.0.0.1:8080/sso"), base("http://127.0.0.1:8080")),
    ],
)
def test_every_sort_of_key_joins(merged: Merged, ours: Key, theirs: Key) -> None:
    """An issuer, a client id, an AWS account, an organization's name within its host, an address."""
    view = merged({OKTA: okta(ours), JIRA: product("jira", [theirs], ada=ADA)})

    assert joined(view) == [("jira:ada", "yes")]


def test_the_longest_address_and_the_strongest_key_decide(merged: Merged) -> None:
    """Two products on one host are told apart by path; an issuer outweighs both addresses."""
    everything = [
        *product("root", [base("https://tools.acme.example")], ada=ADA),
        *product("jira", [base("https://tools.acme.example/jira")], ada=ADA),
        *product("moved", [Key("idp_issuer", "http://www.okta.com/exk1")], ada=ADA),
    ]
    address = url("https://tools.acme.example/jira/saml")

    assert joined(merged({OKTA: okta(address), JIRA: everything})) == [("jira:ada", "yes")]
    issuer = Key("idp_issuer", "http://www.okta.com/exk1")
    assert joined(merged({OKTA: okta(address, issuer), JIRA: everything})) == [("moved:ada", "yes")]


def test_an_application_that_sends_people_to_two_products_leads_possibly_to_either(merged: Merged) -> None:
    """Of each of its addresses the longest prefix counts, however long the other's is."""
    ours = okta(url("https://jira.acme.example/sso"), url("https://wiki.tools.acme.example/sso"))
    theirs = [
        *product("jira", [base("https://jira.acme.example")], ada=ADA),
        *product("wiki", [base("https://wiki.tools.acme.example")], ada=ADA),
    ]

    assert joined(merged({OKTA: ours, JIRA: theirs})) == [("jira:ada", "possible"), ("wiki:ada", "possible")]


def test_a_product_that_trusts_another_issuer_is_not_behind_the_application(merged: Merged) -> None:
    """The address meets, but the product names the issuers it trusts; one whose every issuer is off trusts none."""
    address, mine = url("https://jira.acme.example/sso"), Key("idp_issuer", "http://www.okta.com/exk1")
    other = Key("idp_issuer", "http://www.okta.com/exk2")
    off = Key("idp_issuer", "http://www.okta.com/exk1", verified=False)

    def signs(ours: list[Key], *trusted: Key) -> list[tuple[str, str]]:
        theirs = product("jira", [base("https://jira.acme.example"), *trusted], ada=ADA)
        return joined(merged({OKTA: okta(*ours), JIRA: theirs}))

    assert signs([address, mine], other) == []
    assert signs([address], off) == signs([address, mine], off, other) == []
    assert signs([address, mine], other, mine) == signs([address], other) == [("jira:ada", "yes")]


def test_two_products_with_one_key_are_two_possible_ends(merged: Merged) -> None:
    """Never a merge: a relation for each candidate, both possible, and the ambiguity is listed."""
    both = [base("https://jira.acme.example")]
    view = merged(
        {
            OKTA: okta(url("https://jira.acme.example/sso")),
            JIRA: product("jira", both, ada=ADA),
            HR: product("old-jira", both, ada=ADA),
        }
    )

    assert joined(view) == [("jira:ada", "possible"), ("old-jira:ada", "possible")]
    assert len({row[0] for row in view.rows("SELECT id FROM base.relation WHERE kind = 'SIGNS_IN_AS'")}) == 2
    assert view.rows("FROM base.ambiguous") == [
        (f"~behind|{APP}|account|ada@acme.example", ["jira:ada", "old-jira:ada"])
    ]


def test_an_ambiguous_product_stays_possible_where_only_one_has_the_account(merged: Merged) -> None:
    """Nobody knows that it is the product which has it."""
    both = [base("https://jira.acme.example")]
    view = merged(
        {
            OKTA: okta(url("https://jira.acme.example/sso")),
            JIRA: product("jira", both, ada=ADA),
            HR: product("old-jira", both, bob=Key("login", "bob@acme.example")),
        }
    )

    assert joined(view) == [("jira:ada", "possible")]


def test_the_strongest_key_of_an_account_decides_and_equals_are_possible(merged: Merged) -> None:
    """A NameID outweighs a login, two logins are two candidates."""
    name = "ada@acme.example"
    keys = [base("https://jira.acme.example")]
    ours = okta(url("https://jira.acme.example/sso"))

    by_name = product("jira", keys, ada=Key("login", name), eve=Key("nameid", name))
    assert joined(merged({OKTA: ours, JIRA: by_name})) == [("jira:eve", "yes")]
    equal = product("jira", keys, ada=Key("login", name), eve=Key("login", name))
    assert joined(merged({OKTA: ours, JIRA: equal})) == [("jira:ada", "possible"), ("jira:eve", "possible")]


def test_an_e_mail_that_its_owner_edits_joins_possibly_and_a_name_never(merged: Merged) -> None:
    """Anybody may have written it there: what is verified comes first, equals stay two; a display name is no key."""
    name = "ada@acme.example"
    ours, keys = okta(url("https://jira.acme.example/sso")), [base("https://jira.acme.example")]
    edited, proven = Key("email", name, verified=False), Key("email", name)

    def found(**accounts: Key) -> list[tuple[str, str]]:
        return joined(merged({OKTA: ours, JIRA: product("jira", keys, **accounts)}))

    assert found(ada=edited) == [("jira:ada", "possible")]
    assert found(ada=proven) == [("jira:ada", "yes")]
    assert found(ada=proven, eve=edited) == [("jira:ada", "yes")]
    assert found(ada=Key("login", name), eve=edited) == [("jira:ada", "yes")]
    assert found(ada=edited, eve=edited) == [("jira:ada", "possible"), ("jira:eve", "possible")]
    assert found(ada=Key("login", name, verified=False)) == []
    assert found(ada=Key("display_name", name)) == []


def test_one_login_at_two_instances_stays_two(merged: Merged) -> None:
    """Each application leads to its own product, whatever else bears that login, and the other's is not touched."""
    other = "okta:acme:app:0oaold"
    ours = [
        *okta(url("https://jira.acme.example/sso")),
        Node(other, "Application", "okta", "jira_onprem", "Old", keys=(url("https://old.acme.example/sso"),)),
        Node("okta:acme:user:bob", "User", "okta"),
        signs_in("okta:acme:user:bob", "ada@acme.example", via=other),
    ]
    login = Key("login", "ada@acme.example")
    view = merged(
        {
            OKTA: ours,
            JIRA: product("jira", [base("https://jira.acme.example")], ada=login),
            HR: product("old-jira", [base("https://old.acme.example")], ada=login),
        }
    )

    assert view.rows("SELECT count(*) FROM base.node WHERE kind = 'User' AND provider = 'atlassian'") == [(2,)]
    assert [(source, target) for kind, source, target, _ in view.relations("observed") if kind == "SIGNS_IN_AS"] == [
        ("okta:acme:user:ada", "jira:ada"),
        ("okta:acme:user:bob", "old-jira:ada"),
    ]
    assert {seen for _, seen in joined(view)} == {"yes"}


def test_what_was_possible_before_the_join_stays_so(merged: Merged) -> None:
    """A sign-in that is only possible does not become known by finding its account."""
    view = merged(
        {
            OKTA: okta(url("https://jira.acme.example/sso"), observed=Observed.POSSIBLE),
            JIRA: product("jira", [base("https://jira.acme.example")], ada=ADA),
        }
    )

    assert joined(view) == [("jira:ada", "possible")]


def test_the_application_and_a_group_behind_it_are_found_too(merged: Merged) -> None:
    """Pushed groups are found by name among the product's groups; an account of that name is not a group."""
    pushed = [
        Relation(Ref.behind("application"), "TRUSTS", Ref(APP), via=Ref(APP)),
        Relation(Ref.behind("group", "Admins"), "TRUSTS", Ref("okta:acme:user:ada"), via=Ref(APP)),
        Relation(Ref.behind("group", "ada@acme.example"), "TRUSTS", Ref("okta:acme:user:ada"), via=Ref(APP)),
    ]
    theirs = [
        *product("jira", [base("https://jira.acme.example")], ada=ADA),
        Node("jira:admins", "Group", "atlassian", keys=(Key("group_name", "admins"),)),
        Relation(Ref("jira:admins"), "ACCOUNT_OF", Ref("jira")),
    ]
    view = merged({OKTA: [*okta(url("https://jira.acme.example/sso")), *pushed], JIRA: theirs})

    assert [row[:3] for row in view.relations() if row[0] == "TRUSTS"] == [
        ("TRUSTS", "jira", APP),
        ("TRUSTS", "jira:admins", "okta:acme:user:ada"),
    ]
    assert view.rows("SELECT ref, relation_kind, relations FROM base.unresolved") == [(f"~behind|{APP}", "TRUSTS", 1)]


def test_an_application_that_is_itself_the_product_joins_not_itself(merged: Merged) -> None:
    """Keys are compared with those of other applications only."""
    account = Node("a", "User", keys=(ADA,))
    keys = (Key("org_name", "acme", "github.com"),)
    view = merged({OKTA: [*okta(*keys), account, Relation(Ref("a"), "ACCOUNT_OF", Ref(APP))]})

    assert joined(view) == []


def test_an_application_named_by_a_key_or_a_name_is_followed(merged: Merged) -> None:
    """A facts file may name the application it goes through as any other end."""
    ours = [
        *okta(url("https://jira.acme.example/sso"), Key("tag", "the-jira"))[:2],
        Relation(
            Ref("okta:acme:user:ada"),
            "SIGNS_IN_AS",
            Ref.behind("account", "ada@acme.example"),
            via=Ref.key("tag", "the-jira"),
        ),
    ]
    view = merged({OKTA: ours, JIRA: product("jira", [base("https://jira.acme.example")], ada=ADA)})

    assert joined(view) == [("jira:ada", "yes")]
