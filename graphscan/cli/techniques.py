"""`graphscan techniques`: what an attacker is taken to be able to do."""

from typing import Annotated

import typer

from graphscan.cli import options
from graphscan.cli.complete import complete_technique
from graphscan.cli.output import emit, targets
from graphscan.errors import UnknownNameError


def techniques(
    technique: Annotated[
        str | None,
        typer.Argument(metavar="ID", autocompletion=complete_technique, help="Show this one in full."),
    ] = None,
    folders: options.Techniques = None,
    output: options.Output = None,
) -> None:
    """List the attack techniques, or show one.

    What it does, what it reads, how to close it, and its query.
    """
    from difflib import get_close_matches

    from graphscan.analysis.status import TechniquesResult
    from graphscan.techniques.registry import load

    wanted = targets(output)
    found = load(folders or ())
    if technique is None:
        emit(wanted, TechniquesResult(tuple(found), detail=False))
        return
    chosen = tuple(one for one in found if one.id == technique)
    if not chosen:
        near = get_close_matches(technique, [one.id for one in found], 1)
        advice = f"did you mean `{near[0]}`?" if near else "`graphscan techniques` lists them"
        raise UnknownNameError(f"there is no technique `{technique}`", advice)
    emit(wanted, TechniquesResult(chosen, detail=True))
