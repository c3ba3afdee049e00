"""One section of the benchmark's page, between two marks: whoever measures again writes it anew in its place."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAGE = "benchmarks.md"


@dataclass(frozen=True, slots=True)
class Section:
    """
    A section of the page.

    Attributes:
        name:  what its marks and its file say.
        title: its heading.
        lines: returns a result as lines of Markdown.
    """

    name: str
    title: str
    lines: Callable[[dict[str, Any]], list[str]]

    def text(self, result: dict[str, Any]) -> str:
        """Return all of it as tables for a terminal."""
        return "\n".join(self.lines(result)) + "\n"

    def into(self, page: str, result: dict[str, Any]) -> str:
        """Return the page with this section in its place, or behind everything else."""
        begin, end = self._marks
        section = "\n".join([begin, f"## {self.title}", "", *self.lines(result), end]) + "\n"
        if begin in page and end in page:
            return page[: page.index(begin)] + section + page[page.index(end) + len(end) :].lstrip("\n")
        return page.rstrip("\n") + "\n\n" + section

    def of(self, page: str) -> str:
        """Return this section of a page as it is, to stand behind what is written anew; empty where there is none."""
        begin, end = self._marks
        if begin not in page or end not in page:
            return ""
        return "\n" + page[page.index(begin) : page.index(end) + len(end)] + "\n"

    def tell(self, result: dict[str, Any], folder: Path | None) -> None:
        """Print a result, and write it into a folder: as JSON, and as this section of the page there."""
        print(self.text(result), end="")
        if folder is None:
            return
        folder.mkdir(parents=True, exist_ok=True)
        said = json.dumps(result, indent=1) + "\n"
        (folder / f"benchmarks-{self.name}.json").write_text(said, encoding="utf-8")
        page = folder / PAGE
        before = page.read_text(encoding="utf-8") if page.exists() else "# Benchmark\n"
        page.write_text(self.into(before, result), encoding="utf-8")

    @property
    def _marks(self) -> tuple[str, str]:
        return f"<!-- {self.name}: begin -->", f"<!-- {self.name}: end -->"
