"""What Data Center products answer beside their descriptions, and single sign-on: each piece on its own."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from graphscan.model import NOT_THERE, READ_WHOLE, Coverage, CoverageState, Enforced, Key, Node, Observed
from importers._coverage import CoverageBook
from importers._http import Outcome
from importers.atlassian import sign_on, undocumented
from importers.atlassian.bitbucket.dc_directories import Directories
from importers.atlassian.bitbucket.dc_places import Places
from importers.atlassian.context import Context, NotARecordError
from tests.importers.atlassian.collected import read
from tests.importers.servers.dc_bitbucket import OWN
from tests.importers.servers.dc_confluence import Confluence
from tests.importers.servers.dc_jira import Jira
from tests.importers.servers.dc_org import DataCenter, Person, Team
from tests.importers.servers.loopback import Answer, Handler, Request

B = "bitbucket:acme"
APP, ISSUER = f"{B}:app", "http://www.okta.com/exk1"


def context() -> Context:
    """Return an instance that is read now."""
    return Context("acme", "bitbucket", datetime(2026, 1, 1, tzinfo=UTC), "https://git.acme.example")


@pytest.mark.parametrize(
    ("form", "fallback", "basic", "stopped"),
    [
        (False, False, {"block-requests": True}, Enforced.YES),
        (False, True, {"block-requests": True}, Enforced.NO),  # hidden, and there for who adds `?auth_fallback`
        (False, None, {"block-requests": True}, Enforced.UNKNOWN),
        (True, False, {"block-requests": True}, Enforced.NO),
        (False, False, {"block-requests": True, "allowed-users": ["ci"]}, Enforced.NO),
        (False, False, {"block-requests": False}, Enforced.NO),
        (None, None, {}, Enforced.UNKNOWN),
    ],
)
def test_whether_passwords_are_stopped(
    form: bool | None, fallback: bool | None, basic: dict[str, Any], stopped: Enforced
) -> None:
    """Only where every way is known to be shut does a password not sign in beside single sign-on."""
    told = sign_on.SignOn(context())
    told.setting({"show-login-form": form, "enable-authentication-fallback": fallback}, "", ())
    told.basic(basic, "", ())
    assert told.local_login() is stopped


def test_issuers_are_told_only_where_all_were_read() -> None:
    """A product that seemed to trust others, or nobody, would be out of reach: then the address decides."""
    told = sign_on.SignOn(context())
    told.provider({"id": 1, "enabled": True, "sso-type": "SAML", "sso-issuer": ISSUER}, "", ())
    assert told.provider({"id": 1}, "", ()) is None
    path = sign_on.PROVIDERS.path
    rows = [Coverage("TRUSTS", CoverageState.PARTIAL, APP, path, error=READ_WHOLE)]
    assert list(told.keys(rows)) == [Key("idp_issuer", ISSUER)]
    assert list(told.keys([])) == []
    assert list(told.keys([*rows, Coverage("TRUSTS", CoverageState.PARTIAL, APP, path, error="cut")])) == []
    off = sign_on.SignOn(context())
    off.provider({"id": 1, "enabled": False, "sso-type": "SAML", "sso-issuer": ISSUER}, "", ())
    assert list(off.keys(rows)) == []


def test_what_is_not_there_is_no_gap_of_the_whole_source() -> None:
    """An end point that answers for one thing and is not there leaves a row that says so, and none that hides more."""
    book = CoverageBook(optional=frozenset({undocumented.PLUG_INS.path}))
    absent = Outcome(undocumented.PLUG_INS.path, "", CoverageState.UNAVAILABLE, 404, error="not there")
    book.add("INSTALLED_IN", absent, APP)
    rows = book.rows(context().at)
    assert {one.scope for one in rows} == {"", APP}
    assert all(one.error.startswith(NOT_THERE) for one in rows)
    assert book.complete
    refused = Outcome(undocumented.PLUG_INS.path, "", CoverageState.DENIED, 403, error="no permission")
    book.add("INSTALLED_IN", refused, f"{APP}-2")
    (whole,) = [one for one in book.rows(context().at) if not one.scope]
    assert whole.error == "1 of 2 could not be read, the first because: no permission"
    assert not book.complete


@pytest.mark.parametrize(
    ("product", "handler", "base", "key"),
    [
        ("jira", Jira, "", "com.onresolve.jira.groovy.groovyrunner"),
        ("confluence", Confluence, "/confluence", "com.onresolve.confluence.groovy.groovyrunner"),
    ],
)
def test_plug_ins_and_links_of_each_product(
    tmp_path: Path, product: str, handler: Callable[[DataCenter], Handler], base: str, key: str
) -> None:
    """What they list is stated; a server that answers 401 to who is no administrator has told the rest, and is done."""
    org = DataCenter(people=[Person("ada")], teams={"staff": Team(["ada"])}, licensed=["staff"])
    own = handler(org)
    inbound = ["com.atlassian.applinks.api.auth.types.TwoLeggedOAuthWithImpersonationAuthenticationProvider"]
    linked = {"application": {"displayUrl": "https://git.acme.example"}, "configuredInboundAuthenticators": inbound}
    told: dict[str, Any] = {
        base + undocumented.PLUG_INS.path: {"plugins": [{"key": key, "enabled": True, "userInstalled": True}]},
        base + undocumented.LINKS.path: {"list": [linked]},
    }

    def answer(request: Request) -> Answer:
        return Answer.json(told[request.path]) if request.path in told else own(request)

    whole = read(tmp_path / "open", product, answer, base)
    app = f"{product}:acme:app"
    assert [(one.source.text, one.target.text) for one in whole.relations("INSTALLED_IN")] == [
        (f"{product}:acme:plugin:{key}", app)
    ]
    assert [(one.target.text, one.properties["impersonation"]) for one in whole.relations("TRUSTS")] == [
        ("~key|base_url||https://git.acme.example", "true")
    ]
    assert whole.result.complete

    own_kind = (sign_on.SSO, sign_on.BASIC, sign_on.PROVIDERS, sign_on.MADE_AT_SIGN_IN)
    asked = [base + one.path for one in (*own_kind, *undocumented.ALL)]

    def shut(request: Request) -> Answer:
        return Answer.json({"message": "who are you?"}, 401) if request.path in asked else own(request)

    refused = read(tmp_path / "shut", product, shut, base)
    assert [one.partition("?")[0] for one in refused.seen[-6:]] == asked
    assert [one.name for one in (tmp_path / "shut").iterdir()] == [f"{product}.snapshot"]  # none that broke off
    assert any(":user:" in one.id for one in refused.records if isinstance(one, Node))
    assert {base + one.partition(":")[0] for one in refused.result.gaps} == set(asked)


def test_a_server_that_answers_as_it_is_described() -> None:
    """A single directory, other spellings, and records that are none: counted, never a traceback."""
    told = Directories(context())
    assert [
        one.id
        for one in told.listed({"name": "A", "type": "CONNECTOR", "active": True}, "", ())
        if isinstance(one, Node)
    ] == [f"{B}:directory:A"]
    told.listed([{"name": OWN, "type": "Crowd"}, {"name": "B", "type": "?"}, None, 7, {"name": {}}], "", ())
    assert {row: told.account({"directoryName": row}, made_at_sign_in=False) for row in ("A", OWN, "B", "none")} == {
        "A": None,
        OWN: Observed.POSSIBLE,  # its name says one thing, its sort another
        "B": Observed.POSSIBLE,
        "none": Observed.POSSIBLE,
    }
    assert len(told.listed({"values": [], "isLastPage": False}, "", ())) == 0
    assert [one.properties.get("writable") for one in told.trusted()] == [None] * 3
    signed = sign_on.SignOn(context())
    signed.accounts([{"username": "Ada"}, None, {}], "", ())
    signed.accounts({"username": "bob"}, "", ())
    assert signed.made == {"ada", "bob"}
    odd = undocumented.ways(context())[undocumented.PLUG_INS.path]
    assert len(list(odd({"key": "k", "enabled": "perhaps", "vendor": 5}, "", ()))) == 2
    hooks: list[dict[str, Any]] = [{"id": 1, "configuration": 5}, {"id": True}, {}]
    for row in hooks:
        with pytest.raises(NotARecordError):
            Places(context()).webhook(row, "", ("PAY",))
    restrictions: list[dict[str, Any]] = [{"id": 1, "matcher": 5}, {"id": 1, "matcher": {"type": 5}}]
    for row in restrictions:
        with pytest.raises(NotARecordError):
            Places(context()).restriction(row, "", ("PAY",))
