"""Signing in with a private key: one POST, a token that is kept and renewed, and never a secret anywhere."""

import gzip
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from graphscan.errors import ImportFailedError, UsageError
from importers._http import Page
from importers.okta import CollectResult, OktaSettings, collect
from importers.okta.access import SCOPES
from importers.okta.auth import TOKEN_PATH, ServiceApp
from importers.okta.collect import policy_for
from tests.importers.servers import okta_token
from tests.importers.servers.loopback import Answer, Loopback, Request
from tests.importers.servers.okta_token import TokenOrg

Sleep = Callable[[float], Awaitable[None]]


def read(server: Loopback, folder: Path, key: str = "", **app: object) -> CollectResult:
    """Collect as the service application, without ever waiting."""

    async def sleep(_seconds: float) -> None:
        return None

    signing = ServiceApp(okta_token.CLIENT, key or okta_token.pem(), **app)  # type: ignore[arg-type]
    return collect(OktaSettings(server.url, "", "acme", signing), folder / "acme.snapshot", sleep=sleep)


@pytest.fixture(autouse=True)
def small_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the SDK make shorter keys for DPoP: its 3,072 bits take seconds, in Python."""
    monkeypatch.setattr("okta.dpop.RSA_KEY_SIZE_BITS", 2048)


def posts(server: Loopback) -> list[Request]:
    """Return the requests that were not GET."""
    return [one for one in server.seen if one.method != "GET"]


@pytest.mark.parametrize("form", ["pem", "jwk"])
def test_one_token_reads_everything(tmp_path: Path, form: str) -> None:
    """A valid assertion is sent once; its token serves the whole collection; the key id of a JWK goes along."""
    org = TokenOrg()
    key = okta_token.pem() if form == "pem" else okta_token.KEY.export()
    with org.server() as server:
        got = read(server, tmp_path, key)

    assert org.trouble == []
    assert [one.path for one in posts(server)] == [TOKEN_PATH]
    assert got.complete, got.gaps
    assert {one.headers["Authorization"] for one in server.seen if one.method == "GET"} == {f"Bearer {org.tokens[0]}"}


def test_each_request_is_signed_where_dpop_is_demanded(tmp_path: Path) -> None:
    """With DPoP the nonce that the server asks for is used, and every request carries a proof of its own."""
    org = TokenOrg(dpop=True)
    with org.server() as server:
        got = read(server, tmp_path, dpop=True)

    assert got.complete, got.gaps
    assert org.trouble == []
    assert [one.path for one in posts(server)] == [TOKEN_PATH] * 2  # without the nonce, then with it
    assert len({one.headers["DPoP"] for one in server.seen}) == len(server.seen)


def test_a_token_that_ends_is_renewed(tmp_path: Path) -> None:
    """A token that is refused in the middle is dropped and one new one is asked for, also with many requests open."""
    org = TokenOrg(good_for=60)
    with org.server() as server:
        got = read(server, tmp_path)

    assert got.complete, got.gaps
    readings = sum(one.method == "GET" for one in server.seen)
    assert readings > 120
    # Those on their way when it ended are refused together and share the new one.
    assert len(posts(server)) == len(org.tokens) <= readings // 60 + 1


def test_a_token_is_renewed_before_it_ends(tmp_path: Path) -> None:
    """A token that lasts no longer than the margin is asked for anew each time, and none is refused."""
    org = TokenOrg(lasts=10)
    ended = Answer.json({"errorCode": "E0000011", "errorSummary": "Invalid token provided"}, 401)
    with org.server() as server:
        # Signing takes a while: it is soon enough.
        server.faults = lambda one: ended if one.path == "/api/v1/zones" else None
        read(server, tmp_path)

    assert org.trouble == []
    assert len(org.tokens) == sum(one.method == "GET" for one in server.seen) > 5


def test_a_feature_without_a_licence_costs_no_new_token(tmp_path: Path) -> None:
    """Status 401 with E0000015 is about the feature; the token stays."""
    org = TokenOrg()
    unlicensed = Answer.json({"errorCode": "E0000015", "errorSummary": "You do not have permission"}, 401)
    with org.server() as server:
        server.faults = lambda request: unlicensed if request.path == "/api/v1/api-tokens" else None
        read(server, tmp_path)

    assert len(posts(server)) == 1


def test_a_key_of_somebody_else_is_refused_once(tmp_path: Path) -> None:
    """A refused assertion ends the collection with Okta's word and what to look at; nothing is asked besides."""
    other = okta_token.JWK.generate(kty="RSA", size=2048)
    org = TokenOrg()
    with org.server() as server:
        with pytest.raises(ImportFailedError, match=r"invalid_client.*key id is not the application's"):
            read(server, tmp_path, other.export())

        assert [one.path for one in server.seen] == [TOKEN_PATH]
    assert list(tmp_path.iterdir()) == []


