"""The demo: one command, and its screen alone tells the story."""

import json
from pathlib import Path

import pytest

from graphscan.cli import completion_index
from tests.functional.running import Inside, graphscan

FOUR = ("moveworks-token", "smartsheet-sa", "bitbucket-sa", "aws-apps-sa")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return the small demo's store and its screen."""
    store = tmp_path_factory.mktemp("demo") / "store"
    ended = graphscan("demo", "--small", "--store", store)
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    return store, ended.stdout


def test_the_screen_tells_the_story(small: tuple[Path, str]) -> None:
    """Who, when, what is reached, what held, what is needed together, what to do first, and how to go on."""
    store, screen = small
    text = " ".join(screen.split())

    for needle in (
        "October 2023: Okta",
        "except four that were believed unused",
        "2023-11-14 09:22:49 UTC (this store's own date)",
        "120 repositories",
        "jira-tickets::read",
        "confluence-pages::read",
        "atlassian-01::exec",
        "possibly 6 of 9 crown jewels, none for certain; what held:",
        "hardkey@console",
        "acl-gru",
        "An administrator runs code through a scripting plug-in",
        "120 repositories: needs moveworks-token + smartsheet-sa or moveworks-token + bitbucket-sa",
        "cut by moveworks-token or smartsheet-sa + bitbucket-sa",
        "First move: rotate moveworks-token, which alone closes",
        f"export GRAPHSCAN_STORE={store}",
    ):
        assert needle in text, needle
    for start in FOUR:
        assert f"{start}::held" in text
    assert len(screen.splitlines()) <= 118


def test_its_store_answers_every_other_command(small: tuple[Path, str], inside: Inside) -> None:
    """The store that the demo leaves has its own date, completion and answers what-ifs."""
    store, _ = small

    assert "unless --as-of says otherwise" in inside("status", "--store", store).out
    assert "acl-gru" in completion_index.beginning_with(store, "acl", 10)
    rotated = inside("blast", *FOUR, "--rotated", "bitbucket-sa", "--store", store, "-o", "json")
    said = json.loads(rotated.out)
    kinds = {one["kind"]: one["reached"] for one in said["totals"]}
    assert kinds["Repository"] == 120  # through the server's disk: rotating its credential does not protect the code
    only = json.loads(inside("blast", *FOUR, "--rotated", "moveworks-token", "--store", store, "-o", "json").out)
    sensitive = {one["id"] for one in only["reached"] if one["sensitivity"] in ("confidential", "crown_jewel")}
    assert "aws-apps" in sensitive
    assert not any(one["kind"] == "Repository" for one in only["reached"])


def test_it_is_not_mixed_with_a_store_of_ones_own(store: Path, inside: Inside, tmp_path: Path) -> None:
    """A store that holds something else, and a folder that is no store, are left alone."""
    files = sorted((path, path.stat().st_mtime_ns) for path in store.rglob("*"))
    ended = inside("demo", "--small", "--store", store)
    (tmp_path / "mine.txt").touch()
    other = inside("demo", "--small", "--store", tmp_path)

    assert ended.code == 2
    assert "must not be mixed" in ended.err
    assert sorted((path, path.stat().st_mtime_ns) for path in store.rglob("*")) == files
    assert other.code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
