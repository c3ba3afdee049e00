"""`graphscan collect okta`: read an organisation into a file."""

from pathlib import Path
from typing import Annotated

import typer

from graphscan.cli import collect_options, okta, options
from graphscan.cli.collected import finish
from graphscan.cli.output import targets


def collect_okta(
    file: collect_options.Snapshot,
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
    since: Annotated[
        Path | None,
        typer.Option(
            "--since", metavar="SNAPSHOT", help="Take the members of groups that have not changed from this one."
        ),
    ] = None,
    start_over: collect_options.StartOver = False,
    output: options.Output = None,
) -> None:
    """Read an Okta organisation into a file.

    With GET requests only; secrets are removed before anything is written. Interrupted, it leaves FILE.partial; the
    same command continues from it within 24 hours. The environment wins over the configuration file, and that over a
    flag.
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
    finish(
        wanted,
        file,
        "okta",
        lambda: okta.collect_to(file, settings, resumable=True, start_over=start_over, since=since),
    )
