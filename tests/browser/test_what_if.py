"""What the page computes when acts are ticked is what the engine computes for the edited inventory."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graphscan.analysis.report_parts import ReportSlice
from graphscan.analysis.report_results import ReportResult
from graphscan.analysis.report_slice import report_slice
from graphscan.expand.edits import Edits
from graphscan.report.html.page import to_html
from tests import what_if
from tests.browser.opening import Browser

SEEDS = (3, 9, 14, 16)
COMBINATIONS = 200
ASK = """(lists) => lists.map((places) => {
  const { must, may } = graphscan.compute(places);
  return graphscan.targets.map((fact) => [Boolean(must[fact]), Boolean(may[fact])]);
})"""


def written(golden: ReportResult, part: ReportSlice, path: Path) -> Path:
    """Write a page whose slice is another's."""
    path.write_text(to_html(replace(golden, slice=part)), encoding="utf-8")
    return path


def test_two_hundred_combinations(browser: Browser, golden: ReportResult, tmp_path: Path) -> None:
    """Each random combination is edited in an inventory of its own and derived anew: the page says the same."""
    bases = {seed: what_if.inventory(tmp_path, seed) for seed in SEEDS}
    plain = what_if.opened(
        tmp_path / "plain", [one for seed in SEEDS for one in what_if.prefixed(bases[seed], f"w{seed}-")]
    )
    parts = {seed: report_slice(what_if.asked(plain, f"w{seed}-")) for seed in SEEDS}
    records: list[Any] = []
    edited: dict[str, list[str]] = {"rotated": [], "revoked": [], "enforced": []}
    drawn: dict[int, list[tuple[str, tuple[int, ...]]]] = {seed: [] for seed in SEEDS}
    for seed in SEEDS:
        part = parts[seed]
        assert part is not None and part.whole and len(part.choices) >= 8
        for number, places in enumerate(what_if.combinations(part, COMBINATIONS // len(SEEDS), seed)):
            prefix = f"c{seed}.{number}-"
            drawn[seed].append((prefix, places))
            records += what_if.prefixed(bases[seed], prefix)
            for action, ids in what_if.edits(part, places, f"w{seed}-", prefix).items():
                edited[action] += ids
    session = what_if.opened(tmp_path / "edited", records, Edits(**{key: tuple(ids) for key, ids in edited.items()}))
    compared = changed = 0
    for seed in SEEDS:
        part = parts[seed]
        assert part is not None
        with browser.open(written(golden, part, tmp_path / f"{seed}.html")) as opened:
            before = opened.js(ASK, [[]])[0]
            answers = opened.js(ASK, [list(places) for _, places in drawn[seed]])
        for (prefix, places), answer in zip(drawn[seed], answers, strict=True):
            told = what_if.told(what_if.asked(session, prefix), part, f"w{seed}-", prefix)
            assert [tuple(one) for one in answer] == told, (seed, places)
            compared += 1
            changed += answer != before
    assert compared == COMBINATIONS and changed > COMBINATIONS // 3


def test_ticking_changes_counts_list_and_picture(browser: Browser, golden: ReportResult, tmp_path: Path) -> None:
    """Rotating the first of the four closes all but one asset; from a later date it does not count yet."""
    assert golden.slice is not None
    path = written(golden, golden.slice, tmp_path / "golden.html")
    with browser.open(path) as opened:
        page = opened.page
        page.locator("#what-if summary").click()
        row = page.locator(".acts li").filter(has_text="moveworks-token").filter(has_text="is rotated")
        row.locator("input[type=checkbox]").check()
        said = page.locator("#counts").inner_text()
        assert said.startswith("1 asset known and 0 possible"), said
        assert page.locator("#assets li.gone").count() == page.locator("#assets li").count() - 1
        assert page.locator("#picture .card.gone").count() > 3
        row.locator("input[type=date]").fill("2023-12-24")
        assert (
            "does not count" in page.locator("#counts").inner_text()
            or "do not count" in page.locator("#counts").inner_text()
        )
        assert page.locator("#assets li.gone").count() == 0
        row.locator("input[type=date]").fill("2023-11-01")
        assert page.locator("#assets li.gone").count() > 100
        row.locator("input[type=checkbox]").uncheck()
        assert page.locator("#assets li.gone").count() == 0
        assert opened.noted == []


def test_an_act_that_is_more_than_facts_is_not_offered(golden: ReportResult) -> None:
    """Of the golden case an account whose memberships are read for their absence is refused, with the reason."""
    assert golden.slice is not None
    offered = {(one.action, golden.slice.nodes[one.node].id) for one in golden.slice.choices}
    assert {("rotated", id_) for id_ in ("moveworks-token", "smartsheet-sa", "bitbucket-sa", "aws-apps-sa")} <= offered
    assert not any(golden.slice.nodes[one.node].kind == "User" for one in golden.slice.choices)
    assert any("absence" in one.why for one in golden.slice.refused)


@pytest.mark.parametrize("nodes", [5_000])
def test_large_slice(browser: Browser, golden: ReportResult, tmp_path: Path, nodes: int) -> None:
    """Five thousand nodes open, are counted, and are asked again; sizes and times are printed."""
    import gzip

    from tests.browser.large import slice_of

    path = written(golden, slice_of(nodes), tmp_path / "large.html")
    raw = path.read_bytes()
    begun = time.perf_counter()
    with browser.open(path) as opened:
        loaded = time.perf_counter() - begun
        paint = opened.js("performance.getEntriesByName('first-contentful-paint').map((one) => one.startTime)[0]")
        asked = opened.js(
            "() => { const times = []; for (let n = 0; n < 9; n += 1) { const t = performance.now(); "
            "graphscan.compute([n % graphscan.choices.length]); times.push(performance.now() - t); } "
            "return times.sort((a, b) => a - b)[4]; }"
        )
        assert opened.noted == []
        assert opened.page.locator("#picture .card").count() > 5
    packed = len(gzip.compress(raw, 9))
    print(
        f"{nodes:,} nodes: {len(raw):,} bytes, {packed:,} compressed, first paint {paint:.0f} ms, "
        f"loaded {loaded * 1000:.0f} ms, what-if {asked:.1f} ms"
    )
    assert len(raw) <= 6 << 20 and packed <= 2 << 20
