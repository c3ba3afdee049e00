"""Authorization servers: which tokens they give to whom, and which hook may change what those say."""

from collections.abc import Iterator
from typing import Any

from graphscan.model import Key, Node, Observed, Record, Ref, Relation
from importers.okta.context import Context, identifier, object_of, state_of
from importers.okta.ids import is_okta_id, text_of


def server(context: Context, record: Any, where: str) -> Iterator[Record]:
    """Map an authorization server: whoever administers it decides what its tokens say."""
    id_ = identifier(record)
    audiences = record.get("audiences")
    issuer = text_of(record.get("issuer"))
    node = context.ref("auth-server", id_)
    evidence = context.evidence(where)
    properties: dict[str, Any] = {
        "okta_id": id_,
        "status": text_of(record.get("status")),
        "issuer": issuer,
        "audiences": [one for one in audiences if isinstance(one, str)] if isinstance(audiences, list) else [],
    }
    yield Node(
        node.text,
        "Application",
        "okta",
        "authorization_server",
        text_of(record.get("name")) or id_,
        valid_from=context.date(record, "created", where),
        state=state_of(record),
        keys=(Key("oauth_issuer", issuer),) if issuer else (),
        properties={name: value for name, value in properties.items() if value},
        evidence=evidence,
    )
    yield Relation(context.ref("org"), "CONTAINS", node, needs="admin", gives="admin", evidence=evidence)


def policy(context: Context, record: Any, where: str, server_id: str) -> Iterator[Record]:
    """Map an access policy of an authorization server, with the clients it is for."""
    id_ = identifier(record)
    clients = object_of(object_of(record, "conditions"), "clients").get("include")
    yield from _policy(
        context,
        record,
        where,
        ("authorization_policy", context.ref("auth-policy", id_), context.ref("auth-server", server_id)),
        {"clients": [one for one in clients if isinstance(one, str)] if isinstance(clients, list) else []},
    )


def rule(context: Context, record: Any, where: str, server_id: str, policy_id: str) -> Iterator[Record]:
    """Map a rule of an access policy; the hook that it names sees and changes the tokens given by it."""
    id_ = identifier(record)
    conditions, token = object_of(record, "conditions"), object_of(object_of(record, "actions"), "token")
    grants = object_of(conditions, "grantTypes").get("include")
    scopes = object_of(conditions, "scopes").get("include")
    properties = {
        "grants": [one for one in grants if isinstance(one, str)] if isinstance(grants, list) else [],
        "scopes": [one for one in scopes if isinstance(one, str)] if isinstance(scopes, list) else [],
        "refresh_token_minutes": token.get("refreshTokenLifetimeMinutes"),
    }
    of = context.ref("auth-policy", policy_id)
    yield from _policy(context, record, where, ("authorization_rule", context.ref("auth-rule", id_), of), properties)
    hook = object_of(token, "inlineHook").get("id")
    status = state_of(record)
    if is_okta_id(hook) and status != "inactive":
        yield Relation(
            context.ref("auth-server", server_id),
            "TRUSTS",
            context.ref("inline-hook", hook),
            observed=Observed.YES if status == "active" else Observed.POSSIBLE,
            properties={"for": "tokens"},
            evidence=context.evidence(where),
        )


# Private functions


def _policy(
    context: Context, record: dict[str, Any], where: str, what: tuple[str, Ref, Ref], more: dict[str, Any]
) -> Iterator[Record]:
    subtype, node, of = what
    status = state_of(record)
    evidence = context.evidence(where)
    properties = {"okta_id": record["id"], "status": text_of(record.get("status")), **more}
    yield Node(
        node.text,
        "Policy",
        "okta",
        subtype,
        text_of(record.get("name")) or record["id"],
        valid_from=context.date(record, "created", where),
        state=status,
        properties={name: value for name, value in properties.items() if value},
        evidence=evidence,
    )
    if status != "inactive":
        yield Relation(node, "APPLIES_TO", of, evidence=evidence)
