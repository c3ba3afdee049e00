"""Which node an edge's end names: by its id, or by properties that one node alone has."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from importers.opengraph.mapping import NODES, NodeOf

# Distinct properties that ends may be told by; each is an index over all nodes.
_MOST_KEYS = 50


class NoEndError(Exception):
    """An end names no node that is known; the text says why."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """Another product's node that an edge names and the file does not hold: its kind, and what the edge says of it."""

    of: NodeOf
    said: Mapping[str, Any]


class Ends:
    """The nodes of a file, to be found by what edges say of their ends."""

    def __init__(self) -> None:
        self._nodes: dict[str, tuple[frozenset[str], Mapping[str, Any]]] = {}
        self._by: dict[str, dict[str, list[str]]] = {}

    def add(self, id_: str, kinds: Iterable[str], about: Mapping[str, Any]) -> None:
        """Take a node; all must be there before the first end is asked for."""
        self._nodes[id_] = (frozenset(kinds), about)

    def resolve(self, end: Mapping[str, Any]) -> tuple[str, Foreign | None]:
        """
        Return the id of an end's node, and what is said of it where the file does not hold it.

        Raises:
            NoEndError: there is none, or several.
            KeyError, TypeError, ValueError, AttributeError: it is not written as the format says.
        """
        kind = end.get("kind")
        kind = text(kind) if kind is not None else ""
        of = NODES.get(kind)
        foreign = of if of is not None and of.foreign else None
        how = end.get("match_by") or "id"
        if how == "id":
            id_ = text(end["value"])
            if id_ in self._nodes:
                return self._of_kind([id_], kind), None
            if foreign is None:
                raise NoEndError("an end names no node of the file that was imported")
            return id_, Foreign(foreign, {})
        if how == "name":
            wanted = {"name": end["value"]}
        elif how == "property":
            wanted = {text(one["key"]): one["value"] for one in end["property_matchers"]}
        else:
            raise ValueError(how)
        if not wanted or not all(isinstance(value, str | int | float) for value in wanted.values()):
            raise ValueError(wanted)
        found = [set(self._index(key).get(_folded(value), ())) for key, value in sorted(wanted.items())]
        both = sorted(set.intersection(*found))
        both = [one for one in both if not kind or kind in self._nodes[one][0]]
        if not both and foreign is not None:
            told = ",".join(f"{key}={_folded(value)}" for key, value in sorted(wanted.items()))
            return f"{kind}?{told}", Foreign(foreign, wanted)
        return self._of_kind(both, kind), None

    # Private functions

    def _of_kind(self, found: list[str], kind: str) -> str:
        if len(found) != 1:
            raise NoEndError(f"an end names {'several nodes' if found else 'no node of the file that was imported'}")
        if kind and kind not in self._nodes[found[0]][0]:
            raise NoEndError("an end names a node of another kind")
        return found[0]

    def _index(self, key: str) -> dict[str, list[str]]:
        if key not in self._by:
            if len(self._by) >= _MOST_KEYS:
                raise NoEndError(f"ends are told by more than {_MOST_KEYS} different properties")
            index: dict[str, list[str]] = {}
            for id_, (_, about) in self._nodes.items():
                value = about.get(key)
                if isinstance(value, str | int | float):
                    index.setdefault(_folded(value), []).append(id_)
            self._by[key] = index
        return self._by[key]


def text(value: Any) -> str:
    """Return a text that is not empty. Raises ValueError for anything else."""
    if not isinstance(value, str) or not value:
        raise ValueError(value)
    return value


# Private functions


def _folded(value: Any) -> str:
    """Return a value as it is compared: the server writes names in capitals."""
    return str(value).casefold()
