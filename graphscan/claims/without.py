"""A session without some of its steps: what a waiver excuses, what an expectation names."""

from dataclasses import replace

from graphscan.analysis.session import Session
from graphscan.engine.csr import Ints
from graphscan.engine.without import without


def without_steps(session: Session, steps: Ints) -> Session:
    """Return a session in whose graph some steps never fire; facts, steps and nodes keep their numbers."""
    changed = replace(session, graph=without(session.graph, steps))
    # What was looked up, and the connection it is looked up with, are of the inventory, which is the same.
    for kept in ("con", "shown", "_words"):
        if kept in session.__dict__:
            changed.__dict__[kept] = session.__dict__[kept]
    return changed
