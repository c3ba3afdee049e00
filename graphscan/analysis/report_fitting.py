"""Which part of a slice fits into a report: all of it, a few of the nodes alike, or the first targets."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from graphscan.analysis.question import Facts, Question
from graphscan.analysis.report_alike import alike
from graphscan.analysis.report_choices import Offer
from graphscan.engine.csr import Bools, Ints, distinct
from graphscan.engine.graph import MAY, Graph
from graphscan.engine.slice import Slice, backward

SHOWN_ALIKE = 12  # of targets that look alike, where not all fit


@dataclass(frozen=True, slots=True)
class Fitting:
    """A slice, its targets in order, and by node those like it that are left out."""

    part: Slice
    targets: Facts
    left: dict[int, Sequence[int]]
    whole: bool


def fitting(question: Question, offer: Offer, wanted: Facts, given: Bools, most: int) -> Fitting:
    """
    Return the slice of as many targets as fit.

    Of nodes alike a few stay; if that is too many still, the first targets in order; where not even one fits, one
    derivation of each of the first.
    """
    graph, reached = question.session.graph, question.may.reached
    part = backward(graph, reached, wanted, given, through_starts=True)
    if len(nodes_of(graph, part.facts)) <= most:
        return Fitting(part, wanted, {}, whole=True)
    left = _few_alike(question, offer, part, wanted, given)
    gone = np.append(np.zeros(len(question.session.array("kind")), bool), False)
    gone[[node for several in left.values() for node in several]] = True
    gone = gone[graph.fact_node]  # of MAY the last one
    fewer = replace(reached, held=reached.held & ~gone)
    kept = wanted[~gone[wanted]]
    low, high = 0, len(kept)
    while low < high:
        middle = (low + high + 1) // 2
        part = backward(graph, fewer, kept[:middle], given, through_starts=True)
        if len(nodes_of(graph, part.facts)) <= most:
            low = middle
        else:
            high = middle - 1
    if low:
        part = backward(graph, fewer, kept[:low], given, through_starts=True)
        return Fitting(part, kept[:low], left, whole=True)
    return _derived(question, kept, left, most)


def nodes_of(graph: Graph, facts: Ints) -> list[int]:
    found: list[int] = distinct(graph.fact_node[facts[facts != MAY]]).tolist()
    return found


# Private functions


def _few_alike(question: Question, offer: Offer, part: Slice, wanted: Facts, given: Bools) -> dict[int, Sequence[int]]:
    """Return, by the first node of each class of nodes alike, those of it that are not drawn."""
    session, graph = question.session, question.session.graph
    label = session.array("kind").astype(np.int64) * 8 + session.array("sensitivity")
    mark = given.astype(np.int64)
    mark[wanted] += 2
    mark[graph.known_start] += 4
    mark[graph.possible_start] += 8
    own = [*question.starts.facts, *question.starts.possible]
    own += [fact for one in offer.candidates for fact in (*one.drops, *one.forbids)]
    apart = np.zeros(len(label), bool)
    apart[graph.fact_node[own]] = True
    classes = alike(graph, part, label, mark, apart)
    return {nodes[0]: nodes[SHOWN_ALIKE:] for nodes in classes if len(nodes) > SHOWN_ALIKE}


def _derived(question: Question, kept: Facts, left: dict[int, Sequence[int]], most: int) -> Fitting:
    """Return one derivation of each of the first targets, as many as fit."""
    graph, step_of = question.session.graph, question.may.reached.step
    facts: set[int] = set()
    chosen: list[int] = []
    for fact in kept.tolist():
        more = facts | question.may.support(fact)
        if len(nodes_of(graph, np.array(sorted(more), np.int64))) > most:
            break
        facts = more
        chosen.append(fact)
    steps = np.array(sorted(int(step_of[fact]) for fact in facts if step_of[fact] >= 0), np.int64)
    held = np.array(sorted(facts), np.int64)
    targets = np.array(chosen, np.int64)
    return Fitting(Slice(steps, held, targets, held[step_of[held] < 0]), targets, left, whole=False)
