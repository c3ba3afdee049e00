"""What of an inventory is worth a claim: crown jewels, segments, environments, doors with hard keys, what must work."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphscan import kinds, select
from graphscan.analysis import names
from graphscan.analysis.build import KINDS
from graphscan.analysis.question import Question
from graphscan.analysis.session import Session

MOST = 8  # of each sort that are proposed one by one
_CANDIDATES = 12  # credentials of one source of which one is looked for that opens something

ENVIRONMENTS = ("environment", "account", "aws_account", "subscription", "cloud_project")
SEPARATE = ("test", "testing", "staging", "stage", "dev", "development", "sandbox", "nonprod", "nonproduction", "qa")
PRODUCTION = ("prod", "production", "live")
HARD_KEYS = ("hardware_key", "hard_key", "security_key", "webauthn", "fido2", "u2f", "passkey")
# What is reached on the way and is no use in itself.
_NO_USE = ("Segment", "Control", "Scope", "Group", "RoleAssignment", "Credential")

# Of derived nodes nothing is claimed, and the dead open nothing.
_LIVE = "provider <> 'derived' AND kind IS NOT NULL AND dead IS NULL"


@dataclass(frozen=True, slots=True)
class Thing:
    """A node as proposals speak of it."""

    id: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Works:
    """A start that is known to open something, by what one source says."""

    source: str
    start: Thing
    target: Thing
    level: str


def crown_jewels(session: Session) -> dict[str, int]:
    """Return how many crown jewels there are of each kind."""
    return _counts(session, f"{_LIVE} AND sensitivity = 'crown_jewel' AND kind <> 'Control'")


def segments(session: Session) -> list[Thing]:
    """Return the segments that are not the internet, in order of id."""
    return _things(session, f"{_LIVE} AND kind = 'Segment' AND id <> ?", [kinds.INTERNET])


def environments(session: Session) -> list[Thing]:
    """Return the environments that are applications, as an AWS account is, and hold no crown jewel themselves."""
    return _things(
        session,
        f"""{_LIVE} AND kind = 'Application' AND subtype IN (SELECT unnest(?::VARCHAR[]))
        AND coalesce(sensitivity, '') <> 'crown_jewel' AND n NOT IN (
          SELECT r.source FROM base.relation r JOIN base.node inside ON inside.n = r.target
          WHERE r.kind = 'CONTAINS' AND inside.sensitivity = 'crown_jewel')""",
        [list(ENVIRONMENTS)],
    )


def labels(session: Session) -> tuple[list[str], list[str]]:
    """Return the labels that say "not production", and those that say "production", as they are written."""
    rows = session.con.execute(
        f"SELECT DISTINCT unnest(labels) AS label FROM base.node WHERE {_LIVE} ORDER BY label"
    ).fetchall()
    apart = [label for (label,) in rows if label and _means(label, SEPARATE)]
    return apart, [label for (label,) in rows if label and label not in apart and _means(label, PRODUCTION)]


def separate(segments: Sequence[Thing]) -> list[Thing]:
    """Return the segments that are by their id or name a test, staging or development network."""
    return [one for one in segments if _means(one.id, SEPARATE) or _means(one.name, SEPARATE)]


def behind_hard_keys(session: Session) -> tuple[dict[str, int], list[str]]:
    """
    Return what hard keys guard: how many doors of each kind, and the subtypes of the controls.

    A door is an application or host of which every way in is guarded so (`guarded_by`).
    """
    subtypes = session.con.execute(
        f"SELECT DISTINCT subtype FROM base.node WHERE {_LIVE} AND kind = 'Control' AND subtype IN "
        "(SELECT unnest(?::VARCHAR[])) ORDER BY subtype",
        [list(HARD_KEYS)],
    ).fetchall()
    doors: dict[str, set[str]] = {}
    used = []
    for (subtype,) in subtypes:
        where, values = select.condition(select.Term("guarded_by", select.Pattern(((subtype, False),))))
        rows = session.con.execute(
            f"SELECT kind, id FROM base.node AS node WHERE {_LIVE} AND kind IN ('Application', 'Host') "
            f"AND coalesce({where}, false)",
            values,
        ).fetchall()
        for kind, id_ in rows:
            doors.setdefault(kind, set()).add(id_)
        used += [subtype] if rows else []
    return {kind: len(doors[kind]) for kind in sorted(doors)}, used


def hard_keys(session: Session) -> list[str]:
    """Return the subtypes of credentials that are hard keys: they are called so, or meet the control of one."""
    meets = session.con.execute(
        """
        SELECT DISTINCT key.subtype FROM base.relation r JOIN base.node control ON control.n = r.source
        JOIN base.node key ON key.n = r.target
        WHERE r.kind = 'DEFEATED_BY' AND control.subtype IN (SELECT unnest(?::VARCHAR[])) AND key.kind = 'Credential'
          AND key.subtype <> ''
        """,
        [list(HARD_KEYS)],
    ).fetchall()
    return sorted({one for (one,) in meets} | {*HARD_KEYS})


def secrets(session: Session) -> int:
    """Return how many credentials there are that are no hard keys, dead ones among them, as a selector counts them."""
    row = session.con.execute(
        "SELECT count(*) FROM base.node WHERE kind = 'Credential' AND provider <> 'derived' "
        "AND coalesce(subtype, '') NOT IN (SELECT unnest(?::VARCHAR[]))",
        [hard_keys(session)],
    ).fetchone()
    return int(row[0]) if row else 0


def working(session: Session) -> list[Works]:
    """Return for each source one credential, or else account, that is known to open something, in order of source."""
    found: dict[str, Works] = {}
    for kind in ("Credential", "ServiceAccount", "User"):
        rows = session.con.execute(
            f"""
            SELECT source, id, name FROM (SELECT unnest(sources) AS source, id, name FROM base.node
              WHERE {_LIVE} AND kind = ? AND NOT coalesce(hypothetical, false))
            QUALIFY row_number() OVER (PARTITION BY source ORDER BY id) <= ? ORDER BY source, id
            """,
            [kind, _CANDIDATES],
        ).fetchall()
        for source, id_, name in rows:
            if source not in found and (works := _opens(session, source, Thing(id_, kind, name or id_))) is not None:
                found[source] = works
    return [found[source] for source in sorted(found)][:MOST]


# Private functions


def _opens(session: Session, source: str, start: Thing) -> Works | None:
    """Return something that a start opens by itself, what matters most first; None where it opens nothing."""
    question = Question.ask(session, names.starts(session, [start.id]))
    graph = session.graph
    useful = [code for code, kind in enumerate(KINDS) if kind not in _NO_USE]
    for facts in (question.assets, question.gained):
        nodes = graph.fact_node[facts]
        kept = facts[np.isin(session.array("kind")[nodes], useful) & (question.sensitivity[facts] > 0)]
        if len(kept):
            best = int(kept[np.argmax(question.sensitivity[kept])])
            row = session.con.execute(
                "SELECT id, kind, name FROM base.node WHERE n = ?", [int(graph.fact_node[best])]
            ).fetchone()
            if row is not None:
                return Works(source, start, Thing(row[0], row[1], row[2] or row[0]), graph.level_name(best))
    return None


def _means(text: str, words: Sequence[str]) -> bool:
    """Whether one of some words stands in a text, by itself."""
    apart = "".join(sign if sign.isalnum() else " " for sign in text.casefold()).replace("non prod", "nonprod")
    return any(part in words for part in apart.split())


def _things(session: Session, where: str, values: Sequence[Any]) -> list[Thing]:
    rows = session.con.execute(f"SELECT id, kind, name FROM base.node WHERE {where} ORDER BY id", [*values]).fetchall()
    return [Thing(id_, kind, name or id_) for id_, kind, name in rows]


def _counts(session: Session, where: str) -> dict[str, int]:
    rows = session.con.execute(f"SELECT kind, count(*) FROM base.node WHERE {where} GROUP BY kind ORDER BY kind")
    return dict(rows.fetchall())
