"""Read one Okta organisation into a snapshot file: GET only, page by page, nothing lost when something fails."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graphscan.errors import ImportFailedError
from graphscan.model import Coverage, CoverageState
from importers._http import Progress, Reader
from importers._origin import Origin
from importers._policy import Policy
from importers._reply import Refusal, Reply
from importers._snapshot_writer import SnapshotWriter
from importers.okta import endpoints as ends
from importers.okta.client import connected
from importers.okta.coverage import LEFT_OUT, READ_WHOLE, CoverageBook
from importers.okta.ids import text_of
from importers.okta.settings import OktaSettings
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
            and not row.error.startswith(LEFT_OUT)
        ]


def collect(
    settings: OktaSettings,
    write_to: Path,
    progress: Progress | None = None,
    *,
    factors: Factors = Factors.ADMINS,
    policy: Policy | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> CollectResult:
    """
    Read an organisation and write its snapshot.

    Args:
        progress: called with (what is being read, how many of it are done, how many there are or None).
        factors:  of whom the factors are read, one request each.
        policy:   other limits than the usual ones; its origin must be the settings'.
        sleep:    how to wait between tries; tests do not.

    Raises:
        ImportFailedError: nothing could be read at all, or the file cannot be written. What stood there before stays.
        MissingExtraError: the Okta SDK is not installed.
    """
    policy = policy or policy_for(settings)
    return asyncio.run(
        _collect(settings, write_to, progress or (lambda _what, _done, _of: None), factors, policy, sleep)
    )


def policy_for(settings: OktaSettings) -> Policy:
    """Return the usual limits. The Admin Console's host answers `/iam` calls, so Okta's own links may name it."""
    origin = settings.origin
    first, dot, rest = origin.host.partition(".")
    twin = Origin(origin.scheme, f"{first}-admin{dot}{rest}", origin.port)
    return Policy(origin, twins=(twin,) if settings.is_vendors_domain else (), secrets=(settings.token,))


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


async def _collect(
    settings: OktaSettings,
    write_to: Path,
    progress: Progress,
    factors: Factors,
    policy: Policy,
    sleep: Callable[[float], Awaitable[None]],
) -> CollectResult:
    started = datetime.now(UTC)

    async def wait(seconds: float) -> None:
        progress(f"waiting {seconds:,.0f} s, as the server asks", 0, None)
        await sleep(seconds)

    with SnapshotWriter(write_to, "okta", settings.source, str(policy.origin), started) as snapshot:
        async with connected(settings, policy) as send:
            reader = Reader(policy, send, snapshot.page, explain, wait)
            run = Walk(reader, CoverageBook(), progress, settings.name, factors)
            await run.everything()
        if snapshot.pages == 0:
            raise ImportFailedError(f"nothing could be read from {policy.origin}: {run.ask.first_error}")
        finished = datetime.now(UTC)
        rows = run.ask.book.rows(finished)
        for row in rows:
            snapshot.covered(row)
        snapshot.finish(finished, run.ask.book.complete)
        return CollectResult(
            write_to,
            settings.source,
            run.ask.book.complete,
            reader.calls,
            snapshot.pages,
            run.ask.records,
            tuple(rows),
            started,
            finished,
        )
