"""`graphscan incident`: which exposed credentials are not proven dead, and what they open together."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphscan.cli import options
from graphscan.cli.asking import open_session
from graphscan.cli.complete import complete_node
from graphscan.cli.output import INCIDENT_FORMATS, Target, emit, targets
from graphscan.cli.progress import Progress
from graphscan.errors import UsageError

if TYPE_CHECKING:
    from graphscan.analysis.incident_file import Incident

_CHECKLISTS = {".csv": "csv", ".md": "markdown"}


def incident(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="An incident file: who had what, from when until when."),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="Without a file: when the exposure began.")
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            "--until", metavar="DATE", help="The last day, or moment, of the exposure. Default: it is not over."
        ),
    ] = None,
    exposed: Annotated[
        list[str] | None,
        typer.Option(
            "--exposed",
            metavar="SELECTOR",
            autocompletion=complete_node,
            help="The exposed credentials, or who held them: an id, a name, holder=ID, label=…; several are taken "
            "together.",
        ),
    ] = None,
    acts_from: Annotated[
        str | None,
        typer.Option(
            "--acts-from", metavar="DATE", help="From when on the attacker used anything. Default: from the beginning."
        ),
    ] = None,
    possible: Annotated[
        bool | None,
        typer.Option(
            "--possible/--observed",
            help="Count in what is left also what the attacker could have made, or only what the inventory shows. "
            "Neither changes which credentials are missed, nor the exit code.",
            show_default=False,
        ),
    ] = None,
    checklist: Annotated[
        list[Path] | None,
        typer.Option(
            "--checklist", metavar="FILE", help="Write what is to be done, by owner, into FILE.csv or FILE.md."
        ),
    ] = None,
    store: options.Store = options.DEFAULT_STORE,
    as_of: options.AsOf = None,
    snapshot: options.Snapshot = None,
    techniques: options.Techniques = None,
    output: options.IncidentOutput = None,
) -> None:
    """Show which exposed credentials are not proven dead.

    What they open alone and together, what the attacker made, and what to do first. Exit code 1 while something is
    missed or something that was made remains.
    """
    wanted = [*targets(output, INCIDENT_FORMATS), *_checklists(checklist)]
    with Progress() as progress:
        asked = _incident(file, since, until, exposed, acts_from, possible)
        session = open_session(store, progress, as_of=as_of, snapshot=snapshot, techniques=techniques)
        from graphscan.analysis.incident import ask

        result = ask(session, asked, progress=progress)
    emit(wanted, result)
    raise typer.Exit(result.exit_code)


# Private functions


def _checklists(paths: list[Path] | None) -> list[Target]:
    found = []
    for path in paths or ():
        if path.suffix.lower() not in _CHECKLISTS:
            raise UsageError(f"--checklist `{path}` ends neither in .csv nor in .md", "name it FILE.csv or FILE.md")
        found.append(Target(_CHECKLISTS[path.suffix.lower()], path))
    return found


def _incident(
    file: Path | None,
    since: str | None,
    until: str | None,
    exposed: list[str] | None,
    acts_from: str | None,
    possible: bool | None,
) -> "Incident":
    """Return the incident that a file or the options describe."""
    from dataclasses import replace

    from graphscan.analysis.incident_file import load, on_command_line

    stated = {"--since": since, "--until": until, "--exposed": exposed, "--acts-from": acts_from}
    given = [option for option, value in stated.items() if value]
    if file is not None:
        if given:
            raise UsageError(f"{given[0]} and an incident file exclude each other", "write it into the file")
        found = load(file)
        return found if possible is None else replace(found, possible=possible)
    if since is None or not exposed:
        missing = "--since" if since is None else "--exposed"
        raise UsageError(
            f"there is neither an incident file nor {missing}",
            "name a file, or --since DATE --exposed SELECTOR; docs/incident.md describes both",
        )
    return on_command_line(
        exposed,
        _moment("--since", since),
        None if until is None else _after("--until", until),
        None if acts_from is None else _moment("--acts-from", acts_from),
        bool(possible),
    )


def _moment(option: str, text: str) -> datetime:
    from graphscan.select import moment

    at = moment(text)
    if at is None:
        raise UsageError(f"{option} `{text}` is not a time", "write 2023-11-14 or 2023-11-14T09:22:49Z")
    return at


def _after(option: str, text: str) -> datetime:
    """Return the first moment after a day or a moment."""
    at = _moment(option, text)
    try:
        return at + (timedelta(days=1) if len(text) == len("2023-11-14") else timedelta(microseconds=1))
    except OverflowError:
        raise UsageError(f"{option} `{text}` is the last day that there is", "leave it out") from None
