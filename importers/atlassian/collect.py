"""Read one Atlassian instance into a snapshot file: GET only, page by page, nothing lost when something fails."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graphscan.errors import ImportFailedError, UsageError
from graphscan.model import LEFT_OUT, NOT_THERE, READ_WHOLE, Coverage, CoverageState
from importers._http import Progress, Reader
from importers._policy import Policy
from importers._snapshot_writer import Resume, SnapshotWriter
from importers.atlassian.asking import Asking, Estimate
from importers.atlassian.client import connected
from importers.atlassian.explain import explain
from importers.atlassian.product import Product
from importers.atlassian.products import PRODUCTS, TELLS, importer_of, product
from importers.atlassian.settings import AtlassianSettings

_Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class CollectResult:
    """
    How a collection went.

    Attributes:
        importer: which product in which form it was.
        complete: False when something that was asked for could not be read.
        calls:    requests sent, repeated ones included.
        records:  objects read, before any is understood.
        coverage: the rows that the snapshot holds.
        resumed:  listings that an interrupted run had read whole, and that were not read again.
        copied:   listings taken from an earlier snapshot: none, for these products.
        partial:  the file to continue from, where the server stopped answering; None: nothing is left to do.
    """

    path: Path
    source: str
    importer: str
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
        untold = {(gap.relation, gap.endpoint) for gap in product(self.importer).not_read}
        return [
            f"{row.endpoint}: {row.error}"
            for row in self.coverage
            if row.state is not CoverageState.COMPLETE
            and (row.relation, row.endpoint) not in untold
            and row.error != READ_WHOLE
            and not row.error.startswith((LEFT_OUT, NOT_THERE))
        ]


def policy_for(settings: AtlassianSettings) -> Policy:
    """Return the usual limits for an instance."""
    return Policy(settings.origin, secrets=settings.secrets)


def detect(settings: AtlassianSettings, policy: Policy | None = None) -> str:
    """
    Ask a server which product it is in which form; return the name of the importer.

    Raises:
        ImportFailedError: it does not answer as any form of the product does, or refuses the credential.
        MissingExtraError: atlassian-python-api is not installed.
    """
    if settings.form or settings.product in PRODUCTS:
        return importer_of(settings.product, settings.form)
    return asyncio.run(_detected(settings, policy or policy_for(settings)))


def collect(
    settings: AtlassianSettings,
    write_to: Path,
    progress: Progress | None = None,
    *,
    policy: Policy | None = None,
    sleep: _Sleep = asyncio.sleep,
    clock: Callable[[], float] = time.time,
    resume: Resume | None = None,
    estimate: Estimate | None = None,
) -> CollectResult:
    """
    Read an instance and write its snapshot.

    Args:
        progress: called with (what is being read, how many of it are done, how many there are or None).
        policy:   other limits than the usual ones; its origin must be the settings'.
        sleep, clock: how to wait between tries; tests do not.
        resume:   leave `FILE.partial` where it breaks off, and continue from one.
        estimate: is kept up to date, for whoever shows progress.

    Raises:
        UsageError:        `FILE.partial` is of another collection or too old.
        ImportFailedError: nothing could be read at all, or the file cannot be written. What stood there before stays.
        MissingExtraError: atlassian-python-api is not installed.
    """
    policy = policy or policy_for(settings)
    chosen = product(detect(settings, policy))
    stray = [name for name, value in settings.options.items() if value and name not in chosen.options]
    if stray:
        raise UsageError(f"`{stray[0]}` is no setting of {chosen.title} in this graphscan", "leave it out")
    if resume is not None:
        options = {name: str(value) for name, value in settings.options.items()}
        resume = replace(resume, settings={"signs in as": settings.signs_in_as, **options, **resume.settings})
    started = datetime.now(UTC)
    where = f"{policy.origin}{settings.base}"
    # Which instance a site is, no page tells.
    mapped = {name: settings.options[name] for name in ("sites",) if settings.options.get(name)}
    with SnapshotWriter(write_to, chosen.importer, settings.source, where, started, resume, mapped) as snapshot:
        run = _Run(settings, chosen, snapshot, progress or (lambda _what, _done, _of: None), policy)
        return asyncio.run(run.collect(sleep, clock, estimate or Estimate()))


# Private functions


@dataclass(frozen=True, slots=True)
class _Run:
    """One collection under way."""

    settings: AtlassianSettings
    product: Product
    snapshot: SnapshotWriter
    progress: Progress
    policy: Policy

    async def collect(self, sleep: _Sleep, clock: Callable[[], float], estimate: Estimate) -> CollectResult:
        snapshot, settings = self.snapshot, self.settings

        def waits(endpoint: str, seconds: float) -> None:
            self.progress(f"waiting {seconds:,.0f} s for the rate limit of {endpoint}", 0, None)

        said = self.product.explain or explain
        async with connected(settings, self.policy) as send:
            reader = Reader(self.policy, send, snapshot.page, said, sleep, clock, snapshot.earlier, snapshot.ended)
            reader.pace.notice = waits
            options: Mapping[str, Any] = settings.options
            ask = Asking(reader, self.progress, self.product, settings.name, settings.base, options, estimate)
            await self.product.walk(ask)
        if snapshot.pages == 0:
            raise ImportFailedError(
                f"nothing could be read from {self.policy.origin}: {ask.first_error}",
                "check the address, the credential and the network",
            )
        finished = datetime.now(UTC)
        rows = ask.book.rows(finished)
        for row in rows:
            snapshot.covered(row)
        snapshot.unfinished = bool(reader.given_up)
        snapshot.finish(finished, ask.book.complete)
        return CollectResult(
            snapshot.path,
            settings.source,
            self.product.importer,
            ask.book.complete,
            reader.calls,
            snapshot.pages,
            ask.records,
            tuple(rows),
            snapshot.started,
            finished,
            snapshot.taken_over,
            0,
            snapshot.partial if snapshot.unfinished and snapshot.resumable else None,
        )


async def _detected(settings: AtlassianSettings, policy: Policy) -> str:
    said: list[str] = []
    async with connected(settings, policy) as send:
        reader = Reader(policy, send, lambda _page: None, explain)
        for form in TELLS[settings.product]:
            outcome = await reader.read(form.path, settings.base + form.path, listing=False)
            if outcome.state is CoverageState.COMPLETE and form.fits(outcome.body):
                return form.importer
            said.append(f"{form.path}: {outcome.error or 'another answer than expected'}")
            if reader.given_up:
                raise ImportFailedError(
                    f"{policy.origin} does not say whether it is Data Center or Cloud: {reader.given_up}",
                    "check the address, the credential and the network",
                )
    raise UsageError(
        f"{settings.url} answers neither as {settings.product} Data Center nor as {settings.product} Cloud "
        f"({'; '.join(dict.fromkeys(said))})",
        "check the address, with the context path it is installed under, or say --form dc or cloud",
    )
