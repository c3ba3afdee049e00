"""
What an assumption means on the compiled graph: facts that anyone holds, facts that nobody ever holds.

A control that is distrusted has failed: (control, defeated) is held from the start. A control that is trusted holds
whatever the inventory says and whoever could defeat it: the fact is never held. A mechanism that is trusted does not
fail, so neither do its instances, stolen factors included; an instance that is not in force stays open, though, since
a sound mechanism does not switch it on. All others count as the inventory says: enforced is closed, not enforced or
absent is open, unknown is closed in what is known and open in what is possible.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from graphscan import kinds
from graphscan.analysis import build
from graphscan.analysis.results import NodeView
from graphscan.analysis.session import Session
from graphscan.analysis.view import Viewer
from graphscan.claims.model import Assumption, ClaimsFile
from graphscan.claims.model import Selector as Set
from graphscan.claims.select import Selection
from graphscan.engine.csr import distinct
from graphscan.engine.reach import Reach
from graphscan.engine.slice import fired
from graphscan.errors import ClaimsError, Problem
from graphscan.printable import printable

DEFEATED = kinds.level_code("Control", "defeated")


@dataclass(frozen=True, slots=True)
class Assumed:
    """
    An assumption on one graph.

    Attributes:
        held:     facts that anyone holds, ascending: distrusted controls.
        blocked:  facts that nobody ever holds, ascending: trusted controls and what fails with them alone.
        trust, distrust: ids of the controls as named.
        notes:    what a reader should know of it, one sentence each.
    """

    held: tuple[int, ...] = ()
    blocked: tuple[int, ...] = ()
    trust: tuple[str, ...] = ()
    distrust: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return what reach depends on: assumptions with the same key share theirs."""
        return self.held, self.blocked


NOTHING = Assumed()


def assumptions(session: Session, selection: Selection, file: ClaimsFile) -> tuple[dict[str, Assumed], list[Problem]]:
    """Return every assumption of a file by name, and what is wrong with them: a control that is none, or is both."""
    found: dict[str, Assumed] = {}
    problems: list[Problem] = []
    for name, one in file.assumptions.items():
        trusted = _controls(session, selection, one.trust, "trust", problems)
        distrusted = _controls(session, selection, one.distrust, "distrust", problems)
        for n in sorted({*trusted} & {*distrusted}):
            id_ = _views(session, [n])[n].id
            place = one.position
            problems.append(
                Problem(
                    place.file,
                    place.line,
                    place.column,
                    f"the assumption `{name}` both trusts and distrusts the control `{id_}`",
                    "take it out of one of the lists",
                )
            )
        found[name] = _assumed(session, one, trusted, distrusted)
    return found, problems


def overruled(session: Session, assumed: Assumed, reached: Reach) -> tuple[str, ...]:
    """Return a sentence for the trusted controls that the attacker could defeat: trust says that this fails."""
    if not assumed.blocked:
        return ()
    graph = session.graph
    hit = []
    for fact in assumed.blocked:
        steps = np.asarray(graph.steps_into(fact), np.int64)
        if fired(graph, reached, steps).any():
            hit.append(int(graph.fact_node[fact]))
    if not hit:
        return ()
    ids = ", ".join(view.id for view in _views(session, hit).values())
    return (f"trusted although the attacker has what defeats it: {ids}",)


# Private functions


def _controls(
    session: Session, selection: Selection, sets: Sequence[Set], key: str, problems: list[Problem]
) -> list[int]:
    """Return the controls that entries name; an entry that names none, or something else, is a problem."""
    found: list[int] = []
    for one in sets:
        try:
            numbers = selection.resolve(one).nodes.tolist()
        except ClaimsError as error:
            problems += error.problems
            continue
        wrong = [n for n in numbers if _kind(session, n) != "Control"]
        if numbers and not wrong:
            found += numbers
            continue
        shown = f"`{printable(one.text, 200)}` under `{key}`"
        what = f"{shown} is a {_kind(session, wrong[0])}, not a control" if wrong else f"{shown} names no control"
        hint = "see `graphscan select kind=Control`"
        problems.append(Problem(one.position.file, one.position.line, one.position.column, what, hint))
    return sorted(set(found))


def _assumed(session: Session, one: Assumption, trusted: Sequence[int], distrusted: Sequence[int]) -> Assumed:
    state = _states(session, [*trusted, *distrusted])
    closed = {*trusted}
    for mechanism in trusted:
        closed |= _instances(session, mechanism)
    views = _views(session, [*trusted, *distrusted])
    open_ = [n for n in trusted if state.get(n) not in ("yes", None)]
    policies = [n for n in open_ if views[n].subtype == "sign_on_policy"]
    notes = [f"trusted although {views[n].id} is stated as {_words(state[n])}" for n in open_ if n not in policies]
    # What such a policy lets through was worked out when steps were derived; there is no edge of its own to close.
    notes += [
        f"{views[n].id} is a sign-on policy that is {_words(state[n])}: to trust it closes nothing that it lets through"
        for n in policies
    ]
    notes += [f"nothing passes {views[n].id}: to distrust it changes nothing" for n in _idle(session, distrusted)]
    return Assumed(
        held=_facts(session, distrusted),
        blocked=_facts(session, closed),
        trust=tuple(views[n].id for n in trusted),
        distrust=tuple(views[n].id for n in distrusted),
        notes=tuple(f"{note} (assumption `{one.name}`)" for note in notes),
    )


def _kind(session: Session, n: int) -> str:
    number = int(session.array("kind")[n])
    return build.KINDS[number] if number != build.NO_KIND else "node without a kind"


def _words(state: str) -> str:
    return {"no": "not enforced", "absent": "absent"}.get(state, "not known to be enforced")


def _facts(session: Session, nodes: Iterable[int]) -> tuple[int, ...]:
    facts = (session.graph.at(n, DEFEATED) for n in nodes)
    return tuple(sorted(fact for fact in facts if fact >= 0))


def _idle(session: Session, nodes: Iterable[int]) -> list[int]:
    graph = session.graph
    return [n for n in nodes if (fact := graph.at(n, DEFEATED)) < 0 or not graph.steps_using(fact)]


def _instances(session: Session, mechanism: int) -> set[int]:
    """Return the controls in force that are instances of a mechanism, or of an instance of it."""
    rows = session.con.execute(
        "WITH RECURSIVE inside(n) AS (SELECT ? UNION "
        "SELECT r.source FROM base.relation r JOIN inside i ON i.n = r.target WHERE r.kind = 'INSTANCE_OF') "
        "SELECT n FROM inside JOIN base.node USING (n) WHERE kind = 'Control' AND enforced_now = 'yes'",
        [mechanism],
    ).fetchall()
    return {row[0] for row in rows}


def _states(session: Session, nodes: Sequence[int]) -> dict[int, str]:
    if not nodes:
        return {}
    rows = session.con.execute(
        "SELECT n, coalesce(enforced_now, 'unknown') FROM base.node WHERE n IN (SELECT unnest(?::INTEGER[]))",
        [list(nodes)],
    ).fetchall()
    return dict(rows)


def _views(session: Session, nodes: Sequence[int]) -> dict[int, NodeView]:
    viewer = Viewer(session)
    viewer.want(nodes=nodes)
    return {n: viewer.node(n) for n in distinct(np.array(nodes, np.int64)).tolist()} if nodes else {}
