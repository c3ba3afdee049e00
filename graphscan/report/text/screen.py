"""A page of text for people: prose that wraps between words, ids that never break, tables that grow rather than cut."""

import io
from collections.abc import Iterable, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console, OverflowMethod
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

# Prose is a str, or (str, style); a Text is one word that is never broken.
Piece = str | tuple[str, str] | Text

# "ignore" leaves a cell whole whatever happens, but also where it stands; numbers, which are short, want to be aligned.
_OVERFLOW: dict[str, OverflowMethod] = {"prose": "fold", "number": "crop"}


class Screen:
    """
    Collects lines and gives them back as one text.

    Nothing given to it is read as markup. Data must have gone through `printable` (see `nodes.py`).
    """

    def __init__(self, width: int, colour: bool) -> None:
        self._buffer = io.StringIO()
        self.width = width
        self._console = Console(
            file=self._buffer,
            width=width,
            force_terminal=colour,
            no_color=not colour,
            color_system="standard" if colour else None,
            markup=False,
            emoji=False,
            highlight=False,
            legacy_windows=False,
        )

    def text(self) -> str:
        """Return all lines so far, without blanks at their ends."""
        return "\n".join(line.rstrip() for line in self._buffer.getvalue().split("\n"))

    def heading(self, text: str, note: str = "") -> None:
        """Begin a section."""
        self.blank()
        self.flow(Text(text, "bold"), *([("  " + note, "dim")] if note else []))

    def blank(self) -> None:
        """Leave a line."""
        self._console.print()

    def flow(self, *pieces: Piece, indent: int = 0, hang: int | None = None) -> None:
        """
        Write one paragraph.

        Args:
            pieces: joined as they are; lines break only at blanks in prose.
            indent: columns before the first line.
            hang:   columns before the others; None: the same.
        """
        hang = indent if hang is None else hang
        line = Text(" " * indent)
        filled = False
        for space, word in _words(pieces):
            if filled and line.cell_len + space + word.cell_len > self.width:
                self._out(line)
                line, filled, space = Text(" " * hang), False, 0
            line.append(" " * (space if filled else 0)).append_text(word)
            filled = True
        self._out(line)

    def table(
        self,
        columns: Sequence[tuple[str, str]],
        rows: Iterable[Sequence[Text | str]],
        *,
        indent: int = 2,
    ) -> None:
        """
        Write a table.

        Args:
            columns: (heading, how): "id" never wraps, "number" never wraps and stands right, "prose" wraps.
            rows:    one cell for each column.
        """
        table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="dim", padding=(0, 1))
        for heading, how in columns:
            table.add_column(
                Text(heading),
                justify="right" if how == "number" else "left",
                no_wrap=how != "prose",
                overflow=_OVERFLOW.get(how, "ignore"),
                min_width=12 if how == "prose" else None,
            )
        for row in rows:
            table.add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in row))
        # Where the ids ask for more than the terminal has, the page grows: an id is copied whole or not at all.
        options = self._console.options.update(width=10_000_000, max_width=10_000_000)
        least = Measurement.get(self._console, options, table).minimum
        inner = io.StringIO()
        console = Console(
            file=inner,
            width=max(self.width - indent, least),
            force_terminal=self._console.is_terminal,
            no_color=self._console.no_color,
            color_system="standard" if self._console.is_terminal else None,
            markup=False,
            emoji=False,
            highlight=False,
            legacy_windows=False,
        )
        console.print(table, crop=False)
        self._buffer.writelines(f"{' ' * indent}{line}\n" for line in inner.getvalue().splitlines())

    def verbatim(self, lines: Iterable[Text]) -> None:
        """Write lines as they are, however long, for somebody to copy."""
        for line in lines:
            self._out(line)

    def _out(self, line: Text) -> None:
        self._console.print(line, soft_wrap=True)


def _words(pieces: Sequence[Piece]) -> list[tuple[int, Text]]:
    """Return each unbreakable word with the number of blanks before it."""
    words: list[tuple[int, Text]] = []
    open_word: Text | None = None
    space = 0
    for piece in pieces:
        if isinstance(piece, Text):
            open_word = (Text() if open_word is None else open_word).append_text(piece)
            continue
        text, style = (piece, "") if isinstance(piece, str) else piece
        for number, part in enumerate(text.split(" ")):
            if number:
                if open_word is not None:
                    words.append((space, open_word))
                    open_word, space = None, 0
                space += 1
            if part:
                open_word = (Text() if open_word is None else open_word).append(part, style)
    if open_word is not None:
        words.append((space, open_word))
    return words
