"""Rules that fill groups by what profiles say, and which of it people write in their own profile."""

from collections.abc import Iterator
from typing import Any

from graphscan.model import Node, Observed, Record, Ref, Relation
from importers.okta.context import Context, NotARecordError, identifier, object_of, state_of
from importers.okta.ids import is_okta_id, text_of
from importers.okta.rule_expressions import read_expression

_MASTERING = "PROFILE_MASTERING"


def rule(context: Context, record: Any, where: str) -> Iterator[Record]:
    """
    Map a group rule: which groups it fills, with whom it does not, and what its expression asks for.

    It is a policy that applies to the groups it fills (`as: fills`), to whom it leaves out (`as: exclude`) and to its
    organization. One that is not active fills nothing.
    """
    id_ = identifier(record)
    status = state_of(record) or "unknown"
    conditions = object_of(record, "conditions")
    expression = text_of(object_of(conditions, "expression").get("value"))
    groups = object_of(object_of(record, "actions"), "assignUserToGroups").get("groupIds")
    if not isinstance(groups, list) or not all(is_okta_id(group) for group in groups):
        raise NotARecordError("a group rule that does not say which groups it fills")
    name = text_of(record.get("name")) or id_
    for group in dict.fromkeys(groups):
        said = f"{name} ({status}): {expression or 'without an expression'}"
        context.rules.setdefault(group, []).append(said)
    asked = read_expression(expression)
    evidence = context.evidence(where)
    node = context.ref("group-rule", id_)
    properties: dict[str, Any] = {
        "okta_id": id_,
        "status": status,
        "expression": expression,
        "attributes": list(asked.attributes),
        # Each text names the attributes that, set together, fulfil it.
        "alternatives": [" & ".join(one) for one in asked.alternatives],
        "undecided": "true" if asked.undecided or not expression else "",
    }
    yield Node(
        node.text,
        "Policy",
        "okta",
        "group_rule",
        name,
        valid_from=context.date(record, "created", where),
        state=status,
        properties={part: value for part, value in properties.items() if value},
        evidence=evidence,
    )
    if status in ("inactive", "invalid"):
        return
    observed = Observed.YES if status == "active" else Observed.POSSIBLE

    def applies(to: Ref, how: str, sure: bool = True) -> Relation:
        seen = observed if sure else Observed.POSSIBLE
        return Relation(node, "APPLIES_TO", to, observed=seen, properties={"as": how}, evidence=evidence)

    yield applies(context.ref("org"), "rule")
    for group in dict.fromkeys(groups):
        yield applies(context.ref("group", group), "fills")
    for group in asked.groups:
        if group not in groups:
            yield applies(context.ref("group", group), "member")
    people = object_of(conditions, "people")
    for kind in ("user", "group"):
        left_out = object_of(people, f"{kind}s").get("exclude")
        for id_of in dict.fromkeys(left_out) if isinstance(left_out, list) and _texts(left_out) else ():
            if is_okta_id(id_of) and (kind != "group" or id_of not in groups):
                yield applies(context.ref(kind, id_of), "exclude")


def schema(context: Context, record: Any, where: str) -> Iterator[Record]:
    """
    Map what the profile of the usual kind of user holds, who writes it, and where it comes from.

    `self_writable` are the attributes that people change in their own profile; `sourced` are those of them that come
    from another directory where a user comes from one, so that only others write them.
    """
    definitions = object_of(record, "definitions") if isinstance(record, dict) else {}
    if not definitions:
        raise NotARecordError("a schema without definitions")
    written: list[str] = []
    sourced: list[str] = []
    masters: dict[str, list[str]] = {}
    every: list[str] = []
    for part in definitions.values():
        attributes = part.get("properties") if isinstance(part, dict) else None
        for name, one in attributes.items() if isinstance(attributes, dict) else ():
            if not isinstance(one, dict):
                context.doubt(where, "an attribute of the schema is not an object; it was left out")
                continue
            every.append(name)
            master = object_of(one, "master")
            kind = text_of(master.get("type")) or "PROFILE_MASTER"
            if _writes(one, "SELF"):
                written.append(name)
                if kind != "OKTA":
                    sourced.append(name)
            priority = master.get("priority")
            for source in priority if kind == "OVERRIDE" and isinstance(priority, list) else ():
                value = source.get("value") if isinstance(source, dict) else None
                if is_okta_id(value):
                    masters.setdefault(value, []).append(name)
    evidence = context.evidence(where)
    node = context.ref("user-schema", "default")
    properties: dict[str, Any] = {"attributes": every, "self_writable": written, "sourced": sourced}
    yield Node(
        node.text,
        "Policy",
        "okta",
        "user_schema",
        "profiles of users",
        properties={name: value for name, value in properties.items() if value or name == "self_writable"},
        evidence=evidence,
    )
    yield Relation(node, "APPLIES_TO", context.ref("org"), properties={"as": "schema"}, evidence=evidence)
    for app, names in masters.items():
        if app in context.apps:
            stated = {"as": "source", "attributes": sorted(names)}
            yield Relation(node, "APPLIES_TO", context.ref("app", app), properties=stated, evidence=evidence)


def source_of_profiles(context: Context, record: dict[str, Any], where: str) -> Iterator[Record]:
    """Map that an application is a source of profiles: what it says of a person is written into his profile."""
    features = record.get("features")
    if isinstance(features, list) and _MASTERING in features and state_of(record) != "inactive":
        yield Relation(
            context.ref("org"),
            "TRUSTS",
            context.ref("app", record["id"]),
            properties={"for": "profiles"},
            evidence=context.evidence(where),
        )


# Private functions


def _texts(values: list[Any]) -> bool:
    return all(isinstance(one, str) for one in values)


def _writes(attribute: dict[str, Any], who: str) -> bool:
    permissions = attribute.get("permissions")
    if attribute.get("mutability") in ("READ_ONLY", "IMMUTABLE") or not isinstance(permissions, list):
        return False
    return any(
        isinstance(one, dict) and one.get("principal") == who and one.get("action") == "READ_WRITE"
        for one in permissions
    )
