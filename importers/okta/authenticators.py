"""What people can prove who they are with: authenticators, device assurance, user types."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from graphscan.model import Node, Record, Relation
from importers.okta.context import Context, NotARecordError, identifier, object_of, state_of
from importers.okta.ids import text_of

_NOT_CHECKS = frozenset(
    {
        "_links",
        "createdBy",
        "createdDate",
        "displayRemediationMode",
        "id",
        "lastUpdate",
        "lastUpdatedBy",
        "name",
        "platform",
        "resourceDisplayName",
        "resourceId",
        "resourceType",
    }
)


@dataclass(slots=True)
class _Authenticator:
    record: dict[str, Any]
    where: str
    methods: dict[str, str] = field(default_factory=dict)
    read: bool = False


@dataclass(slots=True)
class AuthenticatorBook:
    """Authenticators of one snapshot; their methods come in later replies."""

    authenticators: dict[str, _Authenticator] = field(default_factory=dict)

    def authenticator(self, _context: Context, record: Any, where: str) -> Iterable[Record]:
        """Take an authenticator that was listed."""
        id_ = identifier(record)
        object_of(record, "settings")
        self.authenticators.setdefault(id_, _Authenticator(record, where))
        return ()

    def method(self, _context: Context, record: Any, where: str, authenticator_id: str) -> Iterable[Record]:
        """Take a method of an authenticator."""
        type_ = method_type(record)
        one = self.authenticators.setdefault(authenticator_id, _Authenticator({"id": authenticator_id}, where))
        one.read = True
        one.methods[type_] = state_of(record) or ""
        return ()

    def records(self, context: Context) -> Iterator[Record]:
        """Yield every authenticator."""
        for id_, one in self.authenticators.items():
            node = context.ref("authenticator", id_)
            key = text_of(one.record.get("key"))
            evidence = context.evidence(one.where)
            settings = object_of(one.record, "settings")
            properties = {
                "okta_id": id_,
                "key": key,
                "type": text_of(one.record.get("type")),
                "status": text_of(one.record.get("status")),
                "allowed_for": text_of(settings.get("allowedFor")),
                "user_verification": text_of(settings.get("userVerification")),
                "methods": [type_ for type_, status in one.methods.items() if status == "active"],
                "methods_inactive": [type_ for type_, status in one.methods.items() if status != "active"],
            }
            yield Node(
                node.text,
                "Control",
                "okta",
                # No enforcement is stated: it is something to prove oneself with, nothing that stands in the way.
                "authenticator",
                text_of(one.record.get("name")) or key or id_,
                valid_from=context.date(one.record, "created", one.where),
                state=state_of(one.record),
                properties={name: value for name, value in properties.items() if value},
                evidence=evidence,
            )
            properties = {"for": "authentication"}
            yield Relation(node, "APPLIES_TO", context.ref("org"), properties=properties, evidence=evidence)


def method_type(record: Any) -> str:
    """Return what an authenticator's method is called: it has no other id. Raises NotARecordError."""
    type_ = text_of(record.get("type")) if isinstance(record, dict) else ""
    if not type_:
        raise NotARecordError("a method of an authenticator without a type")
    return type_


def device_assurance(context: Context, record: Any, where: str) -> Iterator[Record]:
    """Map a device assurance policy: what a device has to have, which a rule may ask for."""
    id_ = identifier(record)
    properties = {
        "okta_id": id_,
        "platform": text_of(record.get("platform")),
        "checks": sorted(str(name) for name, value in record.items() if name not in _NOT_CHECKS and value),
    }
    yield Node(
        context.id("device-assurance", id_),
        "Policy",
        "okta",
        "device_assurance",
        text_of(record.get("name")) or id_,
        valid_from=context.date(record, "createdDate", where),
        properties={name: value for name, value in properties.items() if value},
        evidence=context.evidence(where),
    )


def user_type(context: Context, record: Any, _where: str) -> Iterable[Record]:
    """Note what a user type is called; it is shown with the users of that type."""
    id_ = identifier(record)
    context.user_types[id_] = text_of(record.get("displayName")) or text_of(record.get("name")) or id_
    return ()
