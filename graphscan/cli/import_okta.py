"""`graphscan import okta`: read an organisation and put it into the store, in one go."""

import tempfile
from pathlib import Path

import typer

from graphscan.cli import collect_options, okta, options
from graphscan.cli.importing import exit_code
from graphscan.cli.output import emit, targets
from graphscan.cli.progress import Progress


def import_okta(
    org_url: okta.OrgUrl = None,
    name: okta.Name = None,
    config: okta.Config = None,
    token_file: okta.TokenFile = None,
    client_id: okta.ClientId = None,
    key_file: okta.KeyFile = None,
    key_id: okta.KeyId = None,
    scopes: okta.Scopes = None,
    dpop: okta.Dpop = None,
    factors: okta.Factors = None,
    in_flight: collect_options.InFlight = None,
    reserve: collect_options.Reserve = None,
    store: options.Store = options.DEFAULT_STORE,
    output: options.Output = None,
) -> None:
    """Read an Okta organisation and import it.

    With GET requests only. `collect okta` and `import snapshot` do the same in two steps, keep the replies, and can be
    continued when they are interrupted.
    """
    wanted = targets(output)
    settings = okta.effective(
        config,
        org_url=org_url,
        name=name,
        token_file=token_file,
        client_id=client_id,
        key_file=key_file,
        key_id=key_id,
        scopes=scopes,
        dpop=dpop,
        factors=factors,
        in_flight=in_flight,
        reserve=reserve,
    )
    with tempfile.TemporaryDirectory(prefix="graphscan-okta-") as folder:
        file = Path(folder) / "okta.snapshot"
        okta.collect_to(file, settings)
        with Progress() as progress:
            result = okta.import_from(file, store, progress, named=None)
    emit(wanted, result)
    raise typer.Exit(exit_code(result))
