"""`graphscan report`: one file for the board, and to work from during an incident."""

from pathlib import Path
from typing import Annotated

import typer

from graphscan.cli import options
from graphscan.cli.asking import open_session, session_options
from graphscan.cli.complete import complete_node
from graphscan.cli.output import REPORT_FORMATS, Target, emit, targets, write_bytes
from graphscan.cli.progress import Progress
from graphscan.errors import UsageError

_TLP = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")
_TO_A_FILE = ("html", "pdf")


def report(
    from_: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FROM",
            autocompletion=complete_node,
            help="What the attacker holds, all of it together: ids, names or selectors; ID::level asks for a level.",
        ),
    ] = None,
    incident: Annotated[
        Path | None, typer.Option("--incident", metavar="FILE", help="An incident file, instead of FROM.")
    ] = None,
    claims: Annotated[
        list[Path] | None,
        typer.Option("--claims", metavar="FILE", help="A claims file or a folder of them, instead of FROM."),
    ] = None,
    title: Annotated[str, typer.Option("--title", metavar="TEXT", help="What the report is called.")] = "",
    tlp: Annotated[
        str,
        typer.Option("--tlp", metavar="LABEL", help="The Traffic Light Protocol's marking: " + ", ".join(_TLP) + "."),
    ] = "AMBER",
    evaluated: Annotated[
        str | None,
        typer.Option(
            "--evaluated",
            metavar="TIME",
            help="The time of evaluation that the report prints: no clock is read. Default: the instant asked about.",
        ),
    ] = None,
    since_report: Annotated[
        Path | None,
        typer.Option(
            "--since-report",
            metavar="FILE",
            help="The JSON of an earlier report: what is newly missed, dead, reached, or no longer reached.",
        ),
    ] = None,
    redact: Annotated[
        bool,
        typer.Option(
            "--redact",
            help="Replace names, ids, addresses and file names by pseudonyms. Their key stays in the store, so that "
            "reports of one store name a thing alike.",
        ),
    ] = False,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="TIME", help="With FROM: tell what was reached when, from this moment on."),
    ] = None,
    obtained: options.Obtained = None,
    store: options.Store = options.DEFAULT_STORE,
    as_of: options.AsOf = None,
    snapshot: options.Snapshot = None,
    rotated: options.Rotated = None,
    revoke: options.Revoke = None,
    defeated: options.Defeated = None,
    enforced: options.Enforced = None,
    without: options.Without = None,
    remove: options.Remove = None,
    techniques: options.Techniques = None,
    limit: options.Limit = options.DEFAULT_LIMIT,
    output: options.ReportOutput = None,
) -> None:
    """Write a report: what is reached, how, what stopped the rest, what to do first, what is unknown.

    Of what an attacker who holds FROM reaches, of an incident, or of claims. The same input gives the same bytes.
    """
    wanted = _targets(output)
    marking = tlp.upper().removeprefix("TLP:")
    if marking not in _TLP:
        raise UsageError(f"--tlp `{tlp}` is no marking", f"use one of {', '.join(_TLP)}")
    changes = {
        "--rotated": rotated,
        "--revoke": revoke,
        "--defeated": defeated,
        "--enforced": enforced,
        "--without": without,
        "--remove": remove,
    }
    _asked(from_, incident, claims, changes, since, obtained)
    begins, taken = options.instant(since, "--since"), options.instant(obtained, "--obtained")
    at = options.instant(evaluated, "--evaluated")
    with Progress() as progress:
        from graphscan import __version__
        from graphscan.analysis import report_since
        from graphscan.analysis.report import Asked
        from graphscan.cli import reporting

        earlier = report_since.read(since_report) if since_report is not None else None
        session = open_session(progress=progress, **session_options(locals()))
        if begins is not None and begins > session.as_of:
            raise UsageError("--since is after --as-of", "a timeline runs from --since to --as-of")
        files = [one for one in (incident, since_report) if one is not None]
        more = {
            "--incident": [str(incident)] if incident else [],
            "--claims": [str(one) for one in claims or ()],
            "--title": [title] if title else [],
            "--tlp": [marking],
            "--evaluated": [reporting.stamp(at or session.as_of)],
            "--since": [reporting.stamp(begins)] if begins else [],
            "--obtained": [reporting.stamp(taken)] if taken else [],
            "--since-report": [str(since_report)] if since_report else [],
            "--techniques": [str(one) for one in techniques or ()],
            "--limit": [str(limit)] if limit != options.DEFAULT_LIMIT else [],
            "--redact": [""] if redact else [],
        }
        asked = Asked(
            version=__version__,
            command=reporting.command(session, from_ or [], {**changes, **more}),
            tlp=marking,
            title=title,
            evaluated=at,
            inputs=reporting.digests(files),
            earlier=earlier,
            limit=limit,
            begins=begins,
            obtained=taken,
            technique_folders=tuple(techniques or ()),
        )
        result = reporting.answer(session, from_ or [], incident, claims or [], asked, redact, progress)
        pdf = [(target.path, reporting.pdf(result)) for target in wanted if target.format == "pdf" and target.path]
    emit([target for target in wanted if target.format != "pdf"], result)
    for path, content in pdf:
        write_bytes(path, [content])


# Private functions


def _asked(
    from_: list[str] | None,
    incident: Path | None,
    claims: list[Path] | None,
    changes: dict[str, list[str] | None],
    begins: str | None,
    obtained: str | None,
) -> None:
    """Refuse what is asked of nothing, of two things at once, or with an option that goes with FROM alone."""
    given = [name for name, value in (("FROM", from_), ("--incident", incident), ("--claims", claims)) if value]
    if not given:
        raise UsageError("there is nothing to report on", "name FROM, or --incident FILE, or --claims FILE")
    if len(given) > 1:
        raise UsageError(f"{given[0]} and {given[1]} exclude each other", "write a report of each")
    alone = [option for option, values in changes.items() if values]
    alone += [option for option, value in (("--since", begins), ("--obtained", obtained)) if value]
    if alone and not from_:
        raise UsageError(f"{alone[0]} does not go with {given[0]}", "name what the attacker holds as FROM instead")


def _targets(output: list[str] | None) -> list[Target]:
    wanted = targets(output, REPORT_FORMATS)
    for target in wanted:
        if target.path is None and target.format in _TO_A_FILE:
            raise UsageError(f"-o {target.format} needs a file", f"write -o {target.format}=FILE")
    return wanted
