"""Audit records of Jira Cloud: who made which account and group, where a record says so."""

from collections.abc import Iterable, Iterator
from typing import Any

from graphscan.model import Evidence, EvidenceKind, Record, Ref, Relation
from importers.atlassian.context import Context, NotARecordError, object_of, text_of
from importers.atlassian.jira.cloud_people import CloudHolders

# The kind of a thing that was made, as records and as node ids call it.
_SORTS = {"USER": "user", "GROUP": "group"}


class Audit:
    """What was made, by whom; kept until it is known which of it there still is."""

    def __init__(self, context: Context, holders: CloudHolders) -> None:
        self._context = context
        self._holders = holders
        self._made: dict[tuple[str, str], Relation] = {}

    def page(self, row: Any, where: str) -> Iterable[Record]:
        """Take note of one page of records; those that say something else are passed over."""
        records = row.get("records")
        if not isinstance(records, list):
            raise NotARecordError("`records` is not a list")
        for one in records:
            if isinstance(one, dict):
                self._record(one, where)
        return ()

    def records(self, described: set[str]) -> Iterator[Relation]:
        """
        Yield who made what.

        Args:
            described: nodes that there are.
        """
        yield from (one for one in self._made.values() if one.source.text in described)

    def _record(self, row: dict[str, Any], where: str) -> None:
        what, author = object_of(row, "objectItem"), text_of(row.get("authorAccountId"))
        sort, id_ = _SORTS.get(text_of(what.get("typeName")).upper()), text_of(what.get("id"))
        if sort is None or not id_ or not author or "created" not in text_of(row.get("summary")).lower():
            return
        if sort == "group":
            id_ = self._holders.group_ids.get(text_of(what.get("name")).lower(), id_)
        node = self._holders.id(sort, id_)
        by = Ref(self._holders.named("user", author))
        said = Evidence(EvidenceKind.LOG, where, self._context.date(row, "created", where) or self._context.at)
        self._made.setdefault((node, by.text), Relation(Ref(node), "CREATED_BY", by, evidence=said))
