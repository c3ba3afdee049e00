"""Hand-written answers of a library, replayed: none stops the importer, and every record is accounted for."""

import asyncio
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from graphscan.errors import ImportFailedError
from graphscan.model import CoverageState, Node, NotUnderstood, Observed, Relation
from importers._http import Outcome, Page, Reader
from importers._reply import Reply
from importers._snapshot import Snapshot
from importers.atlassian.collect import CollectResult, collect, policy_for
from importers.atlassian.explain import explain
from importers.atlassian.normalise import Normaliser
from importers.atlassian.paging import pager
from importers.atlassian.product import Endpoint
from importers.atlassian.products import PRODUCTS, product
from importers.atlassian.settings import AtlassianSettings, Bearer
from tests.importers.atlassian.collected import TOKEN, _at_once
from tests.importers.servers.atlassian_recorded import RESPONSES, Recorded, responses
from tests.importers.servers.loopback import Loopback

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not RESPONSES.is_file(), reason="the hand-written answers are not beside the checkout"),
]

_SERVER, _CLOUD = "/rest/api/1.0", "/2.0"
# What was recorded of each and is asked for: all that the importer has an end point for.
ASKED = {
    ("bitbucket-dc", "bitbucket-server"): {
        f"{_SERVER}/{one}{two}"
        for one in ("admin", "projects/PRJ", "projects/PRJ/repos/my-repo1-slug")
        for two in ("/permissions/users", "/permissions/groups")
    }
    | {f"{_SERVER}/projects", f"{_SERVER}/projects/PRJ/repos"},
    ("bitbucket-cloud", "bitbucket-cloud"): {
        f"{_CLOUD}/workspaces",
        f"{_CLOUD}/workspaces/TestWorkspace1",
        f"{_CLOUD}/workspaces/TestWorkspace2",
        f"{_CLOUD}/repositories/TestWorkspace1",
        f"{_CLOUD}/repositories/TestWorkspace1/testrepository1/branch-restrictions",
    },
}


@dataclass(frozen=True)
class Replayed:
    """What came of a replay."""

    result: CollectResult
    normaliser: Normaliser
    records: list[Any]
    asked: set[str]


def replayed(folder: Path, importer: str, recorded: str) -> Replayed:
    """Collect and map what was recorded of one product."""
    handler, chosen = Recorded(recorded), product(importer)
    file = folder / f"{importer}.snapshot"
    with Loopback(handler) as server:
        form = importer.rpartition("-")[2]
        settings = AtlassianSettings(chosen.prefix, server.url, "acme", Bearer(TOKEN), form)
        result = collect(settings, file, sleep=_at_once)
        assert {one.method for one in server.seen} == {"GET"}
    normaliser = Normaliser(Snapshot(file))
    return Replayed(result, normaliser, list(normaliser.records()), handler.asked)


@pytest.mark.parametrize(("importer", "recorded"), [one for one in ASKED if one[0] in PRODUCTS])
def test_a_recorded_product_is_collected(tmp_path: Path, importer: str, recorded: str) -> None:
    """What was recorded of an end point is asked for and imported to the last record; the rest is a gap."""
    got = replayed(tmp_path, importer, recorded)

    assert got.asked == ASKED[importer, recorded]
    for path, tally in got.normaliser.tally.items():
        assert (tally.read, tally.not_understood, tally.repeated) == (tally.imported, 0, 0), (path, got.records[-10:])
    assert sum(tally.read for tally in got.normaliser.tally.values()) == got.result.records > 10
    assert not got.result.complete
    gaps = [row for row in got.result.coverage if "not recorded" in row.error]
    assert gaps
    assert {row.state for row in gaps} <= {CoverageState.UNAVAILABLE, CoverageState.PARTIAL}
    assert sum(isinstance(one, Node) for one in got.records) >= 9


