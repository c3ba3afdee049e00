"""Servers that answer nonsense, at every end point: each collection ends whole, or marked and in words."""

import json
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from graphscan.errors import ImportFailedError
from graphscan.model import HIDDEN, CoverageState
from importers._http import Send, UnreachableError
from importers._policy import Policy
from importers._reply import Reply
from importers._snapshot import Snapshot
from importers.atlassian import collect as collecting
from importers.atlassian.normalise import Normaliser
from importers.atlassian.products import product
from importers.atlassian.settings import AtlassianSettings, Bearer
from tests.importers.atlassian.bases import IMPORTERS, Base, bases
from tests.importers.atlassian.collected import TOKEN, _at_once
from tests.importers.atlassian.test_mutated import well_formed
from tests.importers.okta.test_okta_mutated import changed
from tests.importers.servers.loopback import Answer, Handler, Request

HTML = Answer(200, b"<html><title>Log in</title></html>", (("Content-Type", "text/html"),))
EVIL = "http://127.0.0.1:1/evil"
# What may come instead of an answer, and words that the row of the end point then has.
FAULTS: tuple[tuple[Answer, str], ...] = (
    (HTML, "a web page"),
    (Answer.json({"message": "no"}, 403), "no permission"),
    (Answer(500, b"", ()), "status 500"),
    (Answer(200, b"", ()), "empty"),
    (Answer(200, b'{"values": [{"id"'), "cannot be read"),
    (Answer(200, b"[]", (("Content-Type", "text/plain"),)), "text/plain"),
    (Answer(302, b"", (("Location", EVIL),)), "redirected"),
    (Answer(200, b"7"), "a number where a list"),
    (Answer(drop=True), "could not be asked"),
)
WALKS = 6  # collections of each product with many changed replies
SEED = 20231123

Collect = Callable[[Base, Handler, Path], collecting.CollectResult | str]


@pytest.fixture
def collected(monkeypatch: pytest.MonkeyPatch) -> Collect:
    """Collect without a socket; a text: nothing could be read, and that was said."""

    def collect(base: Base, handler: Handler, file: Path) -> collecting.CollectResult | str:
        @asynccontextmanager
        async def connected(_settings: AtlassianSettings, policy: Policy) -> AsyncIterator[Send]:
            async def send(method: str, url: str) -> Reply:
                policy.check(method, url)
                parts = urlsplit(url)
                target = parts.path + (f"?{parts.query}" if parts.query else "")
                headers = {"Authorization": f"Bearer {TOKEN}", "Host": parts.netloc}
                said = handler(Request(method, parts.path, dict(parse_qsl(parts.query)), target, headers, 1))
                if said.drop:
                    raise UnreachableError("the server could not be asked: dropped")
                return Reply(said.status, said.headers, said.body)

            yield send

        monkeypatch.setattr(collecting, "connected", connected)
        form = "cloud" if base.importer == "atlassian-org" else base.importer.rpartition("-")[2]
        chosen = product(base.importer)
        url = f"https://acme.example{base.base}"
        settings = AtlassianSettings(chosen.prefix, url, "acme", Bearer(TOKEN), form, base.options)
        try:
            return collecting.collect(settings, file, sleep=_at_once)
        except ImportFailedError as error:
            assert not file.exists()
            return str(error)

    return collect


def mapped(file: Path) -> None:
    """Map a snapshot; what comes out is well formed."""
    normaliser = Normaliser(Snapshot(file))
    well_formed(normaliser, list(normaliser.records()))


@pytest.mark.parametrize("importer", IMPORTERS)
def test_a_fault_at_any_end_point_is_told(collected: Collect, importer: str, tmp_path: Path) -> None:
    """Each end point in its turn answers nonsense: the collection is marked, the row says why, the rest is imported."""
    base = next(bases(importer))
    whole = collected(base, base.handler, tmp_path / "whole")
    assert not isinstance(whole, str), whole
    answered = [one for one in product(importer).endpoints if _row(whole, one.path)]
    for number, endpoint in enumerate(answered):
        fault, words = FAULTS[number % len(FAULTS)]
        pattern = [part for part in endpoint.path.partition("?")[0].split("/") if part]

        def handler(request: Request, pattern: list[str] = pattern, fault: Answer = fault) -> Answer:
            parts = [part for part in request.path.removeprefix(base.base).split("/") if part]
            same = len(parts) == len(pattern) and all(
                two.startswith("{") or one == two for one, two in zip(parts, pattern, strict=True)
            )
            return fault if same else base.handler(request)

        file = tmp_path / f"{number}"
        got = collected(base, handler, file)
        if isinstance(got, str):
            assert words in got, (endpoint.path, words, got)
            continue
        mapped(file)
        said = [row.error for row in got.coverage if row.endpoint == endpoint.path]
        if not endpoint.listing and fault.body == b"7":
            continue  # an object was expected, and its mapping says what it is not
        assert any(words in one for one in said), (endpoint.path, words, said)


@pytest.mark.parametrize("importer", IMPORTERS)
def test_changed_replies_stop_no_walk(collected: Collect, importer: str, tmp_path: Path) -> None:
    """Of what decides what is asked next, any part may be missing or something else: nothing is raised."""
    chance = random.Random(f"{SEED} {importer}")
    given = list(bases(importer))
    read = 0
    for number in range(WALKS):
        base = given[number % len(given)]

        def handler(request: Request, base: Base = base) -> Answer:
            try:
                answer = base.handler(request)
            except ValueError:  # a cursor of its own that was changed
                return Answer.json({"message": "bad request"}, 400)
            if answer.status != 200 or chance.random() < 0.6:
                return answer
            return Answer.json(changed(json.loads(answer.body), chance))

        file = tmp_path / f"{number}"
        got = collected(base, handler, file)
        if not isinstance(got, str):
            assert all(row.error or row.state is CoverageState.COMPLETE for row in got.coverage)
            read += got.records
            mapped(file)
    assert read > 100


def _row(whole: collecting.CollectResult, path: str) -> bool:
    """Whether an end point was asked in a collection in which nothing was wrong."""
    return any(row.endpoint == path and row.pages and HIDDEN not in row.error for row in whole.coverage)
