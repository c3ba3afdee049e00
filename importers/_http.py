"""
The one read-only policy under which importers talk to a vendor.

GET only, one origin, bounded waits and sizes, JSON or a sentence that says why not, every listing counted. A thin
adapter for each client library does the sending (`Send`); nothing here knows a vendor.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from json import dumps
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from graphscan.errors import TransportError
from graphscan.model import CoverageState
from graphscan.printable import printable
from importers._pacing import Pace
from importers._policy import Policy
from importers._redact import redact, redact_text
from importers._reply import Refusal, Reply, next_link, parsed, plain_refusal, records_of, seconds_asked

RETRIED = frozenset({429, 500, 502, 503, 504})
LONGEST_ERROR = 300
Progress = Callable[[str, int, int | None], None]


class UnreachableError(TransportError):
    """No answer at all: refused, dropped, timed out. Worth another try."""


class SignInRefusedError(TransportError):
    """The vendor gives us no token: nothing will be answered."""


Send = Callable[[str, str], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Page:
    """
    One reply as it is kept: redacted, with the end point it answers (`/api/v1/users/{userId}/roles`).

    Attributes:
        at: when it was read, where that was long before the rest: a page taken from an earlier snapshot.
    """

    endpoint: str
    path: str
    query: str
    status: int
    headers: dict[str, list[str]]
    body: Any
    at: datetime | None = None


class Listing(Protocol):
    """
    A listing that was read whole before.

    Attributes:
        at:   when.
        ours: the file being written holds it already.
    """

    @property
    def at(self) -> datetime: ...

    @property
    def ours(self) -> bool: ...

    def pages(self) -> Iterator[Page]:
        """Yield its pages in order."""


Into = Callable[[Page, list[Any], int, bool], Awaitable[None]]


class Pager(Protocol):
    """How a listing goes on."""

    def __call__(self, reply: Reply, body: Any, target: str, records: int, so_far: int, /) -> str:
        """
        Return the address of the next page, or an empty text at the end.

        Args:
            target:  path and query that were asked for.
            records: on this page.
            so_far:  on all pages, this one included.

        Raises:
            TransportError: the listing ends, and is not whole.
        """
        ...


def by_links(reply: Reply, body: Any, _target: str, _records: int, _so_far: int, /) -> str:
    """Go on as `Link` headers or the body's `_links` say."""
    return next_link(reply, body)


@dataclass(slots=True)
class Outcome:
    """
    How reading one listing or object went: what was read counts even where the rest failed.

    Attributes:
        asked:   path and query of the first page.
        at:      when it was read.
        earlier: where it was taken from, if it was read before.
    """

    endpoint: str
    path: str
    state: CoverageState = CoverageState.COMPLETE
    status: int = 0
    pages: int = 0
    records: int = 0
    error: str = ""
    body: Any = None
    asked: str = ""
    at: datetime | None = None
    earlier: Listing | None = None

    def fail(self, state: CoverageState, error: str) -> None:
        """Say why it ended; something read before makes a failure partial."""
        self.state = CoverageState.PARTIAL if self.pages else state
        self.error = printable(error, LONGEST_ERROR)


