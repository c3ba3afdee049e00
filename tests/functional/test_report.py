"""`graphscan report`: the golden case's report in every format, redacted, compared with an earlier one, and refused."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from graphscan.analysis.report_names import stated_names
from graphscan.analysis.session import Session
from graphscan.examples import thanksgiving
from graphscan.store.verify import REDACTION_KEY
from tests.functional.running import Inside, graphscan
from tests.unit.report.test_json import validator

EXAMPLE = Path(thanksgiving.__file__).parent
FOUR = ("moveworks-token", "smartsheet-sa", "bitbucket-sa", "aws-apps-sa")
# Nodes of the example that are called by a word of ours, as any text may hold it.
WORDS = frozenset(
    {"internet", "anyone", "api", "atlassian", "production", "staging", "test", "true", "false", "assumed", "public"}
)


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the store of the small golden case."""
    store = tmp_path_factory.mktemp("report") / "store"
    ended = graphscan("demo", "--small", "--open", "--store", store, env={"DISPLAY": "", "WAYLAND_DISPLAY": ""})
    assert ended.returncode == 0, ended.stderr
    return store


def written(inside: Inside, folder: Path, *words: str | Path, forms: tuple[str, ...] = ("json",)) -> dict[str, str]:
    """Run `report` and return what it wrote, by format."""
    files = {form: folder / f"report.{form}" for form in forms}
    ended = inside("report", *words, *(word for form, file in files.items() for word in ("-o", f"{form}={file}")))
    assert ended.code == 0, ended.err
    return {form: file.read_bytes().decode("latin-1" if form == "pdf" else "utf-8") for form, file in files.items()}


def test_demo_opens_the_report_or_says_where_it_is(golden: Path) -> None:
    """Without a browser the file is named; it stands beside the store."""
    file = golden.with_name("store-report.html")

    assert file.read_text("utf-8").startswith("<!")
    again = graphscan("demo", "--small", "--open", "--store", golden, env={"DISPLAY": "", "BROWSER": ""})
    assert f"No browser was found; the report is {file}" in again.stdout


def test_the_golden_incident_in_every_format(golden: Path, inside: Inside, tmp_path: Path) -> None:
    """The facts of the case, in each format, and the same bytes from the same input."""
    forms = ("json", "markdown", "csv", "html")
    asked = ("--incident", EXAMPLE / "incident.yaml", "--store", golden, "--tlp", "tlp:green")
    first = written(inside, tmp_path, *asked, forms=forms)
    again = written(inside, tmp_path, *asked, forms=forms)
    said: dict[str, Any] = json.loads(first["json"])

    assert again == first
    validator("report").validate(said)
    assert {one["id"] for one in said["missed"]} == set(FOUR)
    assert said["verdict"][0].startswith("4 of ")
    repositories = next(one for one in said["totals"] if one["kind"] == "Repository")
    assert (repositories["reached"], repositories["of"]) == (120, 120)
    access = {one["kind"]: one for one in said["access"]}
    assert access["Tracker"]["items"] == [{"id": "jira-tickets", "accessed": "36", "of": "2,059,357"}]
    assert said["order"][0]["node"]["id"] == "moveworks-token"
    singles = {one["control"]["id"] for one in said["frontier"] if one["single"]}
    assert {"hardkey@console", "hardkey@dashboard", "repo-encryption"} <= singles
    assert all(one["hides"] for one in said["unknowns"])
    assert said["timeline"][-1]["what"] == "the attacker begins to act"
    assert said["evaluated"] == said["as_of"] == "2023-11-14T09:22:49Z"
    rows = list(csv.DictReader(io.StringIO(first["csv"], newline="")))
    assert {row["credential"] for row in rows} == set(FOUR)
    assert all(row["step"] and row["tlp"] == "TLP:GREEN" for row in rows)
    for form in ("markdown", "html"):
        for needle in ("TLP:GREEN", *FOUR, "hardkey@console", "120"):
            assert needle in first[form], (form, needle)
    assert "36 of 2,059,357" in first["markdown"].replace("`", "")


def test_the_command_makes_the_report_again(golden: Path, inside: Inside, tmp_path: Path) -> None:
    """What the report says to type gives the same bytes."""
    first = written(inside, tmp_path, *FOUR[::-1], "--store", golden, "--rotated", "bitbucket-sa", "--title", "It's")
    words = json.loads(first["json"])["provenance"]["command"]
    assert words[:2] == ["graphscan", "report"]

    assert written(inside, tmp_path, *words[2:], "--store", golden) == first


def test_a_redacted_report_names_nothing(golden: Path, inside: Inside, tmp_path: Path) -> None:
    """No id, name, key or place of the inventory stands in any format; pseudonyms are the same in all of them."""
    forms = ("json", "markdown", "csv", "html")
    asked = ("--incident", EXAMPLE / "incident.yaml", "--store", golden, "--redact")
    found = written(inside, tmp_path, *asked, forms=forms)
    session = Session.open(golden)
    names = {text for text, kind in stated_names(session) if kind and len(text) > 3} - WORDS
    places = {text.partition(":")[0] for text, kind in stated_names(session) if not kind and ".yaml" in text}

    for form, text in found.items():
        tokens = set(re.findall(r"[\w@.+-]+(?: [\w@.+-]+){0,5}", text)) | set(re.findall(r"[\w@.+:-]+", text))
        assert not (names & tokens), form
        assert not [one for one in places if one in text], form
        assert not [one for one in (*FOUR, "okta-support", "Okta support", "incident.yaml") if one in text], form
    said = json.loads(found["json"])
    validator("report").validate(said)
    assert said["redacted"]
    assert said["title"] == "Incident"
    for one in said["missed"]:
        assert re.fullmatch(r"credential-[0-9a-f]{12}", one["id"])
        assert one["id"] in found["markdown"]
        assert one["id"] in found["html"]
    assert (golden / REDACTION_KEY).stat().st_mode & 0o777 == 0o600
    assert inside("status", "--store", golden, "--verify").code == 0


