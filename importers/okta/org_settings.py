"""Settings of an organization, rules that fill its realms, and service accounts whose passwords a vault keeps."""

from collections.abc import Callable, Iterator
from typing import Any

from graphscan.model import LastUse, Node, Observed, Record, Ref, Relation
from importers.okta.context import Context, NotARecordError, identifier, object_of, state_of
from importers.okta.ids import is_okta_id, text_of

_Mapping = Callable[[Context, Any, str], Iterator[Record]]


def setting(member: str, kind: str, name: str) -> _Mapping:
    """
    Return the mapping of a setting that is on or off, kept as a policy of the organization.

    Args:
        member: what the reply calls it.
        kind:   what it is called here.
        name:   what it does, in words.
    """

    def mapping(context: Context, record: Any, where: str) -> Iterator[Record]:
        value = record.get(member) if isinstance(record, dict) else None
        if not isinstance(value, bool):
            raise NotARecordError(f"`{member}` says neither yes nor no")
        node = context.ref("setting", kind.replace("_", "-"))
        evidence = context.evidence(where)
        state = "active" if value else "inactive"
        yield Node(node.text, "Policy", "okta", kind, name, state=state, evidence=evidence)
        if value:
            yield Relation(node, "APPLIES_TO", context.ref("org"), properties={"as": "setting"}, evidence=evidence)

    return mapping


third_party_admin = setting("thirdPartyAdmin", "third_party_admin", "administrators of another company are let in")
client_privileges = setting(
    "clientPrivilegesSetting", "client_privileges", "a new service application is given the super administrator's role"
)


def realm_assignment(context: Context, record: Any, where: str) -> Iterator[Record]:
    """Map a rule that puts users into a realm."""
    id_ = identifier(record)
    into = object_of(object_of(record, "actions"), "assignUserToRealm").get("realmId")
    expression = text_of(object_of(object_of(record, "conditions"), "expression").get("value"))
    properties = {"okta_id": id_, "status": text_of(record.get("status")), "expression": expression}
    yield from _policy(context, record, where, ("realm-assignment", id_, text_of(record.get("name"))), properties)
    if is_okta_id(into) and state_of(record) != "inactive":
        yield Relation(
            context.ref("realm-assignment", id_),
            "APPLIES_TO",
            context.ref("realm", into),
            properties={"as": "fills"},
            evidence=context.evidence(where),
        )


def service_account(context: Context, record: Any, where: str) -> Iterator[Record]:
    """
    Map an account of an application whose password Okta keeps and gives to those who own it.

    That its record has not changed since `lastUpdated` proves the password as old; a later change proves nothing.
    """
    id_ = identifier(record)
    evidence = context.evidence(where)
    node = context.ref("service-account", id_)
    properties = _account(record)
    yield Node(
        node.text,
        "ServiceAccount",
        "okta",
        "app_service_account",
        text_of(record.get("name")) or text_of(record.get("username")) or id_,
        valid_from=context.date(record, "created", where),
        properties=properties,
        evidence=evidence,
    )
    updated = context.date(record, "lastUpdated", where)
    password = context.ref("service-account-password", id_)
    yield Node(
        password.text,
        "Credential",
        "okta",
        "password",
        f"password of {text_of(record.get('username')) or id_}",
        last_used=(LastUse("okta", known=False),),
        owner=node.text,
        properties={"unchanged_since": updated.isoformat()} if updated else {},
        evidence=evidence,
    )
    yield Relation(node, "HAS_CREDENTIAL", password, gives="act_as", evidence=evidence)
    app = text_of(record.get("containerOrn")).rpartition(":")[2]
    if app in context.apps:
        # It signs in to the product itself; that it does so behind this application is what the vault's record says.
        yield Relation(
            node,
            "ASSIGNED_TO",
            context.ref("app", app),
            gives="login",
            observed=Observed.POSSIBLE,
            properties={"assignment": "account of the product"},
            evidence=evidence,
        )
    yield from _owners(context, record, where, node.text)


def okta_service_account(context: Context, record: Any, where: str) -> Iterator[Record]:
    """Map that a user of the organization is a shared account whose password Okta keeps and gives to its owners."""
    identifier(record)
    user = record.get("oktaUserId")
    if not is_okta_id(user):
        raise NotARecordError("a service account that names no user")
    yield from _owners(context, record, where, context.id("user", user))


# Private functions


def _policy(
    context: Context, record: dict[str, Any], where: str, what: tuple[str, str, str], properties: dict[str, Any]
) -> Iterator[Record]:
    kind, id_, name = what
    yield Node(
        context.id(kind, id_),
        "Policy",
        "okta",
        kind.replace("-", "_"),
        name or id_,
        valid_from=context.date(record, "created", where),
        state=state_of(record),
        properties={part: value for part, value in properties.items() if value},
        evidence=context.evidence(where),
    )


def _account(record: dict[str, Any]) -> dict[str, Any]:
    stated = {
        "okta_id": text_of(record.get("id")),
        "user_name": text_of(record.get("username")),
        "status": text_of(record.get("statusDetail")) or text_of(record.get("status")),
        "container": text_of(record.get("containerOrn")),
    }
    return {name: value for name, value in stated.items() if value}


def _owners(context: Context, record: dict[str, Any], where: str, of: str) -> Iterator[Record]:
    for kind, member in (("user", "ownerUserIds"), ("group", "ownerGroupIds")):
        listed = record.get(member)
        for id_ in dict.fromkeys(one for one in listed if is_okta_id(one)) if isinstance(listed, list) else ():
            said = f"{of} is owned by {kind} {id_}"
            if said in context.shared:  # two entries of the vault may name the same user
                continue
            context.shared.add(said)
            yield Relation(
                Ref(of),
                "OWNED_BY",
                context.ref(kind, id_),
                properties={"detail": "may be shown its password", "status": text_of(record.get("statusDetail"))},
                evidence=context.evidence(where),
            )
