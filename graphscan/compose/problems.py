"""What is wrong in the files that were read together, gathered so that all of it is said at once."""

from dataclasses import dataclass, field

from graphscan.errors import BadFileError, Problem
from graphscan.printable import printable

MOST_PROBLEMS = 10_000


class TooManyProblemsError(Exception):
    """Enough has been found; reading on would only fill memory."""


@dataclass(slots=True)
class Problems:
    """The problems found so far; `file` is the file being read."""

    file: str = ""
    found: list[Problem] = field(default_factory=list)

    def add(self, line: int, column: int, what: str, hint: str = "") -> None:
        """
        Note one problem in the current file.

        Raises:
            TooManyProblemsError: with the last one that is kept.
        """
        self.found.append(Problem(self.file, line, column, what, hint))
        if len(self.found) >= MOST_PROBLEMS:
            rest = f"stopped after {MOST_PROBLEMS:,} problems"
            self.found.append(Problem(self.file, line, column, rest, "what follows was not checked"))
            raise TooManyProblemsError

    def check(self, outcome: str = "nothing was imported") -> None:
        """Raise BadFileError, which tells the outcome, where anything was found."""
        if self.found:
            raise BadFileError(self.found, outcome)


def shown(text: str) -> str:
    """Return what an operator wrote as it can stand in a message: harmless, short, in backticks."""
    return f"`{printable(text, 60)}`"
