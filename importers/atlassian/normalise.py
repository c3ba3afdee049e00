"""Turn a snapshot of an Atlassian instance into inventory: a pure function of the file."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from graphscan.errors import BadFileError, Problem
from graphscan.model import Record, SourceInfo
from importers._http import Page
from importers._records import NotARecordError, Tally
from importers._reply import inner_of
from importers._snapshot import Snapshot
from importers.atlassian.context import Context
from importers.atlassian.product import Endpoint
from importers.atlassian.products import PRODUCTS, product


def normalise(path: Path) -> tuple[SourceInfo, Iterator[Record]]:
    """
    Return the source and its records.

    The file is checked to its last byte before anything is returned; the records are then read as they are taken.
    Records that could not be mapped come last, counted.

    Raises:
        BadFileError: the file is no snapshot of an Atlassian product, or not what was written.
    """
    normaliser = Normaliser(Snapshot(path))
    return normaliser.info, normaliser.records()


class Normaliser:
    """
    Map one snapshot.

    Attributes:
        info:  the source.
        tally: what became of the records of each end point.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        about = snapshot.header
        prefix, colon, name = about.source.partition(":")
        if about.importer not in PRODUCTS or not colon or product(about.importer).prefix != prefix:
            what = f"it is a snapshot of {about.importer!r}, not of an Atlassian product"
            raise BadFileError([Problem(str(snapshot.path), 1, 1, what)])
        self.info = SourceInfo(about.source, about.importer, about.finished, complete=about.complete)
        self.tally: dict[str, Tally] = defaultdict(Tally)
        self._snapshot = snapshot
        self._product = product(about.importer)
        self._endpoints = {one.path: one for one in self._product.endpoints}
        parts = urlsplit(about.origin)
        origin = f"{parts.scheme}://{parts.netloc}"
        self._context = Context(name, prefix, about.finished, origin, parts.path, about.options)
        self._mapper = self._product.mapper(self._context)

    def records(self) -> Iterator[Record]:
        """Yield nodes and relations, then coverage, then what was not understood."""
        for page in self._snapshot.pages():
            yield from self._page(page)
        self._context.at = self._snapshot.header.finished
        yield from self._mapper.finish(self._snapshot.coverage)
        yield from self._snapshot.coverage
        yield from self._context.not_understood()

    def _page(self, page: Page) -> Iterator[Record]:
        tally = self.tally[page.endpoint]
        self._context.at = page.at or self._snapshot.header.finished
        endpoint = self._endpoints.get(page.endpoint)
        if endpoint is None:
            tally.read += 1
            tally.not_understood += 1
            self._context.doubt(page.endpoint, "an end point that this version does not read")
            return
        ids = ids_of(endpoint, page, self._context.base)
        rows = inner_of(page.body, endpoint.wrapped) if endpoint.listing else [page.body]
        for row in rows if isinstance(rows, list) else [rows]:
            tally.read += 1
            try:
                # The whole record is mapped before any of it is handed on: half a record would be worse than none.
                found = self._mapper.record(endpoint, page, row, ids)
                made = None if found is None else list(found)
            except NotARecordError as error:
                tally.not_understood += 1
                self._context.doubt(page.endpoint, str(error))
                continue
            if made is None:
                tally.repeated += 1
                continue
            tally.imported += 1
            yield from made


def ids_of(endpoint: Endpoint, page: Page, base: str) -> tuple[str, ...]:
    """Return what stood in the places of an end point: those of its path, then those of its query."""
    template = endpoint.path.partition("?")[0].split("/")
    asked = page.path.removeprefix(base).split("/")
    ids = [unquote(part) for place, part in zip(template, asked, strict=False) if place.startswith("{")]
    query = parse_qs(page.query, keep_blank_values=True)
    ids += [query.get(name, [""])[0] for name, value in endpoint.query.items() if value.startswith("{")]
    return tuple(ids)
