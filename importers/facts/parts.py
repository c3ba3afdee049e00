"""Parts of entries that have keys of their own: versions, last uses, enforcement, keys, guards, evidence."""

from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from graphscan.compose import values as v
from graphscan.compose.fields import Field, Form, RefusedError, Taken, refuse, take
from graphscan.compose.problems import Problems, shown
from graphscan.compose.schema import ID, MOMENT, TEXT, TRUTH, WHOLE, enum_of
from graphscan.compose.tree import Map, Scalar, Tree
from graphscan.errors import SelectorError
from graphscan.kinds import NODE_KINDS
from graphscan.model import (
    Enforced,
    Enforcement,
    EvidenceKind,
    Key,
    LastUse,
    Precision,
    Ref,
    Version,
)
from graphscan.select import LEVEL_WORDS, parse
from importers.facts import references
from importers.facts import values as own


class Said(NamedTuple):
    """The evidence an entry states: how it is known and when it was seen (None: when the file was written)."""

    kind: EvidenceKind
    at: datetime | None = None


class DatedVersion(NamedTuple):
    """A version of a credential, and the evidence stated for it alone (None: that of its entry)."""

    version: Version
    evidence: EvidenceKind | None


class Guard(NamedTuple):
    """A fact that a relation needs, its level still None where the file states none."""

    ref: Ref
    level: str | None


# JSON Schema fragments. A scalar is text whatever an editor takes it for, so text fields take any scalar.

PROPERTIES: dict[str, Any] = {"type": "object", "description": "anything else worth keeping; never a secret"}
REFERENCE: dict[str, Any] = {
    "anyOf": [
        ID,
        {
            "type": "object",
            "required": ["key"],
            "additionalProperties": False,
            "properties": {
                "key": {
                    "type": "object",
                    "required": ["type", "value"],
                    "additionalProperties": False,
                    "properties": {"type": TEXT, "value": TEXT, "scope": TEXT},
                }
            },
        },
        {
            "type": "object",
            "required": ["provider", "kind", "name"],
            "additionalProperties": False,
            "properties": {"provider": TEXT, "kind": enum_of(NODE_KINDS), "name": TEXT},
        },
    ]
}
LEVEL = enum_of(sorted(LEVEL_WORDS))
EVIDENCE_WORD = enum_of(EvidenceKind)


# Readers of what has keys of its own


def _entry(tree: Tree, form: Form, problems: Problems, what: str) -> Taken:
    taken = take(tree, form, problems, what)
    if not taken.good:
        raise RefusedError
    return taken


def check_interval(taken: Taken, problems: Problems, start: str = "valid_from", end: str = "valid_to") -> bool:
    """Note a problem, and return False, where an interval ends before it has begun."""
    begins, ends = taken.values.get(start), taken.values.get(end)
    if begins is None or ends is None or begins < ends:
        return True
    line, column = taken.place(end)
    problems.add(
        line,
        column,
        f"`{end}` is not after `{start}`",
        "an interval is [from, to): `to` is the first moment outside it",
    )
    return False


def version(tree: Tree, problems: Problems) -> DatedVersion:
    """Return one version: `{since, overlap_until, precision, evidence}`, or its `since` alone."""
    if isinstance(tree, Scalar):
        return DatedVersion(Version(v.moment(tree, problems), precision=_precision(tree)), None)
    taken = _entry(tree, VERSION, problems, "a version")
    precision = _precision(taken.entry.values["since"])
    stated = taken.values.get("precision", precision)
    if precision is Precision.DAY and stated is not precision:
        line, column = taken.place("precision")
        problems.add(line, column, "`since` is a date, so it is known to the day only", "write the time of day too")
        raise RefusedError
    if not check_interval(taken, problems, "since", "overlap_until"):
        raise RefusedError
    found = Version(taken.values["since"], taken.values.get("overlap_until"), stated)
    return DatedVersion(found, taken.values.get("evidence"))


def _precision(tree: Tree) -> Precision:
    return Precision.DAY if v.is_day(tree) else Precision.SECOND


def _last_use(tree: Tree, problems: Problems) -> LastUse:
    taken = _entry(tree, LAST_USE, problems, "a last use")
    said = taken.values
    for key, only in (("never", True), ("known", False)):
        if key in said and said[key] is not only:
            line, column = taken.place(key)
            what = f"`{key}` can only be {'true' if only else 'false'}"
            problems.add(line, column, what, "leave it out where `at` says when")
            raise RefusedError
    if sum(key in said for key in ("at", "never", "known")) != 1:
        hint = "`at: DATE`, `never: true` (not since look-back began) or `known: false` (this source has no such data)"
        refuse(tree, problems, "a last use says exactly one thing", hint)
    return LastUse(said["by"], said.get("at"), "known" not in said, said.get("lookback_days"))


