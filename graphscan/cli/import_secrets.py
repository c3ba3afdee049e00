"""`graphscan import secrets`: what scanners found in repositories, without a single value."""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphscan.cli import options
from graphscan.cli.importing import exit_code, store_records
from graphscan.cli.output import emit, targets
from graphscan.cli.progress import Progress
from graphscan.errors import UsageError

if TYPE_CHECKING:
    from importers.secrets import Scan


class Form(StrEnum):
    """Whose report it is; the importer's words, without loading it."""

    GITLEAKS = "gitleaks"
    TRUFFLEHOG = "trufflehog"
    DETECT_SECRETS = "detect-secrets"


def import_secrets(
    reports: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="REPOSITORY=FILE", help="A report, and the node id of the repository it is of.", show_default=False
        ),
    ] = None,
    listed: Annotated[
        Path | None,
        typer.Option("--list", metavar="CSV", help="More of them, in columns `repository` and `file`."),
    ] = None,
    form: Annotated[
        Form | None,
        typer.Option(
            "--format",
            metavar="SCANNER",
            help="gitleaks, trufflehog or detect-secrets: whose reports they are. Default: told by what they hold.",
        ),
    ] = None,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="The source becomes secrets:NAME.")] = "scan",
    at: Annotated[
        datetime | None,
        typer.Option("--at", metavar="TIME", help="When the scan was made (UTC). Default: now.", formats=["%Y-%m-%d"]),
    ] = None,
    store: options.Store = options.DEFAULT_STORE,
    output: options.Output = None,
) -> None:
    """Import what gitleaks, trufflehog or detect-secrets found.

    Of each finding only a fingerprint, the rule and the commit's date are kept: no value, line, file or author. An
    import replaces the one of the same name.
    """
    from graphscan.store import FINGERPRINT_KEY, Store
    from importers.secrets import read
    from importers.secrets.fingerprint import key_at

    wanted = targets(output)
    scans = [_scan(one) for one in reports or []]
    scans += _listed(listed) if listed is not None else []
    with Progress() as progress:
        progress("reading the reports")
        Store.open_or_create(store)
        made = datetime.now(UTC).replace(microsecond=0) if at is None else at.replace(tzinfo=UTC)
        info, records = read(scans, name, made, key_at(store / FINGERPRINT_KEY), None if form is None else form.value)
        result = store_records(store, info, records, progress)
    emit(wanted, result)
    raise typer.Exit(exit_code(result))


# Private functions


def _scan(text: str) -> "Scan":
    from importers.secrets import Scan

    repository, equals, file = text.partition("=")
    if not equals or not repository.strip() or not file.strip():
        raise UsageError(f"{text!r} does not name a repository and a report", "give REPOSITORY=FILE")
    return Scan(repository.strip(), Path(file.strip()))


def _listed(path: Path) -> list["Scan"]:
    from importers.secrets import Scan
    from importers.secrets.reports import lines_of

    return [Scan(repository, path.parent / file) for _, repository, file in lines_of(path)]