def test_missing_dpop_is_named(tmp_path: Path) -> None:
    """An application that demands DPoP says so, and the message says which setting that is."""
    with TokenOrg(dpop=True).server() as server, pytest.raises(ImportFailedError, match="set dpop"):
        read(server, tmp_path)


def test_a_token_end_point_in_trouble_is_asked_again(tmp_path: Path) -> None:
    """A 503 of the token end point passes like any other."""
    with TokenOrg().server() as server:
        server.faults = lambda one: Answer(503) if one.path == TOKEN_PATH and one.number < 3 else None
        got = read(server, tmp_path)

    assert got.complete
    assert len(posts(server)) == 3


@pytest.mark.parametrize(
    "answer", [Answer(200, b"<html>", (("Content-Type", "text/html"),)), Answer.json([]), Answer()]
)
def test_an_odd_answer_of_the_token_end_point_is_no_crash(tmp_path: Path, answer: Answer) -> None:
    """A sign-in page, a list or nothing in place of a token is a sentence."""
    with TokenOrg().server() as server:
        server.faults = lambda one: answer if one.path == TOKEN_PATH else None

        with pytest.raises(ImportFailedError, match="no access token"):
            read(server, tmp_path)


def test_no_secret_is_left_anywhere(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Neither key nor access token stands in the snapshot, the log at its most talkative, or what is shown."""
    caplog.set_level(logging.DEBUG)
    org = TokenOrg()

    def echo(request: Request) -> Answer | None:
        # A server that repeats what it was sent.
        said = request.headers.get("Authorization", "")
        return Answer.json([{"id": "00Techo", "name": said}]) if request.path == "/api/v1/api-tokens" else None

    with org.server() as server:
        server.faults = echo
        got = read(server, tmp_path)

    kept = gzip.decompress((tmp_path / "acme.snapshot").read_bytes()).decode()
    assertions = [one.body.decode() for one in posts(server)]
    shown = kept + repr(got) + caplog.text + "".join(capfd.readouterr())
    assert "00Techo" in kept
    for secret in (org.tokens[0], okta_token.pem().splitlines()[5], assertions[0][-80:]):
        assert secret not in shown


def test_only_the_token_call_is_posted() -> None:
    """Without a private key nothing may be posted at all; with one, one path may."""
    app = ServiceApp(okta_token.CLIENT, okta_token.pem())

    assert policy_for(OktaSettings("https://acme.okta.com", "00token-of-somebody")).token_path is None
    assert policy_for(OktaSettings("https://acme.okta.com", "", app=app)).token_path == TOKEN_PATH
    assert okta_token.pem() not in repr(OktaSettings("https://acme.okta.com", "", app=app))
    assert Page.__name__ not in repr(app)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"client_id": "no id!"}, "no client id"),
        ({"key": "hunter2"}, "private key cannot be read"),
        ({"key": "-----BEGIN ENCRYPTED PRIVATE KEY-----\nhunter2"}, "without a passphrase"),
        ({"scopes": ("okta.users.manage",)}, "changes things"),
        ({"scopes": ()}, "no scope"),
        ({"scopes": ("a b",)}, "is no scope"),
    ],
)
def test_what_cannot_be_meant_is_refused(change: dict[str, object], why: str) -> None:
    """A wrong setting is named before anything is asked, and a key is never repeated."""
    with pytest.raises(UsageError, match=why) as caught:
        ServiceApp(**{"client_id": okta_token.CLIENT, "key": okta_token.pem(), "scopes": SCOPES, **change})  # type: ignore[arg-type]

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "key", ['{"kty": "RSA"}', '{"kty": "EC", "crv": "P-256"}', "-----BEGIN PRIVATE KEY-----\nAAAA", "{"]
)
def test_a_key_that_is_none_is_refused(tmp_path: Path, key: str) -> None:
    """What only looks like a key is a sentence, and nothing is sent."""
    with TokenOrg().server() as server:
        with pytest.raises(UsageError, match="private key cannot be read"):
            read(server, tmp_path, key)

        assert server.seen == []
