"""`graphscan doctor okta`: what can be read of an organisation, with which right, and what the rest hides."""

from typing import TYPE_CHECKING

import typer

from graphscan.cli import collect_options, okta, options
from graphscan.cli.importing import GAPS
from graphscan.cli.output import emit, targets
from graphscan.cli.progress import Progress

if TYPE_CHECKING:
    from graphscan.analysis.doctor_results import DoctorResult
    from importers.okta.config import Effective
    from importers.okta.doctor import Examination


def doctor_okta(
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
    output: options.Output = None,
) -> None:
    """Say what can be read of an Okta organisation.

    Address, sign-in and clock are checked and each end point is asked once, for one record; nothing is kept. For each
    that is closed the table names the scope, the least administrator role, and what stays hidden; and for each setting
    where it comes from. Exit code 0: all is readable; 3: something is not.
    """
    from importers.okta.doctor import examine, strays

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
    with Progress() as progress:
        found = examine(settings.okta, settings.policy, progress)
    result = _result(settings, found, strays(settings.policy))
    emit(wanted, result)
    if not result.complete:
        raise typer.Exit(GAPS)


# Private functions


def _result(settings: "Effective", found: "Examination", strays: list[str]) -> "DoctorResult":
    from graphscan.analysis.doctor_results import CheckLine, DoctorResult, ProbeLine, Readable, SettingLine

    scopes = {scope for one in found.gaps for scope in one.access.scopes} if settings.okta.app is not None else set()
    return DoctorResult(
        source=settings.okta.source,
        settings=tuple(SettingLine(one.name, one.value, one.source) for one in settings.sources),
        notes=(*settings.overridden, *strays),
        checks=tuple(CheckLine(one.name, one.ok, one.said) for one in found.checks),
        probes=tuple(
            ProbeLine(one.endpoint, Readable(one.state), one.access.scopes, one.access.role, one.access.hides, one.said)
            for one in found.probes
        ),
        missing_scopes=tuple(sorted(scopes)),
        missing_roles=tuple(sorted({one.access.role for one in found.gaps if one.access.role})),
        complete=found.complete,
    )
