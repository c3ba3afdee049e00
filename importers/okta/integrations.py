"""Service integrations: another company's product that acts in the organisation with the scopes granted to it."""

from collections.abc import Iterator
from typing import Any

from graphscan.model import Evidence, Key, Node, Observed, Record, Ref, Relation
from importers.okta.clients import dated_credential, level_of
from importers.okta.context import Context, identifier
from importers.okta.ids import is_okta_id, text_of

# Where a scope and the permission for the same thing have different names.
_PERMISSIONS = {
    "okta.authorizationServers.manage": "okta.authzServers.manage",
    "okta.idps.manage": "okta.identityProviders.manage",
}
_APPS = frozenset({"okta.apps.read", "okta.apps.manage"})


def integration(context: Context, record: Any, where: str) -> Iterator[Record]:
    """Map a service integration: an account that needs no administrator role, and the company whose product it is."""
    id_ = identifier(record)
    granted = record.get("grantedScopes")
    scopes = sorted({scope for scope in granted if isinstance(scope, str)}) if isinstance(granted, list) else None
    evidence = context.evidence(where)
    node = context.ref("integration", id_)
    type_ = text_of(record.get("type"))
    maker = record.get("createdBy")
    if scopes is not None:
        context.integrations[id_] = level_of(scopes)
    properties: dict[str, Any] = {
        "okta_id": id_,
        "type": type_,
        "scopes": scopes,
        "created_by": context.id("user", maker) if is_okta_id(maker) else "",
    }
    yield Node(
        node.text,
        "ServiceAccount",
        "okta",
        "service_integration",
        text_of(record.get("name")) or type_ or id_,
        # The vendor's description says `createdAt`, some organisations answer `created`.
        valid_from=context.date(record, "createdAt" if "createdAt" in record else "created", where),
        keys=(Key("client_id", id_, f"okta:{context.name}"),),
        properties={name: value for name, value in properties.items() if value or value == []},
        evidence=evidence,
    )
    yield Relation(node, "ACCOUNT_OF", context.ref("org"), evidence=evidence)
    if scopes != []:
        yield from _role(context, id_, node, scopes, evidence)
    vendor = _vendor(context, id_, type_)
    context.vendors[id_] = vendor
    if vendor.text not in context.shared:
        context.shared.add(vendor.text)
        yield Node(vendor.text, "Vendor", "okta", "integration", type_ or id_, evidence=evidence)


def secret(context: Context, record: Any, where: str, integration_id: str) -> Iterator[Record]:
    """Map a secret of a service integration: the other company holds it, and no administrator can read it again."""
    id_ = identifier(record)
    account = context.ref("integration", integration_id)
    node = context.ref("integration-secret", f"{integration_id}:{id_}")
    evidence = context.evidence(where)
    listed = context.vendors.get(integration_id)
    level = context.integrations.get(integration_id)
    what = (node, "client_secret", f"secret {id_} of a service integration")
    yield dated_credential(context, record, where, what, account.text if listed else None, account.text)
    yield Relation(
        account,
        "HAS_CREDENTIAL",
        node,
        # Scopes that are not known may be any.
        gives=level or "api_write",
        observed=Observed.YES if level else Observed.POSSIBLE,
        evidence=evidence,
    )
    if listed:
        yield Relation(node, "HELD_BY", listed, evidence=evidence)


# Private functions


def _role(context: Context, id_: str, node: Ref, scopes: list[str] | None, evidence: Evidence) -> Iterator[Record]:
    """
    Map what is granted to an integration as a role of its own over the whole organization, scope by scope.

    Other clients need an administrator role beside their scopes; to an integration none can be given, and its scopes
    alone decide. They bear the names of the permissions of custom roles. Scopes that are not known may be any.
    """
    role = context.ref("role:integration", id_)
    permissions = {_PERMISSIONS.get(one, one) for one in scopes or ()}
    if _APPS & permissions:
        # Who reads applications is shown their clients' secrets, as far as the vendor's description goes.
        permissions.add("okta.apps.clientCredentials.read (with conditions)")
    yield Node(
        role.text,
        "RoleAssignment",
        "okta",
        "granted_scopes",
        "scopes of a service integration",
        properties={"okta_id": id_, **({"permissions": sorted(permissions)} if scopes else {})},
        evidence=evidence,
    )
    yield Relation(
        node,
        "HAS_ROLE",
        role,
        observed=Observed.YES if scopes else Observed.POSSIBLE,
        properties={"assignment": "scopes"},
        evidence=evidence,
    )
    yield Relation(role, "SCOPED_TO", context.ref("org"), evidence=evidence)


def _vendor(context: Context, id_: str, type_: str) -> Ref:
    """Return the company behind an integration: its type names the product, the same in every organisation."""
    return context.ref("vendor", f"integration:{type_ if is_okta_id(type_) else id_}")
