"""Find the compiled library, and trust it only if it was built from the C files that lie beside it."""

import ctypes
from functools import cache
from typing import Final

from graphscan.engine.kernel.build import HERE, LIBRARY, digest

# Result and arguments of each function; numbers are 64 bits wide, arrays are passed by address.
_SIGNATURES: Final = {
    "reach": "iaaaaaaiaiai",
    "backward": "iaaiaaaiaa",
    "closure": "iiaaiaaiaiaaa",
    "within": "iaiii",
    "rising": "iai",
}
_SIGNATURES_WIDE: Final = {"horn_bits": "iiiaaiaaaiaiaa"}
_TYPES: Final = {"i": ctypes.c_int64, "a": ctypes.c_void_p}


@cache
def library() -> tuple[ctypes.CDLL | None, str]:
    """Return the loaded library, or None and why there is none; nothing of it is run before it is known to fit."""
    path = HERE / LIBRARY
    if not path.is_file():
        return None, "it was not built: there was no C compiler when graphscan was installed"
    try:
        wanted = digest()
    except OSError:
        return None, "the C files that it must agree with cannot be read"
    try:
        found = ctypes.CDLL(str(path))
        built = ctypes.string_at(ctypes.addressof(ctypes.c_char.in_dll(found, "graphscan_source")))
    except (OSError, ValueError):
        return None, "the library that is there cannot be loaded on this machine"
    if built.decode("ascii", "replace") != wanted:
        return None, "the library that is there was built from other C files"
    both = {f"{name}_{width}": letters for name, letters in _SIGNATURES.items() for width in (32, 64)}
    for name, letters in {**both, **_SIGNATURES_WIDE}.items():
        function = getattr(found, name)
        function.restype, *function.argtypes = (_TYPES[letter] for letter in letters)
    return found, ""
