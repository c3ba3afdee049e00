"""`graphscan fix`: what to do so that one does not get from here to there."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from graphscan.cli import options
from graphscan.cli.asking import open_session, session_options
from graphscan.cli.complete import complete_node
from graphscan.cli.output import FIX_FORMATS, emit, targets
from graphscan.cli.progress import Progress
from graphscan.errors import MissingExtraError

DEFAULT_BUDGET = 10.0
DEFAULT_FIXES = 20


class SolverName(StrEnum):
    """What solves the last of it."""

    AUTO = "auto"
    HIGHS = "highs"
    OWN = "own"


FixOutput = Annotated[
    list[str] | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FORMAT[=FILE]",
        help="text, json, markdown (a ticket) or csv (the single fixes), to the screen or into FILE; may be given "
        "several times.",
    ),
]


def fix(
    from_: Annotated[
        list[str],
        typer.Argument(
            metavar="FROM", autocompletion=complete_node, help="What the attacker holds, all of it together."
        ),
    ],
    to: Annotated[
        list[str],
        typer.Option(
            "--to",
            metavar="TARGET",
            autocompletion=complete_node,
            help="What must not be reached: an id, a name or a selector; may be given several times.",
        ),
    ],
    budget: Annotated[
        float,
        typer.Option(
            "--budget",
            min=0.0,
            metavar="SECONDS",
            help="How long to compare fixes. What is shown as closing is verified, however long that takes.",
        ),
    ] = DEFAULT_BUDGET,
    costs: Annotated[
        Path | None,
        typer.Option(
            "--costs",
            metavar="FILE",
            help="A CSV with the columns selector and cost: a whole number, or `never` for what cannot be changed. "
            "Default: 1 each.",
        ),
    ] = None,
    solver: Annotated[
        SolverName,
        typer.Option(
            "--solver", help="HiGHS (the extra `fix`), or our own branch and bound; auto takes what is there."
        ),
    ] = SolverName.AUTO,
    store: options.Store = options.DEFAULT_STORE,
    as_of: options.AsOf = None,
    snapshot: options.Snapshot = None,
    obtained: options.Obtained = None,
    rotated: options.Rotated = None,
    revoke: options.Revoke = None,
    defeated: options.Defeated = None,
    enforced: options.Enforced = None,
    without: options.Without = None,
    remove: options.Remove = None,
    techniques: options.Techniques = None,
    limit: Annotated[
        int,
        typer.Option("--limit", min=1, metavar="N", help="List at most N single fixes; the result says when it cut."),
    ] = DEFAULT_FIXES,
    output: FixOutput = None,
) -> None:
    """Show which fixes keep FROM from targets: each alone, and the cheapest set of them.

    A set is shown only after the inventory was edited and everything was derived anew.
    """
    wanted = targets(output, FIX_FORMATS)
    taken = options.instant(obtained, "--obtained")
    prices = None
    if costs is not None:
        from graphscan.analysis.fix_costs import read

        prices = read(costs)
    with Progress() as progress:
        session = open_session(progress=progress, **session_options(locals()))
        from graphscan.analysis.fix import Costs
        from graphscan.analysis.fix import fix as ask

        try:
            result = ask(
                session,
                from_,
                to,
                budget=budget,
                prices=Costs(prices or (), costs),
                solver=solver.value,
                limit=limit,
                obtained=taken,
                progress=progress,
            )
        except ImportError as error:
            raise MissingExtraError(
                "--solver highs needs highspy, which is not installed", "pip install 'graphscan[fix]', or --solver own"
            ) from error
    emit(wanted, result)
