"""What Okta makes and changes behind an application: accounts, passwords, groups."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from graphscan.model import Node, Record, Ref, Relation
from importers.okta import app_settings
from importers.okta import endpoints as ends
from importers.okta.context import Context, identifier, object_of, state_of
from importers.okta.ids import is_okta_id, text_of

_INSIDE = "APP_GROUP"


@dataclass(slots=True)
class _Connection:
    record: dict[str, Any]
    where: str
    capabilities: dict[str, Any] | None = None
    status: str = ""
    base_url: str = ""


@dataclass(slots=True)
class ProvisioningBook:
    """The applications of one snapshot that Okta makes accounts for, completed by what later replies tell of them."""

    _connections: dict[str, _Connection] = field(default_factory=dict)
    _groups: dict[str, str] = field(default_factory=dict)

    def parts(self) -> dict[str, tuple[Callable[[Context, Any, str, str], Iterable[Record]], Callable[[Any], str]]]:
        """Return how each of the end points that tell of one application's provisioning is mapped."""
        return {
            ends.APP_FEATURES: (self.feature, lambda row: identifier(row, "name")),
            ends.APP_CONNECTION: (self.connection, lambda _row: "default"),
            ends.PUSH_MAPPINGS: (self.mapping, identifier),
        }

    def group(self, record: dict[str, Any]) -> None:
        """Remember what a group of an application is called: it stands for one in the product behind it."""
        if text_of(record.get("type")) == _INSIDE:
            self._groups[record["id"]] = text_of(object_of(record, "profile").get("name"))

    def application(self, context: Context, record: dict[str, Any], where: str) -> Iterator[Record]:
        """State the connection over which Okta writes to the product, for whoever administers the application."""
        if not app_settings.provisions(record):
            return
        self._connections[record["id"]] = _Connection(record, where)
        app, node = context.ref("app", record["id"]), context.ref("provisioning", record["id"])
        evidence = context.evidence(where)
        yield Relation(app, "CONTAINS", node, needs="admin", gives="admin", evidence=evidence)
        # It is part of the application, and nothing that one signs in to.
        yield Relation(node, "INSTALLED_IN", app, evidence=evidence)
        yield Relation(
            Ref.behind("application"),
            "CONTAINS",
            node,
            needs="system",
            gives="admin",
            via=app,
            properties={"as": "receives what is pushed"},
            evidence=evidence,
        )

    def feature(self, _context: Context, row: Any, _where: str, app_id: str) -> Iterable[Record]:
        """Take what the connection is used for."""
        if isinstance(row, dict) and row.get("name") == "USER_PROVISIONING" and app_id in self._connections:
            on = text_of(row.get("status")) != "DISABLED"
            self._connections[app_id].capabilities = object_of(row, "capabilities") if on else {}
        return ()

    def connection(self, _context: Context, row: Any, _where: str, app_id: str) -> Iterable[Record]:
        """Take where the connection leads, and whether it is switched on."""
        if isinstance(row, dict) and app_id in self._connections:
            self._connections[app_id].status = text_of(row.get("status"))
            self._connections[app_id].base_url = text_of(row.get("baseUrl"))
        return ()

    def mapping(self, context: Context, row: Any, where: str, app_id: str) -> Iterator[Record]:
        """
        Map a group that is pushed: whoever is in it and has an account there is in the group there.

        TRUSTS, not MEMBER_OF: how strongly somebody signed in to Okta is nothing that the product knows.
        """
        identifier(row)
        source, target = row.get("sourceGroupId"), row.get("targetGroupId")
        if state_of(row) not in ("active", None):
            return
        if not is_okta_id(source) or not is_okta_id(target) or not self._groups.get(target):
            context.doubt(where, "what a pushed group is called behind the application cannot be told")
            return
        yield Relation(
            Ref.behind("group", self._groups[target]),
            "TRUSTS",
            context.ref("group", source),
            via=context.ref("app", app_id),
            properties={"as": "group push", "pushed_as": self._groups[target]},
            evidence=context.evidence(where),
        )

    def records(self, context: Context) -> Iterator[Record]:
        """Yield every connection, with what is known of it."""
        for app_id, one in self._connections.items():
            features = app_settings.features_of(one.record)
            properties = {
                "features": features,
                "status": one.status,
                "base_url": one.base_url,
                "creates": _creates(one, features),
                "password_kind": _password(one, features),
                "groups": "yes" if "GROUP_PUSH" in features else "no",
            }
            yield Node(
                context.id("provisioning", app_id),
                "Application",
                "okta",
                "provisioning",
                f"provisioning of {text_of(one.record.get('label')) or app_id}",
                state=state_of(one.record),
                properties={key: value for key, value in properties.items() if value},
                evidence=context.evidence(one.where),
            )


# Private functions


def _creates(one: _Connection, features: list[str]) -> str:
    """Say whether accounts are made: `yes`, `no`, or `unknown` where what is switched on was not read."""
    if "PUSH_NEW_USERS" not in features or _off(one):
        return "no"
    if one.capabilities is None:
        return "unknown"
    return _state(one.capabilities, "create", "lifecycleCreate")


def _password(one: _Connection, features: list[str]) -> str:
    """Say which password is sent: `okta`, the person's own; `random`; `no`; or `unknown`."""
    if "PUSH_PASSWORD_UPDATES" not in features or _off(one):
        return "no"
    if one.capabilities is None:
        return "unknown"
    update = object_of(object_of(one.capabilities, "update"), "password")
    state = _state(one.capabilities, "update", "password")
    return {"OKTA": "okta", "RANDOM": "random"}.get(text_of(update.get("seed")), "unknown") if state == "yes" else state


def _off(one: _Connection) -> bool:
    return one.status == "DISABLED" or state_of(one.record) != "active"


def _state(capabilities: dict[str, Any], *names: str) -> str:
    found: Any = capabilities
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    stated = text_of(found.get("status")) if isinstance(found, dict) else ""
    return {"ENABLED": "yes", "DISABLED": "no"}.get(stated, "unknown")
