"""What can be read of a source, and what the rest hides, as text."""

from graphscan.analysis.doctor_results import DoctorResult, ProbeLine, Readable
from graphscan.report.text import words
from graphscan.report.text.nodes import identity, prose
from graphscan.report.text.screen import Screen

STYLES = {
    Readable.YES: "green",
    Readable.DENIED: "bold red",
    Readable.FAILED: "red",
    Readable.UNLICENSED: "dim",
    Readable.NOT_TRIED: "dim",
}


def doctor(screen: Screen, result: DoctorResult) -> None:
    """Write the checks, each end point with its state, what is hidden, and the settings with where they come from."""
    screen.flow("Access to ", identity(result.source, "bold"), ".")
    for check in result.checks:
        mark = ("ok     ", "green") if check.ok else ("wrong  ", "bold red")
        screen.flow(mark, f"{prose(check.name)}: {prose(check.said)}", indent=2, hang=9)
    if result.probes:
        counts = {state: sum(one.state == state for one in result.probes) for state in Readable}
        screen.heading("End points", ", ".join(f"{count} {state}" for state, count in counts.items() if count))
        screen.table(
            [("end point", "id"), ("state", "prose"), ("scope", "id")],
            [
                (
                    identity(one.endpoint),
                    identity(one.state, STYLES[one.state]),
                    identity(" ".join(one.scopes) or "none"),
                )
                for one in result.probes
            ],
        )
    closed = [one for one in result.probes if one.state in (Readable.DENIED, Readable.FAILED)]
    if closed:
        screen.heading("Hidden", words.number(len(closed), "end point"))
        for one in closed:
            _hidden(screen, one)
    if result.missing_scopes or result.missing_roles:
        screen.blank()
        if result.missing_scopes:
            screen.flow("Scopes that may be missing: ", prose(", ".join(result.missing_scopes), 2000), ".")
        if result.missing_roles:
            screen.flow("Roles that would read it: ", prose(", ".join(result.missing_roles)), ".")
    screen.heading("Settings", "flag < configuration file < environment")
    screen.table(
        [("setting", "id"), ("value", "prose"), ("from", "id")],
        [(identity(one.name), identity(one.value), identity(one.source)) for one in result.settings],
    )
    for note in result.notes:
        screen.flow(f"Note: {prose(note)}.", indent=2, hang=4)
    if not result.complete:
        screen.blank()
        screen.flow(("Not everything can be read", "yellow"), "; what is hidden counts as unknown. Exit code 3.")


def _hidden(screen: Screen, one: ProbeLine) -> None:
    takes = " and ".join([*one.scopes, *([f"the role {one.role}"] if one.role else [])])
    screen.flow(identity(one.endpoint), f" hides {prose(one.hides)}. It takes {prose(takes)}. ", indent=2, hang=4)
    screen.flow((prose(one.said), "dim"), indent=4)
