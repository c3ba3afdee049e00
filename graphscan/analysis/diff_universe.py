"""Between which credentials, principals and assets pairs are compared: by id, the same at every instant."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graphscan import kinds
from graphscan.analysis import names
from graphscan.analysis.names import Named
from graphscan.analysis.session import Session
from graphscan.analysis.view import DERIVED
from graphscan.errors import EmptySelectionError, UnknownNameError
from graphscan.model import Sensitivity

SOURCES = ("Credential", "ServiceAccount", "User")


@dataclass(frozen=True, slots=True)
class Universe:
    """
    What is compared.

    Attributes:
        sources: ids of credentials and principals, ascending, with the level asked for or None.
        assets:  ids of assets, ascending, with the level asked for or None.
        least:   from which sensitivity on a node counts as an asset; "" where the user said which.
    """

    sources: tuple[tuple[str, str | None], ...]
    assets: tuple[tuple[str, str | None], ...]
    least: str


def universe(sessions: Sequence[Session], from_: Sequence[str], to: Sequence[str]) -> Universe:
    """
    Return what is compared: what is meant at any of some instants.

    Without FROM every user, service account and credential that takes part; without TO every node whose
    sensitivity is confidential, or the highest there is. A selector may match nothing at one, not at all of them.

    Raises:
        UnknownNameError, EmptySelectionError, UsageError: as the words say.
    """
    sources = _named(sessions, from_) if from_ else {(id_, None) for one in sessions for id_ in _alive(one)}
    least = ""
    if to:
        assets = _named(sessions, to)
    else:
        highest = max((_highest(one) for one in sessions), default=0)
        least = list(Sensitivity)[min(highest, Sensitivity.CONFIDENTIAL.rank)]
        assets = {(id_, None) for one in sessions for id_ in _sensitive(one, str(least))} if highest else set()
    order = lambda pair: (pair[0], pair[1] or "")  # noqa: E731
    return Universe(tuple(sorted(sources, key=order)), tuple(sorted(assets, key=order)), str(least))


def numbered(session: Session, wanted: Sequence[tuple[str, str | None]]) -> list[Named | None]:
    """Return the nodes of a session with some ids, those that take part; None where one does not, or is not there."""
    ids = sorted({id_ for id_, _ in wanted})
    rows = session.con.execute(
        "SELECT id, n, kind FROM base.node WHERE kind IS NOT NULL AND dead IS NULL "
        "AND id IN (SELECT unnest(?::VARCHAR[]))",
        [ids],
    ).fetchall()
    found = {id_: (n, kind) for id_, n, kind in rows}
    return [
        Named(*found[id_], "", level)
        if id_ in found and (level is None or level in kinds.family_of(found[id_][1]).levels)
        else None
        for id_, level in wanted
    ]


# Private functions


def _named(sessions: Sequence[Session], texts: Sequence[str]) -> set[tuple[str, str | None]]:
    found: set[tuple[str, str | None]] = set()
    for text in texts:
        refused: UnknownNameError | EmptySelectionError | None = None
        matched = False
        for session in sessions:
            try:
                here = names.resolve(session, [text])
            except (UnknownNameError, EmptySelectionError) as error:
                refused = error
                continue
            matched = True
            ids = _ids(session, [one.n for one in here])
            found |= {(ids[one.n], one.level) for one in here}
        if not matched and refused is not None:
            raise refused
    return found


def _ids(session: Session, nodes: Sequence[int]) -> dict[int, str]:
    rows = session.con.execute(
        "SELECT n, id FROM base.node WHERE n IN (SELECT unnest(?::INTEGER[]))", [list(nodes)]
    ).fetchall()
    return dict(rows)


def _alive(session: Session) -> list[str]:
    rows = session.con.execute(
        "SELECT id FROM base.node WHERE list_contains(?::VARCHAR[], kind) AND dead IS NULL AND provider <> ? "
        "ORDER BY id",
        [list(SOURCES), DERIVED],
    ).fetchall()
    return [row[0] for row in rows]


def _highest(session: Session) -> int:
    ranks = session.array("sensitivity")
    return int(np.max(ranks, initial=0))


def _sensitive(session: Session, least: str) -> list[str]:
    wanted = [str(one) for one in Sensitivity if one.rank >= Sensitivity(least).rank]
    rows = session.con.execute(
        "SELECT id FROM base.node WHERE list_contains(?::VARCHAR[], sensitivity) AND kind IS NOT NULL "
        "AND provider <> ? ORDER BY id",
        [wanted, DERIVED],
    ).fetchall()
    return [row[0] for row in rows]
