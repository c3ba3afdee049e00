"""
Write a large made-up organisation straight into a snapshot file: what `collect` would write, without HTTP.

    python -m tests.importers.servers.large_org_snapshot --share 0.1 FILE

The importer's own walk asks for the pages, in its order, so the file has the same pages and coverage rows.
"""

import argparse
import asyncio
import zlib
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from graphscan.errors import TransportError
from graphscan.model import CoverageState
from importers._http import Into, Outcome, Page, Pager, Reader
from importers._origin import Origin
from importers._policy import Policy
from importers._redact import redact
from importers._reply import Reply, records_of
from importers._snapshot_writer import SnapshotWriter
from importers.okta import endpoints as ends
from importers.okta.coverage import CoverageBook
from importers.okta.walk import Factors, Walk
from tests.importers.servers.large_org import Listing, Organisation, Sizes, wrapper_of

# Most of all pages, in which the generator puts nothing that redaction would take out.
_NOTHING_SECRET = frozenset({ends.USERS, ends.GROUP_USERS, ends.APP_USERS})
_ORIGIN = "https://big.okta.com"
AT = datetime(2026, 1, 1, tzinfo=UTC)
_HEADERS = {"Content-Type": ["application/json"]}


def write(path: Path, sizes: Sizes, factors: Factors = Factors.ADMINS) -> int:
    """Write the snapshot of an organisation of these sizes; return how many pages it has."""
    organisation = Organisation(sizes)
    with SnapshotWriter(path, "okta", "okta:big", _ORIGIN, AT) as snapshot:
        reader = _Direct(organisation, snapshot)
        walk = Walk(reader, CoverageBook(), lambda _what, _done, _of: None, "big", factors)
        asyncio.run(walk.everything())
        for row in walk.ask.book.rows(AT):
            snapshot.covered(row)
        snapshot.finish(AT, walk.ask.book.complete)
        return snapshot.pages


# Private functions


class _Direct(Reader):
    """Reads from the organisation itself, without requests."""

    def __init__(self, organisation: Organisation, snapshot: SnapshotWriter) -> None:
        super().__init__(Policy(Origin.of(_ORIGIN)), _nothing_is_sent, snapshot.page, ended=snapshot.ended)
        self._organisation = organisation

    async def _read(
        self, outcome: Outcome, target: str, wrapped: str | None, listing: bool, into: Into, _pager: Pager
    ) -> None:
        path, _, query = target.partition("?")
        asked = dict(parse_qsl(query))
        found = self._organisation.find(path, asked)
        if found is None:
            outcome.status = 404
            outcome.fail(CoverageState.UNAVAILABLE, "not there (status 404)")
            return
        outcome.status = 200
        start, size = 0, int(asked.get("limit", 1000))
        while True:
            rows = found.part(start, start + size) if isinstance(found, Listing) else found
            wrapper = wrapper_of(path) if isinstance(found, Listing) else ""
            body = {wrapper: rows} if wrapper else rows
            if outcome.endpoint not in _NOTHING_SECRET:
                body = redact(body)
            try:
                records = records_of(body, wrapped) if listing else [body]
            except TransportError as error:
                outcome.fail(CoverageState.PARTIAL, str(error))
                return
            outcome.pages, outcome.records, self.calls = (
                outcome.pages + 1,
                outcome.records + len(records),
                self.calls + 1,
            )
            outcome.body = None if listing else body
            page = Page(outcome.endpoint, path, urlencode(asked), 200, _HEADERS, body)
            await into(page, records, 700 * len(records), True)
            start += size
            if not isinstance(found, Listing) or start >= found.length:
                return
            asked["after"] = str(start)


async def _nothing_is_sent(_method: str, _url: str) -> Reply:
    raise AssertionError("no request is sent")


def main() -> None:
    """Write the file that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--share", type=float, default=1.0, help="of 100,000 users and the rest")
    parser.add_argument("--factors", choices=[str(one) for one in Factors], default="admins")
    options = parser.parse_args()
    pages = write(options.file, Sizes().times(options.share), Factors(options.factors))
    print(f"{options.file}: {pages:,} pages, check sum {zlib.crc32(options.file.read_bytes()):08x}")


if __name__ == "__main__":
    main()
