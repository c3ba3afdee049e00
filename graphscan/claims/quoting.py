"""Any text as YAML: what an inventory's names hold never ends a scalar, a line or a comment."""

import re

from graphscan.printable import printable


def quoted(text: str) -> str:
    r"""Return a text as a YAML scalar in double quotes; what cannot be seen is written as an escape."""
    return '"' + "".join(_escaped(sign) for sign in text) + '"'


def literal(text: str) -> str:
    """Return a value that a selector matches exactly, as a YAML scalar."""
    return quoted(re.sub(r"([*?\\])", r"\\\1", text))


# Private functions


def _escaped(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    if printable(sign) == sign:
        return sign
    code = ord(sign)
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
