"""Who may change a group, and whom the organisation trusts: support and identity providers."""

import re
from collections.abc import Iterator
from typing import Any

from graphscan.model import Key, Node, Observed, Record, Relation
from importers.okta.context import Context, NotARecordError, identifier, object_of, state_of
from importers.okta.ids import is_okta_id, text_of

_OWNERS = {"USER": "user", "GROUP": "group"}
# Providers that are run by another company, for anyone.
_SOCIAL = frozenset(
    (
        *("AMAZON", "APPLE", "DISCORD", "FACEBOOK", "GITHUB", "GITLAB", "GOOGLE", "LINKEDIN", "MICROSOFT", "PAYPAL"),
        *("PAYPAL_SANDBOX", "SALESFORCE", "SPOTIFY", "XERO", "YAHOO", "YAHOOJP"),
    )
)
_SUFFIX = re.compile(r"\(?\\S\+@((?:[A-Za-z0-9-]+\\?\.)+[A-Za-z0-9-]+)\)?")


def owner(context: Context, record: Any, where: str, group_id: str) -> Iterator[Record]:
    """Map an owner of a group: a user or a group; one of a type not known yet is possibly either."""
    id_ = identifier(record)
    type_ = text_of(record.get("type"))
    if not type_:
        raise NotARecordError("an owner of a group that is not said to be a user or a group")
    # An owner that is named in another directory and matched to nobody here may or may not be somebody here.
    sure = type_ in _OWNERS and record.get("resolved") is not False
    stated = {"origin": text_of(record.get("originType")), "type": "" if type_ in _OWNERS else type_}
    for kind in [_OWNERS[type_]] if type_ in _OWNERS else list(_OWNERS.values()):
        yield Relation(
            context.ref("group", group_id),
            "OWNED_BY",
            context.ref(kind, id_),
            observed=Observed.YES if sure else Observed.POSSIBLE,
            properties={name: value for name, value in stated.items() if value},
            evidence=context.evidence(where),
        )


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
    """
    Map another identity provider whose word the organization takes for who somebody is, while it is active.

    Whoever controls it, or holds a key it signs with, says who signs in. What the organization lets it say stands in
    the relation; which groups it puts people into, and of which groups alone it may link people, in relations of those.
    """
    id_ = identifier(record)
    status = state_of(record)
    policy = object_of(record, "policy")
    provisioning = object_of(policy, "provisioning")
    link = object_of(policy, "accountLink")
    subject = object_of(policy, "subject")
    evidence = context.evidence(where)
    node = context.ref("idp", id_)
    type_ = text_of(record.get("type"))
    issuer = _issuer(record)
    yield Node(
        node.text,
        "Application",
        "okta",
        "identity_provider",
        text_of(record.get("name")) or id_,
        valid_from=context.date(record, "created", where),
        state=status,
        # By this an operator names it. Which organization of Okta signs people in here, the organization's keys say.
        keys=(Key("partner_issuer", issuer),) if issuer else (),
        properties={
            name: value
            for name, value in (
                ("okta_id", id_),
                ("type", type_),
                ("status", text_of(record.get("status"))),
                ("issuer", issuer),
            )
            if value
        },
        evidence=evidence,
    )
    if type_ in _SOCIAL:
        vendor = context.ref("vendor", f"idp:{type_.lower()}")
        if vendor.text not in context.shared:
            context.shared.add(vendor.text)
            yield Node(vendor.text, "Vendor", "okta", "identity_provider", type_.title(), evidence=evidence)
        yield Relation(vendor, "CONTAINS", node, gives="admin", evidence=evidence)
    if status == "inactive":
        return
    filters, groups = object_of(link, "filter"), object_of(provisioning, "groups")
    people = object_of(filters, "users")
    wanted = object_of(filters, "groups").get("include")
    pattern = text_of(subject.get("filter"))
    suffix = _SUFFIX.fullmatch(pattern)
    stated = {
        "type": type_,
        "account_link": text_of(link.get("action")),
        "account_link_filter": "some groups" if wanted else "some people" if filters else "",
        "excludes_admins": people.get("excludeAdmins") is True,
        "excludes_users": bool(people.get("exclude")),
        "provisioning": text_of(provisioning.get("action")),
        "groups": text_of(groups.get("action")),
        "profile_master": provisioning.get("profileMaster") is True,
        "match_type": text_of(subject.get("matchType")),
        "subject_filter": pattern,
        # What a filter of the vendor's own form asks a name to end with.
        "subject_suffix": "@" + suffix.group(1).replace("\\.", ".").lower() if suffix else "",
        "trust_claims": policy.get("trustClaims") is True or policy.get("mapAMRClaims") is True,
    }
    observed = Observed.YES if status == "active" else Observed.POSSIBLE
    yield Relation(
        context.ref("org"),
        "TRUSTS",
        node,
        observed=observed,
        properties={name: value for name, value in stated.items() if value},
        evidence=evidence,
    )
    for how, named in (
        ("linked", wanted),
        ("assigned", groups.get("assignments") if stated["groups"] == "ASSIGN" else None),
        ("named", groups.get("filter") if stated["groups"] in ("APPEND", "SYNC") else None),
    ):
        for group in dict.fromkeys(one for one in named if is_okta_id(one)) if isinstance(named, list) else ():
            yield Relation(
                context.ref("group", group),
                "TRUSTS",
                node,
                observed=observed,
                properties={"for": how},
                evidence=evidence,
            )


def linked_user(context: Context, record: Any, where: str, provider: str) -> Iterator[Record]:
    """Map that a user is linked to an identity provider: who it says is there signs in as that user."""
    external = text_of(record.get("externalId")) if isinstance(record, dict) else ""
    yield Relation(
        context.ref("user", identifier(record)),
        "TRUSTS",
        context.ref("idp", provider),
        properties={"for": "sign-in", **({"external_id": external} if external else {})},
        evidence=context.evidence(where),
    )


# Private functions


def _issuer(record: dict[str, Any]) -> str:
    """Return whom assertions come from: by SAML it stands with the keys that are trusted, by OIDC beside them."""
    protocol = object_of(record, "protocol")
    trust = object_of(object_of(protocol, "credentials"), "trust")
    return text_of(trust.get("issuer")) or text_of(object_of(protocol, "issuer").get("url"))
