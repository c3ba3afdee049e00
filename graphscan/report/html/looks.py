"""
How a kind of node looks: colour and shape by family, and letters of its own, so that colour alone tells nothing.

One table: the page draws from it and `tools/grass.py` writes the style of Neo4j's classic Browser from it.
"""

from dataclasses import dataclass

from graphscan.kinds import NODE_KINDS


@dataclass(frozen=True, slots=True)
class Look:
    """
    The look of a family of kinds.

    Attributes:
        colour, border, text: #RRGGBB.
        shape:  an SVG path within 0 … 24.
        called: the shape in a word.
    """

    colour: str
    border: str
    text: str
    shape: str
    called: str

    @property
    def colours(self) -> tuple[str, str, str]:
        """Return colour, border and text."""
        return self.colour, self.border, self.text


_CIRCLE = "M12 1A11 11 0 1 1 12 23A11 11 0 1 1 12 1Z"
_ROUNDED = "M6 1H18A5 5 0 0 1 23 6V18A5 5 0 0 1 18 23H6A5 5 0 0 1 1 18V6A5 5 0 0 1 6 1Z"

# What can be held is warm, what holds is cold.
FAMILIES = {
    "principal": Look("#4C8EDA", "#2870C2", "#FFFFFF", _CIRCLE, "circle"),
    "held": Look("#F79767", "#E06A2B", "#FFFFFF", "M12 0L22.5 6V18L12 24L1.5 18V6Z", "hexagon"),
    "application": Look("#57C7E3", "#23B3D7", "#2A2C34", _ROUNDED, "rounded square"),
    "content": Look("#8DCC93", "#5DB665", "#2A2C34", "M3 1H16L22 7V23H3Z", "page"),
    "repository": Look("#569480", "#447666", "#FFFFFF", "M1 5H9L11 1H23V23H1Z", "folder"),
    "data": Look("#C4D68A", "#A3BC55", "#2A2C34", "M2 4C2 0 22 0 22 4V20C22 24 2 24 2 20Z", "drum"),
    "policy": Look("#D9C8AE", "#C0A378", "#2A2C34", "M6 1H24L18 23H0Z", "slanted square"),
    "host": Look("#848484", "#5E5E5E", "#FFFFFF", "M1 1H23V23H1Z", "square"),
    "execution": Look("#A5ABB6", "#7D8593", "#2A2C34", "M1 1H16L24 12L16 23H1Z", "arrow"),
    "segment": Look("#C990C0", "#B261A5", "#FFFFFF", "M7 1H17L23 7V17L17 23H7L1 17V7Z", "octagon"),
    "control": Look("#FFE081", "#E5B700", "#2A2C34", "M12 0L22 4V12C22 18 18 22 12 24C6 22 2 18 2 12V4Z", "shield"),
    "vendor": Look("#DA7194", "#CC3C6C", "#FFFFFF", "M12 0L24 9L19.5 23H4.5L0 9Z", "pentagon"),
}

LETTERS = {
    "User": "U", "ServiceAccount": "SA", "Role": "R", "Group": "G", "RoleAssignment": "RA", "Scope": "S",
    "Credential": "C", "Application": "A", "Project": "P", "Repository": "Re", "Wiki": "W", "Tracker": "T",
    "Content": "Co", "Bucket": "B", "Database": "D", "Secret": "Se", "Policy": "Po", "Host": "H", "Pipeline": "Pi",
    "Function": "F", "Device": "De", "Segment": "N", "Control": "X", "Vendor": "V",
}  # fmt: skip


def look(kind: str) -> Look:
    """Return the look of a kind; of a thing without a kind, that of a host."""
    known = NODE_KINDS.get(kind)
    return FAMILIES[known.family if known else "host"]


def letters(kind: str) -> str:
    """Return one or two letters that no other kind has."""
    return LETTERS.get(kind, "?")
