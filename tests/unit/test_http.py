"""The read-only policy and its reader, without a network."""

import asyncio
import json
from typing import Any

import pytest

from graphscan.errors import TransportError, UsageError
from graphscan.model import CoverageState
from importers._http import Outcome, Page, Reader, UnreachableError
from importers._origin import Origin
from importers._policy import Policy
from importers._redact import redact, redact_text
from importers._reply import Reply, next_link, parsed, seconds_asked

_ORIGIN = Origin.pinned("https://acme.okta.com")
_JSON = (("Content-Type", "application/json"),)


def _reader(replies: list[Reply | Exception], kept: list[Page], waits: list[float], **limits: Any) -> Reader:
    rest = iter(replies)

    async def send(_method: str, _url: str) -> Reply:
        reply = next(rest)
        if isinstance(reply, Exception):
            raise reply
        return reply

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    return Reader(Policy(_ORIGIN, **limits), send, kept.append, sleep=sleep, clock=lambda: 1_700_000_000.0)


def _read(replies: list[Reply | Exception], path: str = "/x", **limits: Any) -> tuple[Outcome, list[Page], list[float]]:
    kept: list[Page] = []
    waits: list[float] = []
    outcome = asyncio.run(_reader(replies, kept, waits, **limits).read("/x", path))
    return outcome, kept, waits


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "get", "GET\r\nX: y"])
def test_nothing_but_get_passes(method: str) -> None:
    """Every method that is not exactly GET is refused, in whatever spelling."""
    with pytest.raises(TransportError, match="refused"):
        Policy(_ORIGIN).check(method, "https://acme.okta.com/api/v1/users")


def test_the_one_token_call_passes_where_it_is_allowed() -> None:
    """A POST passes to the token path alone, and only under a policy that names one."""
    policy = Policy(_ORIGIN, token_path="/oauth2/v1/token")

    policy.check("POST", "https://acme.okta.com/oauth2/v1/token")
    policy.check("GET", "https://acme.okta.com/api/v1/users")
    for url in ("https://acme.okta.com/oauth2/v1/token/x", "https://acme.okta.com/api/v1/users"):
        with pytest.raises(TransportError):
            policy.check("POST", url)
    with pytest.raises(TransportError):
        policy.check("DELETE", "https://acme.okta.com/oauth2/v1/token")


@pytest.mark.parametrize(
    "url",
    [
        "https://acme.okta.com.evil.example/",
        "https://acme.okta.com@evil.example/",
        "https://acme.okta.com:8443/",
        "http://acme.okta.com/",
        "https://evil.example/?https://acme.okta.com/",
        "//acme.okta.com/",
        "https://[::1/",
        "",
    ],
)
def test_no_other_origin_passes(url: str) -> None:
    """An address that only looks like the origin is another one."""
    with pytest.raises(TransportError):
        Policy(_ORIGIN).check("GET", url)


@pytest.mark.parametrize("url", ["https://ACME.okta.com/x", "https://acme.okta.com:443/x", "https://acme.okta.com./x"])
def test_other_spellings_of_the_origin_are_the_origin(url: str) -> None:
    """Case, the usual port and a trailing dot make no other place."""
    assert Origin.of(url) == _ORIGIN


def test_a_next_page_is_asked_of_the_origin_and_of_the_same_listing() -> None:
    """A link by a twin host keeps its cursor and loses its host; another host or listing is refused."""
    policy = Policy(_ORIGIN, twins=(Origin.pinned("https://acme-admin.okta.com"),))

    assert policy.next_page("https://acme.okta.com/api/v1/users?after=1&limit=2", "/api/v1/users") == (
        "/api/v1/users?after=1&limit=2"
    )
    assert policy.next_page("https://acme-admin.okta.com/x?after=1", "/x") == "/x?after=1"
    assert policy.next_page("/x?after=1", "/x") == "/x?after=1"
    for link in ("https://evil.example/x?after=1", "//evil.example/x?after=1", "/y?after=1", "/x/../y", "?after=1"):
        with pytest.raises(TransportError, match="was not followed"):
            policy.next_page(link, "/x")


@pytest.mark.parametrize(
    ("url", "loopback"),
    [("http://127.0.0.1:80", True), ("http://[::1]:8080", True), ("http://localhost:1", True)],
)
def test_plain_http_is_for_this_machine_alone(url: str, loopback: bool) -> None:
    """Loopback names and addresses are recognised, names that begin like one are not."""
    assert Origin.pinned(url).is_loopback is loopback
    with pytest.raises(UsageError):
        Origin.pinned("http://localhost.evil.example")
    with pytest.raises(UsageError):
        Origin.pinned("http://10.0.0.1")


