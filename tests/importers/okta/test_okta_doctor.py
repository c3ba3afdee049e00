"""`doctor`: what can be read, with which right, and what the rest hides."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from importers._policy import Policy
from importers.okta import OktaSettings
from importers.okta import endpoints as ends
from importers.okta.access import ACCESS
from importers.okta.auth import ServiceApp
from importers.okta.collect import policy_for
from importers.okta.doctor import (
    DENIED,
    FAILED,
    NOT_TRIED,
    READABLE,
    UNLICENSED,
    Examination,
    Probe,
    examine,
    strays,
)
from tests.importers.servers import okta_token, small_org
from tests.importers.servers.loopback import Answer, Loopback, Request
from tests.importers.servers.okta_token import TokenOrg

FORBIDDEN = Answer.json({"errorCode": "E0000006", "errorSummary": "You do not have permission"}, 403)
UNLICENSED_401 = Answer.json({"errorCode": "E0000015", "errorSummary": "You do not have permission"}, 401)


async def no_sleep(_seconds: float) -> None:
    """Wait for nothing."""


def look(
    server: Loopback, settings: OktaSettings | None = None, clock: Callable[[], float] | None = None
) -> Examination:
    """Examine access to a server."""
    settings = settings or OktaSettings(server.url, small_org.TOKEN, "acme")
    more = {} if clock is None else {"clock": clock}
    return examine(settings, policy_for(settings), sleep=no_sleep, **more)


def probe(found: Examination, endpoint: str) -> Probe:
    """Return the one probe of an end point."""
    (one,) = [one for one in found.probes if one.endpoint == endpoint]
    return one


def test_a_token_that_reads_everything(small: Loopback) -> None:
    """Each end point is in the answer once and asked at most once, with GET, for as little as it can give."""
    found = look(small)

    assert {one.endpoint for one in found.probes} == set(ACCESS)
    assert len(found.probes) == len(ACCESS)
    assert found.complete
    assert {one.name: one.ok for one in found.checks} == {"address": True, "sign-in": True, "clock": True}
    assert len(small.targets()) == len(set(small.targets())) <= len(ACCESS)
    assert {one.query.get("limit", "1") for one in small.seen if one.path != ends.APPS} == {"1"}
    assert {probe(found, one).state for one in (ends.USERS, ends.GROUP_USERS, ends.ASSIGNEES)} == {READABLE}


def test_what_is_closed_is_named_with_what_it_hides(small: Loopback) -> None:
    """A refusal, a missing licence, a broken answer and an end point with nothing to ask for are four things."""
    answers = {ends.ASSIGNEES: FORBIDDEN, ends.DEVICES: UNLICENSED_401, ends.ZONES: Answer(500, b"oops")}
    small.faults = lambda request: answers.get(request.path)

    found = look(small)

    assert probe(found, ends.ASSIGNEES).state == DENIED
    assert probe(found, ends.ASSIGNEES).access.scopes == ("okta.roles.read",)
    assert "administrator" in probe(found, ends.ASSIGNEES).access.hides
    assert probe(found, ends.DEVICES).state == UNLICENSED
    assert probe(found, ends.DEVICE_USERS).state == NOT_TRIED
    assert probe(found, ends.ZONES).state == FAILED
    assert {one.endpoint for one in found.gaps} == {ends.ASSIGNEES, ends.ZONES}
    assert not found.complete


def test_a_token_that_is_not_valid_is_asked_with_once(small: Loopback) -> None:
    """Nothing more is asked after a refused token, and the check says so."""
    found = look(small, OktaSettings(small.url, "00wrong-token-of-someone", "acme"))

    assert [one.ok for one in found.checks if one.name == "sign-in"] == [False]
    assert "not valid" in next(one.said for one in found.checks if one.name == "sign-in")
    assert len(small.seen) == 1
    assert not found.complete


def test_an_address_that_does_not_answer(tmp_path: Path) -> None:
    """No server is one check that failed, with the reason, and no probe."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = OktaSettings(f"http://127.0.0.1:{port}", small_org.TOKEN, "acme")

    found = examine(settings, policy_for(settings), sleep=no_sleep)

    assert [(one.name, one.ok) for one in found.checks] == [("address", False)]
    assert found.probes == []


@pytest.mark.parametrize(("ahead", "fine"), [(0, True), (90, True), (400, False), (-4000, False)])
def test_clocks_that_are_apart(small: Loopback, ahead: float, fine: bool) -> None:
    """A clock that differs from the `Date` of the replies by more than two minutes is named, with the direction."""
    import time

    found = look(small, clock=lambda: time.time() + ahead)

    (check,) = [one for one in found.checks if one.name == "clock"]
    assert check.ok is fine
    assert fine or ("ahead of" if ahead > 0 else "behind") in check.said


def test_a_service_application_with_one_scope(tmp_path: Path) -> None:
    """With one scope granted exactly its end points are readable, and each other names the scope it takes."""
    org = TokenOrg(granted=frozenset({"okta.groups.read"}))
    with org.server() as server:
        settings = OktaSettings(server.url, "", "acme", ServiceApp(okta_token.CLIENT, okta_token.pem()))
        found = look(server, settings)

    readable = {one.endpoint for one in found.probes if one.state == READABLE and one.access.scopes}
    assert readable == {ends.GROUPS, ends.GROUP_USERS, ends.OWNERS, ends.RULES}
    assert all(one.access.scopes != ("okta.groups.read",) for one in found.gaps)


def test_strays_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the SDK alone would read is named as not read, and a proxy as used, without its password."""
    (tmp_path / "okta.yaml").write_text("okta: {client: {token: lost-token}}")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("https_proxy", "http://me:hunter2@proxy.example:3128")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    policy = Policy(OktaSettings("https://acme.okta.com", small_org.TOKEN).origin)

    said = strays(policy, {"OKTA_CLIENT_TOKEN": "lost-token", "PATH": "/"}, tmp_path)

    assert f"{tmp_path / 'okta.yaml'} is not read" in said
    assert "OKTA_CLIENT_TOKEN is not read" in said
    assert any("proxy.example:3128" in one for one in said)
    assert "hunter2" not in repr(said)
    assert "lost-token" not in repr(said)


def test_a_proxy_that_is_not_used_is_named(small: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that is set and passed by is said, too."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("HOME", str(tmp_path))

    assert strays(policy_for(OktaSettings(small.url, small_org.TOKEN)), {}, tmp_path) == [
        "a proxy is set in the environment and is not used for this address"
    ]


def test_a_request_is_a_get_always(small: Loopback) -> None:
    """The one examination of everything sends nothing but GET."""
    look(small)

    assert {one.method for one in small.seen} == {"GET"}
    assert all(isinstance(one, Request) for one in small.seen)
