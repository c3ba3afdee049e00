"""The options that several commands share, each defined once, and what their texts mean."""

import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer

from graphscan.cli.complete import complete_node, complete_node_or_technique
from graphscan.errors import UsageError

# RFC 3339; Python alone would also take week dates and times without a zone.
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,6})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{8,64}", re.ASCII)

DEFAULT_STORE = Path(".graphscan")
DEFAULT_LIMIT = 100

Store = Annotated[Path, typer.Option("--store", metavar="PATH", envvar="GRAPHSCAN_STORE", help="Folder of the store.")]
Output = Annotated[
    list[str] | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FORMAT[=FILE]",
        help="text or json, to the screen or into FILE; may be given several times.",
    ),
]
CheckOutput = Annotated[
    list[str] | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FORMAT[=FILE]",
        help="text, json, sarif, junit, github or markdown, to the screen or into FILE; may be given several times.",
    ),
]
IncidentOutput = Annotated[
    list[str] | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FORMAT[=FILE]",
        help="text or json, or the checklist as csv or markdown, to the screen or into FILE; may be given several "
        "times.",
    ),
]
DiffOutput = Annotated[
    list[str] | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FORMAT[=FILE]",
        help="text, json or markdown, to the screen or into FILE; may be given several times.",
    ),
]
ExposureOutput = Annotated[
    list[str] | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FORMAT[=FILE]",
        help="text or json, or every pair as csv, to the screen or into FILE; may be given several times.",
    ),
]
ReportOutput = Annotated[
    list[str] | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FORMAT[=FILE]",
        help="text (in short), html=FILE, markdown, json, pdf=FILE, or the hand-over list by owner as csv; to the "
        "screen or into FILE; may be given several times.",
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="TIME",
        help="Ask about this instant: 2023-11-14T09:22:49Z, or 2023-11-14 for its first second (UTC). Default: now.",
    ),
]
Snapshot = Annotated[
    str | None,
    typer.Option(
        "--snapshot",
        metavar="TIME|DIGEST",
        help="Look at what was known then: the imports that were in the store at this time (a date: by its end), or a "
        "state by its digest (`graphscan status`). Default: the newest.",
    ),
]
Obtained = Annotated[
    str | None,
    typer.Option(
        "--obtained",
        metavar="TIME",
        help="When the credentials in FROM were obtained; those that were replaced since are dead. Default: their "
        "values are the current ones.",
    ),
]
Rotated = Annotated[
    list[str] | None,
    typer.Option(
        "--rotated",
        metavar="CREDENTIAL",
        autocompletion=complete_node,
        help="As if this credential had been replaced, its old value dead.",
    ),
]
Revoke = Annotated[
    list[str] | None,
    typer.Option(
        "--revoke",
        metavar="CREDENTIAL",
        autocompletion=complete_node,
        help="As if this credential had been revoked.",
    ),
]
Defeated = Annotated[
    list[str] | None,
    typer.Option("--defeated", metavar="CONTROL", autocompletion=complete_node, help="As if this control had failed."),
]
Enforced = Annotated[
    list[str] | None,
    typer.Option(
        "--enforced", metavar="CONTROL", autocompletion=complete_node, help="As if this control were enforced."
    ),
]
Without = Annotated[
    list[str] | None,
    typer.Option(
        "--without",
        metavar="NODE|TECHNIQUE",
        autocompletion=complete_node_or_technique,
        help="As if this node, or this technique, did not exist.",
    ),
]
Remove = Annotated[
    list[str] | None,
    typer.Option(
        "--remove",
        metavar="RELATION",
        help="As if nobody stated this relation: a right taken away, a copy deleted. Its id stands in `explain` and "
        "`fix`, and as `relation` in the evidence of -o json.",
    ),
]
Techniques = Annotated[
    list[Path] | None,
    typer.Option(
        "--techniques",
        metavar="FOLDER",
        envvar="GRAPHSCAN_TECHNIQUES",
        help="A folder with technique files of your own, used beside the built-in ones.",
    ),
]
Limit = Annotated[
    int, typer.Option("--limit", min=1, metavar="N", help="List at most N paths; the result says when it cut.")
]

Lines = Annotated[
    int, typer.Option("--limit", min=1, metavar="N", help="List at most N of a sort; the result says when it cut.")
]


def instant(text: str | None, option: str = "--as-of") -> datetime | None:
    """
    Return the moment that an option names, in UTC; None where it was not given.

    Raises:
        UsageError: the text is neither a date nor an RFC 3339 time.
    """
    if text is None:
        return None
    try:
        if _DATE.fullmatch(text):
            return datetime.combine(date.fromisoformat(text), time(), UTC)
        if _MOMENT.fullmatch(text):
            return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        pass  # a thirteenth month, a 30th of February, a year 0
    if _MOMENT.fullmatch(f"{text}Z"):
        raise UsageError(f"{option} `{text}` does not say which time zone", f"write {text}Z for UTC")
    raise UsageError(f"{option} `{text}` is not a time", "write 2023-11-14 or 2023-11-14T09:22:49Z")


def known(text: str | None) -> datetime | str | None:
    """
    Return the time, or the digest, that `--snapshot` names; a date is its last moment.

    Raises:
        UsageError: the text is neither.
    """
    if text is None:
        return None
    if _DIGEST.fullmatch(text) and not _DATE.fullmatch(text):
        return text
    at = instant(text, "--snapshot")
    if at is not None and _DATE.fullmatch(text):
        return at + timedelta(days=1) - timedelta(microseconds=1)
    return at
