"""One section of the benchmark's page, between two marks: whoever measures again writes it anew in its place."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """
    A section of the page.

    Attributes:
        name:  what its marks say.
        title: its heading.
    """

    name: str
    title: str

    def into(self, page: str, lines: Iterable[str]) -> str:
        """Return the page with these lines as this section, in its place or behind everything else."""
        begin, end = self._marks
        section = "\n".join([begin, f"## {self.title}", "", *lines, end]) + "\n"
        if begin in page and end in page:
            return page[: page.index(begin)] + section + page[page.index(end) + len(end) :].lstrip("\n")
        return page.rstrip("\n") + "\n\n" + section

    def of(self, page: str) -> str:
        """Return this section of a page as it is, to stand behind what is written anew; empty where there is none."""
        begin, end = self._marks
        if begin not in page or end not in page:
            return ""
        return "\n" + page[page.index(begin) : page.index(end) + len(end)] + "\n"

    @property
    def _marks(self) -> tuple[str, str]:
        return f"<!-- {self.name}: begin -->", f"<!-- {self.name}: end -->"
