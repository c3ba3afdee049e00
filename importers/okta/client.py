"""
The Okta SDK's request executor, and its OAuth, over our own transport.

How it is put together, measured with okta 3.4.6: `RequestExecutor` takes the *class* of its HTTP client and calls
`send_request` and `check_response_for_error` on the instance. We give it a client of ours, so the executor builds the
request (address, `Authorization: SSWS …`, user agent) and every byte on the wire is sent by one aiohttp session under
`Policy`. What of the SDK is thereby switched off, and why:

- its retries (`maxRetries` 0): without rate-limit headers on a 429 it crashes, and a wait in it has no bound;
- its error parsing: an empty 403 or a broken 200 raises out of it;
- its configuration (`okta.yaml` in the working or home directory, OKTA_CLIENT_* variables): the executor is given a
  dictionary made here, and nothing else is read;
- its proxy rule, which sends even loopback requests to HTTP_PROXY and ignores NO_PROXY;
- its logger, which at DEBUG prints the Authorization header;
- redirects and cookies: never followed, never kept;
- its header dictionaries, in which only the last of two `Link` values survives: replies here keep every value.

What is done beside it: after a 401 the SDK would keep the refused access token to its end; here it is dropped and one
new one asked for.
"""

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from graphscan.errors import MissingExtraError, TransportError
from graphscan.printable import printable
from importers._http import Send, SignInRefusedError, UnreachableError
from importers._policy import Policy, proxy_for
from importers._redact import redact_text
from importers._reply import Reply
from importers.okta.auth import refused
from importers.okta.settings import OktaSettings

__all__ = ["connected", "proxy_for"]


@asynccontextmanager
async def connected(settings: OktaSettings, policy: Policy) -> AsyncIterator[Send]:
    """
    Yield a function that sends one request through the SDK's executor.

    Raises:
        MissingExtraError: the SDK is not installed.
    """
    try:
        # Importing the SDK takes about a second: only a collection pays for it.
        import aiohttp
        from okta.cache.no_op_cache import NoOpCache
        from okta.request_executor import RequestExecutor
    except ImportError:
        raise MissingExtraError("the Okta SDK is not installed", "run: pip install 'graphscan[okta]'") from None

    logging.getLogger("okta-sdk-python").disabled = True
    timeout = aiohttp.ClientTimeout(total=policy.timeout, connect=min(policy.timeout, 20.0))
    async with aiohttp.ClientSession(
        timeout=timeout, trust_env=False, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=True
    ) as session:
        # The SDK states no types for this; what it returns is checked by what is done with it.
        make: Any = RequestExecutor
        cache: Any = NoOpCache
        signing = _Signing()
        executor = make(_config(settings), cache(), http_client=_client_under(policy, session, signing))
        if settings.app is not None and settings.app.dpop:
            _load_once(executor._oauth.get_dpop_generator())

        async def once(method: str, path: str) -> tuple[Reply, str]:
            request = await _signed(executor, policy, signing, method, path)
            used = str(request["headers"].get("Authorization", ""))
            response, _, error = await executor.execute(request)
            if error is not None:
                raise error
            reply: Reply = response.reply
            return reply, used

        async def send(method: str, url: str) -> Reply:
            path = url.removeprefix(str(policy.origin))
            reply, used = await once(method, path)
            if settings.app is not None and reply.status == 401 and not _is_about_a_feature(reply):
                token, kind = executor._oauth.get_current_token()
                if used == f"{kind} {token}":  # else another request renewed it meanwhile
                    executor._oauth.clear_access_token()
                reply, _ = await once(method, path)
            return reply

        yield send


# Private functions