def _enforcement(tree: Tree, problems: Problems) -> Enforcement:
    if isinstance(tree, Scalar):
        return Enforcement(v.choice(Enforced, "enforcement")(tree, problems))
    taken = _entry(tree, ENFORCEMENT, problems, "an enforcement")
    if not check_interval(taken, problems):
        raise RefusedError
    return Enforcement(**taken.values)


def enforcements(tree: Tree, problems: Problems) -> list[Enforcement]:
    """Return a control's enforcement: one word, or a list whose intervals do not overlap."""
    if isinstance(tree, Scalar):
        return [_enforcement(tree, problems)]
    found: list[Enforcement] = v.list_of(_enforcement, "enforced")(tree, problems)
    for number, one in enumerate(found):
        for other in found[:number]:
            apart = (one.valid_to and other.valid_from and one.valid_to <= other.valid_from) or (
                other.valid_to and one.valid_from and other.valid_to <= one.valid_from
            )
            if not apart:
                refuse(
                    tree,
                    problems,
                    "two values of `enforced` hold at the same time",
                    "give them valid_from and valid_to",
                )
    return found


def versions(tree: Tree, problems: Problems) -> list[DatedVersion]:
    """Return the versions of a credential, oldest first."""
    found: list[DatedVersion] = v.list_of(version, "versions")(tree, problems)
    if any(later.version.since <= earlier.version.since for earlier, later in pairwise(found)):
        refuse(tree, problems, "versions must stand oldest first", "each `since` after the one before")
    return found


def last_uses(tree: Tree, problems: Problems) -> list[LastUse]:
    """Return what each source says of a last use."""
    found: list[LastUse] = v.list_of(_last_use, "last_used")(tree, problems)
    if len({one.by for one in found}) < len(found):
        refuse(tree, problems, "one source states two last uses", "keep one entry per `by`")
    return found


def key(tree: Tree, problems: Problems) -> Key:
    """Return a key of a node."""
    taken = _entry(tree, KEY, problems, "a key")
    if (
        not taken.values["type"]
        or not taken.values["value"]
        or "|" in taken.values["type"] + taken.values.get("scope", "")
    ):
        refuse(
            tree, problems, "a key needs a type and a value, and no `|` in type or scope", "as {type: nameid, value: x}"
        )
    return Key(**taken.values)


def evidence(tree: Tree, problems: Problems) -> Said:
    """Return the evidence of an entry: a word, or `{kind, at}`."""
    if isinstance(tree, Scalar):
        return Said(v.choice(EvidenceKind, "evidence")(tree, problems))
    return Said(**_entry(tree, EVIDENCE, problems, "evidence").values)


def guard(tree: Tree, problems: Problems) -> Guard:
    """Return a guard: a reference, or `{ref, level}`. A level after `::` is parted off where the ids are known."""
    if isinstance(tree, Map) and "ref" in tree.values:
        taken = _entry(tree, GUARD, problems, "a guard")
        return Guard(taken.values["ref"], taken.values.get("level"))
    if isinstance(tree, Map) and "level" in tree.values:
        refuse(tree, problems, "a guard with a level has no `ref`", "as {ref: internet, level: position}")
    return Guard(references.reference(tree, problems), None)


def selector(tree: Tree, problems: Problems) -> str:
    """Return the text of a selector that can be parsed and asks for no level."""
    word = v.text(tree, problems)
    try:
        parsed = parse(word)
    except SelectorError as error:
        refuse(tree, problems, error.message, error.advice)
    if parsed.level is not None:
        refuse(tree, problems, f"{shown(word)} asks for a level", "a rule is about nodes: remove `::` and what follows")
    return word


# Their forms

VERSION: Form = {
    "since": Field(v.moment, MOMENT, required=True),
    "overlap_until": Field(v.moment, MOMENT),
    "precision": Field(v.choice(Precision, "precision"), enum_of(Precision)),
    "evidence": Field(v.choice(EvidenceKind, "evidence"), EVIDENCE_WORD),
}
LAST_USE: Form = {
    "by": Field(v.text, TEXT, required=True),
    "at": Field(v.moment, MOMENT),
    "never": Field(v.truth, TRUTH),
    "known": Field(v.truth, TRUTH),
    "lookback_days": Field(v.whole, WHOLE),
}
ENFORCEMENT: Form = {
    "value": Field(v.choice(Enforced, "enforcement"), enum_of(Enforced), required=True),
    "valid_from": Field(v.moment, MOMENT),
    "valid_to": Field(v.moment, MOMENT),
}
KEY: Form = {
    "type": Field(v.text, TEXT, required=True),
    "value": Field(v.text, TEXT, required=True),
    "scope": Field(v.text, TEXT),
    "verified": Field(v.truth, TRUTH),
}
EVIDENCE: Form = {
    "kind": Field(v.choice(EvidenceKind, "evidence"), EVIDENCE_WORD, required=True),
    "at": Field(v.moment, MOMENT),
}
GUARD: Form = {"ref": Field(references.reference, REFERENCE, required=True), "level": Field(own.level, LEVEL)}
