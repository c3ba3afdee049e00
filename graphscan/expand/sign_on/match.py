"""Which rules of a list may be the first to match: for many classes of users and many contexts at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphscan.expand.sign_on.rules import MAYBE, NO, YES, Named, People, Rule

Tri = NDArray[np.uint8]  # NO, MAYBE or YES
Ints = NDArray[np.int64]

NOWHERE = 0  # a position on the internet, in no zone
_AT_ONCE = 20_000_000  # cells of the largest intermediate array


@dataclass(frozen=True, slots=True)
class Users:
    """
    Classes of users, S of them, by what the rules name.

    Attributes:
        count:    S.
        row:      (M,) class of each membership; a class and a node stand together once.
        named:    (M,) node number of the group or user that rules name, in order.
        known:    (M,) bool, whether the membership is certain.
        complete: (S,) bool, whether all memberships of the class were read.
        kind:     (S,) user type ids, "" where it is not known.
        unknown:  (S,) bool, classes of which nothing is known.
        closed:   named nodes that have no members but those stated: groups that were read completely, and users.
    """

    count: int
    row: Ints
    named: Ints
    known: NDArray[np.bool_]
    complete: NDArray[np.bool_]
    kind: NDArray[np.str_]
    unknown: NDArray[np.bool_]
    closed: frozenset[int]

    def belongs(self, node: int) -> Tri:
        """Return (S,) whether each class belongs to a group, or is a user."""
        unsure = self.unknown if node in self.closed else self.unknown | ~self.complete
        found = np.where(unsure, MAYBE, NO).astype(np.uint8)
        first, last = np.searchsorted(self.named, [node, node + 1])
        found[self.row[first:last]] = np.where(self.known[first:last], YES, MAYBE)
        return found


@dataclass(frozen=True, slots=True)
class Contexts:
    """
    From where and with what somebody signs in, T contexts.

    Attributes:
        position: (T,) NOWHERE, or 1 + the index of a zone.
        managed:  (T,) bool, whether it is a managed device.
        platform: (T,) which platform it says it is; "" one that no rule names. Of a managed device the attacker does
                  not choose: "?".
        zones:    node numbers of the zones, by index.
        inside:   [(zone of the position, another zone)]: YES or MAYBE where a position in one is in the other, NO where
                  it is not; what is not there is not known.
    """

    position: Ints
    managed: NDArray[np.bool_]
    platform: tuple[str, ...]
    zones: tuple[int, ...]
    inside: Mapping[tuple[int, int], int]

    def lies(self, named: Named) -> Tri:
        """Return (T,) whether each context lies in one of some zones."""
        at = np.zeros(1 + len(self.zones), np.uint8)
        for zone, certain in named:
            for index, here in enumerate(self.zones, 1):
                found = YES if here == zone else self.inside.get((here, zone), MAYBE)
                at[index] = max(at[index], found if certain else min(found, MAYBE))
        return at[self.position]


def matching_people(users: Users, people: Sequence[People]) -> Tri:
    """Return (S, len(people)): whether each class of users is among them."""
    found = np.empty((users.count, len(people)), np.uint8)
    for column, one in enumerate(people):
        found[:, column] = np.minimum(_included(users, one), 2 - _any(users, one.exclude))
        if one.types_in:
            found[:, column] = np.minimum(found[:, column], _typed(users, one.types_in))
        if one.types_out:
            found[:, column] = np.minimum(found[:, column], 2 - _typed(users, one.types_out))
    return found


def matching_contexts(contexts: Contexts, rules: Sequence[Rule], operation: str = "") -> Tri:
    """Return (T, len(rules)): whether each rule's other conditions hold in each context, for one operation."""
    found = np.empty((len(contexts.position), len(rules)), np.uint8)
    for column, one in enumerate(rules):
        holds = np.minimum(_network(contexts, one), _device(contexts, one))
        if not one.certain or one.allows is None:
            holds = np.minimum(holds, MAYBE)
        if one.never or (one.operations is not None and operation not in one.operations):
            holds = np.zeros_like(holds)
        found[:, column] = holds
    return found


