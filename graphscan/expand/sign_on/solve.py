"""Decide, for all users of an organization at once, what signs whom in to what."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from graphscan.expand.sign_on.match import (
    NOWHERE,
    Contexts,
    Ints,
    Users,
    candidates,
    matching_contexts,
    matching_people,
    unique_rows,
)
from graphscan.expand.sign_on.outcomes import Asked, Effect, Way, all_of, effect, weakest
from graphscan.expand.sign_on.rules import (
    NO,
    YES,
    Decision,
    People,
    Policy,
    Rule,
    own_list,
    session_list,
)
from graphscan.expand.sign_on.ways import Editable, Place, ways_in
from graphscan.kinds import SignIn

_REMEMBERED = SignIn(0, True, -1)
_OPERATIONS = frozenset({"enroll", "recover", "unlock"})


@dataclass
class Listing:
    """
    One list of rules, evaluated.

    Attributes:
        row:      (S,) which distinct row each class of users is.
        context:  (T,) which distinct column each context is.
        numbers:  (rows, columns) the set of rules that may be the first to match.
        effects:  by set of rules.
        editable: by row, the policies whose editing opens the list.
        extra:    by set of rules, what is possibly enough on the user's own device.
        managed:  by column, whether it stands for managed devices.
    """

    row: Ints
    context: Ints
    numbers: Ints
    effects: list[Effect]
    editable: list[Editable]
    extra: list[tuple[Asked, ...]]
    managed: frozenset[int]
    anywhere: dict[int, tuple[Asked, ...]] = field(default_factory=dict)

    def elsewhere(self, row: int) -> tuple[Asked, ...]:
        """Return the weakest sign-ins that possibly pass in some context."""
        if row not in self.anywhere:
            asked = [one for number in set(self.numbers[row].tolist()) for one in self.effects[number].possible]
            asked += [one for column in self.managed for one in self.extra[self.numbers[row, column]]]
            self.anywhere[row] = weakest(asked)
        return self.anywhere[row]


@dataclass(frozen=True)
class Decided:
    """
    The ways in by one decision.

    Attributes:
        behaviour: (S,) which of `ways` each class of users has.
        ways:      distinct sets of ways.
    """

    behaviour: Ints
    ways: list[tuple[Way, ...]]


def evaluate(
    rules: Sequence[Rule], policies: Sequence[Policy], users: Users, contexts: Contexts, operation: str = ""
) -> Listing:
    """
    Evaluate one list of rules for all classes of users in all contexts.

    Args:
        policies:  those that the rules are of, in order; each may be edited.
        operation: of account management.
    """
    sorts: dict[People, int] = {}
    for people in (*(one.people for one in policies), *(people for rule in rules for people in rule.people)):
        sorts.setdefault(people, len(sorts))
    single = matching_people(users, list(sorts))
    for_rule = np.empty((users.count, len(rules)), np.uint8)
    for column, rule in enumerate(rules):
        for_rule[:, column] = single[:, [sorts[people] for people in rule.people]].min(axis=1)
    for_policy = single[:, [sorts[one.people] for one in policies]]
    sure = np.asarray([one.certain for one in policies], bool)
    for_policy = np.where(sure, for_policy, np.minimum(for_policy, 1)).astype(np.uint8)
    distinct, row = unique_rows(np.concatenate([for_rule, for_policy], axis=1))
    columns, context = unique_rows(
        np.concatenate([matching_contexts(contexts, rules, operation), contexts.managed[:, None]], axis=1)
    )
    numbers, sets = candidates(
        np.asarray(distinct[:, : len(rules)], np.uint8), np.asarray(columns[:, : len(rules)], np.uint8)
    )
    edited = [_editable(policies, one) for one in np.asarray(distinct[:, len(rules) :], np.uint8)]
    kinds = {one: number for number, one in enumerate(dict.fromkeys(edited))}
    key = np.asarray([kinds[one] for one in edited], np.int64)
    merged, again = unique_rows(np.concatenate([numbers, key[:, None]], axis=1))
    distinct_numbers: Ints = np.asarray(merged, np.int64)
    names = list(kinds)
    return Listing(
        again[row],
        context,
        distinct_numbers[:, :-1],
        [effect(one, rules) for one in sets],
        [names[one] for one in distinct_numbers[:, -1]],
        [_remembered(one, rules) for one in sets],
        frozenset(np.flatnonzero(columns[:, -1]).tolist()),
    )


def decide(decision: Decision, session: Listing | None, users: Users, contexts: Contexts) -> Decided:
    """Return the ways in by a decision, for each class of users; `session` is the organization's own list."""
    operation = decision.part if decision.part in _OPERATIONS else ""
    if operation:
        rules = tuple(rule for one in decision.policies for rule in own_list(one, several=True))
        own = [evaluate(rules, decision.policies, users, contexts, operation)]
        edited = [Editable(frozenset(one.control for one in decision.policies))] if decision.policies else []
    else:
        own = [evaluate(own_list(one), (one,), users, contexts) for one in decision.policies]
        own += [evaluate(decision.assumed, (), users, contexts)] if decision.assumed else []
        edited = [Editable(frozenset({one.control})) for one in decision.policies]
    begun = session if decision.session else None
    lists = [*own, begun] if begun else own
    if not lists:
        return Decided(
            np.zeros(users.count, np.int64), [ways_in([Place(False, (), None, None)], (), Editable(), Editable())]
        )
    columns, place = unique_rows(np.stack([*(one.context for one in lists), contexts.managed.astype(np.int64)], axis=1))
    spots = [_spot(contexts, place == number) for number in range(len(columns))]
    pairs, behaviour = unique_rows(np.stack([one.row for one in lists], axis=1))
    all_edited = Editable(frozenset().union(*(one.controls for one in edited))) if edited else Editable()
    found = []
    for pair in np.asarray(pairs, np.int64).tolist():
        places = []
        for column, zones in zip(np.asarray(columns, np.int64).tolist(), spots, strict=True):
            effects = [one.effects[one.numbers[row, at]] for one, row, at in zip(lists, pair, column[:-1], strict=True)]
            asked = all_of(_doubted(decision, effects[: len(own)], operation)) if own else None
            places.append(Place(bool(column[-1]), zones, asked, effects[-1] if begun else None))
        elsewhere = begun.elsewhere(pair[-1]) if begun else ()
        found.append(ways_in(places, elsewhere, all_edited, begun.editable[pair[-1]] if begun else Editable()))
    return Decided(behaviour, found)


