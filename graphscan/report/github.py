"""
What `check` answers as GitHub workflow commands: one annotation a claim.

GitHub shows ten annotations of a step and drops the rest without a word, so the tenth says how many there are more.
"""

from graphscan.claims.results import CheckResult, ClaimResult, Verdict
from graphscan.report.claim_words import fact, in_order, place, tally
from graphscan.report.escapes import command_data, command_property

MOST = 10
_COMMANDS = {
    Verdict.FAIL: "error",
    Verdict.XPASS: "error",
    Verdict.UNKNOWN: "warning",
    Verdict.VACUOUS: "warning",
    Verdict.XFAIL: "notice",
    Verdict.WAIVED: "notice",
}


def to_github(result: CheckResult) -> str:
    """Return a result as workflow commands, the failing claims first; where all hold, one notice that says so."""
    told = [one for one in in_order(result.claims) if one.verdict in _COMMANDS]
    if not told:
        return f"::notice title=graphscan::{command_data(tally(result))}\n"
    shown = told if len(told) <= MOST else told[: MOST - 1]
    lines = [_annotation(one) for one in shown]
    left = told[len(shown) :]
    if left:
        # As loud as the loudest claim it stands for.
        said = f"{len(left):,} more of {tally(result)}; -o text or -o markdown lists all."
        lines.append(f"::{_COMMANDS[left[0].verdict]} title=graphscan::{command_data(said)}")
    return "\n".join(lines) + "\n"


# Private functions


def _annotation(one: ClaimResult) -> str:
    title = command_property(f"{one.verdict} {one.id}")
    where = f"file={command_property(place(one.where.file), 1_000)},line={one.where.line},col={one.where.column}"
    said = [one.text, one.reason]
    if one.path is not None and one.path.heads:
        chain = " → ".join([fact(one.path.heads[0]), *(fact(step.gives) for step in one.path.hops)])
        said.append(("possible path: " if one.verdict is Verdict.UNKNOWN else "path: ") + chain)
    message = "%0A".join(command_data(line) for line in said if line)
    return f"::{_COMMANDS[one.verdict]} {where},title={title}::{message}"
