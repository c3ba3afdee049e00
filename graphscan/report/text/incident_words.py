"""Words that the sections of an incident share."""

from collections.abc import Sequence
from datetime import datetime, time

from graphscan.analysis.incident_results import RotationStep
from graphscan.report.text.nodes import identity, label, listed, prose
from graphscan.report.text.screen import Piece

FEW = 5


def step(one: RotationStep) -> list[Piece]:
    """Return what is to be done with a thing."""
    verbs = {"find": "list what else there is of"}
    return [f"{verbs.get(one.action, prose(one.action))} ", label(one.node, "bold")]


def ids(several: Sequence[str]) -> list[Piece]:
    """Return a few ids, and how many more."""
    shown = listed([identity(one) for one in several[:FEW]])
    return [*shown, f" and {len(several) - FEW:,} more"] if len(several) > FEW else shown


def day(at: datetime) -> str:
    """Return a day, and the time where it says something: the first and the last moment of a day do not."""
    return f"{at:%Y-%m-%d}" if at.time() in (time(), time.max) else f"{at:%Y-%m-%d %H:%M:%S}"
