"""OAuth clients: service applications as accounts, their secrets and keys, and the scopes granted to them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from graphscan.model import Coverage, CoverageState, Key, LastUse, Node, Observed, Record, Ref, Relation, Version
from importers.okta import endpoints as ends
from importers.okta.context import Context, NotARecordError, identifier, state_of
from importers.okta.ids import is_okta_id, text_of
from importers.okta.network import conditions

_SECRET_METHODS = frozenset({"client_secret_basic", "client_secret_post", "client_secret_jwt"})
_KEY_METHODS = frozenset({"private_key_jwt"})
_NO_METHODS = _SECRET_METHODS | _KEY_METHODS | {"none"}


def is_oauth(record: dict[str, Any]) -> bool:
    """Whether an application is an OAuth client."""
    return record.get("signOnMode") == "OPENID_CONNECT"


def is_service(record: dict[str, Any]) -> bool:
    """Whether a client gets tokens in its own name, without a person."""
    client = _part(record, "settings")
    grants = client.get("grant_types")
    asks_alone = isinstance(grants, list) and "client_credentials" in grants
    return is_oauth(record) and (client.get("application_type") == "service" or asks_alone)


def client_id(record: dict[str, Any]) -> str:
    """Return a client's id; Okta uses the application's own unless told otherwise."""
    value = _part(record, "credentials").get("client_id")
    return value if is_okta_id(value) else str(record["id"])


def key_id(record: Any) -> str:
    """Return a registered key's id: Okta's own, or the key's. Raises NotARecordError."""
    if isinstance(record, dict) and record.get("id") is None:
        return identifier(record, "kid")
    return identifier(record)


@dataclass(slots=True)
class _Client:
    ref: Ref
    record: dict[str, Any]
    where: str
    scopes: dict[str, None] = field(default_factory=dict)
    inactive: dict[str, None] = field(default_factory=dict)
    held: list[tuple[Ref, frozenset[str], str]] = field(default_factory=list)
    granted: bool = False
    kids: set[str] = field(default_factory=set)

    @property
    def method(self) -> str:
        return text_of(_part(self.record, "credentials").get("token_endpoint_auth_method"))


