"""
How each format writes untrusted text so that it stays text.

Every function first makes invisible and controlling signs visible (`graphscan.printable`) and cuts what is too long,
saying how long it was; then it escapes what its format gives a meaning to. None of them returns a line end.
"""

import html
import re

from graphscan.printable import LONGEST_NAME, printable

# A word that neither Markdown nor what GitHub does to its output (mentions, links, references, emoji) can act on:
# letters with inner apostrophes and hyphens, or a number; quotes and brackets may open it and a stop may end it.
_PLAIN_WORD = re.compile(r"""[("“‘]*(?:[^\W\d_]+(?:['’-][^\W\d_]+)*|\d[\d,.]*%?)?[)"”’.,;:!?…]*""")
# Apart from what is around it: two code spans that touch would be one.
_QUOTED = re.compile(r"(?<!\S)`([^`]+)`(?=[.,;:!?)]*(?:\s|$))")
_ISSUE = re.compile(r"(?i)^\W*gh-")
_MERMAID_PLAIN = re.compile(r"[^\W_]|[ .,/-]")


def shown(text: str, longest: int | None = LONGEST_NAME) -> str:
    """Return text with all signs visible, cut after `longest` signs with word of how many there were."""
    if longest is None or len(text) <= longest:
        return printable(text, longest)
    # Cut first: what is thrown away need not be made visible.
    return f"{printable(text[:longest])[:longest]}… ({len(text):,} characters)"


def xml_text(text: str, longest: int | None = LONGEST_NAME) -> str:
    """Return text for the body of an XML element; `]]>` cannot occur in it."""
    return html.escape(shown(text, longest), quote=False)


def xml_attribute(text: str, longest: int | None = LONGEST_NAME) -> str:
    """Return text for between the double quotes of an XML attribute."""
    return html.escape(shown(text, longest))


def code(text: str, longest: int | None = LONGEST_NAME) -> str:
    """Return a Markdown code span, in which nothing has a meaning; its fence is longer than any run of backticks."""
    inside = shown(text, longest) or " "
    run = max((len(found) for found in re.findall(r"`+", inside)), default=0)
    fence = "`" * (run + 1)
    # One blank at both ends is taken off again, but not where there is nothing else.
    pad = " " if inside.strip() and (inside[0] in "` " or inside[-1] in "` ") else ""
    return f"{fence}{pad}{inside}{pad}{fence}"


def prose(text: str, longest: int | None = 2_000) -> str:
    """Return Markdown in which words of letters stand as they are, and all else, and what is quoted, is a code span."""
    if not text.strip():
        return code(text)
    parts = _QUOTED.split(shown(text, longest).strip())
    return "".join(code(part, None) if place % 2 else _words(part) for place, part in enumerate(parts))


def html_code(text: str, longest: int | None = LONGEST_NAME) -> str:
    """Return `<code>` for where Markdown passes HTML through, as within `<summary>`."""
    return f"<code>{html.escape(shown(text, longest))}</code>"


def mermaid(text: str, longest: int | None = 60) -> str:
    """Return a label of a Mermaid chart, to stand in double quotes; signs it could act on stand by number."""
    signs = shown(text, longest) if text.strip() else "-"  # Mermaid refuses a chart with an empty label
    return "".join(sign if _MERMAID_PLAIN.fullmatch(sign) else f"#{ord(sign)};" for sign in signs)


def command_data(text: str, longest: int | None = 2_000) -> str:
    """Return the message of a GitHub workflow command."""
    return shown(text, longest).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def command_property(text: str, longest: int | None = LONGEST_NAME) -> str:
    """Return the value of a property of a GitHub workflow command."""
    return command_data(text, longest).replace(":", "%3A").replace(",", "%2C")


def sarif(text: str, longest: int | None = LONGEST_NAME) -> str:
    """Return text for a SARIF message: braces doubled (§3.11.5), and no `[text](link)` can come of it (§3.11.6)."""
    return shown(text, longest).replace("{", "{{").replace("}", "}}").replace("](", "] (")


# Private functions


def _words(text: str) -> str:
    """Return text with every run of words that could act on something in a code span, less the stop that ends it."""
    pieces: list[str] = []
    strange: list[str] = []
    for word in [*text.split(" "), None]:
        if word is not None and (not _PLAIN_WORD.fullmatch(word) or _ISSUE.match(word)):
            strange.append(word)
            continue
        if strange:
            run = " ".join(strange)
            stop = run[len(run.rstrip(".,;:")) :]
            pieces.append(code(run.removesuffix(stop), None) + stop)
            strange = []
        if word is not None:
            pieces.append(word)
    return " ".join(pieces)
