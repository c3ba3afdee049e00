"""The benchmark of a large Okta organisation runs whole, says what it found, and stands once in its page."""

import json
from pathlib import Path

from tests.benchmarks import okta, okta_report


def test_a_small_run_is_measured_and_written_whole(tmp_path: Path) -> None:
    """Every phase has time and memory, and steps are counted; a few hundred people are too few for their bound."""
    said: list[str] = []
    result = okta.measure(0.001, tmp_path, said.append, collect=False, inside=True)
    assert json.loads(json.dumps(result)) == result
    assert [stage["stage"] for stage in result["phases"]["build"]["stages"]] == ["merge", "expand", "derive", "compile"]
    assert result["phases"]["blast"]["warm"]["exit"] == 0
    assert result["phases"]["import"]["counts"]["relations"] > result["sizes"]["users"]
    assert all(phase["memory"] > 0 for phase in (result["phases"]["import"], *result["phases"]["build"]["stages"]))
    assert result["phases"]["build"]["steps"] > result["phases"]["build"]["parts"]["memberships"]
    small, large = result["doubling"]["steps"]
    assert small < large <= 2.2 * small
    assert [bar["met"] for bar in result["bars"]] == [bar["value"] <= bar["limit"] for bar in result["bars"]]
    text = okta_report.SECTION.text(result)
    assert all(bar["what"] in text for bar in result["bars"])
    assert str(tmp_path) not in text


def test_the_section_stands_once_in_the_page() -> None:
    """Writing it again replaces it, and what is around it stays."""
    result = {
        "date": "2026-01-01",
        "machine": {"processor": "one"},
        "over_http": True,
        "share": 0.5,
        "sizes": {"users": 1},
        "phases": {
            "collect": {"requests": 5, "seconds": 1.0, "cpu_seconds": 1.0, "memory": 1},
            "import": {"seconds": 1.0, "cpu_seconds": 1.0, "memory": 1},
            "products": {"seconds": 1.0, "cpu_seconds": 1.0, "memory": 1, "counts": {"jira:big": {"nodes": 3}}},
            "blast": {kind: {"seconds": 1.0, "cpu_seconds": 1.0, "memory": 1} for kind in ("cold", "warm", "admin")},
            "build": {"stages": [], "steps": 1, "bound": 2, "parts": {"nodes": 2}, "largest": {"x": 1}},
        },
        "doubling": {"steps": [1, 2]},
        "bars": [{"what": "w", "limit": 2.0, "value": 1.0, "met": True}],
    }
    once = okta_report.SECTION.into("# Benchmark\n\nbefore\n", result)
    assert okta_report.SECTION.into(once, result) == once
    assert "this is 0.5 of it" in once
    assert "jira:big (3 records)" in once
    assert "this is" not in okta_report.SECTION.into(once, {**result, "share": 1.0})
    assert once.startswith("# Benchmark\n\nbefore\n")
    assert okta_report.SECTION.of(once).strip() in once
    assert okta_report.SECTION.of("# Benchmark\n") == ""
