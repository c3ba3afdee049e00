"""`graphscan doctor atlassian`: what can be read of each instance, and a facts file of what cannot."""

import os
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphscan.cli import atlassian, options
from graphscan.cli.importing import GAPS
from graphscan.cli.output import emit, targets, write
from graphscan.cli.progress import Progress
from graphscan.errors import UsageError

if TYPE_CHECKING:
    from graphscan.analysis.doctor_instances import InstanceResult
    from importers.atlassian.config import Effective
    from importers.atlassian.doctor_found import Examination


class Products(StrEnum):
    """The products; the importer's words, without loading it."""

    JIRA = "jira"
    CONFLUENCE = "confluence"
    BITBUCKET = "bitbucket"
    ORGANIZATION = "atlassian-org"


def doctor_atlassian(
    product: Annotated[
        Products | None,
        typer.Option(
            "--product",
            metavar="PRODUCT",
            help="Look at one instance of jira, confluence, bitbucket or atlassian-org. Default: all of the "
            "configuration.",
        ),
    ] = None,
    url: atlassian.Url = None,
    name: atlassian.Name = None,
    config: atlassian.Config = None,
    form: atlassian.FormOf = None,
    token_file: atlassian.TokenFile = None,
    user: atlassian.User = None,
    password_file: atlassian.PasswordFile = None,
    template: Annotated[
        Path | None,
        typer.Option("--template", metavar="FILE", help="Write the facts file to fill in there, not on the screen."),
    ] = None,
    output: options.Output = None,
) -> None:
    """Say what can be read of Jira, Confluence, Bitbucket and a Cloud organization.

    For each instance of the configuration: address, form and version, who the credential is, and each end point asked
    once; for each that is closed which right and which kind of credential it takes, and what stays hidden. Then a facts
    file of exactly what is unknown, to fill in. Exit code 0: all is readable; 3: something is not.
    """
    from graphscan.analysis.doctor_instances import InstancesResult
    from importers.atlassian.doctor import examine
    from importers.atlassian.template import FACTS_ONLY
    from importers.atlassian.template import template as filled

    wanted = targets(output)
    flags: dict[str, Any] = {
        "url": url,
        "name": name,
        "form": form,
        "token_file": token_file,
        "user": user,
        "password_file": password_file,
    }
    lines: list[InstanceResult] = []
    lacking = []
    with Progress() as progress:
        for one in _asked(product, config, flags):
            if isinstance(one, tuple):
                lines.append(_unsettled(*one))
                continue
            progress(f"looking at {one.atlassian.source}")
            found = examine(one.atlassian, one.policy, progress)
            lines.append(_line(one, found))
            if found.product is not None:
                lacking.append(found.instance(one.atlassian))
    text = filled(lacking, datetime.now(UTC).date().isoformat()) if lacking else ""
    if template is not None and text:
        write(template, text)
    written = str(template) if template is not None and text else None
    result = InstancesResult(tuple(lines), FACTS_ONLY, text, written, all(one.complete for one in lines))
    emit(wanted, result)
    if not result.complete:
        raise typer.Exit(GAPS)


# Private functions


def _asked(
    product: Products | None, config: Path | None, flags: dict[str, Any]
) -> "list[Effective | tuple[str, UsageError]]":
    """Return the one instance that flags mean, else all of the configuration file."""
    if product is not None:
        from importers.atlassian.options import options as known

        own = known(product.value)
        stray = [one for one, value in flags.items() if value is not None and one not in own]
        if stray:
            raise UsageError(f"--{stray[0].replace('_', '-')} is no setting of {product.value}", "leave it out")
        return [atlassian.effective(product.value, config, **flags)]
    stray = [one for one, value in flags.items() if value is not None]
    if stray:
        raise UsageError(f"--{stray[0].replace('_', '-')} is of one instance", "say of which product: give --product")
    from importers.atlassian.config import every

    return every(config, os.environ)


def _unsettled(source: str, error: UsageError) -> "InstanceResult":
    from graphscan.analysis.doctor_instances import InstanceResult
    from graphscan.analysis.doctor_results import CheckLine

    return InstanceResult(source, "", (), (), (CheckLine("settings", False, str(error)),), (), (), (), (), False)


def _line(settings: "Effective", found: "Examination") -> "InstanceResult":
    from graphscan.analysis.doctor_instances import EndpointLine, InstanceResult, UnreadLine
    from graphscan.analysis.doctor_results import CheckLine, Readable, SettingLine

    unread = found.product.not_read if found.product is not None else ()
    return InstanceResult(
        source=settings.atlassian.source,
        title=found.title,
        settings=tuple(SettingLine(one.name, one.value, one.source) for one in settings.sources),
        notes=(*settings.overridden, *found.notes),
        checks=tuple(CheckLine(one.name, one.ok, one.said) for one in found.checks),
        endpoints=tuple(
            EndpointLine(
                one.endpoint,
                one.relation,
                Readable(one.state),
                one.access.right,
                one.access.credential,
                one.access.hides,
                one.said,
            )
            for one in found.probes
        ),
        unread=tuple(
            UnreadLine(one.relation, one.endpoint, one.of.format(name=settings.atlassian.name), one.hides, one.closable)
            for one in unread
        ),
        rights=tuple(sorted({one.access.right for one in found.gaps if one.access.right})),
        credentials=tuple(sorted({one.access.credential for one in found.gaps if one.access.credential})),
        complete=found.complete,
    )
