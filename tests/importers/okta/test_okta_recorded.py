"""Recorded replies of real organisations: none may stop the importer, and every record is accounted for."""

import asyncio
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from graphscan.model import Coverage, CoverageState, Node
from importers._http import Outcome, Page, Reader
from importers._redact import redact
from importers._reply import Reply
from importers._snapshot import Header, Snapshot
from importers._snapshot_writer import SnapshotWriter
from importers.okta import OktaSettings
from importers.okta import endpoints as ends
from importers.okta.collect import explain, policy_for
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
    ends.ZONES,
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
    ends.RULES,
    ends.OWNERS,
    ends.SUPPORT,
    ends.IDPS,
    ends.DEVICES,
    ends.DEVICE_USERS,
    ends.FACTORS,
    ends.SECRETS,
    ends.JWKS,
    ends.GRANTS,
    ends.INTEGRATIONS,
    ends.INTEGRATION_SECRETS,
    ends.CLIENT_ROLES,
    ends.IDP_USERS,
    ends.IDP_KEYS,
    ends.APP_KEYS,
    ends.REFRESH_TOKENS,
    ends.AUTH_SERVERS,
    ends.AUTH_SERVER_KEYS,
    ends.AUTH_SERVER_POLICIES,
    ends.AUTH_SERVER_RULES,
    ends.AGENT_POOLS,
    ends.EVENT_HOOKS,
    ends.INLINE_HOOKS,
    ends.LOG_STREAMS,
    ends.REALM_ASSIGNMENTS,
    ends.SERVICE_ACCOUNTS,
    ends.OKTA_SERVICE_ACCOUNTS,
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
    for template in (ends.ZONES, ends.FACTORS, ends.SECRETS, ends.GRANTS, ends.RULES, ends.SUPPORT, ends.IDPS):
        assert kinds[template] > 0, template
    assert kinds[ends.DEVICES] > 5


def _documented() -> list[tuple[str, Any]]:
    """Return the vendor's own examples of what the end points read here answer."""
    with gzip.open(recorded_org.RECORDINGS.parent / "openapi.json.gz", "rt", encoding="utf-8") as text:
        described = json.load(text)

    def followed(item: Any) -> Any:
        while isinstance(item, dict) and "$ref" in item:
            found = described
            for part in item["$ref"].split("/")[1:]:
                found = found[part]
            item = found
        return item

    found = []
    for template in _TEMPLATES:
        reply = followed(described["paths"].get(template, {}).get("get", {}).get("responses", {}).get("200", {}))
        content = reply.get("content", {}).get("application/json", {})
        examples = [followed(one).get("value") for one in content.get("examples", {}).values()]
        # Some examples have the name of an id in braces where an id would stand.
        found += [
            (template, json.loads(re.sub(r'"\{(\w+)\}"', r'"\1"', json.dumps(one))))
            for one in [*examples, content.get("example")]
            if one is not None
        ]
    return found


def test_every_documented_example_is_normalised(tmp_path: Path) -> None:
    """The vendor's examples, also where they break its own schema, give no exception and are imported to the last."""
    templates = set()
    for number, (template, body) in enumerate(_documented()):
        path = tmp_path / f"{number}.snapshot"
        where = re.sub(r"\{(\w+)\}", r"x\1", template)
        with SnapshotWriter(path, "okta", "okta:documented", "https://test.okta.com", _AT) as snapshot:
            snapshot.page(Page(template, where, "", 200, {}, redact(body)))
            snapshot.finish(_AT, True)
        normaliser = Normaliser(Snapshot(path))

        records = list(normaliser.records())

        (tally,) = normaliser.tally.values()
        assert tally.read == tally.imported + tally.repeated + tally.not_understood
        if "/targets/" not in template:
            assert tally.not_understood == 0, (template, body, records[-1])
        templates.add(template)

    assert {
        ends.ZONES,
        ends.FACTORS,
        ends.SECRETS,
        ends.JWKS,
        ends.GRANTS,
        ends.OWNERS,
        ends.RULES,
        ends.SUPPORT,
    } <= templates
    assert {ends.IDPS, ends.DEVICES, ends.DEVICE_USERS, ends.CLIENT_ROLES} <= templates


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


def test_each_recorded_exchange_is_answered_or_said() -> None:
    """All of them, through the reader: a 200 is kept, another status is coverage; what the importer knows is mapped."""
    header = Header("okta", "okta:recorded", "https://test.okta.com", _AT, _AT, True)
    exchanges = list(recorded_org.recordings())
    states: Counter[tuple[bool, CoverageState]] = Counter()
    mapped = 0
    for one in exchanges:
        endpoint = _known(one)
        outcome, pages = asyncio.run(_read(one, endpoint or one["path"]))
        states[one["status"] == 200, outcome.state] += 1
        if one["status"] != 200:
            assert outcome.state is not CoverageState.COMPLETE
            assert outcome.error
            assert not pages
            continue
        assert pages, (one["path"], outcome.error)
        if endpoint is None:
            continue
        normaliser = Normaliser(Made(header, pages))
        assert list(normaliser.records())
        for tally in normaliser.tally.values():
            assert tally.read == tally.imported + tally.repeated + tally.not_understood, one["path"]
        mapped += 1

    assert len(exchanges) == 912
    assert sum(count for (fine, _), count in states.items() if fine) == 672
    assert states[True, CoverageState.COMPLETE] > 600
    assert mapped > 150


# Private functions


@dataclass
class Made:
    """What a Normaliser needs of a snapshot, without a file."""

    header: Header
    read: list[Page]
    coverage: list[Coverage] = field(default_factory=list)

    def pages(self) -> Iterator[Page]:
        """Yield the pages."""
        yield from self.read


def _known(one: dict[str, Any]) -> str | None:
    """Return the end point of the importer that an exchange is of."""
    if one["path"] == "/api/v1/policies":
        return ends.POLICIES.get(one["query"].get("type", ""))
    every = [
        value
        for value in vars(ends).values()
        if isinstance(value, str) and re.match(r"/(api|oauth2|int|pri|\.)", value)
    ]
    every += [*ends.GROUP_TARGETS.values(), *ends.APP_TARGETS.values()]
    for endpoint in sorted((each for each in every if "?" not in each), key=lambda each: each.count("{")):
        if re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(endpoint)), one["path"]):
            return endpoint
    return None


async def _read(one: dict[str, Any], endpoint: str) -> tuple[Outcome, list[Page]]:
    """Read one exchange as if it were asked for now; a next page that was not recorded is empty."""
    headers = tuple((name, value) for name, values in one["headers"].items() for value in values)
    recorded = Reply(one["status"], headers, json.dumps(one["body"]).encode())
    pages: list[Page] = []
    asked: list[str] = []

    async def send(_method: str, url: str) -> Reply:
        asked.append(url)
        return recorded if url == asked[0] else Reply(200, (("Content-Type", "application/json"),), b"[]")

    async def sleep(_seconds: float) -> None:
        pass

    settings = OktaSettings("https://test.okta.com", recorded_org.TOKEN, "recorded")
    reader = Reader(policy_for(settings), send, pages.append, explain, sleep)
    wrapped = ends.WRAPPED.get(endpoint)
    listing = isinstance(one["body"], list) or wrapped is not None
    outcome = await reader.read(endpoint, one["path"], one["query"], wrapped, listing=listing)
    return outcome, pages
