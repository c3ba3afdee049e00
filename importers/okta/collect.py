"""Read one Okta organisation into a snapshot file: GET only, page by page, nothing lost when something fails."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graphscan.errors import ImportFailedError
from graphscan.model import READ_WHOLE, Coverage, CoverageState
from importers._http import Listing, Page, Progress, Reader
from importers._origin import Origin
from importers._policy import Policy
from importers._reply import Refusal, Reply
from importers._snapshot_writer import Resume, SnapshotWriter
from importers.okta import endpoints as ends
from importers.okta.auth import TOKEN_PATH
from importers.okta.client import connected
from importers.okta.coverage import LEFT_OUT, NOT_THERE, CoverageBook
from importers.okta.estimate import Estimate
from importers.okta.ids import text_of
from importers.okta.settings import OktaSettings
from importers.okta.since import Since
from importers.okta.walk import Factors, Walk


@dataclass(frozen=True, slots=True)
class CollectResult:
    """
    How a collection went.

    Attributes:
        complete: False when something that was asked for could not be read.
        calls:    requests sent, repeated ones included.
        records:  objects read, before any is understood.
        coverage: the rows that the snapshot holds.
        resumed:  listings that an interrupted run had read whole, and that were not read again.
        copied:   listings taken from the previous snapshot.
        partial:  the file to continue from, where the server stopped answering; None: nothing is left to do.
    """

    path: Path
    source: str
    complete: bool
    calls: int
    pages: int
    records: int
    coverage: tuple[Coverage, ...]
    started: datetime
    finished: datetime
    resumed: int = 0
    copied: int = 0
    partial: Path | None = None

    @property
    def gaps(self) -> list[str]:
        """Return a sentence for each listing that was asked for and could not be read whole."""
        not_read = {gap.endpoint for gap in ends.NOT_READ}
        return [
            f"{row.endpoint}: {row.error}"
            for row in self.coverage
            if not row.scope
            and row.state is not CoverageState.COMPLETE
            and row.endpoint not in not_read
            and row.error != READ_WHOLE
            and not row.error.startswith((LEFT_OUT, NOT_THERE))
        ]


def collect(
    settings: OktaSettings,
    write_to: Path,
    progress: Progress | None = None,
    *,
    factors: Factors = Factors.ADMINS,
    policy: Policy | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    clock: Callable[[], float] = time.time,
    resume: Resume | None = None,
    since: Path | None = None,
    estimate: Estimate | None = None,
) -> CollectResult:
    """
    Read an organisation and write its snapshot.

    Args:
        progress: called with (what is being read, how many of it are done, how many there are or None).
        factors:  of whom the factors are read, one request each.
        policy:   other limits than the usual ones; its origin must be the settings'.
        sleep, clock: how to wait between tries; tests do not.
        resume:   leave `FILE.partial` where it breaks off, and continue from one.
        since:    an earlier snapshot, from which the members of unchanged groups are taken.
        estimate: is kept up to date, for whoever shows progress.

    Raises:
        UsageError:        `FILE.partial` is of another collection or too old; `since` is of another organisation.
        BadFileError:      one of them cannot be read.
        ImportFailedError: nothing could be read at all, or the file cannot be written. What stood there before stays.
        MissingExtraError: the Okta SDK is not installed.
    """
    policy = policy or policy_for(settings)
    settled = {"factors": factors.value, "signs in as": settings.signs_in_as, "since": str(since or "")}
    if resume is not None:
        resume = replace(resume, settings={**settled, **resume.settings})
    started = datetime.now(UTC)
    with SnapshotWriter(write_to, "okta", settings.source, str(policy.origin), started, resume) as snapshot:
        before = None if since is None else Since(since, settings.source)
        run = _Run(settings, snapshot, progress or (lambda _what, _done, _of: None), factors, policy, before)
        return asyncio.run(run.collect(sleep, clock, estimate or Estimate()))


def policy_for(settings: OktaSettings) -> Policy:
    """Return the usual limits. The Admin Console's host answers `/iam` calls, so Okta's own links may name it."""
    origin = settings.origin
    first, dot, rest = origin.host.partition(".")
    twin = Origin(origin.scheme, f"{first}-admin{dot}{rest}", origin.port)
    return Policy(
        origin,
        twins=(twin,) if settings.is_vendors_domain else (),
        token_path=None if settings.app is None else TOKEN_PATH,
        secrets=settings.secrets,
    )


def explain(reply: Reply, body: Any) -> Refusal | None:
    """Say what an Okta error means; None where the body is not Okta's."""
    if not isinstance(body, dict) or not isinstance(body.get("errorCode"), str):
        return None
    code, summary = body["errorCode"], text_of(body.get("errorSummary"))
    if code == "E0000015":
        # Okta answers this with status 401, also where the token is fine.
        return Refusal(
            CoverageState.DENIED, "the feature is not licensed, or the token's owner may not see it (E0000015)"
        )
    if code == "E0000011" or (reply.status == 401 and code == "E0000005"):
        return Refusal(CoverageState.DENIED, f"the API token is not valid, or no longer ({code})", fatal=True)
    if reply.status == 403:
        return Refusal(CoverageState.DENIED, f"the token's owner has no permission for it ({code}: {summary})")
    if reply.status in (404, 405, 410, 501):
        return Refusal(CoverageState.UNAVAILABLE, f"not there ({code}: {summary})")
    return Refusal(CoverageState.PARTIAL, f"Okta answered with status {reply.status} ({code}: {summary})")


# Private functions


@dataclass(frozen=True, slots=True)
class _Run:
    """One collection under way."""

    settings: OktaSettings
    snapshot: SnapshotWriter
    progress: Progress
    factors: Factors
    policy: Policy
    since: Since | None

    async def collect(
        self, sleep: Callable[[float], Awaitable[None]], clock: Callable[[], float], estimate: Estimate
    ) -> CollectResult:
        snapshot, since = self.snapshot, self.since

        def earlier(asked: str) -> Listing | None:
            return snapshot.earlier(asked) or (since.unchanged(asked) if since is not None else None)

        def seen(page: Page) -> None:
            if since is not None:
                since.see(page)

        def waits(endpoint: str, seconds: float) -> None:
            self.progress(f"waiting {seconds:,.0f} s for the rate limit of {endpoint}", 0, None)

        async with connected(self.settings, self.policy) as send:
            reader = Reader(self.policy, send, snapshot.page, explain, sleep, clock, earlier, snapshot.ended)
            reader.watch = seen
            reader.pace.notice = waits
            estimate.reader = reader
            run = Walk(reader, CoverageBook(), self.progress, self.settings.name, self.factors)
            run.ask.estimate = estimate
            await run.everything()
        if snapshot.pages == 0:
            raise ImportFailedError(f"nothing could be read from {self.policy.origin}: {run.ask.first_error}")
        finished = datetime.now(UTC)
        if since is not None:
            since.note(run.ask.book)
        rows = run.ask.book.rows(finished)
        for row in rows:
            snapshot.covered(row)
        snapshot.unfinished = bool(reader.given_up)
        snapshot.finish(finished, run.ask.book.complete)
        return CollectResult(
            snapshot.path,
            self.settings.source,
            run.ask.book.complete,
            reader.calls,
            snapshot.pages,
            run.ask.records,
            tuple(rows),
            snapshot.started,
            finished,
            snapshot.taken_over,
            0 if since is None else since.copied,
            snapshot.partial if snapshot.unfinished and snapshot.resumable else None,
        )
