"""What the entries of claims files say of each other: names that must be there, sets in sets, levels that get lost."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from graphscan.claims.model import (
    AllOf,
    AnyOf,
    Assumption,
    Claim,
    Condition,
    NamedSet,
    Not,
    OnlyFrom,
    Position,
    Selector,
    SetName,
    Waiver,
)
from graphscan.compose.problems import Problems
from graphscan.printable import printable
from graphscan.select import did_you_mean

DEEPEST = 32  # sets within sets


def check_names(
    claims: Mapping[str, Claim],
    waivers: Mapping[str, Waiver],
    assumptions: Mapping[str, Assumption],
    known: Mapping[str, Mapping[str, Any]],
    problems: Problems,
) -> None:
    """
    Note every assumption and claim that is named and stands nowhere.

    Args:
        known: by sort ("assumption", "claim"), the names of all entries, of those that cannot be taken as well.
    """
    for claim in claims.values():
        if claim.given and claim.given not in known["assumption"]:
            what = f"there is no assumption `{claim.given}`"
            _add(problems, claim.position, what, did_you_mean(claim.given, known["assumption"], "assumptions"))
        elif claim.args.start is None and not isinstance(claim.args, OnlyFrom):
            given = assumptions.get(claim.given)
            if given is None and claim.given:
                continue  # it could not be taken, and why has been said
            if given is None or given.attacker is None:
                whose = f"the assumption `{claim.given}` has no `attacker`" if given else "it has no assumption"
                hint = "say in `from` what the attacker begins with"
                _add(problems, claim.position, f"the claim has no `from`, and {whose}", hint)
    for waiver in waivers.values():
        if waiver.claim not in known["claim"]:
            what = f"there is no claim `{waiver.claim}`, which this waiver excuses"
            _add(problems, waiver.position, what, did_you_mean(waiver.claim, known["claim"], "claims"))


def check_sets(
    sets: Mapping[str, NamedSet],
    claims: Mapping[str, Claim],
    assumptions: Mapping[str, Assumption],
    problems: Problems,
) -> None:
    """Note sets that are made of themselves, and levels of sets that would be lost where they are named."""
    depths, circular = _nested(sets)
    some = ", ".join(f"`{one}`" for one in circular[:5]) + " …" * (len(circular) > 5)
    for name in circular:
        _add(problems, sets[name].position, f"the set `{name}` is made of itself", f"look at {some}")
    for name in [name for name, depth in depths.items() if depth == DEEPEST + 1]:
        what = f"the set `{name}` is made of sets within sets, more than {DEEPEST} deep"
        _add(problems, sets[name].position, what, "name what is meant directly")
    levelled: set[str] = set()
    for name in sorted(depths, key=lambda name: depths[name]):  # inner ones first
        if _has_levels(sets[name].selector, levelled):
            levelled.add(name)
    selectors = [one.selector for one in sets.values()]
    for claim in claims.values():
        said = (getattr(claim.args, one.name) for one in fields(claim.args))
        selectors += [value for value in said if isinstance(value, Selector)]
    for given in assumptions.values():
        selectors += [*([given.attacker] if given.attacker else []), *given.trust, *given.distrust]
    for branch in (branch for selector in selectors for branch in selector.branches):
        kept = isinstance(branch.condition, SetName) and branch.level is None
        for found in [] if kept else _names(branch.condition):
            if found.name in levelled:
                what = f"the set `{found.name}` states levels of its own, which would be lost here"
                _add(problems, found.position, what, "name it alone or in a list, without a level")


# Private functions


def _add(problems: Problems, position: Position, what: str, hint: str) -> None:
    problems.file = position.file
    problems.add(position.line, position.column, printable(what), hint)


def _names(condition: Condition) -> Iterator[SetName]:
    """Yield every mention of a set in a condition."""
    if isinstance(condition, SetName):
        yield condition
    elif isinstance(condition, Not):
        yield from _names(condition.part)
    elif isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from _names(part)


def _mentioned(selector: Selector) -> list[str]:
    return [found.name for branch in selector.branches for found in _names(branch.condition)]


def _nested(sets: Mapping[str, NamedSet]) -> tuple[dict[str, int], list[str]]:
    """Return how deep each set is made of sets (1: of none), and those that are made of themselves."""
    inside = {name: {one for one in _mentioned(entry.selector) if one in sets} for name, entry in sets.items()}
    depths = _peeled(inside)
    left = {name for name in inside if name not in depths}
    # What is left is in a loop, leads into one, or is led to by one: peeled from the other side, only loops and what
    # lies between two of them are left.
    around: dict[str, set[str]] = {name: set() for name in left}
    for name in left:
        for one in inside[name] & left:
            around[one].add(name)
    outer = _peeled(around)
    return depths, sorted(left - set(outer))


def _peeled(inside: Mapping[str, set[str]]) -> dict[str, int]:
    """Return, of all that is not made of itself or of what is, how deep it is made of others; inner ones first."""
    around: dict[str, list[str]] = {name: [] for name in inside}
    for name, parts in inside.items():
        for part in parts:
            around[part].append(name)
    missing = {name: len(parts) for name, parts in inside.items()}
    depths = {name: 1 for name, count in missing.items() if count == 0}
    for name in (todo := list(depths)):
        for outer in around[name]:
            depths[outer] = max(depths.get(outer, 0), depths[name] + 1)
            missing[outer] -= 1
            if missing[outer] == 0:
                todo.append(outer)
    return {name: depths[name] for name in todo}


def _has_levels(selector: Selector, levelled: set[str]) -> bool:
    """Whether a selector asks for a level itself, or names a set that does."""
    return any(
        branch.level is not None or (isinstance(branch.condition, SetName) and branch.condition.name in levelled)
        for branch in selector.branches
    )
