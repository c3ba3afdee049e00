"""What the commands that read an Okta organisation share."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphscan.cli.importing import store_records

if TYPE_CHECKING:
    from graphscan.analysis.status import ImportResult
    from graphscan.cli.progress import Progress
    from graphscan.model import Coverage

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


def collect_to(file: Path, org_url: str, name: str, token_file: Path | None, progress: "Progress") -> None:
    """
    Read an organisation, with GET requests only, into a snapshot file.

    Raises:
        UsageError:        the address or the token cannot be meant.
        TransportError:    the organisation could not be asked.
        MissingExtraError: `graphscan[okta]` is not installed.
    """
    from importers.okta import OktaSettings, collect

    settings = OktaSettings.from_environment(org_url, name, token_file)
    progress(f"reading {settings.source}")
    collect(settings, file)


def import_from(file: Path, store: Path, progress: "Progress", *, named: Path | None) -> "ImportResult":
    """
    Normalise a snapshot and put it into the store.

    Args:
        named: the file to name in the result; None where it is a temporary one.

    Raises:
        BadFileError: it is not a snapshot, or not what was written.
        StoreError:   the store cannot be written.
    """
    from graphscan.model import SourceInfo
    from importers._snapshot import Snapshot
    from importers.okta import normalise

    progress("checking the snapshot")
    snapshot = Snapshot(file)
    header = snapshot.header
    info = SourceInfo(header.source, header.importer, header.finished, header.complete)
    return store_records(store, info, normalise(snapshot), progress, named)


def collected(file: Path) -> "ImportResult":
    """Return what a snapshot holds, as a result of its own: nothing of it is in a store."""
    from graphscan.analysis.status import GapLine, ImportResult, SourceLine
    from graphscan.model import CoverageState
    from importers._snapshot import Snapshot

    snapshot = Snapshot(file)
    header = snapshot.header
    groups: dict[tuple[str, str], list[Coverage]] = {}
    for row in snapshot.coverage:
        if row.state != CoverageState.COMPLETE:
            groups.setdefault((row.relation, str(row.state)), []).append(row)
    gaps = tuple(
        GapLine(
            source_instance=header.source,
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
    pages = sum(1 for _ in snapshot.pages())
    counts = (("pages", pages), ("coverage", len(snapshot.coverage)))
    return ImportResult(
        store=None,
        file=str(file),
        source=SourceLine(
            header.source, header.importer, header.finished, datetime.now(UTC), header.complete, counts, (), 0
        ),
        first=True,
        gaps=gaps,
        doubts=None,
        complete=header.complete and not gaps,
    )
