"""What was read of each kind of relation: outcomes of many calls, folded into rows a person can read."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime

from graphscan.model import Coverage, CoverageState
from importers._http import Outcome
from importers.okta.endpoints import NOT_READ

_WORST = (
    CoverageState.DENIED,
    CoverageState.UNAVAILABLE,
    CoverageState.PARTIAL,
    CoverageState.STALE,
    CoverageState.NOT_COLLECTED,
    CoverageState.COMPLETE,
)
LEFT_OUT = "left out on purpose: "
READ_WHOLE = "this end point was read whole, but not everything that says such relations was"


@dataclass(slots=True)
class CoverageBook:
    """
    Outcomes by (relation kind, end point, scope).

    A kind whose every call went well takes one row for the source; one with a failure takes a row for each scope, so
    that the gap stays where it is.

    Attributes:
        notes:    what to say of an end point that was read whole in an unusual way.
        left_out: what was not asked for, by choice, in a series: what was read then has a row for each scope.
    """

    entries: dict[tuple[str, str], dict[str, list[Outcome]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    notes: dict[str, str] = field(default_factory=dict)
    left_out: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, relation: str, outcome: Outcome, scope: str = "") -> None:
        """Record how one listing went. Scope: the node whose relations it lists; empty: the whole source."""
        self.entries[relation, outcome.endpoint][scope].append(outcome)

    @property
    def complete(self) -> bool:
        """Whether everything that was asked for was read."""
        return all(
            outcome.state is CoverageState.COMPLETE
            for scopes in self.entries.values()
            for outcomes in scopes.values()
            for outcome in outcomes
        )

    def rows(self, at: datetime) -> list[Coverage]:
        """Return the rows, those that end points which are not read stand for included, in a stable order."""
        keys = dict.fromkeys([*self.entries, *self.left_out])
        rows = [row for key in keys for row in self._folded(*key, self.entries.get(key, {}), at)]
        for gap in NOT_READ:
            state = CoverageState.NOT_COLLECTED if gap.exists else CoverageState.UNAVAILABLE
            rows.append(Coverage(gap.relation, state, endpoint=gap.endpoint, at=at, error=f"hidden: {gap.hides}"))
        # Two rows for one relation kind and scope must not say both "complete" and "not": a reader may see only one.
        gaps = {row.relation for row in rows if not row.scope and row.state is not CoverageState.COMPLETE}
        honest = [
            replace(row, state=CoverageState.PARTIAL, error=row.error or READ_WHOLE)
            if row.relation in gaps and not row.scope and row.state is CoverageState.COMPLETE
            else row
            for row in rows
        ]
        return sorted(honest, key=lambda row: (row.relation, row.scope, row.endpoint))

    def _folded(self, relation: str, endpoint: str, scopes: dict[str, list[Outcome]], at: datetime) -> list[Coverage]:
        note = self.notes.get(endpoint, "")
        each = {scope: _one(relation, endpoint, scope, outcomes, at) for scope, outcomes in scopes.items()}
        failed = [row for row in each.values() if row.state is not CoverageState.COMPLETE]
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
            return [Coverage(relation, CoverageState.COMPLETE, "", endpoint, at, pages, records, note)]
        if set(each) == {""}:
            return [each[""]]
        states = {row.state for row in failed}
        state = states.pop() if len(failed) == len(each) and len(states) == 1 else CoverageState.PARTIAL
        why = f"{len(failed):,} of {len(each):,} could not be read, the first because: {failed[0].error}"
        return [Coverage(relation, state, "", endpoint, at, pages, records, why), *each.values()]


# Private functions


def _one(relation: str, endpoint: str, scope: str, outcomes: list[Outcome], at: datetime) -> Coverage:
    worst = min(outcomes, key=lambda outcome: _WORST.index(outcome.state))
    return Coverage(
        relation,
        worst.state,
        scope,
        endpoint,
        at,
        sum(outcome.pages for outcome in outcomes),
        sum(outcome.records for outcome in outcomes),
        worst.error,
    )
