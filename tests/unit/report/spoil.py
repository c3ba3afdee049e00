"""Put hostile text wherever a result holds text."""

from dataclasses import fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

# Fields whose values come from our own closed vocabulary, never from a vendor or an operator.
_OURS = frozenset({"kind", "sensitivity", "certainty", "state", "observed", "evidence", "enforced", "effect", "attack"})

_FEW = 4  # entries of a tuple that are kept: what holds for four holds for a thousand


def spoiled(value: Any, text: str) -> Any:
    """Return the value with every free text in it, however deep, replaced by `text`, and long tuples cut."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return text
    if isinstance(value, tuple):
        return tuple(spoiled(one, text) for one in value[:_FEW])
    if is_dataclass(value) and not isinstance(value, type):
        changed = {
            field.name: spoiled(getattr(value, field.name), text)
            for field in fields(value)
            if field.name not in _OURS and not isinstance(getattr(value, field.name), Path)
        }
        return replace(value, **changed)
    return value
