"""No secret that an organisation serves is in what the commands say, in text or as JSON; what was read stays theirs."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.functional.running import Inside
from tests.importers.okta.conftest import Collector
from tests.importers.okta.test_okta_bulk import both_ways
from tests.importers.servers import okta as servers
from tests.importers.servers import recorded_org, small_org, small_org_ids, spec_mock
from tests.importers.servers.loopback import Loopback

_SHARED = (
    pytest.mark.shared,
    pytest.mark.skipif(
        not spec_mock.DESCRIPTION.is_file() or not recorded_org.RECORDINGS.is_file(),
        reason="the vendor's description and the recorded replies are not beside the checkout",
    ),
)
Org = tuple[Callable[[], Loopback], str]
ORGANISATIONS = [
    pytest.param((servers.small, servers.TOKEN), id="small"),
    *(
        pytest.param((lambda made=made: Loopback(spec_mock.handler(made)), spec_mock.TOKEN), id=made, marks=_SHARED)
        for made in ("schemas", "unknown values")
    ),
]
CANARIES = [*small_org_ids.CANARIES.values(), small_org.TOKEN, spec_mock.CANARY, spec_mock.TOKEN]


@pytest.fixture
def inside(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Inside:
    """Run commands in this process, without any setting of ours."""
    for name in ("GRAPHSCAN_OKTA_URL", "GRAPHSCAN_STORE", "OKTA_API_TOKEN", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return Inside(capsys)


def commands(store: Path, url: str) -> Iterator[tuple[str, ...]]:
    """Yield every command that shows something of an organisation."""
    at = ("--store", str(store))
    yield ("status", *at)
    yield ("select", "kind=Credential", *at)
    yield ("select", "kind=Application", *at)
    yield ("select", "kind=Policy", *at)
    yield ("doctor", "okta", "--org-url", url, "--name", "acme")


@pytest.mark.parametrize("org", ORGANISATIONS)
def test_no_secret_is_shown(org: Org, inside: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Import, status, select, explain, blast and doctor say no canary and no token; nor do the store's own notes."""
    serve, token = org
    monkeypatch.setenv("GRAPHSCAN_OKTA_TOKEN", token)
    store, file = tmp_path / "store", tmp_path / "said.json"
    said: dict[tuple[str, ...], str] = {}

    def run(*words: str) -> None:
        """Run a command once, with its answer in text and as JSON."""
        ended = inside(*words, "-o", "text", "-o", f"json={file}")
        assert ended.code in (0, 1, 3), (words, ended.err)
        said[words] = ended.out + ended.err
        said[*words, "json"] = file.read_text("utf-8")

    with serve() as server:
        run("import", "okta", "--org-url", server.url, "--name", "acme", "--store", str(store), "--factors", "all")
        for words in commands(store, server.url):
            run(*words)
    nodes = json.loads(said["select", "kind=Credential", "--store", str(store), "json"])["nodes"]
    assert nodes
    # One of each sort: all that is said of them comes from the same places.
    chosen = {one["subtype"]: one["id"] for one in nodes}
    for number, (_, id_) in enumerate(sorted(chosen.items())):
        run("explain", id_, "--store", str(store))
        if number < 2:
            run("blast", id_, "--store", str(store))

    assert len(said) == 2 * (1 + 5 + len(chosen) + 2)
    assert all(text.strip() for text in said.values())
    for words, text in said.items():
        assert [one for one in CANARIES if one in text] == [], words
    for path in store.rglob("*"):
        if path.is_file() and path.suffix in (".json", ".jsonl", ".txt"):
            kept = path.read_bytes().decode("utf-8", "replace")
            assert [one for one in CANARIES if one in kept] == [], path


@pytest.mark.parametrize(
    ("serve", "token"),
    [
        pytest.param(servers.small, servers.TOKEN, id="small"),
        pytest.param(servers.recorded, servers.TOKEN, id="recorded", marks=_SHARED),
        pytest.param(
            lambda: Loopback(spec_mock.handler("unknown values")), spec_mock.TOKEN, id="described", marks=_SHARED
        ),
    ],
)
def test_both_ways_of_reading_give_the_same_store(
    serve: Callable[[], Loopback], token: str, collector: Collector, tmp_path: Path
) -> None:
    """The small, the recorded and the described organisation, read in bulk and record by record, are the same store."""
    with serve() as server:
        collector(server, token)
    both_ways(collector.path, tmp_path)