def test_the_permissions_of_bitbucket_are_those_recorded(tmp_path: Path) -> None:
    """Groups and people of the whole hold what was recorded; words that no real server says are counted."""
    got = replayed(tmp_path, "bitbucket-dc", "bitbucket-server")
    rights = {
        (one.source.text, one.gives)
        for one in got.records
        if isinstance(one, Relation) and one.kind == "ASSIGNED_TO" and one.target.text == "bitbucket:acme:app"
    }

    assert ("bitbucket:acme:group:group_a", "system") in rights
    assert any(who.startswith("bitbucket:acme:user:jcitizen") for who, _ in rights)
    # The library's data say READ where a server says PROJECT_READ: whoever holds that possibly administers.
    possibly = {
        (one.source.text, one.target.text, one.gives)
        for one in got.records
        if isinstance(one, Relation) and one.observed is Observed.POSSIBLE
    }
    assert ("bitbucket:acme:group:group_a", "bitbucket:acme:project:PRJ", "admin") in possibly
    doubts = Counter(one.reason.partition(":")[0] for one in got.records if isinstance(one, NotUnderstood))
    assert sum(doubts[f"a permission of an unknown kind, {word!r}"] for word in ("READ", "WRITE", "ADMIN")) == 12


@pytest.mark.parametrize("importer", ["jira-dc", "jira-cloud"])
@pytest.mark.parametrize("recorded", ["jira", "servicedesk"])
def test_nothing_recorded_of_jira_is_read(tmp_path: Path, importer: str, recorded: str) -> None:
    """Of Jira only issues were recorded, of which none is read: a server that tells nothing else is an error."""
    with pytest.raises(ImportFailedError, match="nothing could be read from"):
        replayed(tmp_path, importer, recorded)
    assert not list(tmp_path.iterdir())


def test_each_recorded_answer_is_kept_or_said() -> None:
    """All of them through the reader, whatever they are of: JSON is kept, a text is a gap, what is known is mapped."""
    states: Counter[CoverageState] = Counter()
    mapped: Counter[str] = Counter()
    every = list(responses())
    for one in every:
        endpoint = _known(one)
        outcome, pages = asyncio.run(_read(one, endpoint))
        states[outcome.state] += 1
        assert pages or outcome.error, one["path"]
        if endpoint is not None:
            assert pages, (one["path"], outcome.error)
            mapped[endpoint.path] += 1
    assert len(every) == 81
    assert states[CoverageState.COMPLETE] > 60, states
    assert len(mapped) >= 10, mapped


# Private functions


def _known(one: dict[str, Any]) -> Endpoint | None:
    """Return the end point that an answer is of, in either form of the product."""
    if not one["product"].startswith("bitbucket"):
        return None
    importer = "bitbucket-dc" if one["product"] == "bitbucket-server" else "bitbucket-cloud"
    path = one["path"].replace("/1.0/", "/latest/")
    for endpoint in product(importer).endpoints if importer in PRODUCTS else ():
        if re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(endpoint.path)), path):
            return endpoint
    return None


async def _read(one: dict[str, Any], endpoint: Endpoint | None) -> tuple[Outcome, list[Page]]:
    """Read one answer as if it were asked for now; a next page that was not recorded is empty."""
    said = json.dumps(one["body"]).encode()
    kind = "application/json" if isinstance(one["body"], dict | list) else "text/plain"
    recorded = Reply(one["status"], (("Content-Type", kind),), said)
    last = Reply(200, (("Content-Type", "application/json"),), b'{"values": [], "isLastPage": true}')
    pages: list[Page] = []
    asked: list[str] = []

    async def send(_method: str, url: str) -> Reply:
        asked.append(url)
        return recorded if url == asked[0] else last

    settings = AtlassianSettings("bitbucket", "https://git.acme.example", "recorded", Bearer(TOKEN), "dc")
    reader = Reader(policy_for(settings), send, pages.append, explain, _at_once)
    if endpoint is None:
        outcome = await reader.read(one["path"], "/recorded", listing=isinstance(one["body"], list))
    else:
        outcome = await reader.read(
            endpoint.path, "/recorded", {}, endpoint.wrapped, listing=endpoint.listing, pager=pager(endpoint)
        )
    return outcome, pages
