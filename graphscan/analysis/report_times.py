"""What happened when: the moments of an incident, and of reach over time, in order of time."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from graphscan.analysis.incident_results import IncidentResult
from graphscan.analysis.report_results import Moment
from graphscan.analysis.report_words import count
from graphscan.analysis.results import NodeView
from graphscan.analysis.timeline_results import TimelineResult

NAMED = 5  # nodes named at a moment
MOST = 2_000
# The kinds of event of a timeline that are told in other words.
_EVENTS = {"begins": "began", "ends": "ended", "expires": "expired", "replaced": "was replaced"}


def of_incident(answer: IncidentResult) -> tuple[tuple[Moment, ...], str]:
    """Return the moments of an incident, and a note where there are more."""
    found: list[Moment] = []
    for holder in answer.holders:
        held = count(holder.credentials, "credential")
        if holder.begins is not None:
            found.append(Moment(holder.begins, f"exposure begins: somebody could read {held} of a holder", (), 0))
        if holder.ends is not None:
            found.append(Moment(holder.ends, f"exposure ends: {held} of a holder", (), 0))
        if holder.known is not None and holder.known != answer.known:
            found.append(Moment(holder.known, "the exposure of a holder became known", (), 0))
    if answer.known is not None:
        found.append(Moment(answer.known, "the incident became known", (), 0))
    if answer.acts_from is not None:
        found.append(Moment(answer.acts_from, "the attacker begins to act", (), 0))
    for (at, why), nodes in _grouped(
        (one.death.at, f"proven dead, on this day: {one.death.why}", one.node)
        for one in answer.credentials
        if one.death is not None
    ):
        found.append(Moment(at, why, tuple(nodes[:NAMED]), len(nodes)))
    for (at, why), nodes in _grouped(
        (one.obtained, "obtained with an exposed credential", one.node)
        for one in answer.credentials
        if one.how in ("reached", "minted")
    ):
        found.append(Moment(at, why, tuple(nodes[:NAMED]), len(nodes)))
    for (at, why), nodes in _grouped(
        (one.created, "made by an account that was exposed", one.node)
        for one in answer.suspects
        if one.created is not None
    ):
        found.append(Moment(at, why, tuple(nodes[:NAMED]), len(nodes)))
    if answer.out_since is not None:
        found.append(Moment(answer.out_since, "the last of it died: the attacker is out", (), 0))
    return _cut(found)


def of_timeline(answer: TimelineResult) -> tuple[tuple[Moment, ...], str]:
    """Return the moments at which what is reached changes, with what happened then, and a note where there are more."""
    found: list[Moment] = []
    for change in answer.changes:
        told = f"{count(change.known, 'asset')} reached" + (
            f", {change.possible:,} more possibly" if change.possible else ""
        )
        found += [Moment(change.at, _EVENTS.get(one.what, one.what), (one.node,), 1) for one in change.events]
        if change.event_count > len(change.events):
            left = change.event_count - len(change.events)
            found.append(Moment(change.at, f"{count(left, 'other event')} at this moment", (), 0))
        for what, facts in (("reached from now on", change.new), ("no longer reached", change.lost)):
            nodes = list(dict.fromkeys(one.node for one in facts))
            if nodes:
                found.append(Moment(change.at, f"{what}; {told} now", tuple(nodes[:NAMED]), len(nodes)))
    return _cut(found)


# Private functions


def _grouped(rows: Iterable[tuple[datetime, str, NodeView]]) -> list[tuple[tuple[datetime, str], list[NodeView]]]:
    """Return what happened by day, in order: at the first moment of it."""
    groups: dict[tuple[date, str], list[tuple[datetime, str, NodeView]]] = {}
    for at, what, node in rows:
        groups.setdefault((at.astimezone(UTC).date(), what), []).append((at, node.id, node))
    found = []
    for (_, what), several in sorted(groups.items(), key=lambda item: item[0]):
        several.sort(key=lambda one: one[:2])
        found.append(((several[0][0], what), [node for _, _, node in several]))
    return found


def _cut(found: list[Moment]) -> tuple[tuple[Moment, ...], str]:
    found.sort(key=lambda one: one.at)  # stable: what happened at one moment keeps its order
    left = len(found) - MOST
    return tuple(found[:MOST]), f"{left:,} more moments are not in the timeline" if left > 0 else ""
