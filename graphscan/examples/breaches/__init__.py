"""Public breaches as facts files, each with the question its defenders had; `docs/breaches.md` answers them."""

from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Breach:
    """
    One example.

    Attributes:
        title: what happened, in a line.
        files: what to import, all of it together.
    """

    name: str
    title: str
    files: tuple[Path, ...]


def breaches() -> tuple[Breach, ...]:
    """Return all of them, by name; the title is the first comment of the file."""
    found = []
    for path in sorted(_FOLDER.glob("*.yaml")):
        with path.open(encoding="utf-8") as lines:
            title = next(lines).removeprefix("#").strip()
        found.append(Breach(path.stem, title, (path, *sorted(_FOLDER.glob(f"{path.stem}-*.csv")))))
    return tuple(found)