@dataclass(slots=True)
class ClientBook:
    """
    Service applications of one snapshot, completed by their secrets, keys and grants as those are read.

    What a client's credential opens follows from the scopes granted to it, which come in later replies: it is stated at
    the end. Scopes alone give the use of the interface, never the rights of a role: for those, see
    `okta.service-app-role`.

    Attributes:
        clients:  by application.
        accounts: the node ids of their accounts.
    """

    clients: dict[str, _Client] = field(default_factory=dict)
    accounts: set[str] = field(default_factory=set)

    def application(self, context: Context, record: dict[str, Any], where: str) -> None:
        """Note an application that was listed, if it is a service."""
        if is_service(record):
            ref = context.ref("client", client_id(record))
            # Two applications that claim one client id would be one account: the first has it.
            if ref.text not in self.accounts:
                self.accounts.add(ref.text)
                self.clients[record["id"]] = _Client(ref, record, where)

    def secret(self, context: Context, record: Any, where: str, app_id: str) -> Iterator[Record]:
        """Map a client secret: `created` dates it, for a secret is never changed, only replaced by another."""
        id_ = identifier(record)
        node = context.ref("client-secret", f"{app_id}:{id_}")
        what = (node, "client_secret", f"client secret {id_}")
        yield dated_credential(context, record, where, what, self._owner(app_id), context.id("app", app_id))
        # Its value stands in the application's settings for whoever administers it.
        yield Relation(context.ref("app", app_id), "STORES", node, needs="admin", evidence=context.evidence(where))
        if app_id in self.clients:
            self.clients[app_id].held.append((node, _SECRET_METHODS, where))

    def key(self, context: Context, record: Any, where: str, app_id: str) -> Iterator[Record]:
        """Map the private key that belongs to a registered public one; Okta does not hold it."""
        id_ = key_id(record)
        node = context.ref("client-key", f"{app_id}:{id_}")
        what = (node, "private_key", f"private key {id_}")
        if app_id in self.clients:
            self.clients[app_id].kids.update((id_, text_of(record.get("kid"))))
        yield dated_credential(context, record, where, what, self._owner(app_id), context.id("app", app_id))
        if app_id in self.clients and text_of(record.get("use")) != "enc":
            self.clients[app_id].held.append((node, _KEY_METHODS, where))

    def grant(self, _context: Context, record: Any, _where: str, app_id: str) -> Iterable[Record]:
        """Take a scope that was granted to a client."""
        identifier(record)
        scope = text_of(record.get("scopeId"))
        if not scope:
            raise NotARecordError("a grant without a scope")
        client = self.clients.get(app_id)
        if client is not None:
            (client.scopes if state_of(record) == "active" else client.inactive)[scope] = None
        return ()

    def grants_read(self, app_id: str) -> None:
        """Note that the grants of a client were answered, be there any or none."""
        if app_id in self.clients:
            self.clients[app_id].granted = True

    def records(self, context: Context, coverage: list[Coverage]) -> Iterator[Record]:
        """Yield every service account with what opens it."""
        short = {
            row.scope
            for row in coverage
            if row.endpoint == ends.GRANTS and row.scope and row.state is not CoverageState.COMPLETE
        }
        for app_id, client in self.clients.items():
            known = client.granted and context.id("app", app_id) not in short
            yield from self._account(context, app_id, client, known)

    def _owner(self, app_id: str) -> str | None:
        return self.clients[app_id].ref.text if app_id in self.clients else None

    def _inline(self, context: Context, app_id: str, client: _Client) -> Iterator[Record]:
        """Yield the keys that stand in the application's own record and in no list: nothing dates them."""
        jwks = _part(client.record, "settings").get("jwks")
        keys = jwks.get("keys") if isinstance(jwks, dict) else None
        for key in keys if isinstance(keys, list) else ():
            kid = key.get("kid") if isinstance(key, dict) else None
            if is_okta_id(kid) and kid not in client.kids:
                yield from self.key(context, {"id": kid, "kid": kid, "use": key.get("use")}, client.where, app_id)

    def _account(self, context: Context, app_id: str, client: _Client, known: bool) -> Iterator[Record]:
        record, where, settings = client.record, client.where, _part(client.record, "settings")
        evidence = context.evidence(where)
        status = state_of(record)
        properties: dict[str, Any] = {
            "okta_id": app_id,
            "client_id": client.ref.text.rpartition(":")[2],
            "status": text_of(record.get("status")),
            "auth_method": client.method,
            "scopes": sorted(client.scopes) if known else None,
            "scopes_not_active": sorted(client.inactive) or None,
            "detail": None if known else "the scopes granted to it could not be read",
            "jwks_uri": text_of(settings.get("jwks_uri")) or None,
        }
        yield Node(
            client.ref.text,
            "ServiceAccount",
            "okta",
            "service_app",
            text_of(record.get("label")) or app_id,
            valid_from=context.date(record, "created", where),
            # A client of an application that is switched off gets no tokens.
            state="disabled" if status == "inactive" else status,
            keys=(Key("client_id", client.ref.text.rpartition(":")[2], f"okta:{context.name}"),),
            properties={name: value for name, value in properties.items() if value is not None and value != ""},
            evidence=evidence,
        )
        yield Relation(client.ref, "ACCOUNT_OF", context.ref("org"), evidence=evidence)
        level = level_of(client.scopes) if known else "api_write"
        network = settings.get("network")
        guards = []
        limits = network if isinstance(network, dict) else {}
        for control, made in conditions(context, "client", app_id, client.ref, limits, evidence):
            guards.append((control, "defeated"))
            yield from made
        yield from self._inline(context, app_id, client)
        if text_of(settings.get("jwks_uri")):
            node = context.ref("client-key-uri", app_id)
            yield Node(
                node.text,
                "Credential",
                "okta",
                "private_key",
                "private keys of which the public ones are at another address",
                last_used=(LastUse("okta", known=False),),
                owner=client.ref.text,
                evidence=evidence,
            )
            client.held.append((node, _KEY_METHODS, where))
        for node, methods, said in client.held:
            if client.method in _NO_METHODS and client.method not in methods:
                continue  # the client signs in another way
            yield Relation(
                client.ref,
                "HAS_CREDENTIAL",
                node,
                gives=level,
                guarded_by=tuple(guards),
                observed=Observed.YES if known and client.method in methods else Observed.POSSIBLE,
                evidence=context.evidence(said),
            )


def dated_credential(
    context: Context, record: dict[str, Any], where: str, what: tuple[Ref, str, str], owner: str | None, of: str
) -> Node:
    """
    Map a secret or key of a client: `created` dates it, `lastUpdated` proves nothing, and no use is told.

    Args:
        what:  its node, subtype and name.
        owner: the account it signs in.
        of:    the node of what it is registered with.
    """
    node, subtype, name = what
    created = context.date(record, "created", where)
    updated = context.date(record, "lastUpdated", where)
    status = state_of(record)
    properties = {
        "okta_id": text_of(record.get("id")),
        "kid": text_of(record.get("kid")),
        "status": text_of(record.get("status")),
        "use": text_of(record.get("use")),
        "app": of,
        "last_updated": updated.isoformat() if updated else "",
    }
    return Node(
        node.text,
        "Credential",
        "okta",
        subtype,
        name,
        valid_from=created,
        versions=(Version(created),) if created else (),
        last_used=(LastUse("okta", known=False),),
        owner=owner,
        state="disabled" if status == "inactive" else status,
        properties={part: value for part, value in properties.items() if value},
        evidence=context.evidence(where),
    )


def level_of(scopes: Iterable[str]) -> str:
    """Return what scopes of the organisation's interface let a client do, whatever its role: read, or write too."""
    okta = [scope for scope in scopes if scope.startswith("okta.")]
    return "api_read" if all(scope.endswith(".read") for scope in okta) else "api_write"


# Private functions


def _part(record: dict[str, Any], name: str) -> dict[str, Any]:
    """Return `settings.oauthClient` or `credentials.oauthClient`, or an empty one."""
    outer = record.get(name)
    inner = outer.get("oauthClient") if isinstance(outer, dict) else None
    return inner if isinstance(inner, dict) else {}
