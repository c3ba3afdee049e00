"""Options of all commands that read a vendor, and what they say before they begin."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer

from graphscan.cli.collected import note

if TYPE_CHECKING:
    from importers._policy import Policy

# Settings have no default here: a flag that is not given must not look like one that is. The variables are not typer's
# either, because the environment has the last word and typer would give it to the flag.
InFlight = Annotated[
    int | None, typer.Option("--in-flight", metavar="N", help="Requests on their way at once. Default: 6.")
]
Reserve = Annotated[
    float | None,
    typer.Option("--reserve", metavar="SHARE", help="Of each rate limit, left to others. Default: 0.1."),
]
StartOver = Annotated[bool, typer.Option("--start-over", help="Do not continue from FILE.partial; throw it away.")]
Snapshot = Annotated[Path, typer.Argument(metavar="FILE", help="The snapshot to write; replaced in one step.")]


class Settings(Protocol):
    """Settings as they were put together, whichever the vendor."""

    @property
    def file(self) -> Path | None: ...
    @property
    def overridden(self) -> Sequence[str]: ...


def given(flags: dict[str, Any]) -> dict[str, Any]:
    """Return flags as texts and numbers."""
    return {name: str(value) if isinstance(value, Path | StrEnum) else value for name, value in flags.items()}


def note_settings(found: Settings, config: Path | None) -> None:
    """Say which settings come from elsewhere than the flags."""
    if found.file is not None and config is None:
        note(f"settings are taken from {found.file.name}, too")
    for sentence in found.overridden:
        note(sentence)


def reading(source: str, policy: "Policy", file: Path, *, resume: bool) -> str:
    """
    Return what is being read, and through which proxy, without its password.

    Args:
        resume: say that it goes on from `FILE.partial` where there is one.
    """
    from importers._policy import proxy_for
    from importers._redact import redact_text

    partial = file.with_name(f"{file.name}.partial")
    if resume and partial.exists():
        note(f"continuing from {partial}")
    proxy = proxy_for(policy)
    return f"reading {source}" + (f" through {redact_text(proxy)}" if proxy else "")
