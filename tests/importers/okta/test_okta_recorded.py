"""Recorded replies of real organisations: none may stop the importer, and every record is accounted for."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from graphscan.model import CoverageState, Node
from importers._http import Page
from importers._redact import redact
from importers._snapshot import Snapshot
from importers._snapshot_writer import SnapshotWriter
from importers.okta import endpoints as ends
from importers.okta.normalise import Normaliser
from tests.importers.okta.conftest import Collector
from tests.importers.servers import okta as servers
from tests.importers.servers import recorded_org

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not recorded_org.RECORDINGS.is_file(), reason="the recorded replies are not beside the checkout"
    ),
]

_AT = datetime(2026, 1, 1, tzinfo=UTC)
_TEMPLATES = [
    ends.ORG,
    ends.USERS,
    ends.GROUPS,
    ends.GROUP_USERS,
    ends.GROUP_ROLES,
    ends.APPS,
    ends.APP_USERS,
    ends.APP_GROUPS,
    ends.ASSIGNEES,
    ends.USER_ROLES,
    ends.RESOURCES,
    ends.PERMISSIONS,
    ends.API_TOKENS,
    *ends.GROUP_TARGETS.values(),
    *ends.APP_TARGETS.values(),
]


def _template_of(path: str) -> str | None:
    for template in _TEMPLATES:
        if re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template)), path):
            return template
    return None


def _replies() -> list[tuple[str, dict[str, Any]]]:
    found = []
    for one in recorded_org.recordings():
        template = _template_of(one["path"]) if one["status"] == 200 else None
        if template is not None:
            found.append((template, one))
    return found


def _page(template: str, one: dict[str, Any]) -> Page:
    return Page(template, one["path"], "", 200, {}, redact(one["body"]))


def test_every_recorded_reply_is_normalised_alone(tmp_path: Path) -> None:
    """Each 200 of an end point read here, by itself, gives no exception, and its records add up."""
    kinds: Counter[str] = Counter()
    replies = _replies()
    for number, (template, one) in enumerate(replies):
        path = tmp_path / f"{number}.snapshot"
        with SnapshotWriter(path, "okta", "okta:recorded", "https://test.okta.com", _AT) as snapshot:
            snapshot.page(_page(template, one))
            snapshot.finish(_AT, True)
        normaliser = Normaliser(Snapshot(path))

        records = list(normaliser.records())

        (tally,) = normaliser.tally.values()
        assert tally.read == tally.imported + tally.repeated + tally.not_understood
        if "/targets/" not in template:  # a target alone belongs to no assignment that was listed
            assert (tally.not_understood, tally.repeated) == (0, 0), (template, one["path"], records[-1])
        kinds.update(template for _ in range(tally.imported))

    assert len(replies) >= 120
    assert kinds[ends.USERS] > 20
    assert kinds[ends.APPS] > 20
    assert kinds[ends.API_TOKENS] > 20


def test_all_recorded_replies_together_add_up(tmp_path: Path) -> None:
    """As one snapshot, several organisations mixed, every record is imported, repeated or not understood."""
    path = tmp_path / "all.snapshot"
    with SnapshotWriter(path, "okta", "okta:recorded", "https://test.okta.com", _AT) as snapshot:
        for template, one in sorted(_replies(), key=lambda reply: _TEMPLATES.index(reply[0])):
            snapshot.page(_page(template, one))
        snapshot.finish(_AT, True)
    normaliser = Normaliser(Snapshot(path))

    nodes = [one.id for one in normaliser.records() if isinstance(one, Node)]

    assert len(nodes) == len(set(nodes))
    for tally in normaliser.tally.values():
        assert tally.read == tally.imported + tally.repeated + tally.not_understood


def test_a_recorded_tokens_last_update_is_its_last_use() -> None:
    """In every recorded token the expiry is the last update and 30 days: it slides, and does not date the secret."""
    tokens = [token for template, one in _replies() if template == ends.API_TOKENS for token in one["body"]]

    assert len(tokens) > 20
    for token in tokens:
        used, expires = (datetime.fromisoformat(token[name]) for name in ("lastUpdated", "expiresAt"))
        assert expires - used == timedelta(days=30)
    moved = {token["id"] for token in tokens if token["created"] != token["lastUpdated"]}
    assert moved


def test_the_recorded_organisations_are_collected_over_http(collector: Collector) -> None:
    """Served as one origin, what was recorded is read, and each end point that was not says so."""
    with servers.recorded() as server:
        got = collector(server)

        assert {one.method for one in server.seen} == {"GET"}
    assert got.not_understood == []
    assert sum(one.kind == "Application" for one in got.nodes.values()) > 5
    assert got.row(ends.APPS).records == 7
    assert not got.info.complete
    assert got.row(ends.ASSIGNEES).state is CoverageState.UNAVAILABLE
