"""What a value of a selector must look like."""

import re
from dataclasses import dataclass

_ESCAPED = str.maketrans({"%": r"\%", "_": r"\_", "\\": r"\\"})


@dataclass(frozen=True, slots=True)
class Pattern:
    """
    What a value must look like: literal pieces with `*` (any text) and `?` (one sign) between them.

    Attributes:
        pieces: (text, is_wildcard) in order.
    """

    pieces: tuple[tuple[str, bool], ...]

    @property
    def exact(self) -> str | None:
        """The one text it matches, or None where it has wildcards."""
        if any(wild for _, wild in self.pieces):
            return None
        return "".join(text for text, _ in self.pieces)

    @property
    def like(self) -> str:
        r"""The same as a SQL LIKE pattern with `\` as its escape."""
        wild = {"*": "%", "?": "_"}
        return "".join(wild[text] if is_wild else text.translate(_ESCAPED) for text, is_wild in self.pieces)

    def matches(self, text: str) -> bool:
        """
        Whether the whole of `text` matches, with upper and lower case told apart.

        What stands between two `*` is taken at the first place where it fits: no pattern, whoever wrote it, takes
        longer than its length times the text's.
        """
        runs: list[list[str]] = [[]]
        for one, is_wild in self.pieces:
            if is_wild and one == "*":
                runs.append([])
            else:
                runs[-1].append("." if is_wild else re.escape(one))
        first, *others = (re.compile("".join(run), re.DOTALL) for run in runs)
        if not others:
            return first.fullmatch(text) is not None
        found = first.match(text)
        place = found.end() if found else -1
        for run in others[:-1]:
            found = run.search(text, place) if place >= 0 else None
            place = found.end() if found else -1
        length = sum(len(one) for one, is_wild in self._last_run())
        return 0 <= place <= len(text) - length and others[-1].fullmatch(text, len(text) - length) is not None

    def _last_run(self) -> tuple[tuple[str, bool], ...]:
        """Return the pieces after the last `*`."""
        stars = [place for place, (one, is_wild) in enumerate(self.pieces) if is_wild and one == "*"]
        return self.pieces[stars[-1] + 1 :]

    def condition(self, column: str) -> tuple[str, str]:
        """Return SQL that compares a column with one bound value, and that value."""
        exact = self.exact
        if exact is not None:
            return f"{column} = ?", exact
        return f"{column} LIKE ? ESCAPE '\\'", self.like
