"""
What `check` answers as JUnit XML, as Jenkins, GitLab and others read it.

One suite for each claims file. `classname` and `name` stay the same from run to run; what changes is in the bodies.
What is not decided is an error and what is excused is skipped, so that no dashboard shows either as green.
"""

from collections import Counter
from pathlib import PurePosixPath

from graphscan.claims.results import CheckResult, ClaimResult, Verdict
from graphscan.report.claim_words import SIGNS, claim_lines, place, tally
from graphscan.report.escapes import shown, xml_attribute, xml_text

_ELEMENTS = {
    Verdict.FAIL: "failure",
    Verdict.XPASS: "failure",
    Verdict.UNKNOWN: "error",
    Verdict.VACUOUS: "error",
    Verdict.WAIVED: "skipped",
    Verdict.XFAIL: "skipped",
    Verdict.PASS: "system-out",
}


def to_junit(result: CheckResult) -> str:
    """Return a result as JUnit XML, ending in a newline."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append(f'<testsuites name="graphscan"{_counts(result.claims)}>')
    files = list(dict.fromkeys(one.where.file for one in result.claims))
    taken: Counter[tuple[str, str]] = Counter()
    stamp = result.as_of.strftime("%Y-%m-%dT%H:%M:%S")
    for file in files:
        members = [one for one in result.claims if one.where.file == file]
        skipped = sum(_ELEMENTS[one.verdict] == "skipped" for one in members)
        lines.append(
            f'  <testsuite name="{xml_attribute(place(file))}"{_counts(members)} skipped="{skipped}"'
            f' timestamp="{stamp}">'
        )
        for one in members:
            lines += _case(one, taken)
        lines += (
            _said([tally(result), *(shown(said, SIGNS) for said in result.warnings)], "system-out", 4)
            if file == files[-1]
            else []
        )
        lines.append("  </testsuite>")
    lines.append("</testsuites>")
    return "\n".join(lines) + "\n"


# Private functions


def _case(one: ClaimResult, taken: Counter[tuple[str, str]]) -> list[str]:
    """Return the test case of a claim; where another has its names it is numbered, for equal ones are merged."""
    names = (f"graphscan.{PurePosixPath(place(one.where.file)).stem}", one.id or "-")
    taken[names] += 1
    number = f" ({taken[names]})" if taken[names] > 1 else ""
    heading = f'    <testcase classname="{xml_attribute(names[0])}" name="{xml_attribute(names[1])}{number}">'
    element = _ELEMENTS[one.verdict]
    typed = "" if element == "system-out" else f' type="{one.verdict}" message="{one.verdict}"'
    if element == "skipped":
        typed = f' message="{one.verdict}"'
    return [
        heading,
        *_said([f"{one.verdict}: {shown(one.id)}", *claim_lines(one)], element, 6, typed),
        "    </testcase>",
    ]


def _said(lines: list[str], element: str, indent: int, attributes: str = "") -> list[str]:
    said = "\n".join(xml_text(line, None) for line in lines)
    return [f"{' ' * indent}<{element}{attributes}>{said}</{element}>"]


def _counts(claims: "tuple[ClaimResult, ...] | list[ClaimResult]") -> str:
    sorts = Counter(_ELEMENTS[one.verdict] for one in claims)
    return f' tests="{len(claims)}" failures="{sorts["failure"]}" errors="{sorts["error"]}"'
