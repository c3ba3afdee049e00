"""What is still reached at the end: with what is missed and what the attacker made; and what of it was accessed."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from graphscan.analysis.contributions import COUNTS_POSSIBLE, MOST_STARTS, contributions
from graphscan.analysis.incident_results import AccessLine
from graphscan.analysis.names import Named, Starts, facts_of
from graphscan.analysis.question import Question, sorted_for_people
from graphscan.analysis.results import Contribution, FactView, SetsAndCuts
from graphscan.analysis.session import Session
from graphscan.analysis.view import Viewer


@dataclass(frozen=True)
class Residual:
    """
    What some starts reach at the session's instant.

    Attributes:
        known, possible: assets reached, and those reached possibly.
        given, sets:     what each start gives, and which are needed together.
    """

    question: Question
    known: tuple[FactView, ...]
    possible: tuple[FactView, ...]
    given: tuple[Contribution, ...]
    sets: tuple[SetsAndCuts, ...]
    notes: tuple[str, ...]


def residual(session: Session, starts: Iterable[Named]) -> Residual:
    """Return what starts, held together, reach at a session's instant."""
    groups = [(named, tuple(facts_of(session, named))) for named in starts]
    question = _asked(session, groups)
    viewer = Viewer(session)
    known = sorted_for_people(question, question.assets).tolist()
    possible = sorted_for_people(question, question.assets_possibly).tolist()
    viewer.want_facts([*known, *possible])
    given, sets, notes = contributions(_relevant(question))
    notes = tuple(note for note in notes if note != COUNTS_POSSIBLE)
    return Residual(
        question,
        tuple(viewer.fact(fact) for fact in known),
        tuple(viewer.fact(fact) for fact in possible),
        given,
        sets,
        notes,
    )


def access(session: Session, reachable: Collection[int], still: Collection[int]) -> tuple[AccessLine, ...]:
    """
    Return what became of assets, by kind.

    An inventory says that a thing was accessed by the label `accessed` or `viewed`, by the property `access: observed`,
    or by `items_read`; that it is assumed to be, by `access: assumed` or `exfiltration: assumed`.
    """
    if not reachable:
        return ()
    rows = session.con.execute(_ACCESS, [sorted(reachable), sorted(still)]).fetchall()
    return tuple(
        AccessLine(
            kind,
            count,
            left,
            observed,
            assumed,
            tuple((one["id"], one["read"], "" if one["of"] is None else f"{one['of']:,}") for one in items or ()),
        )
        for kind, count, left, observed, assumed, items in rows
    )


# Private functions

_ACCESS = """
WITH asset AS (
  SELECT n, id, kind, labels, item_count, CASE WHEN properties <> '{}' THEN properties END AS properties
  FROM base.node WHERE n IN (SELECT unnest(?::INTEGER[]))
), told AS (
  SELECT n, id, kind, labels, item_count, json_extract_string(properties, '/access') AS access,
    json_extract_string(properties, '/exfiltration') AS taken, json_extract_string(properties, '/items_read') AS items
  FROM asset
)
SELECT kind, count(*), count(*) FILTER (n IN (SELECT unnest(?::INTEGER[]))),
  count(*) FILTER (list_has_any(labels, ['accessed', 'viewed']) OR access = 'observed' OR items IS NOT NULL),
  count(*) FILTER (access = 'assumed' OR taken = 'assumed'),
  list({'id': id, 'read': items, 'of': item_count} ORDER BY id) FILTER (items IS NOT NULL)
FROM told GROUP BY kind ORDER BY count(*) DESC, kind
"""


def _asked(session: Session, groups: Sequence[tuple[Named, tuple[int, ...]]]) -> Question:
    facts = sorted({fact for _, several in groups for fact in several})
    return Question.ask(session, Starts(tuple(facts), tuple(groups), ()))


def _relevant(question: Question) -> Question:
    """Return the question of those starts alone that help to reach an asset, where there are many."""
    groups = question.starts.groups
    assets = np.concatenate([question.assets, question.assets_possibly])
    if len(groups) <= MOST_STARTS // 10 or not len(assets):
        return question
    attack = question.may.attack(assets.tolist(), through_starts=True)
    taking_part = {int(attack.facts[source]) for source in attack.sources}
    return _asked(question.session, [group for group in groups if not taking_part.isdisjoint(group[1])])
