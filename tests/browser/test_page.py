"""The report in a browser: quiet, readable by anyone, with the keyboard alone and without its script."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from graphscan.analysis.report_parts import ReportSlice
from graphscan.analysis.report_results import ReportResult
from graphscan.report.html.page import to_html
from tests.browser.opening import Browser, Opened

QUESTIONS = ("What was reached?", "By which way?", "What stopped the rest?", "What to do first?", "What is unknown?")


@pytest.fixture(scope="module")
def page(golden: ReportResult, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the golden case's report as a file."""
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(to_html(golden), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def opened(browser: Browser, page: Path) -> Iterator[Opened]:
    """Return that page, open."""
    with browser.open(page) as found:
        yield found


def test_it_is_quiet(opened: Opened) -> None:
    """No console message, no error, no request, no violation; its script ran."""
    assert opened.noted == []
    assert opened.violations() == []
    assert opened.js("document.querySelectorAll('#assets [role=option]').length") > 100
    paint = opened.js("performance.getEntriesByType('paint').map((one) => [one.name, Math.round(one.startTime)])")
    print(f"first paint {paint}")


def test_what_is_foreign_does_not_run(browser: Browser, page: Path, tmp_path: Path) -> None:
    """A script, a style or an image that somebody put into the file is refused."""
    foreign = tmp_path / "foreign.html"
    evil = "<script>window.evil = 1</script><img src='x' onerror='window.evil = 2'><style>body{display:none}</style>"
    foreign.write_text(page.read_text(encoding="utf-8").replace("</body>", f"{evil}</body>"), encoding="utf-8")
    with browser.open(foreign) as opened:
        assert opened.js("window.evil") is None
        assert opened.js("getComputedStyle(document.body).display") == "block"
        opened.page.wait_for_function("window.violations.length >= 3")
        refused = opened.js("fetch('https://example.org/').then(() => 'sent', () => 'refused')")
        assert refused == "refused"


@pytest.mark.parametrize(("wide", "dark"), [(True, False), (False, True)], ids=["wide-light", "narrow-dark"])
def test_anyone_can_read_it(browser: Browser, golden: ReportResult, tmp_path: Path, *, wide: bool, dark: bool) -> None:
    """axe-core finds nothing in any section, all of it unfolded; nothing is wider than the window."""
    axe = pytest.importorskip("axe_playwright_python")
    source = (Path(axe.__path__[0]) / "axe.min.js").read_text(encoding="utf-8")
    # A few of each: axe looks at every element, and a long table has no other fault than a short one.
    few = replace(golden, families=golden.families[:5], reached=golden.reached[:12], slice=_few_targets(golden))
    path = tmp_path / "few.html"
    path.write_text(to_html(few), encoding="utf-8")
    with browser.open(path, wide=wide, dark=dark) as opened:
        opened.js("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        opened.page.locator("#assets [role=option]").nth(1).click()
        opened.page.locator("#evidence [data-step]").first.click()
        opened.js(source)
        found = opened.js("axe.run({ resultTypes: ['violations'] })")
        faults = [
            (one["id"], one["impact"], [node["target"] for node in one["nodes"][:3]]) for one in found["violations"]
        ]
        assert faults == []
        assert opened.js("document.documentElement.scrollWidth <= innerWidth")


def _few_targets(golden: ReportResult) -> ReportSlice:
    """Return the slice with ten of its targets in the list; the picture is the same."""
    assert golden.slice is not None
    return replace(golden.slice, targets=golden.slice.targets[:5] + golden.slice.targets[-5:])


def test_without_its_script(browser: Browser, page: Path, golden: ReportResult) -> None:
    """The answers, the picture, the families and all tables are there; nothing is offered that would do nothing."""
    with browser.open(page, script=False) as opened:
        shown = opened.page.locator("body").inner_text()
        for question in QUESTIONS:
            assert question in shown
        for sentence in golden.verdict:
            assert sentence in shown
        assert opened.page.locator("#picture .card").count() > 8
        assert opened.page.locator("#picture .join").count() >= 3
        assert opened.page.locator("#ways details.family").count() >= 10
        opened.page.locator("#ways details.family").nth(5).locator("summary").first.click()
        assert opened.page.locator("#ways details.family").nth(5).locator(".hops li").first.is_visible()
        for hidden in ("#what-if", "#filters", "#map-tools", "#counts"):
            assert not opened.page.locator(hidden).is_visible(), hidden
        assert "JavaScript is off" in shown


def test_with_the_keyboard_alone(browser: Browser, page: Path) -> None:
    """Skip links come first; arrows choose an asset, its ways are drawn, a step shows what it rests on."""
    with browser.open(page) as opened:
        keys = opened.page.keyboard
        keys.press("Tab")
        assert opened.js("document.activeElement.textContent") == "Skip to the verdict"
        keys.press("Tab")
        keys.press("Enter")
        assert opened.js("location.hash") == "#explore"
        for _ in range(20):
            keys.press("Tab")
            if opened.js("document.activeElement.id") == "assets":
                break
        assert opened.js("document.activeElement.id") == "assets"
        before = opened.page.locator("#picture .card").count()
        keys.press("End")
        keys.press("ArrowUp")
        keys.press("Home")
        chosen = opened.js("document.activeElement.getAttribute('aria-activedescendant')")
        assert (
            chosen and opened.js("(id) => document.getElementById(id).getAttribute('aria-selected')", chosen) == "true"
        )
        assert 1 < opened.page.locator("#picture .card").count() < before
        for _ in range(30):
            keys.press("Tab")
            if opened.js("document.activeElement.dataset.step !== undefined"):
                break
        keys.press("Enter")
        assert opened.page.locator(".rests-on").is_visible()
        assert opened.js("location.hash").startswith("#hop-")
        assert opened.js("document.activeElement.dataset.step !== undefined"), "the focus stays on the step"
        assert opened.noted == []


def test_choosing_searching_unfolding(browser: Browser, page: Path) -> None:
    """A family is unfolded, the list follows search and filters, a link leads to a hop."""
    with browser.open(page) as opened:
        opened.page.get_by_role("button", name="Unfold 120 repositories").click()
        assert opened.page.locator("#picture .card").count() > 120
        opened.page.get_by_role("button", name="Fold families").click()
        assert opened.page.locator("#picture .card").count() < 40
        opened.page.locator("#search").fill("JIRA-tick")
        assert opened.page.locator("#assets [role=option]").count() == 1
        opened.page.locator("#search").fill("")
        opened.page.locator("#kind").select_option("Wiki")
        assert opened.page.locator("#assets [role=option]").count() == 1
        opened.page.locator("#sensitivity").select_option("crown_jewel")
        assert opened.page.locator("#assets [role=option]").count() == 0
        href = opened.page.locator("#evidence [data-step]").nth(4).get_attribute("href")
        opened.page.goto(opened.page.url.partition("#")[0] + str(href))
        opened.page.wait_for_selector(f"[id='at-{str(href)[1:]}']", state="attached")


def test_hostile_names_are_text(browser: Browser, golden: ReportResult, tmp_path: Path) -> None:
    """Markup, direction marks, NUL and forty kilobytes stay text, in the page, its data and its title."""
    assert golden.slice is not None
    bad = [
        "</script><script>window.evil = 1</script>",
        "<img src=x onerror=alert(1)>",
        '" onmouseover="window.evil=3" x="',
        "\u202egnp.exe\u2066\x00\x1b[31m\u2028",
        "&lt;b&gt; --> ]]> <!-- ${evil} {{evil}}",
        "x" * 40_000,
    ]

    def hurt(place: int, kept: str) -> str:
        return f"{bad[place % len(bad)]}{kept}"

    ids = {one.id: hurt(place, one.id) for place, one in enumerate(golden.slice.nodes)}
    nodes = tuple(
        replace(one, id=ids[one.id], name=hurt(place + 1, one.name)) for place, one in enumerate(golden.slice.nodes)
    )
    evidence = tuple(
        replace(one, source=ids.get(one.source, one.source), where=bad[place % 5], source_instance=bad[(place + 2) % 5])
        for place, one in enumerate(golden.slice.evidence)
    )
    reached = tuple(
        replace(one, node=replace(one.node, id=ids.get(one.node.id, one.node.id), name=bad[0]))
        for one in golden.reached
    )
    result = replace(
        golden, title=bad[0], verdict=tuple(bad), assumptions=tuple(bad), notes=tuple(bad), reached=reached,
        slice=replace(golden.slice, nodes=nodes, evidence=evidence),
    )  # fmt: skip
    path = tmp_path / "hostile.html"
    text = to_html(result)
    path.write_text(text, encoding="utf-8")
    assert text.count("<script") == 2 and "\x00" not in text and "\u202e" not in text
    with browser.open(path) as opened:
        opened.js("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        options = opened.page.locator("#assets [role=option]")
        assert options.count() > 100
        options.nth(3).click()
        opened.page.locator("#evidence [data-step]").first.click()
        assert opened.js("window.evil") is None
        assert opened.js("document.querySelectorAll('img, iframe, object, [onmouseover], [onerror]').length") == 0
        assert opened.noted == [] and opened.violations() == []
        assert opened.js("document.documentElement.scrollWidth <= innerWidth")


def test_the_same_report_is_the_same_bytes(golden: ReportResult) -> None:
    """And it names neither a network address nor this machine."""
    text = to_html(golden)
    assert text == to_html(golden)
    assert "http://" not in text.replace("http://www.w3.org/2000/svg", "")
    size = len(text.encode())
    print(f"golden case, 120 repositories: {size:,} bytes, {len(gzip.compress(text.encode(), 9)):,} compressed")
