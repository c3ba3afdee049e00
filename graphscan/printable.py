"""Make any text harmless to show: a name may hold markup, terminal escapes, or direction marks."""

import unicodedata

LONGEST_NAME = 200

# Bidirectional controls and zero-width signs are in Cf; lone surrogates (Cs) cannot be encoded.
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def printable(text: str, longest: int | None = None) -> str:
    """
    Return `text` with every invisible or controlling character written as an escape.

    Args:
        text:    anything a vendor or an operator wrote.
        longest: cut after this many characters and say how many there were; None cuts nothing (use it for ids).
    """
    plain = text.isascii() and text.isprintable()
    safe = text if plain else "".join(_escaped(sign) for sign in text)
    if longest is not None and len(safe) > longest:
        return f"{safe[:longest]}… ({len(text):,} characters)"
    return safe


# Private functions


def _escaped(sign: str) -> str:
    if unicodedata.category(sign) not in _HIDDEN_CATEGORIES:
        return sign
    code = ord(sign)
    if code <= 0xFF:
        return {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(sign, f"\\x{code:02x}")
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