class Reader:
    """
    Ask one vendor for listings and objects, hand each page on as soon as it is read, and never raise for a reply.

    Attributes:
        calls:    requests sent, repeated ones included.
        given_up: why nothing more is asked, if so.
        pace:     gives each request its turn.
        watch:    sees each page that is read on its own, not one of many at once; taken-over ones as well.

    Args:
        policy:   what may be asked.
        send:     an adapter that sends one request and returns the reply; raises UnreachableError.
        keep:     called with each redacted page, in order.
        explain:  says what an error reply means in the vendor's terms, or None where it has nothing to add.
        sleep, clock: injected by tests.
        earlier:  by path and query of a first page: the listing where it was read whole before.
        ended:    called with each outcome, in the order in which pages are kept.
    """

    def __init__(
        self,
        policy: Policy,
        send: Send,
        keep: Callable[[Page], None],
        explain: Callable[[Reply, Any], Refusal | None] = lambda _reply, _body: None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.time,
        earlier: Callable[[str], Listing | None] = lambda _asked: None,
        ended: Callable[[Outcome], None] = lambda _outcome: None,
    ) -> None:
        self.policy = policy
        self.calls = 0
        self.given_up = ""
        self.keep = keep
        self.ended = ended
        self.watch: Callable[[Page], None] = lambda _page: None
        self._send = send
        self._explain = explain
        self._sleep = sleep
        self._clock = clock
        self._earlier = earlier
        self.pace = Pace(policy, sleep, clock)
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
        into: Into | None = None,
        pager: Pager = by_links,
    ) -> Outcome:
        """
        Read a listing to its end, or one object.

        Args:
            endpoint: the path as a template, for evidence and coverage.
            path:     the path, its parts already quoted.
            wrapped:  the member that holds the list where the body is an object; its `_links.next` then leads on.
            each:     called with every record.
            listing:  False: one object is expected.
            into:     takes (page, its records, its size in bytes, whether it is new) in place of `keep` and `each`;
                      several listings are then read at once, and the caller keeps pages and outcomes in order.
            pager:    says where the next page is.
        """
        target = path + (f"?{urlencode(query, quote_via=quote)}" if query else "")
        outcome = Outcome(endpoint, path, asked=target, at=datetime.fromtimestamp(self._clock(), UTC))

        async def straight(page: Page, records: list[Any], _size: int, new: bool) -> None:
            self.watch(page)
            if new:
                self.keep(page)
            for record in records:
                each(record)

        outcome.earlier = self._earlier(target)
        if outcome.earlier is None:
            await self._read(outcome, target, wrapped, listing, into or straight, pager)
        else:
            await _again(outcome, outcome.earlier, wrapped, listing, into or straight)
        if into is None:
            self.ended(outcome)
        return outcome

    async def _read(
        self, outcome: Outcome, target: str, wrapped: str | None, listing: bool, into: Into, pager: Pager
    ) -> None:
        asked: set[str] = set()
        seen: set[bytes] = set()
        empty = 0
        while target:
            if target in asked or outcome.pages >= self.policy.max_pages:
                outcome.fail(CoverageState.PARTIAL, "the server's pages never end: a page leads back to an earlier one")
                break
            asked.add(target)
            try:
                reply, body = await self._answer(outcome.endpoint, target)
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
            # Where the records stand inside an object, the cursor beside them differs: only they are compared.
            said = reply.body if isinstance(body, list) else dumps(records).encode()
            digest = sha256(said).digest()
            if listing and records and digest in seen:
                outcome.fail(CoverageState.PARTIAL, "the server's pages never end: the same page came twice")
                break
            seen.add(digest)
            outcome.body = None if listing else body
            outcome.pages += 1
            outcome.records += len(records)
            await into(_page(outcome.endpoint, target, reply, body), records, len(reply.body), True)
            empty = 0 if records else empty + 1
            if empty > 100:
                outcome.fail(CoverageState.PARTIAL, "the server's pages never end: more than 100 empty ones in a row")
                break
            try:
                link = pager(reply, body, target, len(records), outcome.records) if listing else ""
                target = self.policy.next_page(link, outcome.path) if link else ""
            except TransportError as error:
                outcome.fail(CoverageState.PARTIAL, str(error))
                break

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
        except SignInRefusedError as error:
            self.given_up = error.message
            raise _RefusedError(401, CoverageState.DENIED, error.message) from None
        self._silent, self._answered = 0, True
        if reply.status == 200:
            return reply, redact(parsed(reply), self.policy.hidden)
        try:
            body: Any = redact(parsed(reply), self.policy.hidden)
        except TransportError:
            body = None
        refusal = self._explain(reply, body) or plain_refusal(reply)
        why = redact_text(refusal.why, self.policy.hidden)
        if refusal.fatal:
            self.given_up = why
        raise _RefusedError(reply.status, refusal.state, why)

    async def _patiently(self, endpoint: str, target: str) -> Reply:
        """Send until there is an answer that another try would not change."""
        url = f"{self.policy.origin}{target}"
        for attempt in range(1, self.policy.attempts + 1):
            self.policy.check("GET", url)
            last = attempt == self.policy.attempts
            first = await self.pace.turn(endpoint)
            reply: Reply | None = None
            try:
                if self.given_up:  # meanwhile
                    raise _RefusedError(0, CoverageState.PARTIAL, f"not asked: {self.given_up}")
                self.calls += 1
                reply = await self._send("GET", url)
            except UnreachableError:
                if last:
                    raise
            finally:
                self.pace.over(endpoint, first, reply)
            if reply is None:
                await self._sleep(min(2.0 ** (attempt - 1), self.policy.longest_wait))
            elif reply.status not in RETRIED or last:
                return reply
            elif reply.status == 429:
                self.pace.pause(endpoint, self._wait(reply, attempt))
            else:
                await self._sleep(self._wait(reply, attempt))
        raise AssertionError("the last attempt returns or raises")

    def _wait(self, reply: Reply, attempt: int) -> float:
        """Return the seconds to wait before trying again: as the server asks, within reason."""
        asked = seconds_asked(reply, self._clock())
        # A vendor's limits are counted by the minute; without any hint, a few doubled waits cover one.
        wait = asked if asked is not None else (4.0 if reply.status == 429 else 1.0) * 2.0 ** (attempt - 1)
        return min(max(wait, 0.5), self.policy.longest_wait)


# Private functions


class _RefusedError(TransportError):
    """The server answered, and not with what was asked for."""

    def __init__(self, status: int, state: CoverageState, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.state = state


async def _again(outcome: Outcome, earlier: Listing, wrapped: str | None, listing: bool, into: Into) -> None:
    """Hand on a listing that was read before, as if it were read now."""
    outcome.status, outcome.at = 200, earlier.at
    for page in earlier.pages():
        records = records_of(page.body, wrapped) if listing else [page.body]
        outcome.body = None if listing else page.body
        outcome.pages += 1
        outcome.records += len(records)
        await into(page, records, 1_000 * len(records), not earlier.ours)


def _page(endpoint: str, target: str, reply: Reply, body: Any) -> Page:
    path, _, query = target.partition("?")
    kept: dict[str, list[str]] = {}
    for name in ("Content-Type", "Date", "Link"):
        values = reply.headers_of(name)
        if values:
            kept[name] = [redact_text(value) for value in values]
    return Page(endpoint, path, query, reply.status, kept, body)
