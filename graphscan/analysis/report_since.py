"""What changed since an earlier report, whose JSON is read as what it is: a file that anybody may have written."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graphscan.analysis.report_results import ReportResult, Since
from graphscan.analysis.report_words import COUNTING, count
from graphscan.analysis.results import FactView, NodeView
from graphscan.errors import UsageError

SCHEMA = "graphscan.report/1"
LARGEST = 200_000_000
LISTED = 1_000  # of each sort of change

Facts = dict[tuple[str, str], FactView]


@dataclass(frozen=True, slots=True)
class Earlier:
    """
    What an earlier report said.

    Attributes:
        question: what it asked, in a form that can be compared.
        missed:   credentials that were not proven dead then.
        reached:  sensitive facts that were known to be reached; `whole` False: not all were listed.
    """

    evaluated: datetime
    as_of: datetime
    snapshot: str
    question: tuple[str, ...]
    missed: dict[str, NodeView]
    reached: Facts
    whole: bool


def read(path: Path) -> Earlier:
    """
    Read an earlier report.

    Raises:
        UsageError: the file cannot be read, is no report of ours, or is redacted.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise UsageError(f"`{path}` is larger than any report", "name the JSON of an earlier report")
        told = json.loads(path.read_text(encoding="utf-8"))
    except OSError as refused:
        raise UsageError(
            f"`{path}` could not be read: {refused.strerror}", "name the JSON of an earlier report"
        ) from None
    except (ValueError, RecursionError):
        raise UsageError(f"`{path}` is not JSON", "name what `graphscan report -o json=FILE` wrote") from None
    if not isinstance(told, dict) or told.get("schema") != SCHEMA:
        raise UsageError(f"`{path}` is not a report", "name what `graphscan report -o json=FILE` wrote")
    if told.get("redacted") is not False:
        raise UsageError(f"`{path}` is redacted, so nothing in it can be found again", "name one that is not")
    try:
        listed = [one for one in told["reached"] if one["certainty"] == "known" and one["sensitivity"] in COUNTING]
        return Earlier(
            evaluated=_moment(told["evaluated"]),
            as_of=_moment(told["as_of"]),
            snapshot=_text(told["provenance"]["snapshot"]),
            question=tuple(_text(one) for one in told["question"]),
            missed={one["id"]: _node(one) for one in told["missed"]},
            reached={(_text(one["id"]), _text(one["level"])): FactView(_node(one), one["level"]) for one in listed},
            whole=len(told["reached"]) >= int(told["reached_total"]),
        )
    except (KeyError, TypeError, ValueError):
        raise UsageError(f"`{path}` is damaged: a field of a report is missing in it", "name another one") from None


def since(earlier: Earlier, now: ReportResult, dead: Collection[str]) -> Since:
    """
    Return what changed between an earlier report and one that was just made.

    Args:
        dead: ids of credentials that the new one knows to be proven dead. What it does not speak of is not.
    """
    missed = {one.node.id: one.node for one in now.missed}
    possible = {(one.node.id, one.level) for one in now.reached if one.certainty != "known"}
    reached: Facts = {
        (one.node.id, one.level): FactView(one.node, one.level)
        for one in now.reached
        if one.certainty == "known" and one.node.sensitivity in COUNTING
    }
    notes = []
    if not earlier.whole or len(now.reached) < now.reached_total:
        notes.append("one of the two reports does not list all that is reached: only what both could list is compared")
    newly_missed = [node for id_, node in missed.items() if id_ not in earlier.missed]
    left = [node for id_, node in earlier.missed.items() if id_ not in missed]
    newly_dead = [node for node in left if node.id in dead]
    unaccounted = [node for node in left if node.id not in dead]
    newly_reached = [fact for key, fact in reached.items() if key not in earlier.reached]
    gone = {key: fact for key, fact in earlier.reached.items() if key not in reached}
    no_longer = [fact for key, fact in gone.items() if key not in possible]
    if len(no_longer) < len(gone):
        notes.append(f"{count(len(gone) - len(no_longer), 'asset')} known to be reached then: only possibly now")
    told = (
        count(len(newly_missed), "newly missed credential"),
        count(len(newly_dead), "newly dead credential"),
        count(len(newly_reached), "newly reached asset"),
        count(len(no_longer), "asset no longer reached", "assets no longer reached"),
        count(len(unaccounted), "credential neither missed nor proven dead now", "credentials neither missed nor dead"),
    )
    sizes = (len(newly_missed), len(newly_dead), len(newly_reached), len(no_longer), len(unaccounted))
    notes += [f"of {words} {LISTED:,} are listed" for words, size in zip(told, sizes, strict=True) if size > LISTED]
    if earlier.as_of > now.as_of:
        notes.append("the earlier report is about a later instant than this one")
    return Since(
        evaluated=earlier.evaluated,
        as_of=earlier.as_of,
        snapshot=earlier.snapshot,
        same_question=earlier.question == question_of(now),
        newly_missed=tuple(newly_missed[:LISTED]),
        newly_dead=tuple(newly_dead[:LISTED]),
        newly_reached=tuple(newly_reached[:LISTED]),
        no_longer_reached=tuple(no_longer[:LISTED]),
        notes=tuple(notes),
        unaccounted=tuple(unaccounted[:LISTED]),
    )


def question_of(result: ReportResult) -> tuple[str, ...]:
    """Return what a report asked, so that two can be told to ask the same: its kind, its starts, its edits."""
    if result.mode == "incident":
        asked = [f"{one.text} {_stamp(one.begins)} {_stamp(one.ends)}" for one in result.holders]
    elif result.mode == "claims":
        asked = [one.id for one in result.claims]
    else:
        asked = [f"{one.fact.node.id}::{one.fact.level}" for one in result.starts]
    return (result.mode, *asked, *result.edits)


# Private functions


def _stamp(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).isoformat()


def _moment(told: Any) -> datetime:
    at = datetime.fromisoformat(_text(told))
    if at.tzinfo is None:
        raise ValueError
    return at.astimezone(UTC)


def _text(told: Any) -> str:
    if not isinstance(told, str):
        raise TypeError
    return told


def _node(told: Mapping[str, Any]) -> NodeView:
    return NodeView(
        _text(told["id"]),
        _text(told["kind"]),
        _text(told.get("subtype", "")),
        _text(told["name"]),
        _text(told.get("provider", "")),
        _text(told["sensitivity"]),
        told.get("hypothetical") is True,
    )
