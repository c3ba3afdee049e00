"""
The one read-only policy under which importers talk to a vendor.

GET only, one origin, bounded waits and sizes, JSON or a sentence that says why not, every listing counted. A thin
adapter for each client library does the sending (`Send`); nothing here knows a vendor.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode

from graphscan.errors import TransportError
from graphscan.model import CoverageState
from graphscan.printable import printable
from importers._policy import Policy
from importers._redact import redact, redact_text
from importers._reply import Refusal, Reply, next_link, number, parsed, plain_refusal, records_of, seconds_asked

RETRIED = frozenset({429, 500, 502, 503, 504})
LONGEST_ERROR = 300
Progress = Callable[[str, int, int | None], None]


class UnreachableError(TransportError):
    """No answer at all: refused, dropped, timed out. Worth another try."""


Send = Callable[[str, str], Awaitable[Reply]]


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
        self._resume: dict[str, float] = {}

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
                reply, body = await self._answer(endpoint, target)
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

    async def _answer(self, endpoint: str, target: str) -> tuple[Reply, Any]:
        """Return a 200 reply and its redacted JSON. Raises _RefusedError, TransportError."""
        if self.given_up:
            raise _RefusedError(0, CoverageState.PARTIAL, f"not asked: {self.given_up}")
        try:
            reply = await self._patiently(endpoint, target)
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

    async def _patiently(self, endpoint: str, target: str) -> Reply:
        """Send until there is an answer that another try would not change."""
        url = f"{self.policy.origin}{target}"
        early = self._resume.pop(endpoint, 0.0) - self._clock()
        if early > 0:
            await self._sleep(min(early, self.policy.longest_wait))
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
            self._hold_back(endpoint, reply)
            return reply
        raise AssertionError("the last attempt returns or raises")

    def _wait(self, reply: Reply, attempt: int) -> float:
        """Return the seconds to wait before trying again: as the server asks, within reason."""
        asked = seconds_asked(reply, self._clock())
        # A vendor's limits are counted by the minute; without any hint, a few doubled waits cover one.
        wait = asked if asked is not None else (4.0 if reply.status == 429 else 1.0) * 2.0 ** (attempt - 1)
        return min(max(wait, 0.5), self.policy.longest_wait)

    def _hold_back(self, endpoint: str, reply: Reply) -> None:
        """Leave a share of the rate limit to the tenant's other clients: the next such call waits for the reset."""
        limit, left = number(reply.header("X-Rate-Limit-Limit")), number(reply.header("X-Rate-Limit-Remaining"))
        if limit and left is not None and left < limit * self.policy.reserve:
            now = self._clock()
            self._resume[endpoint] = now + (seconds_asked(reply, now) or 0.0)


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
