"""What to do first: evict where no rotation helps, then whatever closes most, until nothing is reached."""

from collections.abc import Collection, Sequence

from graphscan.analysis.incident_results import ExposedCredential, RotationStep, State
from graphscan.analysis.results import NodeView, SetsAndCuts

# What ends rather than being given a new value.
_ENDS = frozenset({"session", "refresh_token", "oauth_grant", "implant"})

_Group = tuple[int, tuple[frozenset[str], ...]]


def order_of(
    missed: Sequence[ExposedCredential], made: Sequence[NodeView], sets: Sequence[SetsAndCuts]
) -> tuple[RotationStep, ...]:
    """
    Return what to do, in order; every missed credential and all that was made is in it, also what closes nothing.

    An asset is closed once each of its minimal sets has lost a member. What the attacker made comes first where it
    suffices alone: then no rotation closes that asset.

    Args:
        made: what the attacker made and that is still there.
        sets: minimal sets of both for each group of assets.
    """
    groups: list[_Group] = [
        (len({fact.node.id for fact in one.assets}), tuple(frozenset(names) for names in one.sets))
        for one in sets
        if all(one.sets)
    ]
    ours = {one.id: one for one in made}
    waiting = {**{one.node.id: one.node for one in missed}, **ours}
    actions = {one.node.id: _action(one) for one in missed} | dict.fromkeys(ours, "evict")
    gone: set[str] = set()
    steps: list[RotationStep] = []
    # Where the attacker's own suffice, nothing else helps.
    first = {name for _, several in groups for one in several if one <= ours.keys() for name in one}
    while waiting:
        pool = [name for name in waiting if name in first] or list(waiting)
        if not (first & waiting.keys()) and not _left(groups, gone):
            pool = sorted(waiting, key=lambda name: (name not in ours, name))[:1]
        best = min(pool, key=lambda name: (*(-value for value in _gain(groups, gone, name)), name not in ours, name))
        before = _left(groups, gone)
        gone.add(best)
        after = _left(groups, gone)
        steps.append(RotationStep(actions[best], waiting.pop(best), before - after, after))
    return tuple(steps)


# Private functions


def _left(groups: Sequence[_Group], gone: Collection[str]) -> int:
    return sum(weight for weight, several in groups if any(one.isdisjoint(gone) for one in several))


def _gain(groups: Sequence[_Group], gone: Collection[str], name: str) -> tuple[int, int]:
    """Return how many assets one more thing closes, and in how many sets of assets that are still open it is."""
    closes = breaks = 0
    for weight, several in groups:
        left = [one for one in several if one.isdisjoint(gone)]
        with_it = [one for one in left if name in one]
        if with_it:
            breaks += weight * len(with_it)
            closes += weight * (len(with_it) == len(left))
    return closes, breaks


def _action(one: ExposedCredential) -> str:
    if one.how == "unlisted":
        return "find"
    if one.state in (State.LIVE_UNTIL, State.LIVE_DERIVED) or one.node.subtype in _ENDS:
        return "revoke"
    used = any(use.said == "used" for use in one.last_used)
    return "rotate" if used or one.owner or one.consumers else "revoke"