def session_listing(policies: tuple[Policy, ...], users: Users, contexts: Contexts) -> Listing | None:
    """Evaluate the session policies of an organization; None where it has none."""
    return evaluate(session_list(policies), policies, users, contexts) if policies else None


# Private functions


def _doubted(decision: Decision, effects: Sequence[Effect], operation: str) -> list[Effect]:
    """A policy that possibly does not stand there possibly asks for nothing."""
    if operation or decision.assumed:
        return list(effects)
    free = Asked(SignIn(0, False, -1), ())
    return [
        one if policy.certain else Effect(one.known, weakest([*one.possible, free]))
        for one, policy in zip(effects, decision.policies, strict=True)
    ]


def _spot(contexts: Contexts, here: NDArray[np.bool_]) -> tuple[int, ...]:
    positions = sorted({int(one) for one in contexts.position[here]})
    return () if NOWHERE in positions else tuple(contexts.zones[one - 1] for one in positions)


def _editable(policies: Sequence[Policy], matches: Sequence[int]) -> Editable:
    """Return the policies up to the first that is surely for these people: a first rule in each lets them all pass."""
    controls: list[int] = []
    for one, match in zip(policies, matches, strict=True):
        if match != NO:
            controls.append(one.control)
        if match == YES:
            return Editable(frozenset(controls))
    return Editable(frozenset(controls), certain=False)


def _remembered(chosen: NDArray[np.bool_], rules: Sequence[Rule]) -> tuple[Asked, ...]:
    found = [rules[index] for index in np.flatnonzero(chosen[:-1]).tolist()]
    return tuple(
        Asked(_REMEMBERED, () if one.relation is None else (one.relation,))
        for one in found
        if one.remembers and one.allows is not False
    )
