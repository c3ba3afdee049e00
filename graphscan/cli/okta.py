"""What the commands that read an Okta organisation share."""

import os
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphscan.cli.collect_options import given, note_settings, reading
from graphscan.cli.importing import store_records

if TYPE_CHECKING:
    from graphscan.analysis.status import ImportResult
    from graphscan.cli.progress import Progress
    from importers.okta import CollectResult
    from importers.okta.config import Effective


class FactorsOf(StrEnum):
    """Of whom the enrolled factors are read; the importer's words, without loading it."""

    ALL = "all"
    ADMINS = "admins"
    NONE = "none"


# No defaults and no variables of typer's, as in `collect_options`.
OrgUrl = Annotated[
    str | None, typer.Option("--org-url", metavar="URL", help="As in https://acme.okta.com. [GRAPHSCAN_OKTA_URL]")
]
Name = Annotated[
    str | None,
    typer.Option("--name", metavar="NAME", help="The source becomes okta:NAME. Default: from the address."),
]
Config = Annotated[
    Path | None,
    typer.Option(
        "--config", metavar="FILE", help="Settings, in sections [okta.NAME]. Default: graphscan.toml, if there."
    ),
]
TokenFile = Annotated[
    Path | None,
    typer.Option(
        "--token-file",
        metavar="FILE",
        help="A file with the API token. [GRAPHSCAN_OKTA_TOKEN or OKTA_API_TOKEN hold the token itself]",
    ),
]
ClientId = Annotated[
    str | None,
    typer.Option("--client-id", metavar="ID", help="Sign in as this service application, with a private key."),
]
KeyFile = Annotated[
    Path | None,
    typer.Option(
        "--key-file",
        metavar="FILE",
        help="A file with its private key, PEM or JWK. [GRAPHSCAN_OKTA_PRIVATE_KEY holds the key itself]",
    ),
]
KeyId = Annotated[
    str | None, typer.Option("--key-id", metavar="ID", help="Which of its keys that is, if the key does not say.")
]
Scopes = Annotated[
    str | None, typer.Option("--scopes", metavar="LIST", help="The scopes to ask for. Default: all that are read.")
]
Dpop = Annotated[bool | None, typer.Option("--dpop/--no-dpop", help="Sign each request as well (DPoP).")]
Factors = Annotated[
    FactorsOf | None,
    typer.Option(
        "--factors",
        help="Whose factors to read: one request for each user, for which there is no batch. Default: admins.",
    ),
]


def effective(config: Path | None, **flags: Any) -> "Effective":
    """
    Put the settings together: flag < configuration file < environment.

    Raises:
        UsageError:   a setting cannot be meant, or one that is needed is missing.
        BadFileError: the configuration file cannot be read.
    """
    from importers.okta.config import resolve

    found = resolve(given(flags), config, os.environ)
    note_settings(found, config)
    return found


def collect_to(
    file: Path,
    settings: "Effective",
    *,
    resumable: bool = False,
    start_over: bool = False,
    since: Path | None = None,
) -> "CollectResult":
    """
    Read an organisation, with GET requests only, into a snapshot file.

    Args:
        resumable:  leave `FILE.partial` where it breaks off, and continue from one.
        start_over: throw such a file away.
        since:      an earlier snapshot, from which what has not changed is taken.

    Raises:
        UsageError:        what an interrupted run left cannot be continued.
        ImportFailedError: nothing could be read, or the file cannot be written.
        MissingExtraError: `graphscan[okta]` is not installed.
    """
    from graphscan.cli.collecting import Collecting
    from importers._snapshot_writer import Resume
    from importers.okta import collect
    from importers.okta.estimate import Estimate

    about = reading(settings.okta.source, settings.policy, file, resume=resumable and not start_over)
    estimate = Estimate()
    with Collecting(about, estimate) as progress:
        return collect(
            settings.okta,
            file,
            progress,
            factors=settings.factors,
            policy=settings.policy,
            resume=Resume(fresh=start_over) if resumable else None,
            since=since,
            estimate=estimate,
        )


def import_from(file: Path, store: Path, progress: "Progress", *, named: Path | None) -> "ImportResult":
    """
    Normalise a snapshot and put it into the store.

    Args:
        named: the file to name in the result; None where it is a temporary one.

    Raises:
        BadFileError: it is not a snapshot, or not what was written.
        StoreError:   the store cannot be written.
    """
    from importers.okta.bulk import normalise_in_bulk

    progress("checking the snapshot")
    with TemporaryDirectory(prefix="graphscan-import-") as folder:
        info, records, tables = normalise_in_bulk(file, Path(folder))
        try:
            return store_records(store, info, records, progress, named, tables)
        finally:
            tables.close()
