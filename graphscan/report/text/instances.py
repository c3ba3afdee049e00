"""What can be read of several instances, and the facts file that fills in the rest, as text."""

from graphscan.analysis.doctor_instances import InstanceResult, InstancesResult
from graphscan.analysis.doctor_results import Readable
from graphscan.report.text import words
from graphscan.report.text.doctor import STYLES
from graphscan.report.text.nodes import identity, prose
from graphscan.report.text.screen import Screen


def instances(screen: Screen, result: InstancesResult) -> None:
    """Write each instance, then what rests on facts alone, and the template unless it went into a file."""
    for number, one in enumerate(result.instances):
        if number:
            screen.blank()
        _instance(screen, one)
    screen.heading("Facts", "what an operator knows")
    listed = prose(", ".join(result.facts_only))
    screen.flow(f"Whatever is read, these techniques rest on facts: {listed} (docs/atlassian.md).", indent=2)
    if result.written is not None:
        screen.flow("A file to fill in was written: ", identity(result.written), ".", indent=2)
    elif result.template:
        screen.flow("A file to fill in follows; --template FILE writes it.", indent=2)
        screen.blank()
        screen.verbatim(identity(line) for line in result.template.splitlines())
    if not result.complete:
        screen.blank()
        screen.flow(("Not everything can be read", "yellow"), "; what is hidden counts as unknown. Exit code 3.")


# Private functions


def _instance(screen: Screen, one: InstanceResult) -> None:
    screen.flow("Access to ", identity(one.source, "bold"), f", {prose(one.title)}." if one.title else ".")
    for check in one.checks:
        mark = ("ok     ", "green") if check.ok else ("wrong  ", "bold red")
        screen.flow(mark, f"{prose(check.name)}: {prose(check.said)}", indent=2, hang=9)
    for note in one.notes:
        screen.flow(f"Note: {prose(note, 400)}.", indent=2, hang=4)
    if one.endpoints:
        counts = {state: sum(line.state == state for line in one.endpoints) for state in Readable}
        screen.heading("End points", ", ".join(f"{count} {state}" for state, count in counts.items() if count))
        screen.table(
            [("end point", "id"), ("state", "id"), ("of", "id"), ("it takes", "prose")],
            [
                (
                    identity(line.endpoint),
                    identity(line.state, STYLES[line.state]),
                    identity(line.relation),
                    prose(_takes(line.right, line.credential)),
                )
                for line in one.endpoints
            ],
        )
    closed = [line for line in one.endpoints if line.state in (Readable.DENIED, Readable.FAILED)]
    if closed:
        screen.heading("Hidden", words.number(len(closed), "end point"))
        for line in closed:
            takes = _takes(line.right, line.credential)
            hides = f" hides {prose(line.hides)}. It takes {prose(takes)}. "
            screen.flow(identity(line.endpoint), hides, indent=2, hang=4)
            screen.flow((prose(line.said), "dim"), indent=4)
    if one.rights or one.credentials:
        screen.blank()
        if one.rights:
            screen.flow("Rights that would read it: ", prose("; ".join(one.rights), 2000), ".")
        if one.credentials:
            screen.flow("Credentials that would: ", prose("; ".join(one.credentials), 2000), ".")
    if one.unread:
        screen.heading("Not told by any end point", f"{sum(line.closable for line in one.unread)} to state as facts")
        for unread in one.unread:
            vouched = "" if unread.closable else " (nobody can vouch for it)"
            screen.flow(identity(unread.relation), f"  {prose(unread.hides, 400)}{vouched}", indent=2, hang=4)
    screen.heading("Settings", "flag < configuration file < environment")
    screen.table(
        [("setting", "id"), ("value", "prose"), ("from", "id")],
        [(identity(line.name), identity(line.value), identity(line.source)) for line in one.settings],
    )


def _takes(right: str, credential: str) -> str:
    return ", ".join(part for part in (right, credential) if part) or "nothing special"
