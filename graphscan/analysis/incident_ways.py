"""How an attacker came to hold a credential."""

from dataclasses import dataclass

from graphscan.analysis.names import Starts
from graphscan.analysis.question import Question
from graphscan.analysis.results import Hop
from graphscan.analysis.routes import routes_to
from graphscan.analysis.session import Session
from graphscan.analysis.timeline import Exposure as Held
from graphscan.analysis.view import Viewer
from graphscan.engine import question as engine


@dataclass(frozen=True, slots=True)
class Way:
    """How a credential came to be held: the hops, and the credentials that it took."""

    hops: tuple[Hop, ...]
    with_: tuple[str, ...]


def way_to(one: Held, possible: bool) -> Way | None:
    """Return a cheapest way by which a credential came to be held, None where it is not there at that moment."""
    moment = one.moment
    if one.fact < 0:
        return None
    asked = moment.may if possible else moment.must
    if not asked.reached.held[one.fact]:
        asked = moment.may
    known, possibly = ([], [one.fact]) if asked is moment.may and asked is not moment.must else ([one.fact], [])
    question = Question(moment.session, Starts(moment.possible, (), ()), moment.must, moment.may)
    routes, _ = routes_to(question, known, possibly, 1)
    if not routes:
        return Way(_walked(moment.session, asked, one.fact), ())  # it takes nothing: anyone could
    starts = [*routes[0].heads, *(need.fact for need in routes[0].requirements if not need.hops)]
    return Way(routes[0].hops, tuple(dict.fromkeys(one.node.id for one in starts if one.node.kind == "Credential")))


# Private functions


def _walked(session: Session, asked: engine.Question, fact: int) -> tuple[Hop, ...]:
    """Return the hops of the derivation that the reach happened on, along the sources of its steps."""
    graph, step = session.graph, asked.reached.step
    chain: list[tuple[int, int]] = []
    while step[fact] >= 0:
        chain.append((int(graph.step_source[step[fact]]), int(step[fact])))
        fact = chain[-1][0]
    viewer = Viewer(session)
    viewer.want_steps([one for _, one in chain])
    return viewer.hops(reversed(chain))
