"""Why a pair was opened or closed: the changes of the inventory behind the steps that only one end has."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from graphscan.analysis.diff_inventory import Changes
from graphscan.analysis.diff_results import Because, InventoryChange
from graphscan.analysis.session import Session
from graphscan.analysis.view import DERIVED, GAP, Viewer
from graphscan.engine.csr import Ints
from graphscan.engine.distance import distances
from graphscan.engine.graph import MAY
from graphscan.techniques import registry
from graphscan.techniques.registry import Technique

Signature = tuple[int, ...]
_MOST_CHANGES = 3
_MOST_AROUND = 1000  # things joined with a derived set that are looked at for a reason
_ENDINGS = frozenset({"ended", "vanished", "expired", "disabled"})
_ALTERS = frozenset({"changed", "enforcement", "replaced", "stored", "old value ended"})
_VALUES = frozenset({"replaced", "old value ended"})
# How SQL says that something is not there; a file may do so of what it does not name under `negates`.
_ABSENCE = re.compile(r"\b(ANTI\s+JOIN|NOT\s+IN|NOT\s+EXISTS|EXCEPT)\b", re.IGNORECASE)


class Explainer:
    """
    Explains, from an instant at which something is reached, what another instant lacks.
    """

    def __init__(
        self,
        session: Session,
        there: NDArray[np.uint8],
        starts: Ints,
        changes: Changes,
        opened: bool,
        between: datetime | None = None,
    ) -> None:
        """
        Take the session of the instant.

        Args:
            there:   (S,) 2 where the other knows a step, 1 where it is possible there, 0 where it has none.
            starts:  facts that anyone has here and not there.
            opened:  whether the other instant is the earlier one.
            between: the instant, where it lies within the interval and is neither end.
        """
        self.session = session
        self._there = there
        self._starts = frozenset(starts.tolist())
        self._changes = changes
        self._opened = opened
        self._between = between
        self._viewer = Viewer(session)
        self._known: dict[Signature, Because] = {}

    def signatures(self, starts: Sequence[int], assets: Sequence[Sequence[int]], may: bool) -> list[Signature]:
        """
        Return for each asset the steps, and new starts (below 0), of a cheapest derivation that the other end lacks.

        Args:
            starts: what the source is.
            assets: the facts of each asset.

        Returns:
            Empty also where an asset is not reached: what a budget left open need not be.
        """
        graph = self.session.graph
        found = distances(graph, starts, may=may)
        lacking: dict[int, frozenset[int]] = {}
        result: list[Signature] = []
        for facts in assets:
            reached = [fact for fact in facts if found.cost[fact] >= 0]
            if not reached:
                result.append(())
                continue
            best = min(reached, key=lambda fact: (found.cost[fact], fact))
            chosen = self._lacking(best, found.step, lacking)
            order = sorted(chosen, key=lambda one: (found.cost[graph.step_target[one]] if one >= 0 else -1, one))
            result.append(tuple(order))
        return result

    def because(self, signature: Signature) -> Because:
        """Return the changes behind the steps that the other end lacks."""
        known = self._known.get(signature)
        if known is None:
            known = self._known[signature] = self._explain(signature)
        return known

    def of_steps(self, steps: Sequence[int]) -> list[tuple[InventoryChange, ...]]:
        """Return the changes behind each of some steps, the closest first; looked up together."""
        self._viewer.want_steps(steps)
        relations = self._changes.of([one for step in steps for one in self._relations(step)], "relation")
        nodes = self._changes.of([id_ for step in steps for id_ in self._nodes([step])], "node")
        result = []
        for step in steps:
            found = [change for one in self._relations(step) for change in relations.get(one, ())]
            found += [change for id_ in self._nodes([step]) for change in nodes.get(id_, ())]
            found = self._telling(found) or self._behind([step])[0]
            result.append(tuple(dict.fromkeys(found))[:_MOST_CHANGES])
        return result

    # Private functions

    def _lacking(self, fact: int, step: Ints, done: dict[int, frozenset[int]]) -> frozenset[int]:
        """Return what the derivation of a fact has that the other end lacks; each fact is worked out once."""
        graph = self.session.graph
        waiting = [fact]
        while waiting:
            one = waiting[-1]
            if one in done:
                waiting.pop()
                continue
            maker = int(step[one])
            if maker < 0:
                done[one] = frozenset({-1 - one}) if one in self._starts else frozenset()
                continue
            missing = [needed for needed in graph.body(maker) if needed not in done]
            if missing:
                waiting.extend(missing)
                continue
            total: frozenset[int] = frozenset().union(*(done[needed] for needed in graph.body(maker)))
            here = 1 if graph.possible(maker) else 2
            done[one] = total | {maker} if self._there[maker] < here else total
        return done[fact]

    def _explain(self, signature: Signature) -> Because:
        steps = [one for one in signature if one >= 0]
        starts = [-1 - one for one in signature if one < 0]
        graph = self.session.graph
        self._viewer.want_steps(steps)
        self._viewer.want_facts(starts)
        hops = tuple(self._viewer.hop(int(graph.step_source[step]), step) for step in steps)
        found: list[InventoryChange] = []
        by_relation = self._changes.of([one for step in steps for one in self._relations(step)], "relation")
        held = tuple(self._viewer.fact(fact) for fact in starts if fact != MAY)
        opened = [view.node.id for view in held]
        by_node = self._changes.of([*opened, *self._nodes(steps)], "node")
        for id_ in opened:
            found += by_node.get(id_, [])
        for step in steps:
            found += [change for one in self._relations(step) for change in by_relation.get(one, ())]
        for id_ in self._nodes(steps):
            found += by_node.get(id_, [])
        found = self._telling(found)
        barrier = False
        if not found:
            found, barrier = self._behind(steps)
        note = "" if found else self._unexplained(bool(steps), bool(starts))
        return Because(hops, held, tuple(dict.fromkeys(found))[:_MOST_CHANGES], barrier, note)

    def _unexplained(self, steps: bool, starts: bool) -> str:
        if steps:
            return "no change that these steps rest on was found"
        if starts:
            return "anyone has it at one end and not at the other"
        return "each step is there at both ends, at one of them only possibly"

    def _telling(self, changes: Iterable[InventoryChange]) -> list[InventoryChange]:
        """
        Return the changes that tell the two ends apart in this direction.

        Of what is at one end only, that it began or ended is the reason, and not that its value was replaced besides.
        """
        found = [one for one in changes if self._could(one)]
        ends = {one.id for one in found if one.what not in _ALTERS and one.there_at_old != one.there_at_new}
        return [one for one in found if one.what not in _VALUES or one.id not in ends]

    def _could(self, change: InventoryChange) -> bool:
        """Whether a change of something a step rests on tells the two ends apart in this direction."""
        if self._between is not None and change.at is not None:
            ended = change.what in _ENDINGS or change.what in _ALTERS or change.kind == "Control"
            return change.at <= self._between and (ended or change.until is None or change.until > self._between)
        if change.what in _ALTERS or change.kind == "Control":
            return True  # a control that ends opens what it stood before
        if change.there_at_old == change.there_at_new:
            return False
        return bool(change.there_at_new) == self._opened

    def _relations(self, step: int) -> list[str]:
        return [self._viewer.relation(r).relation for r in self.session.graph.relations(step)]

    def _nodes(self, steps: Iterable[int]) -> list[str]:
        """Return the stated nodes that steps join or need, sources and targets first."""
        graph = self.session.graph
        facts = [fact for step in steps for fact in (int(graph.step_target[step]), *graph.body(step)) if fact != MAY]
        views = [self._viewer.fact(fact).node for fact in dict.fromkeys(facts)]
        return [one.id for one in views if one.provider != DERIVED]

    def _behind(self, steps: Sequence[int]) -> tuple[list[InventoryChange], bool]:
        """
        Return changes of what the files behind some steps read, and whether it is something they ask not to be there.

        What was not read rests on the gap. A derived set rests on no relation of its own: its file is known, and whom
        it joins.
        """
        unread = self._changes.of_gaps(one for step in steps for one in self._relations(step) if one.startswith(GAP))
        if unread:
            return unread, False
        files: dict[str, Technique] = {}
        ends: list[str] = []
        for step in steps:
            names = [self.session.graph.techniques[int(self.session.graph.step_technique[step])]]
            for r in self.session.graph.relations(step):
                view = self._viewer.relation(r)
                names.append(view.relation)
                ends += [view.source, view.target]
            files |= {name: self._files[name] for name in names if name in self._files}
        absent = {kind for one in files.values() for kind in _absent(one)}
        read = {kind for one in files.values() for kind in one.reads} | absent
        read |= {"MEMBER_OF"} if "EFFECTIVE_MEMBER_OF" in read else set()
        nodes = [*self._nodes(steps), *ends]
        touching = self._changes.touching(read, nodes)
        lifted = [one for one in touching if one.kind in absent and self._lifted(one)]
        if lifted:
            return lifted, True
        found = [one for one in touching if self._could(one)]
        if not found:
            members = self._changes.of(self._members(steps), "node")
            found = [one for several in members.values() for one in several if self._could(one)]
        return found, False

    def _lifted(self, change: InventoryChange) -> bool:
        """Whether something whose absence matters is there at the other instant and not at this one."""
        if self._between is not None and change.at is not None:
            return change.what in _ENDINGS and change.at <= self._between
        return change.there_at_old != change.there_at_new and bool(change.there_at_new) != self._opened

    def _members(self, steps: Iterable[int]) -> list[str]:
        """Return the stated nodes that are joined with the derived sets at the ends of steps."""
        graph = self.session.graph
        ends = {int(fact) for step in steps for fact in (graph.step_source[step], graph.step_target[step])} - {MAY}
        derived = sorted(
            int(graph.fact_node[fact]) for fact in ends if self._viewer.fact(fact).node.provider == DERIVED
        )
        rows = self.session.con.execute(
            "SELECT DISTINCT n.id FROM (SELECT source AS n, target AS other FROM base.relation "
            "UNION ALL SELECT target, source FROM base.relation) AS r JOIN base.node AS n USING (n) "
            "WHERE other IN (SELECT unnest(?::INTEGER[])) AND n.provider <> ? ORDER BY 1 LIMIT ?",
            [derived, DERIVED, _MOST_AROUND],
        ).fetchall()
        return [row[0] for row in rows]

    @cached_property
    def _files(self) -> dict[str, Technique]:
        return {one.id: one for one in registry.load(self.session.family.techniques)}


# Private functions


def _absent(one: Technique) -> set[str]:
    """Return the relation kinds whose absence a file may rest on."""
    found = {*one.negates, *(one.reads if _ABSENCE.search(one.sql) else ())}
    return {"MEMBER_OF" if kind == "EFFECTIVE_MEMBER_OF" else kind for kind in found}
