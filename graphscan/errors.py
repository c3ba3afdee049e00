"""Errors for the person who reads them: one sentence each, with what was wrong, where, and what to do."""

from dataclasses import dataclass

from graphscan.printable import printable


class GraphscanError(Exception):
    """
    Base of every error that a user may see.

    Attributes:
        message:   one sentence, what was wrong and where.
        advice:    what to do about it, or an empty string.
        exit_code: what the process ends with.
    """

    exit_code = 2

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message, advice)
        self.message = printable(message)
        self.advice = printable(advice)

    def __str__(self) -> str:
        return f"{self.message}; {self.advice}" if self.advice else self.message


class UsageError(GraphscanError):
    """An option or argument that cannot be meant."""


class UnknownNameError(GraphscanError):
    """A node, technique, source or control that is not there."""


class AmbiguousNameError(UnknownNameError):
    """A name that several nodes have, where one is meant."""


class EmptySelectionError(GraphscanError):
    """A selector that matches nothing: never silently an empty answer."""


class SelectorError(GraphscanError):
    """A selector that cannot be parsed."""


class StoreError(GraphscanError):
    """The store cannot be used."""


class StoreNotFoundError(StoreError):
    """There is no store at that path."""


class StoreVersionError(StoreError):
    """The store was written by a version whose format this one does not read."""


class StoreLockedError(StoreError):
    """Another process is writing to the store."""


class StoreDamagedError(StoreError):
    """A file of the store is missing, or does not hold what was written."""


class CacheDamagedError(GraphscanError):
    """A cached array does not hold what was written; it is rebuilt, never trusted."""


class TechniqueError(GraphscanError):
    """A technique file that cannot be read, is not one SELECT, failed, or multiplied what it read."""


class ImportFailedError(GraphscanError):
    """An import or collection that could not be carried out; what was stored before is untouched."""


class TransportError(ImportFailedError):
    """The vendor's server could not be asked, or answered what cannot be used."""


class MissingExtraError(GraphscanError):
    """An optional dependency is not installed."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file: where (1-based line and column, 0 if unknown), what, and a hint."""

    file: str
    line: int
    column: int
    what: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        text = f"{place}: {self.what}"
        return printable(f"{text} ({self.hint})" if self.hint else text)


class BadFileError(GraphscanError):
    """
    A file that an operator wrote and that cannot be taken; carries every problem at once.

    Attributes:
        problems: all that is wrong, in file order; `outcome` is what became of the file.
    """

    def __init__(self, problems: list[Problem], outcome: str = "nothing was imported") -> None:
        self.problems = sorted(problems, key=lambda one: (one.file, one.line, one.column, one.what))
        count = len(self.problems)
        noun = "problem" if count == 1 else "problems"
        super().__init__(f"{count} {noun} found, {outcome}", "correct the lines named and run it again")

    def __str__(self) -> str:
        return "\n".join([*(str(problem) for problem in self.problems), super().__str__()])


class ClaimsError(BadFileError):
    """Claims files that cannot be taken, or that speak of what is not there; carries every problem at once."""
