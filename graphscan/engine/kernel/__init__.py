"""
The engine's innermost loops, compiled: optional, with the same answers to the last bit as the numpy code beside them.

GRAPHSCAN_KERNEL says whether it is used: `auto` (the default) where it is there, `off` never, `on` or an error.
"""

import os
from typing import Any

from graphscan.engine.kernel.loading import library
from graphscan.errors import UsageError

VARIABLE = "GRAPHSCAN_KERNEL"


def loaded() -> bool:
    """
    Return whether the compiled code is used.

    Raises:
        UsageError: it is demanded and not there, or the variable says something else.
    """
    return not absent()


def absent() -> str:
    """
    Return why the compiled code is not used; empty where it is.

    Raises:
        UsageError: it is demanded and not there, or the variable says something else.
    """
    wanted = os.environ.get(VARIABLE) or "auto"
    if wanted == "off":
        return f"{VARIABLE}=off"
    if wanted not in ("on", "auto"):
        raise UsageError(f"{VARIABLE} is `{wanted}`", "it takes on, off or auto")
    _, why = library()
    if why and wanted == "on":
        raise UsageError(f"{VARIABLE}=on, but {why}", "install graphscan anew where there is a C compiler, or unset it")
    return why


def __getattr__(name: str) -> Any:
    """Give the sweeps over many questions at once; numpy is imported only for them."""
    if name in ("closure", "horn_bits"):
        from graphscan.engine.kernel import sweeps

        return getattr(sweeps, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
