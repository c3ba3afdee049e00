"""Nodes, steps and what anyone has that are there at one end only, listed up to a number and counted in full."""

from dataclasses import dataclass

import numpy as np

from graphscan.analysis import build
from graphscan.analysis.diff_because import Explainer
from graphscan.analysis.diff_ends import Ends
from graphscan.analysis.diff_inventory import Changes
from graphscan.analysis.diff_results import AmbientChange, Changed, NodeChange, StepChange
from graphscan.analysis.session import Session
from graphscan.analysis.view import Viewer
from graphscan.engine.compare import Sorts
from graphscan.engine.csr import Ints

_CERTAINTY = ("", "possible", "known")


@dataclass(frozen=True)
class Lists:
    """What to list of two ends: at most `limit` of each sort."""

    ends: Ends
    changes: Changes
    limit: int

    def nodes(self, *, gained: bool) -> Changed[NodeChange]:
        """Return the stated nodes that take part at one end only, in order of kind and id."""
        old_key, new_key = self.ends.keys
        here, there = (self.ends.new, self.ends.old) if gained else (self.ends.old, self.ends.new)
        key, other_key = (new_key, old_key) if gained else (old_key, new_key)
        mine, others = _alive(here), _alive(there)
        missing = mine[~np.isin(key[mine], other_key[others])]
        order = np.lexsort((missing, here.array("kind")[missing]))
        shown = missing[order][: self.limit].tolist()
        viewer = Viewer(here)
        viewer.want(nodes=shown)
        views = [viewer.node(n) for n in shown]
        reasons = dict(
            there.con.execute(
                "SELECT id, dead FROM base.node WHERE id IN (SELECT unnest(?::VARCHAR[])) AND dead IS NOT NULL",
                [[one.id for one in views]],
            ).fetchall()
        )
        absent = f"not in the {'earlier' if gained else 'later'} snapshot"
        lines = tuple(NodeChange(one, reasons.get(one.id, absent)) for one in views)
        return Changed(lines, len(missing), len(missing))

    def steps(self, explainer: Explainer, *, gained: bool) -> Changed[StepChange]:
        """Return the steps of one end that the other has not, or has only possibly; the certain ones first."""
        compared = self.ends.compared
        sorts, session = (compared.second_steps, self.ends.new) if gained else (compared.first_steps, self.ends.old)
        chosen, total, known = _first(sorts, self.limit)
        graph, viewer = session.graph, Viewer(session)
        steps = sorts.items[chosen].tolist()
        viewer.want_steps(steps)
        because = explainer.of_steps(steps)
        lines = tuple(
            StepChange(
                viewer.hop(int(graph.step_source[step]), step),
                _CERTAINTY[int(sorts.here[place])],
                _CERTAINTY[int(sorts.there[place])],
                why,
            )
            for place, step, why in zip(chosen.tolist(), steps, because, strict=True)
        )
        return Changed(lines, total, known)

    def ambient(self, *, gained: bool) -> Changed[AmbientChange]:
        """Return what anyone has at one end and not, or only possibly, at the other."""
        compared = self.ends.compared
        sorts, session = (compared.second_starts, self.ends.new) if gained else (compared.first_starts, self.ends.old)
        chosen, total, known = _first(sorts, self.limit)
        facts = sorts.items[chosen].tolist()
        viewer = Viewer(session)
        viewer.want_facts(facts)
        views = [viewer.fact(fact) for fact in facts]
        found = self.changes.of([view.node.id for view in views], "node")
        lines = tuple(
            AmbientChange(
                view,
                _CERTAINTY[int(sorts.here[place])],
                _CERTAINTY[int(sorts.there[place])],
                next(iter(found.get(view.node.id, ())), None),
            )
            for place, view in zip(chosen.tolist(), views, strict=True)
        )
        return Changed(lines, total, known)


# Private functions


def _alive(session: Session) -> Ints:
    """Return the numbers of the stated nodes that take part, ascending."""
    flags, kind = session.array("flags"), session.array("kind")
    found: Ints = np.flatnonzero(((flags & (build.DEAD | build.DERIVED)) == 0) & (kind != build.NO_KIND))
    return found


def _first(sorts: Sorts, limit: int) -> tuple[Ints, int, int]:
    """Return the places of the first changes, how many there are, and how many of them are certain."""
    certain, perhaps = np.flatnonzero(sorts.gone), np.flatnonzero(sorts.perhaps)
    return np.concatenate([certain, perhaps])[:limit], len(certain) + len(perhaps), len(certain)
