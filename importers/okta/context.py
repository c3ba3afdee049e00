"""What every mapping of an Okta record needs: the organisation's name, when it was read, a place to count doubts."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from graphscan.model import Evidence, EvidenceKind, Key, NotUnderstood, Ref
from importers._records import NotARecordError, Tally, moment, object_of, text_of
from importers.okta.ids import is_okta_id, node_id
from importers.okta.ranges import Ranges

__all__ = ["Context", "NotARecordError", "Tally", "identifier", "object_of", "state_of"]


@dataclass(slots=True)
class Context:
    """
    One snapshot being mapped.

    Attributes:
        name:       the organisation (`acme` of `okta:acme`).
        at:         when it was read.
        unreadable: node ids of applications and groups whose lists of members or assignments have gaps.
        whole:      whether every listing of group members is complete.
        zones:      the state of each network zone that a Segment was made for already.
        zone_names, zone_ranges: what each zone that was listed is called, and the addresses it holds where it says so.
        user_types: what each user type is called.
        rules:      of each group, the rules that put people into it.
        shared:     ids of nodes that many records speak of (mechanisms, vendors) and that are stated already.
        integrations: what the scopes of each service integration let it do, as a level.
        vendors:    whose product each service integration is.
        apps:       of each application that was listed, how its client signs in; empty where it is none.
        logins:     of each user, the name it signs in with.
        origin:     where the organisation was read.
        org_keys:   by which keys the organisation itself is found, beside its address.
    """

    name: str
    at: datetime
    unreadable: frozenset[str] = frozenset()
    whole: bool = True
    doubts: Counter[tuple[str, str]] = field(default_factory=Counter)
    zones: dict[str, str] = field(default_factory=dict)
    zone_names: dict[str, str] = field(default_factory=dict)
    zone_ranges: dict[str, Ranges] = field(default_factory=dict)
    user_types: dict[str, str] = field(default_factory=dict)
    rules: dict[str, list[str]] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)
    integrations: dict[str, str] = field(default_factory=dict)
    vendors: dict[str, Ref] = field(default_factory=dict)
    apps: dict[str, str] = field(default_factory=dict)
    logins: dict[str, str] = field(default_factory=dict)
    origin: str = ""
    org_keys: dict[Key, None] = field(default_factory=dict)

    def id(self, kind: str, identifier: str = "") -> str:
        """Return a node id of this organisation."""
        return node_id(self.name, kind, identifier)

    def ref(self, kind: str, identifier: str = "") -> Ref:
        """Return a reference to a node of this organisation."""
        return Ref(node_id(self.name, kind, identifier))

    def evidence(self, where: str) -> Evidence:
        """Return the evidence that an end point's answer is."""
        return Evidence(EvidenceKind.CONFIG, where, self.at)

    def doubt(self, where: str, reason: str) -> None:
        """Count something that was not understood."""
        self.doubts[where, reason] += 1

    def date(self, record: dict[str, Any], name: str, where: str) -> datetime | None:
        """Return a date of a record; one that is none is counted and left out."""
        value = record.get(name)
        at = moment(value)
        if at is None and value is not None:
            self.doubt(where, f"`{name}` is not a date; the record was imported without it")
        return at

    def not_understood(self) -> list[NotUnderstood]:
        """Return the counts, in a stable order."""
        return [NotUnderstood(where, reason, count) for (where, reason), count in sorted(self.doubts.items())]


def identifier(record: Any, name: str = "id") -> str:
    """Return a record's id. Raises NotARecordError where it has none that can be one."""
    if not isinstance(record, dict):
        raise NotARecordError("the record is not an object")
    value = record.get(name)
    if not is_okta_id(value):
        raise NotARecordError(f"`{name}` is missing or is not an Okta id")
    return value


def state_of(record: dict[str, Any], name: str = "status") -> str | None:
    """Return a state in lower case; one not known yet stays as the vendor wrote it."""
    return text_of(record.get(name)).strip().lower() or None
