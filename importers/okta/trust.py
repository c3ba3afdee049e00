"""Who may change a group, which rules fill it, and whom the organisation trusts: support and identity providers."""

from collections.abc import Iterable, Iterator
from typing import Any

from graphscan.model import Node, Observed, Record, Relation
from importers.okta.context import Context, NotARecordError, identifier, object_of, state_of
from importers.okta.ids import is_okta_id, text_of

_OWNERS = {"USER": "user", "GROUP": "group"}


def owner(context: Context, record: Any, where: str, group_id: str) -> Iterator[Record]:
    """Map an owner of a group: a user, or a group whose members are owners."""
    id_ = identifier(record)
    kind = _OWNERS.get(text_of(record.get("type")))
    if kind is None:
        raise NotARecordError("an owner of a group that is neither a user nor a group")
    resolved = record.get("resolved") is not False
    yield Relation(
        context.ref("group", group_id),
        "OWNED_BY",
        context.ref(kind, id_),
        # An owner that is named in another directory and matched to nobody here may or may not be somebody here.
        observed=Observed.YES if resolved else Observed.POSSIBLE,
        properties={"origin": text_of(record.get("originType"))} if record.get("originType") else {},
        evidence=context.evidence(where),
    )


def rule(context: Context, record: Any, _where: str) -> Iterable[Record]:
    """Note a group rule, to be shown with the groups that it fills; what an expression means is not decided here."""
    id_ = identifier(record)
    status = state_of(record) or "unknown"
    expression = text_of(object_of(object_of(record, "conditions"), "expression").get("value"))
    groups = object_of(object_of(record, "actions"), "assignUserToGroups").get("groupIds")
    if not isinstance(groups, list) or not all(is_okta_id(group) for group in groups):
        raise NotARecordError("a group rule that does not say which groups it fills")
    said = f"{text_of(record.get('name')) or id_} ({status}): {expression or 'without an expression'}"
    for group in dict.fromkeys(groups):
        context.rules.setdefault(group, []).append(said)
    return ()


def support(context: Context, record: Any, where: str) -> Iterator[Record]:
    """Map the access of the vendor's support, which ends at a stated time."""
    if not isinstance(record, dict) or not text_of(record.get("support")):
        raise NotARecordError("it does not say whether support has access")
    setting = text_of(record["support"])
    evidence = context.evidence(where)
    vendor = context.ref("vendor", "okta-support")
    case = text_of(record.get("caseNumber"))
    yield Node(
        vendor.text,
        "Vendor",
        "okta",
        "support",
        "Okta Support",
        properties={"access": setting, **({"case": case} if case else {})},
        evidence=evidence,
    )
    if setting != "DISABLED":
        yield Relation(
            context.ref("org"),
            "TRUSTS",
            vendor,
            valid_to=context.date(record, "expiration", where),
            observed=Observed.YES if setting == "ENABLED" else Observed.POSSIBLE,
            properties={"access": "support"},
            evidence=evidence,
        )


def identity_provider(context: Context, record: Any, where: str) -> Iterator[Record]:
    """Map another identity provider whose word the organisation takes for who somebody is, while it is active."""
    id_ = identifier(record)
    status = state_of(record)
    policy = object_of(record, "policy")
    provisioning = object_of(policy, "provisioning")
    link = object_of(policy, "accountLink")
    subject = object_of(policy, "subject")
    evidence = context.evidence(where)
    node = context.ref("idp", id_)
    type_ = text_of(record.get("type"))
    yield Node(
        node.text,
        "Application",
        "okta",
        "identity_provider",
        text_of(record.get("name")) or id_,
        valid_from=context.date(record, "created", where),
        state=status,
        properties={
            name: value
            for name, value in (
                ("okta_id", id_),
                ("type", type_),
                ("status", text_of(record.get("status"))),
                ("issuer", text_of(object_of(object_of(record, "protocol"), "issuer").get("url"))),
            )
            if value
        },
        evidence=evidence,
    )
    if status == "inactive":
        return
    stated = {
        "type": type_,
        "account_link": text_of(link.get("action")),
        "account_link_filter": "some groups" if link.get("filter") else "",
        "provisioning": text_of(provisioning.get("action")),
        "profile_master": provisioning.get("profileMaster") is True,
        "match_type": text_of(subject.get("matchType")),
        "subject_filter": text_of(subject.get("filter")),
        "trust_claims": policy.get("trustClaims") is True or policy.get("mapAMRClaims") is True,
    }
    yield Relation(
        context.ref("org"),
        "TRUSTS",
        node,
        observed=Observed.YES if status == "active" else Observed.POSSIBLE,
        properties={name: value for name, value in stated.items() if value},
        evidence=evidence,
    )
