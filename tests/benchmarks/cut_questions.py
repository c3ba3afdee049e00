"""What is asked of the smallest fix: graphs, who is taken over, what is to be kept, and what can be cut."""

from dataclasses import dataclass, fields, replace

import numpy as np

from graphscan import kinds
from graphscan.derive.steps import StepTable
from graphscan.engine.compile import compile_steps
from graphscan.engine.csr import Bools, Ints, grouped
from graphscan.engine.cut import Cut
from graphscan.engine.graph import Graph
from graphscan.engine.question import Question
from graphscan.engine.reach import reach
from tests.benchmarks.organisation import Organisation, generate
from tests.benchmarks.steps import step_table

REMOVED = ("MEMBER_OF", "ASSIGNED_TO", "GRANTS", "HAS_ROLE", "SIGNS_IN_AS")
"""Relations that an operator can remove one by one; what contains, depends or connects stays."""
ROTATE, REMOVE = 2, 1  # what it costs
TAKEN_OVER, KEPT = 20, 20
TOGETHER = 10  # steps that one cut of a dense graph closes


@dataclass(frozen=True)
class Asked:
    """A question, its targets and what can be cut."""

    question: Question
    targets: tuple[int, ...]
    cuts: tuple[Cut, ...]
    nodes: int
    steps: int


def organisation_asked(nodes: int, steps: int, guards: bool = True) -> Asked:
    """
    Return the question about an organisation of the generator with so many of its steps, drawn at random.

    Taken over are 20 users: of some drawn, those who reach most. To be kept are 20 repositories and contents that they
    reach with the right to write, drawn at random. An operator can rotate each credential (cost 2) and remove each
    membership, assignment, grant, role and account that someone signs in as (cost 1).

    Args:
        guards: False leaves out what guarded steps ask for besides: every step has one precondition.
    """
    organisation = generate(nodes)
    table = _thinned(step_table(organisation), steps)
    graph = compile_steps(table if guards else replace(table, guard=np.full(len(table), -1, np.int32)))
    starts = _users(graph, organisation)
    question = Question(graph, starts)
    cuts = operators_cuts(graph, organisation, table)
    return Asked(question, _targets(question, organisation, cuts), cuts, len(organisation), len(table))


