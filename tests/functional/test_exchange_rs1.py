"""The example of Cloudflare's case, exported and read back: every node and step, and the same answer."""

import os
from pathlib import Path

import pytest

from graphscan.analysis.blast import blast
from graphscan.analysis.session import Edits, Session
from graphscan.cli.demo import FOUR
from graphscan.cli.progress import Progress
from graphscan.exchange.content import Content
from graphscan.report import render
from tests.functional.running import Inside
from tests.unit.exchange.opengraph_rules import problems

# 11,904 repositories in full, which takes a minute or two; 120 by default.
SIZE = [] if "GRAPHSCAN_CASES" in os.environ else ["--small"]


def test_import_of_an_export_keeps_every_node_and_step(inside: Inside, tmp_path: Path) -> None:
    """The answer is equal byte by byte, and so are nodes, relations and compiled steps."""
    first, second, folder = tmp_path / "first", tmp_path / "second", tmp_path / "out"
    assert inside("demo", *SIZE, "--store", first, "-o", "json").code == 0
    assert inside("export", "opengraph", folder, "--store", first).code == 0
    assert problems(folder) == []
    back = inside("import", "opengraph", folder / "graph.json", "--store", second)
    assert back.code == 0, back.out + back.err
    with Progress() as progress:
        sessions = [Session.open(path, None, Edits(), progress) for path in (first, second)]
    contents = [Content(one) for one in sessions]
    for what in ("nodes", "relations", "steps", "starts", "past_nodes", "past_relations"):
        said = [list(map(repr, getattr(one, what)())) for one in contents]
        assert said[0] == said[1], what
    assert len(list(contents[0].steps())) > 100
    texts = [
        render(blast(one, FOUR), "json", width=100, colour=False).replace(str(path), "STORE")
        for one, path in zip(sessions, (first, second), strict=True)
    ]
    assert texts[0] == texts[1]


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
