"""Names that another tool's format allows, made from ours; what a tenant may choose never becomes one unchecked."""

import hashlib
import re
from collections.abc import Iterable, Mapping

from graphscan.kinds import NODE_KINDS, RELATION_KINDS

LONGEST_ID = 400  # characters of an id that are searched by; an indexed text of some kilobytes is refused by servers
_PROVIDER = re.compile(r"[a-z][a-z0-9_]{0,30}", re.ASCII)
_TYPE = re.compile(r"[A-Z][A-Z0-9_]{0,120}", re.ASCII)


def digest(*parts: str) -> str:
    """Return 32 hexadecimal digits that stand for these texts, in this order."""
    said = "".join([f"{len(part)}:{part}" for part in parts])
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def short_id(id_: str) -> str:
    """Return an id as it is, or the beginning of a very long one with a digest behind it."""
    return id_ if len(id_) <= LONGEST_ID else f"{id_[:LONGEST_ID]}…{digest(id_)}"


def kind_label(kind: str | None) -> str:
    """Return the label of a node kind; one that is not in the vocabulary has that of what nothing declares."""
    return kind if kind in NODE_KINDS else "Undeclared"


def provider_label(provider: str | None) -> str | None:
    """
    Return the label of a provider, in lower case so that it is never that of a kind; None where its name is no word.

    A facts file may name any provider: the property says it in full.
    """
    return provider if provider and _PROVIDER.fullmatch(provider) else None


def relation_type(kind: str) -> str:
    """Return the relationship type of a relation kind. Raises ValueError for one outside the vocabulary."""
    if kind not in RELATION_KINDS:
        raise ValueError(kind)
    return kind


def step_types(techniques: Iterable[str]) -> Mapping[str, str]:
    """
    Return the relationship type of the steps of each technique: `okta.sign-in` gives `STEP_OKTA_SIGN_IN`.

    Two techniques never share one: where they would, both get a digest of their name behind it.
    """
    plain: dict[str, list[str]] = {}
    for one in sorted(set(techniques)):
        name = "STEP_" + re.sub(r"[^A-Z0-9]+", "_", one.upper()).strip("_")[:80]
        plain.setdefault(name, []).append(one)
    found: dict[str, str] = {}
    for name, those in plain.items():
        for one in those:
            found[one] = name if len(those) == 1 and one.isascii() else f"{name}_{digest(one)[:8].upper()}"
    return found


def literal(name: str) -> str:
    """
    Return a label or type to be written into a query.

    Raises:
        ValueError: it is no plain word. All that are written come from closed lists; this is the check that they do.
    """
    if not (_TYPE.fullmatch(name) or _PROVIDER.fullmatch(name) or name in _LABELS):
        raise ValueError(f"{name!r} cannot stand in a query")
    return f"`{name}`"


# Labels beside those of kinds and providers.
BASE = "Graphscan"
MARKS = ("CrownJewel", "Confidential", "Derived", "Hypothetical", "Dead", "Past", "Gone", "Undeclared", "Reference")
FIGURES = ("Store", "Source", "Coverage", "Classification", "Unresolved", "Disagreement", "Step", "Run", "Claim")
_LABELS = frozenset({BASE, *MARKS, *FIGURES, *NODE_KINDS})
