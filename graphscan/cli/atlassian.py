"""What the commands that read an Atlassian instance share."""

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphscan.cli.collect_options import given, note_settings, reading
from graphscan.cli.collected import Collected, finish, note
from graphscan.cli.importing import exit_code, store_records
from graphscan.cli.output import emit, targets
from graphscan.cli.progress import Progress

if TYPE_CHECKING:
    from graphscan.analysis.status import ImportResult
    from importers.atlassian.config import Effective
    from importers.atlassian.settings import AtlassianSettings


class Form(StrEnum):
    """The form of a product; the importer's words, without loading it."""

    DC = "dc"
    CLOUD = "cloud"


# No defaults and no variables of typer's, as in `collect_options`. `GRAPHSCAN_…` below is the product, and the instance
# where there are several: GRAPHSCAN_JIRA_TOKEN, GRAPHSCAN_JIRA_ACME_TOKEN.
Url = Annotated[
    str | None,
    typer.Option("--url", metavar="URL", help="Where it is installed, context path included. [GRAPHSCAN_…_URL]"),
]
Name = Annotated[
    str | None,
    typer.Option(
        "--name",
        metavar="NAME",
        help="The source becomes PRODUCT:NAME, and the section of that name is used. Default: the only one.",
    ),
]
Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="Settings, in sections [jira.NAME], [confluence.NAME] and so on. Default: graphscan.toml, if there.",
    ),
]
FormOf = Annotated[
    Form | None, typer.Option("--form", help="Data Center or Cloud. Default: the server is asked.", show_choices=True)
]
TokenFile = Annotated[
    Path | None,
    typer.Option(
        "--token-file",
        metavar="FILE",
        help="A file with a token that is sent as Bearer. [GRAPHSCAN_…_TOKEN holds the token itself]",
    ),
]
User = Annotated[
    str | None, typer.Option("--user", metavar="NAME", help="Who signs in with a password; in the Cloud an e-mail.")
]
PasswordFile = Annotated[
    Path | None,
    typer.Option(
        "--password-file",
        metavar="FILE",
        help="A file with the password, or a Cloud account's API token. [GRAPHSCAN_…_PASSWORD holds it itself]",
    ),
]
OrgId = Annotated[
    str | None,
    typer.Option("--org-id", metavar="ID", help="Which organization. Default: the only one that the key is of."),
]
Workspaces = Annotated[
    str | None,
    typer.Option(
        "--workspaces",
        metavar="LIST",
        help="Of the Cloud: slugs of the workspaces to read, as in 'acme acme-labs'. Default: all that it sees.",
    ),
]
Pages = Annotated[
    str | None,
    typer.Option(
        "--pages",
        metavar="LIST",
        help="Read who is named by the restrictions of these pages and of those above them: ids, as in '98310 98311'.",
    ),
]
Sites = Annotated[
    str | None,
    typer.Option(
        "--sites",
        metavar="LIST",
        help="Which instance each product is: 'jira:acme=SITE-ID confluence:acme=SITE-ID'.",
    ),
]
Directories = Annotated[
    str | None,
    typer.Option(
        "--directories",
        metavar="LIST",
        help="Read these user directories (SCIM) alone; the token is the directory's own key.",
    ),
]


def effective(product: str, config: Path | None, **flags: Any) -> "Effective":
    """
    Put the settings of one instance together: flag < configuration file < environment.

    Raises:
        UsageError:   a setting cannot be meant, one that is needed is missing, or it is not said which instance.
        BadFileError: the configuration file cannot be read.
    """
    from importers.atlassian.config import resolve

    found = resolve(product, given(flags), config, os.environ)
    note_settings(found, config)
    return found


def collect(
    product: str, *, file: Path, start_over: bool, output: list[str] | None, config: Path | None, **flags: Any
) -> None:
    """Read an instance into a file, print how it went and end with its exit code."""
    wanted = targets(output)
    settings = effective(product, config, **flags)
    finish(wanted, file, "", lambda: collect_to(file, settings, resumable=True, start_over=start_over))


def import_(product: str, *, store: Path, output: list[str] | None, config: Path | None, **flags: Any) -> None:
    """Read an instance, put it into the store, print what that changed and end with its exit code."""
    import tempfile

    wanted = targets(output)
    settings = effective(product, config, **flags)
    with tempfile.TemporaryDirectory(prefix="graphscan-atlassian-") as folder:
        file = Path(folder) / f"{product}.snapshot"
        collect_to(file, settings)
        with Progress() as progress:
            result = import_from(file, store, progress, named=None)
    emit(wanted, result)
    raise typer.Exit(exit_code(result))


def collect_to(file: Path, settings: "Effective", *, resumable: bool = False, start_over: bool = False) -> Collected:
    """
    Read an instance, with GET requests only, into a snapshot file.

    Args:
        resumable:  leave `FILE.partial` where it breaks off, and continue from one.
        start_over: throw such a file away.

    Raises:
        UsageError:        what an interrupted run left cannot be continued, or the server is no such product.
        ImportFailedError: nothing could be read, or the file cannot be written.
        MissingExtraError: `graphscan[atlassian]` is not installed.
    """
    from graphscan.cli.collecting import Collecting
    from importers._snapshot_writer import Resume
    from importers.atlassian.asking import Estimate
    from importers.atlassian.collect import collect as read

    about = reading(settings.atlassian.source, settings.policy, file, resume=resumable and not start_over)
    known = settled(settings)
    estimate = Estimate()
    with Collecting(about, estimate) as progress:
        return read(
            known,
            file,
            progress,
            policy=settings.policy,
            resume=Resume(fresh=start_over) if resumable else None,
            estimate=estimate,
        )


def settled(settings: "Effective") -> "AtlassianSettings":
    """Return the settings with the form that the server has, and say what is known of the credential's kind there."""
    from dataclasses import replace

    from importers.atlassian.doctor import recognise

    found = recognise(settings.atlassian, settings.policy)
    for sentence in found.notes:
        note(sentence)
    return replace(settings.atlassian, form=found.form)


def import_from(file: Path, store: Path, progress: Progress, *, named: Path | None) -> "ImportResult":
    """
    Normalise a snapshot and put it into the store.

    Args:
        named: the file to name in the result; None where it is a temporary one.

    Raises:
        BadFileError: it is not a snapshot, or not what was written.
        StoreError:   the store cannot be written.
    """
    from importers.atlassian.normalise import normalise

    progress("checking the snapshot")
    info, records = normalise(file)
    return store_records(store, info, records, progress, named)
