"""
The session of atlassian-python-api under our own transport.

How it behaves, measured with 5.0.5: `AtlassianRestAPI` makes a `requests.Session` with the Authorization header in it,
and its `request` reads whole bodies and writes them to the log at DEBUG, follows redirects, takes a sign-in page for an
answer, sleeps up to 1,800 seconds as a server likes, and its pagers follow absolute links to any host with the header.
So only the session is used: each GET is streamed under `Policy`, bounded, without redirects, cookies, `.netrc` or
proxies other than what the environment names for the origin.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

from graphscan.errors import MissingExtraError, TransportError
from graphscan.printable import printable
from importers._http import Send, UnreachableError
from importers._policy import Policy, proxy_for
from importers._reply import Reply
from importers.atlassian.settings import AtlassianSettings, Basic


@asynccontextmanager
async def connected(settings: AtlassianSettings, policy: Policy) -> AsyncIterator[Send]:
    """
    Yield a function that sends one request with the session.

    Raises:
        MissingExtraError: atlassian-python-api is not installed.
    """
    try:
        # Half a second: only a collection pays for it.
        from atlassian.rest_client import AtlassianRestAPI
    except ImportError:
        raise MissingExtraError(
            "atlassian-python-api is not installed", "run: pip install 'graphscan[atlassian]'"
        ) from None
    for name in ("atlassian", "urllib3", "requests"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    credential = settings.credential
    signing = (
        {"username": credential.user, "password": credential.secret}
        if isinstance(credential, Basic)
        else {"token": credential.token}
    )
    # The library states no types for this; what it returns is checked by what is done with it.
    make: Any = AtlassianRestAPI
    session: Any = make(str(policy.origin), **signing)._session
    _pinned(session, policy)
    with ThreadPoolExecutor(policy.in_flight, "graphscan-atlassian") as threads:
        loop = asyncio.get_running_loop()

        async def send(method: str, url: str) -> Reply:
            policy.check(method, url)
            return await loop.run_in_executor(threads, _get, session, policy, url)

        try:
            yield send
        finally:
            session.close()


# Private functions


def _pinned(session: Any, policy: Policy) -> None:
    """Take away from a session whatever would send more than one request, or to elsewhere."""
    from http.cookiejar import DefaultCookiePolicy

    from requests.adapters import HTTPAdapter

    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers["User-Agent"] = "graphscan"
    # The second is what the plug-in manager answers with, and nothing else does.
    session.headers["Accept"] = "application/json, application/vnd.atl.plugins.installed+json"
    proxy = proxy_for(policy)
    session.proxies = {policy.origin.scheme: proxy} if proxy else {}
    adapter = HTTPAdapter(pool_connections=1, pool_maxsize=policy.in_flight, max_retries=0)
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter)


def _get(session: Any, policy: Policy, url: str) -> Reply:
    """Send one GET and return the reply, in a thread. Raises TransportError, UnreachableError."""
    import requests

    patience = (min(policy.timeout, 20.0), policy.timeout)
    try:
        with session.get(url, stream=True, allow_redirects=False, timeout=patience) as response:
            headers = tuple((str(name), str(value)) for name, value in response.headers.items())
            return Reply(response.status_code, headers, _bounded(response, policy.max_bytes))
    except requests.Timeout:
        raise UnreachableError(f"no answer within {policy.timeout:g} seconds") from None
    except (requests.RequestException, OSError, ValueError) as error:
        raise UnreachableError(_why(policy, error)) from None


def _bounded(response: Any, max_bytes: int) -> bytes:
    """Return the decompressed body. Raises TransportError past the limit, before more is read."""
    parts: list[bytes] = []
    size = 0
    for part in response.iter_content(1 << 16):
        size += len(part)
        if size > max_bytes:
            raise TransportError(f"an answer of more than {max_bytes:,} bytes was not read")
        parts.append(part)
    return b"".join(parts)


def _why(policy: Policy, error: Exception) -> str:
    text = str(error) or type(error).__name__
    for secret in policy.hidden:
        text = text.replace(secret, "[redacted]")
    return f"{policy.origin} could not be asked: {printable(text, 160)}"
