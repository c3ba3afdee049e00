"""
The one read-only policy under which importers talk to a vendor.

GET only, one origin, bounded waits and sizes, JSON or a sentence that says why not, every listing counted. A thin
adapter for each client library does the sending (`Send`); nothing here knows a vendor.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from graphscan.errors import TransportError
from graphscan.model import CoverageState
from graphscan.printable import printable
from importers._origin import Origin
from importers._redact import redact, redact_text
from importers._reply import Refusal, Reply, next_link, number, parsed, plain_refusal, records_of, seconds_asked

RETRIED = frozenset({429, 500, 502, 503, 504})
LONGEST_ERROR = 300
Progress = Callable[[str, int, int | None], None]


class UnreachableError(TransportError):
    """No answer at all: refused, dropped, timed out. Worth another try."""


Send = Callable[[str, str], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Policy:
    """
    What may be asked of a vendor, and how patiently.

    Attributes:
        origin:       the only scheme, host and port that requests go to.
        twins:        origins that the vendor uses for itself in links; what they name is asked of `origin` instead.
        token_path:   the one path that may be POSTed to, to turn a key into a token; None: none.
        timeout:      seconds for one request.
        max_bytes:    of one reply, after decompression.
        attempts:     tries of one request in all.
        longest_wait: seconds between two tries, whatever the server asks for.
        reserve:      share of a rate limit left to the tenant's other clients; 0 uses it up.
        max_pages:    of one listing.
        secrets:      values that must not appear in anything kept (our own token).
    """

    origin: Origin
    twins: tuple[Origin, ...] = ()
    token_path: str | None = None
    timeout: float = 120.0
    max_bytes: int = 64 * 1024 * 1024
    attempts: int = 5
    longest_wait: float = 120.0
    reserve: float = 0.1
    max_pages: int = 100_000
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def check(self, method: str, url: str) -> None:
        """Refuse whatever is not a GET of the origin, or the one token call. Raises TransportError."""
        here = Origin.of(url)
        if here != self.origin:
            raise TransportError(f"a request to {printable(str(here))} was refused; only {self.origin} is asked")
        token_call = method == "POST" and self.token_path is not None and urlsplit(url).path == self.token_path
        if method != "GET" and not token_call:
            raise TransportError(f"a {printable(method, 20)} request was refused", "graphscan only reads")

    def next_page(self, link: str, path: str) -> str:
        """
        Return path and query of the next page on our origin.

        Raises:
            TransportError: the link leads to another origin, or to something other than the listing it continues.
        """
        parts = urlsplit(link)
        if parts.netloc or parts.scheme:
            there = Origin.of(link)
            if there != self.origin and there not in self.twins:
                raise TransportError(
                    f"the next page is said to be at {printable(str(there), 100)} and was not followed",
                    "if that is the tenant's own address, collect from it instead",
                )
        if parts.path != path:
            raise TransportError(f"the next page is said to be {printable(parts.path, 100)!r} and was not followed")
        return f"{parts.path}?{parts.query}"


@dataclass(frozen=True, slots=True)
class Page:
    """One reply as it is kept: redacted, with the end point it answers (`/api/v1/users/{userId}/roles`)."""

    endpoint: str
    path: str
    query: str
    status: int
    headers: dict[str, list[str]]
    body: Any


@dataclass(slots=True)
class Outcome:
    """How reading one listing or object went: what was read counts even where the rest failed."""

    endpoint: str
    path: str
    state: CoverageState = CoverageState.COMPLETE
    status: int = 0
    pages: int = 0
    records: int = 0
    error: str = ""
    body: Any = None

    def fail(self, state: CoverageState, error: str) -> None:
        """Say why it ended; something read before makes a failure partial."""
        self.state = CoverageState.PARTIAL if self.pages else state
        self.error = printable(error, LONGEST_ERROR)


class Reader:
    """
    Ask one vendor for listings and objects, hand each page on as soon as it is read, and never raise for a reply.

    Args:
        policy:   what may be asked.
        send:     an adapter that sends one request and returns the reply; raises UnreachableError.
        keep:     called with each redacted page, in order.
        explain:  says what an error reply means in the vendor's terms, or None where it has nothing to add.
        sleep, clock: injected by tests.
    """

    def __init__(
        self,
        policy: Policy,
        send: Send,
        keep: Callable[[Page], None],
        explain: Callable[[Reply, Any], Refusal | None] = lambda _reply, _body: None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.policy = policy
        self.calls = 0
        self.given_up = ""
        self._send = send
        self._keep = keep
        self._explain = explain
        self._sleep = sleep
        self._clock = clock
        self._silent = 0
        self._answered = False

    async def read(
        self,
        endpoint: str,
        path: str,
        query: Mapping[str, str] | None = None,
        wrapped: str | None = None,
        each: Callable[[Any], None] = lambda _record: None,
        listing: bool = True,
    ) -> Outcome:
        """
        Read a listing to its end, or one object.

        Args:
            endpoint: the path as a template, for evidence and coverage.
            path:     the path, its parts already quoted.
            wrapped:  the member that holds the list where the body is an object; its `_links.next` then leads on.
            each:     called with every record.
            listing:  False: one object is expected.
        """
        outcome = Outcome(endpoint, path)
        target = path + (f"?{urlencode(query, quote_via=quote)}" if query else "")
        asked: set[str] = set()
        seen: set[bytes] = set()
        empty = 0
        while target:
            if target in asked or outcome.pages >= self.policy.max_pages:
                outcome.fail(CoverageState.PARTIAL, "the server's pages never end: a page leads back to an earlier one")
                break
            asked.add(target)
            try:
                reply, body = await self._answer(target)
                records = records_of(body, wrapped) if listing else [body]
            except _RefusedError as refused:
                outcome.status = refused.status
                outcome.fail(refused.state, refused.message)
                break
            except TransportError as error:
                outcome.fail(CoverageState.PARTIAL, str(error))
                break
            outcome.status = reply.status
            # The same records again behind a fresh cursor: a server that ignores the cursor would never end.
            digest = sha256(reply.body).digest()
            if listing and records and digest in seen:
                outcome.fail(CoverageState.PARTIAL, "the server's pages never end: the same page came twice")
                break
            seen.add(digest)
            outcome.body = None if listing else body
            outcome.pages += 1
            outcome.records += len(records)
            self._keep(_page(endpoint, target, reply, body))
            for record in records:
                each(record)
            empty = 0 if records else empty + 1
            if empty > 100:
                outcome.fail(CoverageState.PARTIAL, "the server's pages never end: more than 100 empty ones in a row")
                break
            try:
                link = next_link(reply, body) if listing else ""
                target = self.policy.next_page(link, path) if link else ""
            except TransportError as error:
                outcome.fail(CoverageState.PARTIAL, str(error))
                break
        return outcome

    async def _answer(self, target: str) -> tuple[Reply, Any]:
        """Return a 200 reply and its redacted JSON. Raises _RefusedError, TransportError."""
        if self.given_up:
            raise _RefusedError(0, CoverageState.PARTIAL, f"not asked: {self.given_up}")
        try:
            reply = await self._patiently(target)
        except UnreachableError as error:
            self._silent += 1
            if self._silent >= 3 or not self._answered:
                self.given_up = f"the server stopped answering ({error.message})"
            raise
        self._silent, self._answered = 0, True
        if reply.status == 200:
            return reply, redact(parsed(reply), self.policy.secrets)
        try:
            body: Any = redact(parsed(reply), self.policy.secrets)
        except TransportError:
            body = None
        refusal = self._explain(reply, body) or plain_refusal(reply)
        why = redact_text(refusal.why, self.policy.secrets)
        if refusal.fatal:
            self.given_up = why
        raise _RefusedError(reply.status, refusal.state, why)

    async def _patiently(self, target: str) -> Reply:
        """Send until there is an answer that another try would not change."""
        url = f"{self.policy.origin}{target}"
        for attempt in range(1, self.policy.attempts + 1):
            self.policy.check("GET", url)
            self.calls += 1
            last = attempt == self.policy.attempts
            try:
                reply = await self._send("GET", url)
            except UnreachableError:
                if last:
                    raise
                await self._sleep(min(2.0 ** (attempt - 1), self.policy.longest_wait))
                continue
            if reply.status in RETRIED and not last:
                await self._sleep(self._wait(reply, attempt))
                continue
            await self._hold_back(reply)
            return reply
        raise AssertionError("the last attempt returns or raises")

    def _wait(self, reply: Reply, attempt: int) -> float:
        """Return the seconds to wait before trying again: as the server asks, within reason."""
        asked = seconds_asked(reply, self._clock())
        # A vendor's limits are counted by the minute; without any hint, a few doubled waits cover one.
        wait = asked if asked is not None else (4.0 if reply.status == 429 else 1.0) * 2.0 ** (attempt - 1)
        return min(max(wait, 0.5), self.policy.longest_wait)

    async def _hold_back(self, reply: Reply) -> None:
        """Leave a share of the rate limit to the tenant's other clients."""
        limit, left = number(reply.header("X-Rate-Limit-Limit")), number(reply.header("X-Rate-Limit-Remaining"))
        if limit and left is not None and left < limit * self.policy.reserve:
            asked = seconds_asked(reply, self._clock())
            if asked:
                await self._sleep(min(asked, self.policy.longest_wait))


# Private functions


class _RefusedError(TransportError):
    """The server answered, and not with what was asked for."""

    def __init__(self, status: int, state: CoverageState, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.state = state


def _page(endpoint: str, target: str, reply: Reply, body: Any) -> Page:
    path, _, query = target.partition("?")
    kept: dict[str, list[str]] = {}
    for name in ("Content-Type", "Date", "Link"):
        values = reply.headers_of(name)
        if values:
            kept[name] = [redact_text(value) for value in values]
    return Page(endpoint, path, query, reply.status, kept, body)
