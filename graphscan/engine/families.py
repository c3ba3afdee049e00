"""Families: paths that share their middle, told as one, with all their starts and all their ends."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import prod

from graphscan.engine.csr import Ints
from graphscan.engine.nearby import LARGE, NEAR, WholeOracle, neighbourhood
from graphscan.engine.oracle import Oracle
from graphscan.engine.paths import DEFAULT_BUDGET, DEFAULT_LIMIT, Path, PathSearch, listed, within
from graphscan.engine.question import Question
from graphscan.engine.twins import Twins, find_twins


@dataclass(frozen=True, slots=True)
class Family:
    """
    Paths from every head to every tail by the same middle, with the same techniques at both ends.

    Attributes:
        path:  the first of them, from the first head to the first tail.
        heads: start facts, the path's own first, then ascending.
        tails: target facts, the same.
        ways:  how many paths lead from one head to one tail: they differ only in which of some exchangeable starts
               meets a further requirement of a step.
    """

    path: Path
    heads: tuple[int, ...]
    tails: tuple[int, ...]
    ways: int = 1

    @property
    def paths(self) -> int:
        """Return the number of paths."""
        return len(self.heads) * len(self.tails) * self.ways


@dataclass(frozen=True, slots=True)
class FamilyList:
    """
    Families in order of their first path.

    Attributes:
        paths:    how many paths they hold together.
        complete: whether these are all.
        why:      "" if so, else "limit" (that many kinds of path were followed) or "budget".
    """

    families: tuple[Family, ...]
    paths: int
    complete: bool
    why: str


def find_families(
    question: Question,
    targets: Iterable[int],
    limit: int = DEFAULT_LIMIT,
    budget: int = DEFAULT_BUDGET,
    labels: Ints | None = None,
    large: int = LARGE,
    near: int = NEAR,
) -> FamilyList:
    """
    Return the first paths from a question's starts to any of some targets, as families.

    Starts that lead to the same, and targets to which the same leads, are merged before any path is looked for: 12,000
    targets alike cost what one costs.

    Args:
        limit:  follow so many kinds of path (a path of each merged start and target).
        labels: a number for each node; nodes with different ones (another kind, another sensitivity) stay apart.
        large:  from so many steps on, look only among the facts nearest to the starts.
        near:   so many of them, and as many more as it takes to hold `limit` targets.
    """
    around = neighbourhood(question, targets, limit, near) if question.graph.step_count >= large else None
    twins = find_twins(around.attack if around else question.attack(targets), labels)
    if around is None:
        found = listed(PathSearch(Oracle(twins.attack), budget=budget), limit)
    else:
        found = within(listed(PathSearch(WholeOracle(question, twins.attack), budget=budget), limit), around.most)
    groups: dict[tuple[object, ...], dict[tuple[int, ...], tuple[Path, list[tuple[int, ...]]]]] = {}
    for path in found.paths:
        heads, tails = twins.alike(path.facts[0]), twins.alike(path.facts[-1])
        group = groups.setdefault(_middle(question, path, labels), {})
        group.setdefault(heads, (path, []))[1].append(tails)
    families = [family for group in groups.values() for family in _products(question, twins, group)]
    place = {path: number for number, path in enumerate(found.paths)}
    families.sort(key=lambda family: place[family.path])
    return FamilyList(tuple(families), sum(family.paths for family in families), found.complete, found.why)


# Private functions


def _middle(question: Question, path: Path, labels: Ints | None) -> tuple[object, ...]:
    """Return what paths of one family have in common: all but which nodes they begin and end at."""
    graph = question.graph
    head, tail = path.facts[0], path.facts[-1]
    sort = [
        (int(graph.fact_level[one]), -1 if labels is None else int(labels[graph.fact_node[one]]))
        for one in (head, tail)
    ]
    ends = {int(graph.fact_node[head]), int(graph.fact_node[tail])}
    if any(int(graph.fact_node[fact]) in ends for fact in path.facts[1:-1]):
        return (path.facts[1:-1], path.steps, head, tail)  # the middle is part of an end: only twins share it
    steps = tuple(
        (
            int(graph.step_technique[step]),
            bool(graph.step_source[step] == path.facts[number]),
            tuple(sorted({*graph.body(step)} - {path.facts[number]})),
        )
        for number, step in enumerate(path.steps)
    )
    return (path.facts[1:-1], steps, *sort)


def _products(
    question: Question, twins: Twins, group: dict[tuple[int, ...], tuple[Path, list[tuple[int, ...]]]]
) -> list[Family]:
    """Join heads that have the same tails, so that every family is a full product."""
    by_tails: dict[tuple[int, ...], tuple[Path, list[int]]] = {}
    for heads, (path, several) in group.items():
        tails = tuple(sorted(one for some in several for one in some))
        by_tails.setdefault(tails, (path, []))[1].extend(heads)
    return [
        Family(
            path,
            _first(path.facts[0], begins),
            _first(path.facts[-1], tails),
            _ways(question, twins, path),
        )
        for tails, (path, begins) in by_tails.items()
    ]


def _ways(question: Question, twins: Twins, path: Path) -> int:
    """Return in how many ways exchangeable starts can meet the further requirements of a path's steps."""
    graph, anyone = question.graph, question.anyone.held
    own = graph.fact_node[path.facts[-1]]  # what is needed of the tail's own node goes with the tail
    return prod(
        len(twins.alike(fact))
        for step, came in zip(path.steps, path.facts, strict=False)
        for fact in graph.body(step)
        if fact != came and not anyone[fact] and graph.fact_node[fact] != own
    )


def _first(one: int, several: Iterable[int]) -> tuple[int, ...]:
    return (one, *sorted(fact for fact in several if fact != one))