@pytest.mark.parametrize(
    "headers",
    [
        (("Link", '<https://a/x>; rel="self"'), ("Link", '<https://a/x?after=1>; rel="next"')),
        (("link", '<https://a/x>; rel="self", <https://a/x?after=1>; rel="next"'),),
        (("Link", "<https://a/x?after=1>; rel=next"),),
        (("Link", "<https://a/x?after=1>; title=\"a, b\"; rel='next'"),),
    ],
)
def test_a_next_link_is_found_in_any_form(headers: tuple[tuple[str, str], ...]) -> None:
    """Two header values, one with a comma, and unquoted relations all say the same."""
    assert next_link(Reply(200, headers, b""), []) == "https://a/x?after=1"


@pytest.mark.parametrize(
    "body", [[], {}, {"_links": []}, {"_links": {"next": None}}, {"_links": {"next": {"href": 7}}}]
)
def test_no_next_link_is_the_end(body: Any) -> None:
    """Members of other types than expected are no link."""
    assert next_link(Reply(200, (("Link", '<https://a/x>; rel="self"'),), b""), body) == ""


def test_the_servers_clock_counts_not_ours() -> None:
    """A reset is compared with the reply's own Date; our clock only where there is none."""
    reset = ("X-Rate-Limit-Reset", "1700000060")
    dated = Reply(429, (reset, ("Date", "Tue, 14 Nov 2023 22:13:20 GMT")), b"")

    assert seconds_asked(dated, now=1_800_000_000.0) == 61.0
    assert seconds_asked(Reply(429, (reset,), b""), now=1_700_000_050.0) == 11.0
    assert seconds_asked(Reply(429, (("Retry-After", "Tue, 14 Nov 2023 22:13:30 GMT"),), b""), 1_700_000_000.0) == 10.0
    assert seconds_asked(Reply(429, (("Date", "nonsense"),), b""), 0.0) is None


def test_waits_double_without_hints_and_are_capped() -> None:
    """Five tries of a 503 wait 1, 2, 4 and 8 seconds, at most as long as the policy says."""
    outcome, _, waits = _read([Reply(503, (), b"")] * 5)
    assert waits == [1.0, 2.0, 4.0, 8.0]
    assert outcome.state is CoverageState.PARTIAL

    _, _, waits = _read([Reply(503, (), b"")] * 5, longest_wait=3.0)
    assert waits == [1.0, 2.0, 3.0, 3.0]


def test_a_refusal_is_not_tried_again() -> None:
    """403 and 404 are answers; asking again would only fill the tenant's log."""
    for status, state in ((403, CoverageState.DENIED), (404, CoverageState.UNAVAILABLE)):
        outcome, kept, waits = _read([Reply(status, (), b"")])
        assert (outcome.state, kept, waits) == (state, [], [])


def test_an_unreachable_server_is_asked_a_few_times() -> None:
    """No answer at all ends as a partial outcome with the reason, after the tries the policy allows."""
    outcome, _, waits = _read([UnreachableError("refused")] * 3, attempts=3)

    assert outcome.state is CoverageState.PARTIAL
    assert "refused" in outcome.error
    assert len(waits) == 2


def test_what_is_kept_is_redacted_first() -> None:
    """A page is handed on without its secrets, our own token among them."""
    body = json.dumps([{"client_secret": "s3cr3t", "note": "our-own-token-value here", "name": "kept"}]).encode()

    _, kept, _ = _read([Reply(200, _JSON, body)], secrets=("our-own-token-value",))

    assert kept[0].body == [{"client_secret": "[redacted]", "note": "[redacted] here", "name": "kept"}]


@pytest.mark.parametrize(
    ("headers", "body", "why"),
    [
        ((("Content-Type", "text/html"),), b"<html>", "a web page"),
        ((), b"[]", "without a content type"),
        (_JSON, b"", "was empty"),
        (_JSON, b"[1, 2", "cannot be read"),
        (_JSON, b"\xff\xfe", "cannot be read"),
        (_JSON, b"[" * 50_000, "cannot be read"),
        (_JSON, b"1" * 5_000, "cannot be read"),
    ],
)
def test_what_is_not_json_says_what_it_is(headers: tuple[tuple[str, str], ...], body: bytes, why: str) -> None:
    """Each wrong answer is named in one sentence."""
    with pytest.raises(TransportError, match=why):
        parsed(Reply(200, headers, body))


@pytest.mark.parametrize("kind", ["application/json;charset=UTF-8", "application/scim+json", "Application/JSON"])
def test_every_name_of_json_is_json(kind: str) -> None:
    """Parameters, suffixes and case do not matter."""
    assert parsed(Reply(200, (("Content-Type", kind),), b"[]")) == []


