"""Every text of an inventory by which somebody or something could be known again, to keep them out of a report."""

import json
from collections.abc import Iterator

from graphscan.analysis.session import Session

_BATCH = 10_000


def stated_names(session: Session) -> Iterator[tuple[str, str]]:
    """
    Yield (text, kind of node) of all that a session's inventory states: ids, names, owners, keys (logins, e-mail and
    base addresses), labels, and the values of properties; then sources and the places of evidence, of kind "".
    """
    rows = session.con.execute(
        "SELECT id, kind, name, owner, keys::JSON::VARCHAR, labels, properties, evidence_where, sources FROM base.node "
        "ORDER BY n"
    )
    while batch := rows.fetchmany(_BATCH):
        for id_, kind, name, owner, keys, labels, properties, where, sources in batch:
            sort = kind or ""
            yield id_, sort
            if name:
                yield name, sort
            if owner:
                yield owner, ""
            for one in json.loads(keys) if keys else ():
                yield one["value"], sort
            for label in labels or ():
                yield label, ""
            for value in json.loads(properties).values() if properties and properties != "{}" else ():
                if isinstance(value, str):
                    yield value, ""
            if where:
                yield where, ""
            for source in sources or ():
                yield source, ""
    for (where,) in session.con.execute(
        "SELECT DISTINCT evidence_where FROM base.relation WHERE evidence_where IS NOT NULL ORDER BY 1"
    ).fetchall():
        yield where, ""
