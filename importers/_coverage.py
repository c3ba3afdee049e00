"""What was read of each kind of relation: outcomes of many calls, folded into rows a person can read."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime

from graphscan.model import HIDDEN, LEFT_OUT, NOT_THERE, READ_WHOLE, Coverage, CoverageState
from importers._http import Outcome

_WORST = (
    CoverageState.DENIED,
    CoverageState.UNAVAILABLE,
    CoverageState.PARTIAL,
    CoverageState.STALE,
    CoverageState.NOT_COLLECTED,
    CoverageState.COMPLETE,
)


@dataclass(slots=True)
class CoverageBook:
    """
    Outcomes by (relation kind, end point, scope).

    A kind whose every call went well takes one row for each end point; one with a failure, of whatever end point, takes
    a row for each scope as well, so that the gap stays where it is.

    Attributes:
        optional: end points that may not be there at all, because what they list is bought or switched on.
        not_read: rows of what no end point tells, or what is not asked, without their date.
        notes:    what to say of an end point that was read whole in an unusual way.
        left_out: what was not asked for, by choice, in a series: what was read then has a row for each scope.
    """

    optional: frozenset[str] = frozenset()
    not_read: tuple[Coverage, ...] = ()
    entries: dict[tuple[str, str], dict[str, list[Outcome]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    notes: dict[str, str] = field(default_factory=dict)
    left_out: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, relation: str, outcome: Outcome, scope: str = "") -> None:
        """Record how one listing went. Scope: the node whose relations it lists; empty: the whole source."""
        absent = outcome.state is CoverageState.UNAVAILABLE or "(E0000015)" in outcome.error
        if outcome.endpoint in self.optional and absent and not outcome.error.startswith(NOT_THERE):
            # What is not licensed or not switched on is a row, and no failure to read.
            outcome.state, outcome.error = CoverageState.UNAVAILABLE, NOT_THERE + outcome.error
        self.entries[relation, outcome.endpoint][scope].append(outcome)

    @property
    def complete(self) -> bool:
        """Whether everything that was asked for was read."""
        return all(
            outcome.state is CoverageState.COMPLETE or outcome.error.startswith(NOT_THERE)
            for scopes in self.entries.values()
            for outcomes in scopes.values()
            for outcome in outcomes
        )

    def rows(self, at: datetime) -> list[Coverage]:
        """Return the rows, those that end points which are not read stand for included, in a stable order."""
        keys = dict.fromkeys([*self.entries, *self.left_out])
        short = {
            relation
            for (relation, _), scopes in self.entries.items()
            for outcomes in scopes.values()
            if any(
                outcome.state is not CoverageState.COMPLETE and not outcome.error.startswith(NOT_THERE)
                for outcome in outcomes
            )
        }
        rows = [row for key in keys for row in self._folded(*key, self.entries.get(key, {}), at, key[0] in short)]
        rows += [replace(row, at=at) for row in self.not_read]
        # Two rows for one relation kind and scope must not say both "complete" and "not": a reader may see only one.
        gaps = {(row.relation, row.scope) for row in rows if row.state is not CoverageState.COMPLETE}
        # What is never told of one thing is missing from the whole as well: who administers is not among who may use.
        gaps |= {(row.relation, "") for row in self.not_read if row.scope and not row.error.startswith(HIDDEN)}
        honest = [
            replace(row, state=CoverageState.PARTIAL, error=row.error or READ_WHOLE)
            if (row.relation, row.scope) in gaps and row.state is CoverageState.COMPLETE
            else row
            for row in rows
        ]
        return sorted(honest, key=lambda row: (row.relation, row.scope, row.endpoint))

    def _folded(
        self, relation: str, endpoint: str, scopes: dict[str, list[Outcome]], at: datetime, short: bool
    ) -> list[Coverage]:
        """Return the rows of one end point. `short`: something of its relation kind was not read, here or elsewhere."""
        note = self.notes.get(endpoint, "")
        each = {scope: _one(relation, endpoint, scope, outcomes, at) for scope, outcomes in scopes.items()}
        failed = [row for row in each.values() if row.state is not CoverageState.COMPLETE]
        at = min((row.at for row in each.values() if row.at is not None), default=at)
        pages = sum(row.pages for row in each.values())
        records = sum(row.records for row in each.values())
        if (relation, endpoint) in self.left_out:
            why = LEFT_OUT + self.left_out[relation, endpoint]
            if failed:
                why = f"{len(failed):,} of {len(each):,} could not be read, the first because: {failed[0].error}; {why}"
            state = CoverageState.PARTIAL if each else CoverageState.NOT_COLLECTED
            row = Coverage(relation, state, "", endpoint, at, pages, records, why)
            return [row, *(one for one in each.values() if one.scope)]
        if not failed:
            whole = Coverage(relation, CoverageState.COMPLETE, "", endpoint, at, pages, records, note)
            return [whole, *(one for one in each.values() if one.scope)] if short else [whole]
        if set(each) == {""}:
            return [each[""]]
        states = {row.state for row in failed}
        state = states.pop() if len(failed) == len(each) and len(states) == 1 else CoverageState.PARTIAL
        # What this organization does not have was answered; a sum of that alone hides as little as each part.
        refused = [row for row in failed if not row.error.startswith(NOT_THERE)]
        why = failed[0].error
        if refused:
            why = f"{len(refused):,} of {len(each):,} could not be read, the first because: {refused[0].error}"
        return [Coverage(relation, state, "", endpoint, at, pages, records, why), *each.values()]


# Private functions


def _one(relation: str, endpoint: str, scope: str, outcomes: list[Outcome], at: datetime) -> Coverage:
    worst = min(outcomes, key=lambda outcome: _WORST.index(outcome.state))
    return Coverage(
        relation,
        worst.state,
        scope,
        endpoint,
        # The oldest answer counts: what was read yesterday, before a collection broke off, is known as of yesterday.
        min((outcome.at for outcome in outcomes if outcome.at is not None and outcome.pages), default=at),
        sum(outcome.pages for outcome in outcomes),
        sum(outcome.records for outcome in outcomes),
        worst.error,
    )