@pytest.mark.parametrize(
    "name",
    [
        "client_secret",
        "clientSecret",
        "Client-Secret",
        "password",
        "privateKey",
        "private_key",
        "token",
        "rawToken",
        "access_token",
        "refresh_token",
        "sharedSecret",
        "secret",
    ],
)
def test_a_secrets_name_hides_its_value(name: str) -> None:
    """Texts, numbers and lists under such a name go; nothing, and yes or no, stay."""
    assert redact({name: "x"}) == {name: "[redacted]"}
    assert redact({name: 1234}) == {name: "[redacted]"}
    assert redact({name: ["x", "y"]}) == {name: ["[redacted]", "[redacted]"]}
    assert redact({name: None}) == {name: None}
    assert redact({name: True}) == {name: True}


def test_configuration_under_a_secrets_name_stays() -> None:
    """A password policy or a token end point is no secret; a value inside one is."""
    policy = {"password": {"complexity": {"minLength": 8}, "hash": {"algorithm": "BCRYPT", "value": "x", "salt": "y"}}}

    assert redact(policy) == {
        "password": {
            "complexity": {"minLength": 8},
            "hash": {"algorithm": "BCRYPT", "value": "[redacted]", "salt": "[redacted]"},
        }
    }
    assert redact({"token": {"url": "https://a/oauth2/token"}}) == {"token": {"url": "https://a/oauth2/token"}}


def test_public_things_stay() -> None:
    """Public keys, certificates, key ids, hashes of secrets and ordinary ids and names are untouched."""
    record = {
        "kty": "RSA",
        "n": "modulus",
        "e": "AQAB",
        "kid": "k1",
        "x5c": ["MIIC"],
        "secret_hash": "yk4SVx4sUWVJVbHt6M-UPA",
        "id": "00u1qkrsk2tEXAMPLE01",
        "passwordChanged": "2023-05-04T10:11:12.000Z",
        "tokenWindow": "P30D",
        "name": "Secret Santa: token collectors (basic)",
    }

    assert redact(record) == record
    assert redact({"d": 5, "p": "not a key"}) == {"d": 5, "p": "not a key"}


def test_private_parts_of_a_key_go() -> None:
    """Of a JSON Web Key only what is public stays."""
    key = {"kty": "RSA", "n": "public", "d": "x", "p": "x", "q": "x", "dp": "x", "dq": "x", "qi": "x", "k": "x"}

    assert set(redact(key).values()) == {"RSA", "public", "[redacted]"}


def test_a_variables_value_goes() -> None:
    """`value` is a secret in pipeline variables, secured or not; elsewhere it is a value."""
    for variable in ({"secured": True}, {"secured": False}, {"type": "pipeline_variable"}):
        assert redact({"key": "A", "value": "x", **variable}) == {"key": "A", "value": "[redacted]", **variable}
    assert redact({"key": "A", "value": "x"}) == {"key": "A", "value": "x"}


def test_where_a_hook_sends_to_is_cut_to_its_host() -> None:
    """Behind the host of a hook's address stands as often a key as not; other addresses stay."""
    hook = {"url": "https://hooks.acme.example:8443/services/T0/keyOfAChannel", "events": ["repo:push"]}
    assert redact(hook)["url"] == "https://hooks.acme.example:8443/[redacted]"
    assert (
        redact({"url": "http://ci.acme.example?key=x", "secret_set": False})["url"]
        == "http://ci.acme.example/[redacted]"
    )
    assert redact({**hook, "url": "https://ci.acme.example"})["url"] == "https://ci.acme.example"
    assert redact({"url": "https://acme.example/a"})["url"] == "https://acme.example/a"


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: SSWS 00abcdefghijklmnop",
        "00abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL01",
        "Bearer abcdefghijklmnop.qrstuv",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-def_ghi",
        "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
        "xoxb-123456789012-abcdef",
        "https://user:hunter2@host.example/",
        "https://host.example/?access_token=hunter2&x=1",
        '{"clientSecret": "hunter2"}',
        "-----BEGIN EC PRIVATE KEY-----\nhunter2\n-----END EC PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nhunter2 and cut off",
    ],
)
def test_a_secret_that_shows_by_its_shape_goes(text: str) -> None:
    """Headers, tokens, keys and passwords in running text are replaced."""
    clean = redact_text(f"before {text} after")

    assert "[redacted]" in clean
    for secret in ("hunter2", "abcdefghijklmnop", "eyJzdWIiOiIxIn0", "abcdef"):
        assert secret not in clean
    assert clean.startswith("before ")


def test_half_a_character_does_not_survive() -> None:
    """A lone surrogate, which JSON allows and no file encoding does, becomes a replacement sign."""
    clean = redact(json.loads('{"na\\ud800me": "x\\udfffy"}'))

    assert clean == {"na\ufffdme": "x\ufffdy"}
    json.dumps(clean, ensure_ascii=False).encode()


def test_depth_is_cut_not_followed() -> None:
    """A record nested a thousand deep is kept to a depth that every reader can take."""
    deep: Any = "bottom"
    for _ in range(1_000):
        deep = [deep]

    assert "nested too deeply" in json.dumps(redact(deep))
