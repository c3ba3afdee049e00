"""`graphscan collect okta`: read an organisation into a file."""

from pathlib import Path
from typing import Annotated

import typer

from graphscan.cli import okta, options
from graphscan.cli.importing import exit_code
from graphscan.cli.output import emit, targets
from graphscan.cli.progress import Progress


def collect_okta(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The snapshot to write; replaced in one step.")],
    org_url: okta.OrgUrl,
    name: okta.Name = "",
    token_file: okta.TokenFile = None,
    factors: okta.Factors = okta.FactorsOf.ADMINS,
    output: options.Output = None,
) -> None:
    """Read an Okta organisation into a file.

    With GET requests only; secrets are removed before anything is written.
    """
    wanted = targets(output)
    with Progress() as progress:
        result = okta.collected(okta.collect_to(file, org_url, name, token_file, factors, progress))
    emit(wanted, result)
    raise typer.Exit(exit_code(result))
