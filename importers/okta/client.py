"""
The Okta SDK's request executor over our own transport.

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
"""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.request import getproxies, proxy_bypass

from graphscan.errors import MissingExtraError, TransportError
from graphscan.printable import printable
from importers._http import Send, UnreachableError
from importers._policy import Policy
from importers._reply import Reply
from importers.okta.settings import OktaSettings


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
        executor = make(_config(settings), cache(), http_client=_client_under(policy, session))

        async def send(method: str, url: str) -> Reply:
            path = url.removeprefix(str(policy.origin))
            request, error = await executor.create_request(method, path, None, {})
            if error is not None:
                raise TransportError(f"the request could not be made: {type(error).__name__}")
            response, _, error = await executor.execute(request)
            if error is not None:
                raise error
            reply: Reply = response.reply
            return reply

        yield send


def proxy_for(policy: Policy, proxies: Callable[[], dict[str, str]] = getproxies) -> str | None:
    """Return the proxy the environment names for the origin; this machine is never asked through one."""
    origin = policy.origin
    if origin.is_loopback or proxy_bypass(origin.host):
        return None
    return proxies().get(origin.scheme) or proxies().get("all")


# Private functions


def _config(settings: OktaSettings) -> dict[str, Any]:
    return {
        "client": {
            "orgUrl": str(settings.origin),
            "token": settings.token,
            "authorizationMode": "SSWS",
            "requestTimeout": 0,
            "rateLimit": {"maxRetries": 0},
            "userAgent": "graphscan",
            "raiseException": False,
            "logging": {"enabled": False},
        }
    }


class _Response:
    """What the executor looks at (`status`, `headers`, `content_type`), around the reply we want back."""

    def __init__(self, reply: Reply, headers: Any) -> None:
        self.reply = reply
        self.status = reply.status
        self.headers = headers
        self.content_type = "application/octet-stream"


def _client_under(policy: Policy, session: Any) -> type:
    """Return the class of an HTTP client for the executor, bound to one policy and session."""
    import aiohttp
    from yarl import URL

    proxy = proxy_for(policy)

    class Client:
        def __init__(self, http_config: dict[str, Any]) -> None:
            self._headers = dict(http_config["headers"])

        async def send_request(self, request: dict[str, Any]) -> tuple[Any, Any, Any, Exception | None]:
            try:
                policy.check(request["method"], request["url"])
                async with session.request(
                    request["method"],
                    URL(request["url"], encoded=True),
                    headers={**self._headers, **request["headers"]},
                    allow_redirects=False,
                    proxy=proxy,
                ) as response:
                    body = await _bounded(response, policy.max_bytes)
                    headers = tuple((str(name), str(value)) for name, value in response.headers.items())
                    return None, _Response(Reply(response.status, headers, body), response.headers), None, None
            except TransportError as error:
                return None, None, None, error
            except TimeoutError:
                return None, None, None, UnreachableError(f"no answer within {policy.timeout:g} seconds")
            except (aiohttp.ClientError, OSError, ValueError) as error:
                return None, None, None, UnreachableError(_why_unreachable(policy, error))

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
    for secret in policy.secrets:
        text = text.replace(secret, "[redacted]")
    return f"{policy.origin} could not be asked: {printable(text, 160)}"
