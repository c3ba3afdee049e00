"""`graphscan report` as text: the verdict, what to do, and where the rest is."""

from graphscan.analysis.report_results import ReportResult
from graphscan.printable import printable
from graphscan.report.text import words
from graphscan.report.text.nodes import label, prose
from graphscan.report.text.screen import Screen

FEW = 6


def report(screen: Screen, result: ReportResult) -> None:
    """Write what a report says in short; the other formats hold all of it."""
    screen.flow((prose(result.title), "bold"), f"  TLP:{prose(result.tlp)}")
    screen.flow(f"as of {words.moment(result.as_of)}, evaluated {words.moment(result.evaluated)}")
    screen.blank()
    for sentence in result.verdict:
        screen.flow(printable(sentence))
    _since(screen, result)
    _first(screen, result)
    _owners(screen, result)
    screen.heading("Unknown", words.number(len(result.unknowns), "gap"))
    for one in [gap for gap in result.unknowns if gap.gap.used][:FEW]:
        screen.flow(prose(f"{one.gap.relation} {one.gap.scope}: {one.hides}"), indent=2, hang=4)
    for note in result.notes:
        screen.flow((prose(note), "yellow"), indent=2)
    screen.blank()
    screen.flow("All of it: -o html=FILE, markdown, json, pdf=FILE; the hand-over list by owner: -o csv=FILE.")


# Private functions


def _since(screen: Screen, result: ReportResult) -> None:
    since = result.since
    if since is None:
        return
    screen.heading("Since the last report", f"as of {words.moment(since.as_of)}")
    counts = (
        (len(since.newly_missed), "newly missed"),
        (len(since.newly_dead), "newly proven dead"),
        *([(len(since.unaccounted), "neither missed nor proven dead now")] if since.unaccounted else []),
        (len(since.newly_reached), "newly reached"),
        (len(since.no_longer_reached), "no longer reached"),
    )
    screen.flow("; ".join(f"{number:,} {what}" for number, what in counts), indent=2)
    if not since.same_question:
        screen.flow(("it asked another question", "yellow"), indent=2)
    for note in since.notes:
        screen.flow((prose(note), "yellow"), indent=2)


def _first(screen: Screen, result: ReportResult) -> None:
    screen.heading("First")
    if result.order:
        for place, step in enumerate(result.order[:FEW], 1):
            screen.flow(f"{place}. {prose(step.action)} ", label(step.node, "bold"), indent=2, hang=5)
    elif result.moves:
        for place, move in enumerate(result.moves[:FEW], 1):
            told = f"  {prose(move.effect)}: closes {move.closes:,} of {move.of:,}, {move.remaining:,} left"
            screen.flow(f"{place}. {prose(move.action)} ", label(move.node, "bold"), told, indent=2, hang=5)
    else:
        screen.flow("nothing that a single change would close", indent=2)


def _owners(screen: Screen, result: ReportResult) -> None:
    owners: dict[str, int] = {}
    for one in result.handover:
        owners[one.owner] = owners.get(one.owner, 0) + 1
    if not owners:
        return
    screen.heading("To hand over", words.number(len(result.handover), "thing"))
    for owner, number in list(owners.items())[:FEW]:
        screen.flow(f"{prose(owner) or 'nobody is named as owner'}: {number:,}", indent=2, hang=4)
    if len(owners) > FEW:
        screen.flow(f"… and {len(owners) - FEW:,} more owners", indent=2)
