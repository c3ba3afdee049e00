"""What the commands that read an Okta organisation share."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphscan.cli.importing import store_records

if TYPE_CHECKING:
    from graphscan.analysis.status import ImportResult
    from graphscan.cli.progress import Progress
    from graphscan.model import Coverage
    from importers.okta import CollectResult

OrgUrl = Annotated[
    str,
    typer.Option("--org-url", metavar="URL", envvar="GRAPHSCAN_OKTA_URL", help="As in https://acme.okta.com."),
]
Name = Annotated[
    str,
    typer.Option("--name", metavar="NAME", help="The source becomes okta:NAME. Default: from the address."),
]
TokenFile = Annotated[
    Path | None,
    typer.Option(
        "--token-file",
        metavar="FILE",
        help="A file with the API token. Default: the variable GRAPHSCAN_OKTA_TOKEN or OKTA_API_TOKEN.",
    ),
]


class FactorsOf(StrEnum):
    """Of whom the enrolled factors are read; the importer's words, without loading it."""

    ALL = "all"
    ADMINS = "admins"
    NONE = "none"


Factors = Annotated[
    FactorsOf,
    typer.Option("--factors", help="Whose factors to read: one request for each user, for which there is no batch."),
]


def collect_to(
    file: Path, org_url: str, name: str, token_file: Path | None, factors: FactorsOf, progress: "Progress"
) -> "CollectResult":
    """
    Read an organisation, with GET requests only, into a snapshot file.

    Args:
        factors: of whom the factors are read.

    Raises:
        UsageError:        the address or the token cannot be meant.
        ImportFailedError: nothing could be read, or the file cannot be written.
        MissingExtraError: `graphscan[okta]` is not installed.
    """
    from importers.okta import Factors as ReadFactors
    from importers.okta import OktaSettings, collect

    settings = OktaSettings.from_environment(org_url, name, token_file)

    def tell(what: str, done: int, of: int | None) -> None:
        progress(f"reading {settings.source}: {what} {done:,}" + ("" if of is None else f" of {of:,}"))

    return collect(settings, file, tell, factors=ReadFactors(factors))


def import_from(file: Path, store: Path, progress: "Progress", *, named: Path | None) -> "ImportResult":
    """
    Normalise a snapshot and put it into the store.

    Args:
        named: the file to name in the result; None where it is a temporary one.

    Raises:
        BadFileError: it is not a snapshot, or not what was written.
        StoreError:   the store cannot be written.
    """
    from importers.okta import normalise

    progress("checking the snapshot")
    info, records = normalise(file)
    return store_records(store, info, records, progress, named)


def collected(result: "CollectResult") -> "ImportResult":
    """Return what was collected as a result that can be shown: nothing of it is in a store."""
    from graphscan.analysis.status import GapLine, ImportResult, SourceLine
    from graphscan.model import CoverageState

    groups: dict[tuple[str, str], list[Coverage]] = {}
    for row in result.coverage:
        if row.state != CoverageState.COMPLETE:
            groups.setdefault((row.relation, str(row.state)), []).append(row)
    gaps = tuple(
        GapLine(
            source_instance=result.source,
            relation=relation,
            state=state,
            scopes=len(rows),
            example=rows[0].scope,
            endpoint=rows[0].endpoint,
            error=rows[0].error,
            at=rows[0].at,
        )
        for (relation, state), rows in sorted(groups.items())
    )
    counts = (("requests", result.calls), ("pages", result.pages), ("records", result.records))
    return ImportResult(
        store=None,
        file=str(result.path),
        source=SourceLine(
            source=result.source,
            importer="okta",
            at=result.finished,
            stored_at=None,
            complete=result.complete,
            counts=counts,
            not_understood=(),
            kept=0,
        ),
        first=True,
        gaps=gaps,
        doubts=None,
        complete=result.complete,
    )