def dense_asked(nodes: int = 1000, steps: int = 5000, guarded: float = 0.3, seed: int = 1) -> Asked:
    """
    Return a question about steps between random nodes, 30 % of them with one or two guards.

    A tenth of the nodes is taken over, 20 that are reached are to be kept, and one cut closes ten steps drawn at random
    (a policy, a permission scheme) at a cost of 1 to 3: no separation is near one end, and none is local.
    """
    random = np.random.default_rng(seed)
    held = kinds.level_code("Credential", "held")
    count = random.integers(1, 3, steps) * (random.random(steps) < guarded)
    ptr = np.concatenate([[0], np.cumsum(count)])
    table = StepTable(
        node_count=nodes,
        node_family=np.full(nodes, list(kinds.FAMILIES).index(kinds.family_of("Credential").name), np.uint8),
        source=random.integers(0, nodes, steps).astype(np.int32),
        source_level=np.full(steps, held, np.uint8),
        target=random.integers(0, nodes, steps).astype(np.int32),
        target_level=np.full(steps, held, np.uint8),
        guard=np.where(count > 0, np.arange(steps), -1).astype(np.int32),
        technique=np.zeros(steps, np.int32),
        possible=np.zeros(steps, bool),
        relation_set=np.arange(steps, dtype=np.int32),
        guard_ptr=ptr.astype(np.int64),
        guard_node=random.integers(0, nodes, int(ptr[-1])).astype(np.int32),
        guard_level=np.full(int(ptr[-1]), held, np.uint8),
        relation_ptr=np.arange(steps + 1, dtype=np.int64),
        relation_ids=np.arange(steps, dtype=np.int32),
        techniques=("benchmark:step",),
        effort=np.ones(1, np.uint8),
        known_start=np.zeros((0, 2), np.int32),
        possible_start=np.zeros((0, 2), np.int32),
    )
    graph = compile_steps(table)
    drawn = random.permutation(np.arange(1, graph.fact_count))
    question = Question(graph, drawn[: nodes // 10].tolist())
    reached = [fact for fact in drawn[nodes // 10 :].tolist() if question.reached.held[fact]]
    nothing = np.zeros(0, np.int64)
    groups = np.array_split(random.permutation(graph.step_count), graph.step_count // TOGETHER)
    costs = random.integers(1, 4, len(groups)).tolist()
    cuts = tuple(Cut(cost, np.sort(group), nothing) for cost, group in zip(costs, groups, strict=True))
    return Asked(question, tuple(sorted(reached[:KEPT])), cuts, nodes, steps)


def operators_cuts(graph: Graph, organisation: Organisation, table: StepTable) -> tuple[Cut, ...]:
    """Return a cut for each credential and for each relation that can be removed, where it closes anything."""
    nothing = np.zeros(0, np.int64)
    cuts = []
    first, last = organisation.pools["Credential"]
    held = kinds.level_code("Credential", "held")
    of_credential = (graph.fact_node >= first) & (graph.fact_node < last) & (graph.fact_level == held)
    cuts += [Cut(ROTATE, nothing, np.array([fact])) for fact in np.flatnonzero(of_credential).tolist()]
    based = np.flatnonzero(graph.step_relation_set >= 0)
    ptr, order = grouped(graph.step_relation_set[based], len(table.relation_ptr) - 1)
    removable = np.isin(np.array(table.techniques)[table.technique], [f"benchmark:{kind}" for kind in REMOVED])
    for row in np.flatnonzero(removable & (np.diff(ptr)[table.relation_set] > 0)).tolist():
        number = table.relation_set[row]
        cuts.append(Cut(REMOVE, based[order[ptr[number] : ptr[number + 1]]].astype(np.int64), nothing))
    return tuple(cuts)


# Private functions


def _thinned(table: StepTable, steps: int) -> StepTable:
    """Return so many of a table's rows, drawn at random."""
    random = np.random.default_rng([7, steps])
    rows = np.sort(random.permutation(len(table))[:steps])
    columns = ("source", "source_level", "target", "target_level", "guard", "technique", "possible", "relation_set")
    assert set(columns) <= {field.name for field in fields(table)}
    return replace(table, **{name: getattr(table, name)[rows] for name in columns})


def _users(graph: Graph, organisation: Organisation) -> list[int]:
    """Return what the users that reach most have, of ten times as many drawn."""
    act_as = kinds.level_code("User", "act_as")
    random = np.random.default_rng(11)
    anyone = int(reach(graph, ()).held.sum())
    found = []
    for node in random.permutation(np.arange(*organisation.pools["User"]))[: 10 * TAKEN_OVER].tolist():
        facts = graph.lower(node, act_as)
        if facts:
            found.append((anyone - int(reach(graph, facts).held.sum()), node, facts))
    return [fact for _, _, facts in sorted(found)[:TAKEN_OVER] for fact in facts]


def _targets(question: Question, organisation: Organisation, cuts: tuple[Cut, ...]) -> tuple[int, ...]:
    """Return facts that are reached, but no longer once all is cut, and that nobody holds from the start."""
    graph = question.graph
    wanted: Bools = np.zeros(graph.fact_count, bool)
    for kind in ("Repository", "Content"):
        first, last = organisation.pools[kind]
        of_kind = (graph.fact_node >= first) & (graph.fact_node < last)
        wanted |= of_kind & (graph.fact_level == kinds.level_code(kind, "write"))
    shut = np.concatenate([cut.facts for cut in cuts])
    closed = np.concatenate([cut.steps for cut in cuts])
    target = graph.step_target.copy()
    target[closed] = graph.step_source[closed]
    left = reach(replace(graph, step_target=target), question.starts, blocked=shut)
    reached: Ints = np.flatnonzero(wanted & question.reached.held & ~left.held)
    drawn = np.random.default_rng(13).permutation(reached)[:KEPT]
    return tuple(sorted(drawn.tolist()))
