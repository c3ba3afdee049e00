"""Which starts are connected with which targets, before and after a fix; as `blast` counts what each start gives."""

from dataclasses import dataclass

import numpy as np

from graphscan.analysis.question import Question
from graphscan.engine import question as engine
from graphscan.engine.csr import Bools, Ints, distinct
from graphscan.engine.nearby import LARGE
from graphscan.engine.pairs import find_pairs

BUDGET = 20_000  # searches for one table: there is one for each fix


@dataclass(frozen=True)
class Pairs:
    """
    Pairs of a start and a target.

    Attributes:
        starts: numbers of the start nodes, ascending; -1 for whoever has none.
        goals:  numbers of the target nodes, ascending.
        joined: (starts, goals) whether the start lies on a path to the target; a target that anyone reaches is joined
                with -1 alone.
        exact:  whether a pair that is not joined, and one that is, is certain; else `joined` has too many.
    """

    starts: tuple[int, ...]
    goals: Ints
    joined: Bools
    exact: bool

    def __len__(self) -> int:
        return int(self.joined.sum())


def pairs(
    question: Question,
    asked: engine.Question,
    starts: tuple[int, ...],
    goals: Ints,
    targets: Ints,
    groups: dict[int, tuple[int, ...]] | None = None,
) -> Pairs:
    """
    Return which pairs there are.

    Args:
        question: whose starts they are.
        asked:    what is asked of which graph.
        starts, goals: the rows and columns: node numbers, ascending.
        targets:  the facts of the goals in that graph.
        groups:   start facts of each start node, where they are not those of the question.
    """
    graph = asked.graph
    if groups is None:
        groups = {named.n: facts for named, facts in question.starts.groups}
    joined = np.zeros((len(starts), len(goals)), bool)
    hit = targets[asked.reached.held[targets]]
    hit = hit[np.isin(graph.fact_node[hit], goals)]
    free = asked.anyone.held[hit]
    columns = np.searchsorted(goals, graph.fact_node[hit])
    joined[0, columns[free]] = True
    hit, columns = hit[~free], columns[~free]
    here = set(asked.starts)
    rows = [row for row, n in enumerate(starts) if any(fact in here for fact in groups.get(n, ()))]
    exact = True
    if len(hit) and len(rows) == 1:
        joined[rows[0], columns] = True
    elif len(hit) and graph.step_count >= LARGE:
        joined[np.ix_(np.array(rows, np.int64), distinct(columns))] = True
        exact = False
    elif len(hit):
        sources = [[fact for fact in groups[starts[row]] if fact in here] for row in rows]
        found = find_pairs(asked, sources, hit.tolist(), BUDGET)
        exact = bool(found.exact.all())
        for place, row in enumerate(rows):
            joined[row, columns[found.joint[place]]] = True
    # What is open to anyone needs no start.
    joined[1:, joined[0]] = False
    return Pairs(starts, goals, joined, exact)
