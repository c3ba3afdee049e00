"""The entries of a claims file: what their keys say together, beyond each alone."""

from datetime import timedelta
from typing import Any

from graphscan.claims import forms
from graphscan.claims.model import (
    SURVIVING,
    VERBS,
    WAIVER_DAYS,
    Assumption,
    Claim,
    NamedSet,
    Severity,
    Waiver,
)
from graphscan.claims.selectors import place, reader
from graphscan.compose.fields import RefusedError, take
from graphscan.compose.problems import Problems, shown
from graphscan.compose.tree import Map, Tree

AT_LEAST = "at_least"
# What says something of an expected failure alone.
_EXPECTED = ("until", "via")


def named_set(name: str, tree: Tree, problems: Problems, names: frozenset[str]) -> NamedSet:
    """Return a set: a selector, which as a mapping may also say `at_least`. Raises RefusedError."""
    least, good = 1, True
    selector = tree
    if isinstance(tree, Map) and AT_LEAST in tree.values:
        kept = [key for key in tree.values if key != AT_LEAST]
        selector = Map(tree.line, tree.column, {k: tree.values[k] for k in kept}, {k: tree.keys[k] for k in kept})
        try:
            least = forms.positive(tree.values[AT_LEAST], problems)
        except RefusedError:
            good = False
    read = reader(names)(selector, problems)
    if not good:
        raise RefusedError
    return NamedSet(name, read, least, place(tree, problems))


def assumption(name: str, tree: Tree, problems: Problems, names: frozenset[str]) -> Assumption:
    """Return an assumption. Raises RefusedError."""
    taken = take(tree, forms.assumption(names), problems, "an assumption")
    if not taken.good:
        raise RefusedError
    said = {"text": "", "attacker": None, "trust": (), "distrust": (), "fresh": ()} | taken.values
    return Assumption(name=name, position=place(tree, problems), **said)


def claim(tree: Tree, problems: Problems, names: frozenset[str]) -> Claim:
    """Return a claim. Raises RefusedError."""
    taken = take(tree, forms.claim(names), problems, "a claim")
    good = _one_verb(taken.entry, problems) and taken.good
    good = _expectation(taken.entry, problems) and good
    if not good:
        raise RefusedError
    said: dict[str, Any] = dict(taken.values)
    args = next(said.pop(verb) for verb in VERBS if verb in said)
    return Claim(
        id=said["id"],
        text=said["text"],
        owner=said.get("owner", ""),
        severity=said.get("severity", Severity.MEDIUM),
        given=said.get("given", ""),
        args=args,
        survives=said.get("survives", 0),
        expect_fail="expect" in said,
        until=said.get("until"),
        ticket=said.get("ticket", ""),
        via=tuple(said.get("via", ())),
        position=place(tree, problems),
    )


def waiver(tree: Tree, problems: Problems, _names: frozenset[str]) -> Waiver:
    """Return a waiver. Raises RefusedError."""
    taken = take(tree, forms.waiver(), problems, "a waiver")
    said: dict[str, Any] = {"at_most": None} | taken.values
    good = taken.good
    created, expires = said.get("created"), said.get("expires")
    if created and expires:
        good = _lifetime(taken.entry, created, expires, problems) and good
    for edge in said.get("edges", ()):
        if not edge.exact and "at_most" not in taken.entry.values:
            what = f"the step {shown(edge.text)} has a wildcard, and nothing limits how many it matches"
            problems.add(edge.position.line, edge.position.column, what, "add at_most: N, or write the exact step")
            good = False
    if not good:
        raise RefusedError
    return Waiver(**{**said, "edges": tuple(said["edges"])}, position=place(tree, problems))


# Private functions


def _one_verb(entry: Map, problems: Problems) -> bool:
    verbs = [key for key in entry.values if key in VERBS]
    if not verbs:
        problems.add(entry.line, entry.column, "the claim claims nothing", f"add one of {', '.join(VERBS)}")
    for verb in verbs[1:]:
        key = entry.keys[verb]
        problems.add(
            key.line, key.column, f"a claim has one verb, and this one has `{verbs[0]}` too", "write two claims"
        )
    survives = entry.keys.get("survives")
    lost = survives is not None and verbs[:1] != [] and verbs[0] not in SURVIVING
    if survives is not None and lost:
        what = f"`survives` says nothing of `{verbs[0]}`"
        problems.add(survives.line, survives.column, what, f"it goes with {', '.join(SURVIVING)}")
    return len(verbs) == 1 and not lost


def _expectation(entry: Map, problems: Problems) -> bool:
    expect = entry.keys.get("expect")
    if expect is not None and "until" not in entry.values:
        what = "`expect: fail` has no `until`"
        problems.add(expect.line, expect.column, what, 'say when the gap will be closed: until: "2026-06-30"')
        return False
    alone = [entry.keys[key] for key in _EXPECTED if key in entry.values] if expect is None else []
    for key in alone:
        problems.add(
            key.line, key.column, f"`{key.text}` says nothing without `expect: fail`", "add it, or remove this"
        )
    return not alone


def _lifetime(entry: Map, created: Any, expires: Any, problems: Problems) -> bool:
    tree = entry.values["expires"]
    if expires < created:
        problems.add(tree.line, tree.column, "the waiver expires before it was created", "correct one of the dates")
        return False
    if expires - created > timedelta(days=WAIVER_DAYS):
        last = created + timedelta(days=WAIVER_DAYS)
        what = f"the waiver lives {(expires - created).days:,} days, more than {WAIVER_DAYS}"
        problems.add(tree.line, tree.column, what, f'write at most expires: "{last}"')
        return False
    return True
