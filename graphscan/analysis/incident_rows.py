"""Exposed credentials as they are shown: whose, by whom held, how reached, last used, and what each opens."""

from collections.abc import Iterable, Sequence

from graphscan.analysis.incident_exposed import Direct, Exposure
from graphscan.analysis.incident_gaps import Unlisted
from graphscan.analysis.incident_lookup import Lookup, contradict
from graphscan.analysis.incident_reach import Reached
from graphscan.analysis.incident_residual import Residual
from graphscan.analysis.incident_results import DeathView, ExposedCredential, State
from graphscan.analysis.incident_states import Judged
from graphscan.analysis.incident_ways import Way, way_to
from graphscan.analysis.lives import Death
from graphscan.analysis.results import Contribution, NodeView
from graphscan.analysis.session import Session
from graphscan.analysis.view import DERIVED, Viewer

MOST_WAYS = 100  # ways that are looked for; each is a search of its own

_ORDER = list(State)


class Rows:
    """
    Makes the rows of an incident.

    Attributes:
        notes: bounds that were reached, a sentence each.
    """

    def __init__(self, session: Session, lookup: Lookup, result: Reached, found: Direct, rest: Residual) -> None:
        self._session = session
        self._lookup = lookup
        self._reached = result
        self._viewer = Viewer(session)
        self._holders = {one.n for holding in found.holdings for one in holding.nodes}
        self._given = {one.start.id: one for one in rest.given}
        self._ways = 0
        self.notes: list[str] = []

    def credentials(self, judged: Iterable[Judged]) -> list[ExposedCredential]:
        """Return a row for each exposed credential: those not proven dead first, then by what they open, then by id."""
        several = list(judged)
        others = {
            n
            for one in several
            for n in (
                *self._lookup.accounts(one.n),
                *self._lookup.copies(one.n),
                *one.parents,
                *one.live_derived,
                *(way.by for way in (one.exposure, *one.others) if way.by is not None),
            )
        }
        self._lookup.want(others)
        self._viewer.want(nodes=[one.n for one in several])
        rows = [self._row(one) for one in several]
        rows.sort(
            key=lambda row: (_ORDER.index(row.state) if not row.state.missed else -1, -len(row.joint), row.node.id)
        )
        if self._ways > MOST_WAYS:
            self.notes.append(f"how they were reached is shown of {MOST_WAYS} of {self._ways:,} missed credentials")
        return rows

    def unlisted(self, owners: Sequence[Unlisted], judged: Iterable[Judged]) -> list[ExposedCredential]:
        """Return a hypothesis for each exposed owner whose credentials could not be listed whole."""
        newest: dict[int, Exposure] = {}
        for one in judged:
            for account in self._lookup.accounts(one.n):
                old = newest.get(account)
                if old is None or old.obtained < one.exposure.obtained:
                    newest[account] = one.exposure
        rows = []
        for line in owners:
            record = self._lookup.record(line.owner)
            exposure = newest[line.owner]
            name = f"what could not be listed of {record.name or record.id}"
            rows.append(
                ExposedCredential(
                    NodeView(f"unlisted:{record.id}", "Credential", "unlisted", name, DERIVED, "none", True),
                    State.UNVERIFIED,
                    f"further credentials of {record.id} could not be listed ({line.reason})",
                    "unlisted",
                    self._names([exposure.by] if exposure.by is not None else []),
                    "possible",
                    "possible",
                    exposure.obtained,
                    owner=record.owner,
                    accounts=(record.id,),
                )
            )
        return rows

    @staticmethod
    def death(death: Death | None) -> DeathView | None:
        """Return a proof of death as it is shown."""
        if death is None:
            return None
        return DeathView(death.at, death.why, death.detail, death.evidence, death.where)

    # Private functions

    def _row(self, one: Judged) -> ExposedCredential:
        record = self._lookup.record(one.n)
        accounts = self._lookup.accounts(one.n)
        given: Contribution | None = self._given.get(record.id)
        owners = (self._lookup.record(n).owner for n in accounts if self._lookup.known(n))
        way = self._way(one)
        read_with = way.with_ if way is not None and one.state is State.RE_EXPOSED else ()
        ways = [one.exposure, *one.others]
        return ExposedCredential(
            node=self._viewer.node(one.n),
            state=one.state,
            detail=one.detail,
            how=one.exposure.how,
            holders=self._names(sorted({way.by for way in ways if way.by is not None})),
            observed=str(one.exposure.observed),
            certainty="possible" if one.exposure.possible else "known",
            obtained=one.exposure.obtained,
            path=() if way is None else way.hops,
            death=self.death(one.death),
            owner=record.owner or next((owner for owner in owners if owner), ""),
            accounts=self._names(accounts),
            consumers=self._names([n for n in self._lookup.copies(one.n) if n not in self._holders]),
            last_used=record.last_used,
            conflict=contradict(record.last_used, self._session.as_of),
            parents=self._names(one.parents),
            live_derived=self._names(one.live_derived),
            before=tuple(name for name in read_with if name != record.id),
            alone=given.alone if given else (),
            joint=given.joint if given else (),
        )

    def _way(self, one: Judged) -> Way | None:
        """Return how a missed credential was reached by use, where it was."""
        held = self._reached.held.get(one.n)
        if one.exposure.how != "reached" or not one.state.missed or held is None:
            return None
        self._ways += 1
        return way_to(held, one.exposure.possible) if self._ways <= MOST_WAYS else None

    def _names(self, nodes: Sequence[int]) -> tuple[str, ...]:
        return tuple(self._lookup.record(n).id for n in nodes if self._lookup.known(n))
