"""
The moments at which an inventory changes, and those at which what attackers reach can grow; kept beside the cache.

Between two neighbouring changes every instant has the same graph. Between two neighbouring moments of growth the graph
only loses: what is reached then was reached before. (A new value of a credential is the third cause of growth. Which
credentials matter depends on what is read: `analysis.timeline` looks for those.)
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from graphscan import kinds
from graphscan.analysis import build
from graphscan.store import merge
from graphscan.store.files import rename_to, sealed, unsealed, write_aside
from graphscan.techniques import registry
from graphscan.techniques.registry import Technique

# How SQL says that something is not there. A file may do so of what it does not name under `negates`: then of all it
# reads.
_ABSENCE = re.compile(r"\b(ANTI\s+JOIN|NOT\s+IN|NOT\s+EXISTS|EXCEPT)\b", re.IGNORECASE)
# Sign-on policies are evaluated in order: where a rule, or whom it is for, ends, the next one decides.
_POLICIES = frozenset({"APPLIES_TO", "MEMBER_OF", "ASSIGNED_TO", "DEFEATED_BY"})
_DERIVED = {"EFFECTIVE_MEMBER_OF": "MEMBER_OF"}


class Instants:
    """
    The moments of one snapshot, each list worked out once and kept in the store's cache.

    Attributes:
        warning: what to say where a kept list could not be trusted.
    """

    def __init__(self, cache: Path, digest: str) -> None:
        self._cache = cache
        self._digest = digest
        self._lists: dict[str, list[str]] = {}
        self.warning = ""

    def changes(self, inventory: build.Inventory) -> list[str]:
        """Return the moments at which anything changes, in ISO 8601 and UTC, sorted."""
        return self._list(f"times-{self._digest[:40]}.json", lambda: _changes(inventory))

    def growth(self, inventory: build.Inventory, techniques: Sequence[Path], digest: str) -> list[datetime]:
        """
        Return the moments at which reach can grow, sorted.

        Args:
            techniques: folders of further techniques.
            digest:     of all technique files.
        """
        name = f"growth-{self._digest[:32]}-{digest[:16]}.json"
        found = self._list(name, lambda: _growth(inventory, registry.load(techniques)))
        return [datetime.fromisoformat(one) for one in found]

    # Private functions

    def _list(self, name: str, make: Callable[[], Iterable[datetime]]) -> list[str]:
        if name in self._lists:
            return self._lists[name]
        path = self._cache / name
        found = read(path)
        if found is None:
            if path.exists():
                self.warning = f"the cached file `{name}` is damaged; it is thrown away and built again"
            found = sorted({when.astimezone(UTC).isoformat() for when in make()})
            path.parent.mkdir(parents=True, exist_ok=True)
            rename_to(write_aside(path, sealed({"times": found})), path)
        self._lists[name] = found
        return found


def read(path: Path) -> list[str] | None:
    """Return a kept list of moments; None where there is none that can be trusted."""
    try:
        return [str(one) for one in unsealed(path.read_bytes())["times"]]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


# Private functions


def _changes(inventory: build.Inventory) -> set[datetime]:
    # A state without a date is believed from when its source was read: at that moment something changes as well.
    return {*merge.boundaries(inventory.con), *(one.at.astimezone(UTC) for one in inventory.snapshot.imports)}


def _growth(inventory: build.Inventory, techniques: Sequence[Technique]) -> list[datetime]:
    con = inventory.con
    providers = {row[0] for row in con.execute("SELECT DISTINCT provider FROM base.node").fetchall()}
    con.execute(
        "CREATE OR REPLACE TEMP TABLE growth_taken AS "
        "SELECT unnest(?::VARCHAR[]) AS name, unnest(?::TIMESTAMP[]) AS taken",
        [
            [one.source for one in inventory.snapshot.imports],
            [one.at.astimezone(UTC).replace(tzinfo=None) for one in inventory.snapshot.imports],
        ],
    )
    con.execute(_MORTAL, [sorted(kinds.DYING_KINDS), sorted(kinds.DEAD_STATES)])
    rows = con.execute(_GROWTH, [sorted(_absent(techniques, providers))]).fetchall()
    con.execute("DROP TABLE growth_mortal; DROP TABLE growth_taken")
    return [row[0].replace(tzinfo=UTC) for row in rows]


def _absent(techniques: Iterable[Technique], providers: set[str]) -> set[str]:
    """Return the relation kinds whose absence may open something."""
    found = set(_POLICIES)
    for one in techniques:
        if one.provider and one.provider not in providers:
            continue
        found |= {*one.negates}
        if _ABSENCE.search(one.sql):
            found |= {*one.reads}
    return {_DERIVED.get(kind, kind) for kind in found}


# When nodes die, by whatever would end them.
_MORTAL = """
CREATE OR REPLACE TEMP TABLE growth_mortal AS
SELECT n, valid_to AS instant FROM base.node WHERE valid_to IS NOT NULL
UNION ALL SELECT n, expires_at FROM base.node WHERE kind = 'Credential' AND expires_at IS NOT NULL
UNION ALL SELECT n, taken FROM (
  SELECT n, unnest(sources) AS name FROM base.node
  WHERE list_contains(?::VARCHAR[], kind) AND list_contains(?::VARCHAR[], state)
) JOIN growth_taken USING (name)
"""

# What begins; controls whose enforcement changes; coverage, on which it rests what is known to be absent; and the end
# of what something may ask not to be there, be it the relation's own or that of a node it needs.
_GROWTH = """
WITH absent AS (
  SELECT r, kind, source, target, via, guards, valid_to FROM base.relation
  WHERE list_contains(?::VARCHAR[], kind::VARCHAR)
), needed AS (
  SELECT source AS n FROM absent UNION SELECT target FROM absent UNION SELECT via FROM absent
  UNION SELECT g.n FROM (SELECT unnest(guards) AS g FROM absent)
  -- A credential without any account left is no longer dead because all its accounts are.
  UNION SELECT source FROM base.relation WHERE kind = 'HAS_CREDENTIAL' AND valid_to IS NOT NULL
)
SELECT DISTINCT instant FROM (
  SELECT valid_from AS instant FROM base.node
  UNION ALL SELECT valid_from FROM base.relation
  UNION ALL SELECT stored_at FROM base.relation
  UNION ALL SELECT valid_to FROM base.node WHERE kind = 'Control'
  UNION ALL SELECT unnest(list_transform(enforced, lambda one: one.valid_from)) FROM base.node WHERE len(enforced) > 0
  UNION ALL SELECT unnest(list_transform(enforced, lambda one: one.valid_to)) FROM base.node WHERE len(enforced) > 0
  UNION ALL SELECT valid_from FROM base.coverage
  UNION ALL SELECT valid_to FROM base.coverage
  UNION ALL SELECT valid_to FROM absent
  UNION ALL SELECT instant FROM growth_mortal SEMI JOIN needed USING (n)
  UNION ALL SELECT valid_to FROM base.relation
    WHERE kind = 'HAS_CREDENTIAL' AND source IN (SELECT n FROM growth_mortal)
) WHERE instant IS NOT NULL ORDER BY 1
"""
