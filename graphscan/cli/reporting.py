"""What `report` and `demo --open` share: the answer, the command that makes it again, digests of files, the PDF."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from graphscan.analysis.report import INCIDENT, Asked, of_incident, of_starts
from graphscan.analysis.report_results import ReportResult
from graphscan.analysis.session import Session
from graphscan.errors import UsageError

_LARGEST = 1 << 30


def answer(
    session: Session,
    from_: Sequence[str],
    incident: Path | None,
    claims: Sequence[Path],
    asked: Asked,
    redact: bool,
    progress: Callable[[str], None],
) -> ReportResult:
    """Return the report asked for, redacted where that was asked for. Raises what the analyses raise."""
    if incident is not None:
        from graphscan.analysis.incident_file import load

        # What the incident is called its author wrote freely, so that no list of names would catch it.
        title = asked.title or (INCIDENT if redact else "")
        result = of_incident(session, load(incident), replace(asked, title=title), progress)
    elif claims:
        result = _of_claims(session, claims, asked, progress)
    else:
        result = of_starts(session, from_, asked, progress)
    if not redact:
        return result
    from graphscan.analysis.report_names import stated_names
    from graphscan.report.redact import key_of
    from graphscan.report.redact import redact as hidden

    progress("replacing names")
    return hidden(result, key_of(session.store), stated_names(session))


def command(session: Session, from_: Sequence[str], given: Mapping[str, Sequence[str] | None]) -> tuple[str, ...]:
    """
    Return the words that make a report again: instant and snapshot are said, options stand in one order.

    Where the store is and what is written where is not said: the same report has the same bytes anywhere.

    Args:
        given: the values of each option; an empty value is an option without one.
    """
    words = ["graphscan", "report", *from_]
    pinned = {"--as-of": [stamp(session.as_of)], "--snapshot": [session.snapshot.digest]}
    for option, values in {**given, **pinned}.items():
        for value in values or ():
            words += [option, value] if value else [option]
    return tuple(words)


def digests(files: Iterable[Path]) -> tuple[tuple[str, str], ...]:
    """Return files as named, each with its SHA-256. Raises UsageError."""
    found = []
    for path in files:
        try:
            if path.stat().st_size > _LARGEST:
                raise UsageError(f"`{path}` is larger than any file that is read here", "name another file")
            found.append((str(path), hashlib.sha256(path.read_bytes()).hexdigest()))
        except OSError as refused:
            raise UsageError(f"`{path}` could not be read: {refused.strerror}", "name another file") from None
    return tuple(found)


def stamp(at: datetime) -> str:
    """Return a moment as options take it."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def pdf(result: ReportResult) -> bytes:
    """Return a report as PDF. Raises UsageError where what it takes is not installed."""
    from graphscan.report.pdf import to_pdf

    return to_pdf(result)


# Private functions


def _of_claims(session: Session, paths: Sequence[Path], asked: Asked, progress: Callable[[str], None]) -> ReportResult:
    from graphscan.claims.check import check
    from graphscan.claims.load import load
    from graphscan.claims.reported import of_claims

    file = load(list(paths))
    asked = replace(asked, inputs=(*digests(Path(one) for one in file.files), *asked.inputs))
    today = (asked.evaluated or session.as_of).astimezone(UTC).date()
    return of_claims(session, check(session, file, today=today, progress=progress), asked)
