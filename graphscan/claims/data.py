"""Whether the data bear a claim out: how old they are, and whether they say how things stood at the instant."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from graphscan.analysis.history import lacking_history, stale
from graphscan.analysis.results import CoverageLine
from graphscan.analysis.session import Session
from graphscan.claims import model
from graphscan.printable import printable

_NAMED = 3  # sources told in a sentence


@dataclass(frozen=True)
class Doubts:
    """What is wrong with the data of a session, for each assumption."""

    session: Session
    assumptions: Mapping[str, model.Assumption]

    def of(self, claim: model.Claim) -> tuple[str, ...]:
        """Return a sentence for each reason why a claim cannot be said to hold on these data."""
        given = self.assumptions.get(claim.given)
        fresh = given.fresh if given else ()
        missing = [one.text for one in fresh if not self._sources(one)]
        old = stale(self.session, self._longest(fresh))
        said = [f"nothing was read from `{printable(one, 100)}`, which must be fresh" for one in missing]
        if old:
            said.append(f"data are older than allowed: {_listed(old)}")
        if self._late:
            said.append(f"data do not say how things stood then: {_listed(self._late)}")
        return tuple(said)

    def lines(self, claim: model.Claim) -> tuple[CoverageLine, ...]:
        """Return the sources to be read anew, or of an earlier time, a line each."""
        given = self.assumptions.get(claim.given)
        return (*stale(self.session, self._longest(given.fresh if given else ())), *self._late)

    # Private methods

    @cached_property
    def _late(self) -> tuple[CoverageLine, ...]:
        # That something is not reached rests on every kind that anything follows.
        return lacking_history(self.session, self.session.read_kinds)

    def _sources(self, fresh: model.Fresh) -> list[str]:
        """Return the sources that a name means: its whole name, or the part before its first colon."""
        names = (one.source for one in self.session.snapshot.imports)
        return [one for one in names if any(fresh.source.matches(name) for name in (one, one.partition(":")[0]))]

    def _longest(self, fresh: Iterable[model.Fresh]) -> dict[str, timedelta]:
        """Return how old each source may be; where several entries mean it, the strictest counts."""
        found: dict[str, timedelta] = {}
        for one in fresh:
            for source in self._sources(one):
                found[source] = min(one.longest, found.get(source, one.longest))
        return found


# Private functions


def _listed(lines: Iterable[CoverageLine]) -> str:
    told = dict.fromkeys(f"{printable(one.source_instance, 100)} was {one.error}" for one in lines)
    more = f" and {len(told) - _NAMED:,} more" if len(told) > _NAMED else ""
    return "; ".join(list(told)[:_NAMED]) + more
