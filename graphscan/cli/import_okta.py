"""`graphscan import okta`: read an organisation and put it into the store, in one go."""

import tempfile
from pathlib import Path

import typer

from graphscan.cli import okta, options
from graphscan.cli.importing import exit_code
from graphscan.cli.output import emit, targets
from graphscan.cli.progress import Progress


def import_okta(
    org_url: okta.OrgUrl,
    name: okta.Name = "",
    token_file: okta.TokenFile = None,
    factors: okta.Factors = okta.FactorsOf.ADMINS,
    store: options.Store = options.DEFAULT_STORE,
    output: options.Output = None,
) -> None:
    """Read an Okta organisation and import it.

    With GET requests only. `collect okta` and `import snapshot` do the same in two steps and keep the replies.
    """
    wanted = targets(output)
    with tempfile.TemporaryDirectory(prefix="graphscan-okta-") as folder, Progress() as progress:
        file = Path(folder) / "okta.snapshot"
        okta.collect_to(file, org_url, name, token_file, factors, progress)
        result = okta.import_from(file, store, progress, named=None)
    emit(wanted, result)
    raise typer.Exit(exit_code(result))