def test_the_pdf_is_written_and_holds_the_verdict(golden: Path, inside: Inside, tmp_path: Path) -> None:
    """Bytes go into the file, and to nowhere else."""
    pytest.importorskip("weasyprint", reason="the extra `pdf` is not installed", exc_type=ImportError)
    import pypdf

    file = tmp_path / "board.pdf"
    ended = inside("report", "aws-apps-sa", "--store", golden, "-o", f"pdf={file}")
    assert (ended.code, ended.out) == (0, "")
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(file).pages)
    assert "aws-apps-sa" in text
    assert "TLP:AMBER" in text


def test_claims_are_reported_with_what_they_rest_on(golden: Path, inside: Inside, tmp_path: Path) -> None:
    """Verdicts, the ways that break a claim, the control that alone holds one up."""
    said = json.loads(written(inside, tmp_path, "--claims", EXAMPLE / "claims.yaml", "--store", golden)["json"])
    validator("report").validate(said)

    verdicts = {one["id"]: one["verdict"] for one in said["claims"]}
    assert verdicts["apps-environment-apart"] == "PASS"
    assert verdicts["source-needs-a-person"] == "FAIL"
    assert verdicts["nothing-to-find"] == "UNKNOWN"
    alone = {one["control"]["id"]: one["claims"] for one in said["frontier"] if one["claims"]}
    assert {"claim": "admin-consoles-apart", "single": True} in alone["hardkey@dashboard"]
    assert said["families"]
    assert said["provenance"]["inputs"][0]["file"].endswith("claims.yaml")


def test_nothing_exposed_is_not_called_all_dead(golden: Path, inside: Inside, tmp_path: Path) -> None:
    """Before the exposure began there is nothing to prove dead."""
    asked = ("--incident", EXAMPLE / "incident.yaml", "--store", golden, "--as-of", "2023-01-01")
    said = json.loads(written(inside, tmp_path, *asked)["json"])

    assert said["exposed"] == 0
    assert said["verdict"][0] == "Nothing was exposed by then, as far as was read."


def test_what_changed_since_the_last_report(golden: Path, inside: Inside, tmp_path: Path) -> None:
    """Of an earlier report: newly missed, newly dead, no longer reached; one that is redacted is refused."""
    earlier = tmp_path / "earlier.json"
    asked = ("--incident", EXAMPLE / "incident.yaml", "--store", golden)
    assert inside("report", *asked, "--as-of", "2023-10-21", "-o", f"json={earlier}").code == 0
    now = json.loads(written(inside, tmp_path, *asked, "--since-report", earlier)["json"])
    validator("report").validate(now)
    since = now["since"]

    assert since["same_question"]
    assert since["newly_missed"] == []
    assert any(one["id"].startswith("integration-") for one in since["newly_dead"])
    assert since["as_of"] == "2023-10-21T00:00:00Z"
    blast = inside("report", *FOUR, "--store", golden, "--since-report", earlier, "-o", "json")
    other = json.loads(blast.out)["since"]
    assert not other["same_question"]
    # What another question does not speak of is not dead.
    assert (other["newly_dead"], since["unaccounted"]) == ([], [])
    assert {*FOUR} <= {one["id"] for one in other["unaccounted"]}
    assert inside("report", *FOUR, "--store", golden, "--redact", "-o", f"json={earlier}").code == 0
    refused = inside("report", *FOUR, "--store", golden, "--since-report", earlier)
    assert refused.code == 2
    assert "is redacted" in refused.err


def test_reach_over_time_is_told_where_it_is_asked_for(golden: Path, inside: Inside, tmp_path: Path) -> None:
    """With --since the report tells the moments from then on."""
    said = written(inside, tmp_path, "aws-apps-sa", "--store", golden, "--since", "2023-10-18")["json"]
    moments = json.loads(said)["timeline"]

    assert moments
    assert moments[0]["at"] >= "2023-10-18"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((), "there is nothing to report on"),
        (("x", "--incident", "i.yaml"), "exclude each other"),
        (("--incident", "i.yaml", "--rotated", "x"), "--rotated does not go with --incident"),
        (("aws-apps-sa", "--tlp", "PURPLE"), "is no marking"),
        (("aws-apps-sa", "-o", "html"), "needs a file"),
        (("aws-apps-sa", "-o", "pdf"), "needs a file"),
        (("aws-apps-sa", "-o", "sarif"), "is not a format"),
        (("aws-apps-sa", "--evaluated", "soon"), "is not a time"),
        (("aws-apps-sa", "--since-report", "none.json"), "could not be read"),
        (("nobody-knows",), "nothing has the id or the name"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_sentence(
    golden: Path, inside: Inside, words: tuple[str, ...], why: str
) -> None:
    """Exit code 2, one sentence, nothing on standard output."""
    ended = inside("report", *words, "--store", golden)

    assert ended.code == 2
    assert why in ended.err
    assert ended.out == ""


def test_the_short_text_says_what_to_do(golden: Path, inside: Inside) -> None:
    """The screen has the verdict, the first moves and where the rest is."""
    text = inside("report", *FOUR, "--store", golden).out

    assert "Whoever holds these 4 credentials reaches 125 of" in text
    assert "1. rotate moveworks-token" in text
    assert "-o html=FILE" in text
