"""Reports of an incident: text, JSON, and the checklist, inert whatever a tenant called its things."""

import csv
import io
import json
import re
from dataclasses import replace

import pytest

from graphscan.analysis.incident_results import LastUseView, State
from graphscan.report import render
from graphscan.report.checklist import COLUMNS, last_use
from tests.unit.report.incident_samples import USES, credential, incident_result
from tests.unit.report.samples import AT, EVIL, node
from tests.unit.report.spoil import spoiled
from tests.unit.report.test_json import validator

FORMULAS = ("=cmd|'/c calc'!A1", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1", '"=1')


def test_json_is_what_its_schema_says() -> None:
    """With something in every field, and with next to nothing."""
    for result in (incident_result(), incident_result(credentials=(), suspects=(), order=(), known=None, begins=None)):
        said = json.loads(render(result, "json"))
        validator("incident").validate(said)
        assert said["schema"] == "graphscan.incident/1"


def test_the_exit_code_follows_what_is_missed_and_what_was_made() -> None:
    """Any of the five states is missed; what the attacker could have made, and nothing shows, is not."""
    dead = credential(State.DEAD)
    for state in State:
        one = incident_result(credentials=(dead, credential(state)), suspects=())
        assert one.exit_code == (0 if state in (State.DEAD, State.NOT_EXPOSED) else 1), state
    there, gone = incident_result().suspects
    assert incident_result(credentials=(dead,), suspects=(gone,)).exit_code == 0
    assert incident_result(credentials=(dead,), suspects=(gone, there)).exit_code == 1


def test_the_first_line_is_the_verdict() -> None:
    """How many are not proven dead, what they open together, what to do first."""
    text = " ".join(render(incident_result(), "text", width=100).split())
    assert text.startswith("5 of 6 exposed credentials are not proven dead, and 1 thing")
    assert "Together they open 1 tracker. Do first: evict backdoor, which closes 1 of 3." in text
    assert "replace reader first, then it" in text
    quiet = incident_result(credentials=(credential(State.DEAD),), suspects=(), order=(), out_since=AT)
    text = " ".join(render(quiet, "text", width=100).split())
    assert text.startswith("Every exposed credential is proven dead (1 of 1). The last of it died 2023-11-14 09:22:49")


def test_unknown_use_is_shown_as_such_and_a_conflict_too() -> None:
    """No data is not never, and sources that disagree are told to."""
    assert last_use(USES, conflict=True) == ("CONFLICT: not in 90 days (idp); 2023-11-14 (jira); no data (inventory)")
    assert last_use((LastUseView("idp", "never", None, None),), conflict=False) == "never (idp)"
    assert last_use((), conflict=False) == "no data"


def test_the_checklist_has_every_missed_one_by_owner() -> None:
    """A line for each credential and each suspect, owners in order, nobody's last, what is done marked."""
    orphan = replace(credential(State.MISSED), node=node("orphan", "Credential"), owner="")
    result = incident_result(credentials=(*incident_result().credentials, orphan))
    lines = list(csv.DictReader(io.StringIO(render(result, "csv"))))
    assert tuple(lines[0]) == COLUMNS
    assert [line["owner"] for line in lines] == ["alice"] * 6 + ["(no owner)"] * 3
    by_name = {line["credential"]: line for line in lines}
    assert by_name["dead-token"]["done"] == "yes" and by_name["missed-token"]["done"] == ""
    assert by_name["backdoor"]["action"] == "evict" and by_name["old-backdoor"]["done"] == "yes"
    page = render(result, "markdown")
    assert "- [ ] missed\\-token" in page and "- [x] dead\\-token" in page


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_is_a_formula(formula: str) -> None:
    """A name that a spreadsheet would compute begins with an apostrophe in the checklist."""
    rows = list(csv.reader(io.StringIO(render(spoiled(incident_result(), formula), "csv"), newline="")))
    cells = [cell for row in rows[1:] for cell in row if cell]
    assert any(formula.strip()[1:] in cell for cell in cells)
    assert not [
        cell for cell in cells if cell.lstrip("\"'` \t\r\n")[:1] in tuple("=+-@＝") and not cell.startswith("'")
    ]


def test_hostile_names_are_inert_in_markdown() -> None:
    """No link, no HTML, no line of their own."""
    evil = "x\n# heading\n[a](javascript:1) <script>alert(1)</script> ![i](http://e.example/a) **b** `c` | d"
    page = render(spoiled(incident_result(), evil), "markdown")
    boxes = page.replace("- [ ]", "").replace("- [x]", "")
    assert re.search(r"(?<!\\)[<`*]|(?<!\\)\](?!\s)|\n# heading", boxes) is None
    headings = [line for line in page.splitlines() if line.startswith("#")]
    assert len(headings) == 3  # the title, the owner, nobody


def test_hostile_names_are_inert_on_the_screen() -> None:
    """No escape reaches the terminal."""
    text = render(spoiled(incident_result(), EVIL), "text", width=80)
    assert "\x1b" not in text and "\u202e" not in text
