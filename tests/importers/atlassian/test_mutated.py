"""Replies with parts deleted, swapped, retyped or blown up: nothing stops the import, nothing disappears uncounted."""

import os
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from graphscan import kinds
from graphscan.model import Coverage, Node, NotUnderstood, Relation
from graphscan.store import Store
from importers._http import Page
from importers._redact import SECRET_KEYS, redact
from importers._snapshot import Header, Snapshot
from importers.atlassian.context import Context
from importers.atlassian.normalise import Normaliser
from importers.atlassian.products import product
from importers.atlassian.rights import credential
from tests.importers.atlassian.bases import IMPORTERS, bases
from tests.importers.okta.test_okta_mutated import changed
from tests.importers.servers.spec_mock import CANARY

# 100,000 replies in full (GRAPHSCAN_CASES=10000), over all products; a twenty-fifth by default.
REPLIES = 10 * int(os.environ.get("GRAPHSCAN_CASES", "400")) // len(IMPORTERS) + 1
LONGEST = 8_000  # signs of a reply; what is longer is the same again
AT_ONCE = 40  # replies of one made-up collection: what one says is met by what another does not
SEED = 20231123
_STORED = 5  # made-up collections of each product that are written to a store as well
_SECRETS = sorted(SECRET_KEYS)


class Made:
    """What a Normaliser needs of a snapshot, without a file."""

    def __init__(self, like: Snapshot, pages: Sequence[Page]) -> None:
        self.header: Header = like.header
        self.coverage: list[Coverage] = list(like.coverage)
        self._pages = pages

    def pages(self) -> Iterator[Page]:
        """Yield the pages."""
        yield from self._pages


@pytest.mark.parametrize("importer", IMPORTERS)
def test_mutated_replies_stop_nothing_and_are_counted(importer: str, tmp_path: Path) -> None:
    """No reply, however changed, raises; read = imported + repeated + not understood; what comes out is well formed."""
    pages: list[Page] = []
    for number, base in enumerate(bases(importer)):
        snapshot, found = base.pages(tmp_path / str(number))
        pages += [page for page in found if page.body and len(repr(page.body)) < LONGEST]
    assert len({page.endpoint for page in pages}) >= 9
    chance = random.Random(f"{SEED} {importer}")
    order = {one.path: place for place, one in enumerate(product(importer).endpoints)}
    store = Store.open_or_create(tmp_path / "store")
    changed = 0
    for first in range(0, REPLIES, AT_ONCE):
        chosen = [_mutated(chance.choice(pages), chance) for _ in range(AT_ONCE)]
        changed += len(chosen)
        # Mostly in the order in which they are asked for, which a mapping may rely on, and sometimes in none.
        if chance.random() < 0.8:
            chosen.sort(key=lambda page: order[page.endpoint])
        normaliser = Normaliser(Made(snapshot, chosen))  # type: ignore[arg-type]
        try:
            records = list(normaliser.records())
        except Exception as error:
            pytest.fail(f"{type(error).__name__}: {error} from {_culprit(snapshot, chosen)!r}"[:4000])
        well_formed(normaliser, records)
        if first < _STORED * AT_ONCE:
            assert CANARY not in repr(records)
            store.write(normaliser.info, records)
    assert changed >= REPLIES


def test_an_end_beyond_any_date_is_counted() -> None:
    """A credential of the last of days that ends days later has no end, and that is said."""
    context = Context("acme", "bitbucket", datetime(2026, 1, 1, tzinfo=UTC))
    record = {"createdDate": "9999-12-31T23:59:59.999Z", "expiryDays": 3}

    node = credential(context, "bitbucket:acme:access-key:1", "access_key", record, "/keys")

    assert (node.expires_at, node.valid_from is None) == (None, False)
    assert [one.count for one in context.not_understood()] == [1]


def well_formed(normaliser: Normaliser, records: list[Any]) -> None:
    """Assert that sums add up, and that ids and kinds are of the table."""
    for endpoint, tally in normaliser.tally.items():
        assert tally.read == tally.imported + tally.repeated + tally.not_understood, endpoint
    lost = sum(tally.not_understood for tally in normaliser.tally.values())
    said = sum(one.count for one in records if isinstance(one, NotUnderstood))
    assert said >= lost, "something that was not understood is not said"
    # An organization speaks of the sites that its settings name.
    own = (f"{normaliser.info.name}:", "atlassian:", "jira:acme:")
    for one in records:
        if isinstance(one, Node):
            assert one.id.startswith(own) or one.id == kinds.INTERNET, one.id
            assert one.kind in kinds.NODE_KINDS, one.kind
            assert isinstance(one.name, str), one
            assert one.id.isprintable(), one.id
        elif isinstance(one, Relation):
            assert not kinds.RELATION_KINDS[one.kind].derived, one


# Private functions


def _mutated(page: Page, chance: random.Random) -> Page:
    """Return a page with one to four places of its body changed and a secret somewhere, as it is kept."""
    whole = body = changed(page.body, chance)
    while isinstance(body, dict | list) and body and chance.random() < 0.7:
        body = chance.choice(list(body.values()) if isinstance(body, dict) else body)
    if isinstance(body, dict):
        body[chance.choice(_SECRETS)] = CANARY
    return Page(page.endpoint, page.path, page.query, page.status, page.headers, redact(whole))


def _culprit(snapshot: Snapshot, chosen: Sequence[Page]) -> Any:
    for page in chosen:
        try:
            list(Normaliser(Made(snapshot, [page])).records())  # type: ignore[arg-type]
        except Exception:
            return page
    return chosen