def _load_once(generator: Any) -> None:
    """Let a DPoP generator sign with a key that is loaded: it would read and check its own for each request, 0.1 s."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    loaded = load_pem_private_key(generator._rsa_key.export_key(), None)

    class Loaded:
        def export_key(self) -> Any:
            return loaded

    generator._rsa_key = Loaded()


class _Signing:
    """The last answer of the token end point, or why there was none."""

    reply: Reply | None = None
    error: Exception | None = None

    def begin(self) -> None:
        """Forget both, before a request that may need a token."""
        self.reply = self.error = None


async def _signed(executor: Any, policy: Policy, signing: _Signing, method: str, path: str) -> dict[str, Any]:
    """Return a request with its Authorization. Raises SignInRefusedError, TransportError."""
    signing.begin()
    try:
        request, error = await executor.create_request(method, path, None, {})
    except Exception as raised:  # the SDK trips over answers it does not expect
        request, error = None, raised
    if error is None and request is not None:
        token = str(request["headers"].get("Authorization", "")).partition(" ")[2]
        if token and token not in policy.hidden:
            policy.minted.append(token)
        made: dict[str, Any] = request
        return made
    if signing.error is not None:
        raise signing.error
    if signing.reply is None:
        raise TransportError(f"the request could not be made: {type(error).__name__}")
    why, again = refused(signing.reply.status, signing.reply.body.decode(errors="replace"))
    why = printable(redact_text(why, policy.hidden), 300)
    raise UnreachableError(why) if again else SignInRefusedError(why)


def _is_about_a_feature(reply: Reply) -> bool:
    """Whether a 401 says that a feature is not licensed, which no other token changes."""
    try:
        body = json.loads(reply.body)
    except ValueError:
        return False
    return isinstance(body, dict) and body.get("errorCode") == "E0000015"


def _config(settings: OktaSettings) -> dict[str, Any]:
    app = settings.app
    signing: dict[str, Any] = {"authorizationMode": "SSWS", "token": settings.token}
    if app is not None:
        signing = {
            "authorizationMode": "PrivateKey",
            "clientId": app.client_id,
            "privateKey": app.for_sdk(),
            "scopes": list(app.scopes),
            "dpopEnabled": app.dpop,
            "oauthTokenRenewalOffset": 0.25,  # minutes before its end
            **({"kid": app.key_id} if app.key_id else {}),
        }
    return {
        "client": {
            "orgUrl": str(settings.origin),
            **signing,
            "requestTimeout": 0,
            "rateLimit": {"maxRetries": 0},
            "userAgent": "graphscan",
            "raiseException": False,
            "logging": {"enabled": False},
        }
    }


class _Response:
    """What the executor looks at (`status`, `headers`, `content_type`), around the reply we want back."""

    def __init__(self, reply: Reply, headers: Any, content_type: str) -> None:
        self.reply = reply
        self.status = reply.status
        self.headers = headers
        self.content_type = content_type


def _client_under(policy: Policy, session: Any, signing: _Signing) -> type:
    """Return the class of an HTTP client for the executor, bound to one policy and session."""
    import aiohttp
    from yarl import URL

    proxy = proxy_for(policy)

    class Client:
        def __init__(self, http_config: dict[str, Any]) -> None:
            self._headers = dict(http_config["headers"])

        async def send_request(self, request: dict[str, Any]) -> tuple[Any, Any, Any, Exception | None]:
            for_token = request["method"] != "GET"
            error: Exception
            try:
                policy.check(request["method"], request["url"])
                async with session.request(
                    request["method"],
                    URL(request["url"], encoded=True),
                    headers={**self._headers, **request["headers"]},
                    data=request.get("form") or None,
                    allow_redirects=False,
                    proxy=proxy,
                ) as response:
                    body = await _bounded(response, policy.max_bytes)
                    headers = tuple((str(name), str(value)) for name, value in response.headers.items())
                    reply = Reply(response.status, headers, body)
                    if not for_token and reply.status not in (400, 401):
                        return None, _Response(reply, response.headers, "application/octet-stream"), None, None
                    # Of these the SDK reads the text: a token, or the demand for a nonce.
                    signing.reply = reply if for_token else signing.reply
                    text = body.decode("utf-8", "replace")
                    return None, _Response(reply, response.headers, response.content_type), text, None
            except TransportError as raised:
                error = raised
            except TimeoutError:
                error = UnreachableError(f"no answer within {policy.timeout:g} seconds")
            except (aiohttp.ClientError, OSError, ValueError) as raised:
                error = UnreachableError(_why_unreachable(policy, raised))
            signing.error = error if for_token else signing.error
            return None, None, None, error

        @staticmethod
        def check_response_for_error(_url: str, _response: Any, body: Any) -> tuple[Any, None]:
            return body, None

    return Client


async def _bounded(response: Any, max_bytes: int) -> bytes:
    """Return the decompressed body. Raises TransportError past the limit, before more is read."""
    parts: list[bytes] = []
    size = 0
    async for part in response.content.iter_chunked(1 << 16):
        size += len(part)
        if size > max_bytes:
            raise TransportError(f"an answer of more than {max_bytes:,} bytes was not read")
        parts.append(part)
    return b"".join(parts)


def _why_unreachable(policy: Policy, error: Exception) -> str:
    text = str(error) or type(error).__name__
    for secret in policy.hidden:
        text = text.replace(secret, "[redacted]")
    return f"{policy.origin} could not be asked: {printable(text, 160)}"
