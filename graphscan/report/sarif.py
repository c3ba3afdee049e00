"""
What `check` answers as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).

Every claim is a rule; every claim that does not simply hold is a result, with a place in the claims file, as GitHub
rejects a whole file over one result without one. A claim that holds is a rule without a result: GitHub knows no results
that are not alerts. What is undecided stays a warning, and what is excused is a suppressed result.
The bounds are those GitHub keeps; what they cut off is said in a notification, and in the message of the result.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from graphscan import __version__
from graphscan.analysis.results import FactView, Route
from graphscan.claims.results import CheckResult, ClaimResult, Position, Verdict
from graphscan.report.claim_words import claim_lines, fact, hop, hop_evidence, in_order, place, severity_rank, tally
from graphscan.report.escapes import sarif, shown

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
RESULTS = 5_000  # GitHub takes 25,000 and shows 5,000
STEPS = 1_000  # of one result: GitHub takes 10,000 and keeps 1,000
ALL_STEPS = 50_000  # of the run, which keep the file under GitHub's 10 MB compressed
PATHS = 10  # of one result
SIGNS = 2_000  # of a message
_LEVELS = ("error", "error", "warning", "note")  # critical, high, medium, low
_SEVERITIES = ("9.5", "8.0", "5.5", "2.5")  # GitHub: above 9.0 critical, from 7.0 high, from 4.0 medium
_EXCUSED = (Verdict.WAIVED, Verdict.XFAIL)
_UNDECIDED = (Verdict.UNKNOWN, Verdict.VACUOUS)


def to_sarif(result: CheckResult) -> str:
    """Return a result as SARIF, in plain ASCII, ending in a newline."""
    rules = {one.id: position for position, one in enumerate(result.claims)}
    told = [one for one in in_order(result.claims) if one.verdict is not Verdict.PASS]
    budget = _Budget(ALL_STEPS)
    results = [_result(one, rules[one.id], budget) for one in told[:RESULTS]]
    cut = [f"{len(told) - RESULTS:,} more results are left out: at most {RESULTS:,} are shown."] * (len(told) > RESULTS)
    if budget.cut:
        cut.append(f"{budget.cut:,} steps of paths are left out: at most {STEPS:,} a result and {ALL_STEPS:,} in all.")
    run = {
        "tool": {
            "driver": {
                "name": "graphscan",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(one) for one in result.claims],
            }
        },
        "invocations": [
            {
                "executionSuccessful": True,
                "exitCode": result.exit_code,
                "toolExecutionNotifications": [_notification(said) for said in (*cut, *result.warnings)],
            }
        ],
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {
            "asOf": result.as_of.isoformat().replace("+00:00", "Z"),
            "snapshot": shown(result.snapshot),
            "tally": {str(verdict): count for verdict, count in result.tally().items()},
            "summary": tally(result),
        },
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, allow_nan=False) + "\n"


def fingerprint(one: ClaimResult) -> str:
    """Return what names a counterexample from run to run: its claim, techniques and ends, and no wording."""
    parts = [one.id]
    if one.path is not None:
        parts += [step.technique for step in one.path.hops]
        parts += [f"{view.node.id}::{view.level}" for view in (*one.path.heads[:1], *one.path.tails[:1])]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


# Private functions


class _Budget:
    """How many more steps the run may show, and how many were left out."""

    def __init__(self, steps: int) -> None:
        self._left = steps
        self.cut = 0

    def take(self, wanted: int, most: int) -> int:
        """Return how many of `wanted` steps may be shown, at most `most`."""
        granted = min(wanted, most, self._left)
        self._left -= granted
        self.cut += wanted - granted
        return granted


def _rule(one: ClaimResult) -> dict[str, Any]:
    text = sarif(one.text or one.id, SIGNS)
    about = [f"{label}: {value}" for label, value in (("owner", one.owner), ("given", one.given)) if value]
    return {
        "id": _id(one),
        "shortDescription": {"text": sarif(one.text or one.id, 200)},
        "fullDescription": {"text": sarif(" · ".join([one.text or one.id, *about]), SIGNS)},
        "help": {"text": f"{text} ({sarif(one.verb)})"},
        "defaultConfiguration": {"level": _level(one.severity)},
        "properties": {
            "tags": ["security", "attack-path"],
            "security-severity": _of_severity(_SEVERITIES, one.severity),
            "problem.severity": _level(one.severity).replace("note", "recommendation"),
            "verdict": str(one.verdict),
        },
    }


def _result(one: ClaimResult, rule: int, budget: _Budget) -> dict[str, Any]:
    before = budget.cut
    flows = list(_flows(one, budget))
    cut = f" ({budget.cut - before:,} steps of its paths are left out here.)" if budget.cut > before else ""
    lines = [f"{one.verdict}: {shown(one.text or one.id, SIGNS)}{cut}", *claim_lines(one)]
    digest = fingerprint(one)
    found: dict[str, Any] = {
        "ruleId": _id(one),
        "ruleIndex": rule,
        "level": "warning" if one.verdict in _UNDECIDED else _level(one.severity),
        "message": {"text": "\n".join(sarif(line, None) for line in lines)},
        "locations": [{"physicalLocation": _physical(one.where)}],
        "partialFingerprints": {"graphscan/v1": digest, "primaryLocationLineHash": f"{digest[:16]}:1"},
        "properties": {"verdict": str(one.verdict), "severity": shown(one.severity), "ticket": shown(one.ticket)},
    }
    if flows:
        found["codeFlows"] = flows
    if one.verdict in _EXCUSED:
        found["suppressions"] = _suppressions(one)
    return found


def _flows(one: ClaimResult, budget: _Budget) -> Iterator[dict[str, Any]]:
    """Yield the shortest path and further families, as far as the bounds allow."""
    paths = list(dict.fromkeys([*([one.path] if one.path else []), *one.families]))
    left = STEPS
    for path in paths[:PATHS]:
        locations = _steps(path, one.where)
        granted = budget.take(len(locations), left)
        left -= granted
        if granted:
            yield {"threadFlows": [{"locations": locations[:granted]}]}
    budget.cut += sum(len(path.hops) + 1 for path in paths[PATHS:])


def _steps(path: Route, where: Position) -> list[dict[str, Any]]:
    """
    Return the places of a path.

    What a step rests on stands in other systems; the physical place is the claim's, for viewers that want one in the
    checkout, and the record is named in the message.
    """
    found = [_step(path.heads[0], f"start: {fact(path.heads[0])}", where)] if path.heads else []
    for one in path.hops:
        proof = hop_evidence(one)
        found.append(_step(one.gives, hop(one) + (f" ({proof})" if proof else ""), where))
    return found


def _step(view: FactView, said: str, where: Position) -> dict[str, Any]:
    return {
        "location": {
            "physicalLocation": _physical(where),
            "logicalLocations": [{"fullyQualifiedName": sarif(f"{view.node.id}::{view.level}", SIGNS)}],
            "message": {"text": sarif(said, None)},
        }
    }


def _suppressions(one: ClaimResult) -> list[dict[str, Any]]:
    """Return why a failing claim is excused: a suppression for each waiver, or the mark that it is expected to fail."""
    reasons = [
        ", ".join(
            part
            for part in (
                f"{use.id}: {use.reason}",
                f"approved by {use.approved_by}" if use.approved_by else "",
                use.ticket,
                f"until {use.expires}",
            )
            if part
        )
        for use in [use for use in one.waivers if use.state == "used"] or one.waivers
    ] or [one.reason]
    return [{"kind": "external", "status": "accepted", "justification": sarif(reason, SIGNS)} for reason in reasons]


def _id(one: ClaimResult) -> str:
    return shown(one.id, 500)


def _physical(where: Position) -> dict[str, Any]:
    return {
        "artifactLocation": {"uri": _uri(where.file)},
        "region": {"startLine": max(1, where.line), "startColumn": max(1, where.column)},
    }


def _uri(file: str) -> str:
    """Return a URI reference: relative to the working folder, which in CI is the checkout; else an absolute one."""
    path = place(file)
    try:
        name = path.encode(errors="surrogateescape")  # a file name is bytes: one that is not UTF-8 keeps its bytes
    except UnicodeEncodeError:
        name = path.encode(errors="backslashreplace")
    return ("file://" if path.startswith("/") else "") + quote(name)


def _notification(said: str) -> dict[str, Any]:
    return {"level": "warning", "message": {"text": sarif(said, SIGNS)}}


def _level(severity: str) -> str:
    return _of_severity(_LEVELS, severity)


def _of_severity(values: Sequence[str], severity: str) -> str:
    """Return the value of a severity, of one that is not known that of medium."""
    rank = severity_rank(severity)
    return values[rank] if rank < len(values) else values[2]