def candidates(people: Tri, contexts: Tri) -> tuple[Ints, NDArray[np.bool_]]:
    """
    Return which rules may be the first to match.

    Args:
        people:   (U, R) whether each rule is for each class of users.
        contexts: (C, R) whether it holds in each context.

    Returns:
        (U, C) the number of a set of candidates, and (K, R + 1) the sets: all that may match up to the first that does;
        the last column stands for no rule at all.
    """
    count, rules = people.shape
    size = max(1, _AT_ONCE // max(1, len(contexts) * (rules + 1)))
    keys: dict[bytes, int] = {}
    numbers = np.empty((count, len(contexts)), np.int64)
    for first in range(0, count, size):
        both = np.minimum(people[first : first + size, None, :], contexts[None, :, :])
        both = np.concatenate([both, np.full((*both.shape[:2], 1), YES, np.uint8)], axis=2)
        end = (both == YES).argmax(axis=2)
        chosen = (both > NO) & (np.arange(rules + 1) <= end[:, :, None])
        packed = np.packbits(chosen.reshape(-1, rules + 1), axis=1)
        distinct, inverse = unique_rows(packed)
        local = np.asarray([keys.setdefault(row.tobytes(), len(keys)) for row in distinct], np.int64)
        numbers[first : first + size] = local[inverse].reshape(both.shape[:2])
    raw = np.frombuffer(b"".join(keys), np.uint8).reshape(len(keys), -1)
    return numbers, np.unpackbits(raw, axis=1)[:, : rules + 1].astype(bool)


def unique_rows(table: NDArray[np.generic]) -> tuple[NDArray[np.generic], Ints]:
    """Return the distinct rows of a 2-dimensional array, and of each row which it is."""
    if not table.shape[1]:
        return table[:1], np.zeros(len(table), np.int64)
    rows = np.ascontiguousarray(table)
    whole = rows.view(np.dtype((np.void, rows.dtype.itemsize * rows.shape[1]))).ravel()
    _, first, inverse = np.unique(whole, return_index=True, return_inverse=True)
    return rows[first], inverse.astype(np.int64).ravel()


# Private functions


def _any(users: Users, named: Named) -> Tri:
    found = np.zeros(users.count, np.uint8)
    for node, certain in named:
        belongs = users.belongs(node)
        np.maximum(found, belongs if certain else np.minimum(belongs, MAYBE), out=found)
    return found


def _included(users: Users, people: People) -> Tri:
    if people.everyone:
        return np.full(users.count, YES, np.uint8)
    found = _any(users, people.include)
    return np.maximum(found, MAYBE) if people.missing else found


def _typed(users: Users, types: tuple[str, ...]) -> Tri:
    found = np.where(np.isin(users.kind, types), YES, NO).astype(np.uint8)
    found[(users.kind == "") | users.unknown] = MAYBE
    return found


def _network(contexts: Contexts, rule: Rule) -> Tri:
    somewhere = np.where(contexts.position == NOWHERE, NO, YES).astype(np.uint8)
    if rule.network == "":
        return np.full(len(somewhere), YES, np.uint8)
    if rule.network == "any zone":
        return somewhere
    if rule.network == "no zone":
        return (2 - somewhere).astype(np.uint8)
    if rule.network == "zones" and (rule.zones_in or rule.zones_out):
        found = contexts.lies(rule.zones_in) if rule.zones_in else np.full(len(somewhere), YES, np.uint8)
        return np.minimum(found, 2 - contexts.lies(rule.zones_out))
    return np.full(len(somewhere), MAYBE, np.uint8)


def _device(contexts: Contexts, rule: Rule) -> Tri:
    found = np.full(len(contexts.position), YES, np.uint8)
    if rule.device:
        found[~contexts.managed] = NO if rule.device == "managed" else MAYBE
    if rule.platforms:
        named = [MAYBE if one == "?" else YES if one in rule.platforms else NO for one in contexts.platform]
        found = np.minimum(found, np.asarray(named, np.uint8))
    return found
