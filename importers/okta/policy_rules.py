"""Rules of policies of every type: what they allow, how strong a sign-in they want, and whom they are for."""

from collections.abc import Callable, Iterator
from typing import Any

from graphscan.model import Node, Record, Ref, Relation
from graphscan.printable import printable
from importers.okta.context import Context, identifier, object_of, state_of
from importers.okta.ids import is_okta_id, text_of
from importers.okta.policy_conditions import read_conditions
from importers.okta.policy_levels import UNKNOWN, demand_of, session_demand

SIGN_ON = ("ACCESS_POLICY", "OKTA_SIGN_ON")
_SUBTYPES = {
    "ACCESS_POLICY": "sign_on",
    "OKTA_SIGN_ON": "sign_on",
    "MFA_ENROLL": "enrolment",
    "PASSWORD": "password",
}
_RULE_TYPES = {"SIGN_ON": "OKTA_SIGN_ON"}
_LONGEST, _MOST = 200, 20

_Properties = dict[str, Any]


def subtype_of(type_: str) -> str:
    """Return the first word of the subtype of a policy and its rules; a type not known here keeps its own word."""
    word = type_.lower()
    return _SUBTYPES.get(type_) or (word.removesuffix("_policy") if is_okta_id(word) else "other")


def rule(context: Context, record: Any, where: str, policy: Ref, type_: str, account: bool) -> Iterator[Record]:
    """
    Map a rule.

    Args:
        policy:  the node of its policy.
        type_:   its policy's type; empty where the policy was not listed: then the rule's own word counts.
        account: whether its policy is that of account management, whose expressions are partly understood.
    """
    id_ = identifier(record)
    kind = type_ or _RULE_TYPES.get(text_of(record.get("type")), text_of(record.get("type")))
    actions = object_of(record, "actions")
    evidence = context.evidence(where)
    node = context.ref("rule", f"{policy.text.rpartition(':')[2]}:{id_}")
    status = state_of(record)
    conditions = read_conditions(context, node, record.get("conditions"), evidence, rule=True, expression=account)
    read, related = _READERS.get(kind, (_other, _nobody))
    said: _Properties = {
        "okta_id": id_,
        "priority": number_text(record.get("priority")),
        "status": text_of(record.get("status")),
        **conditions.properties,
    }
    doubts = list(said.pop("undecidable", ()))
    said |= read(actions, doubts)
    if status not in ("active", "inactive"):
        doubts.append(f"a rule whose status is {printable(status or 'not stated', 40)}")
    said["undecidable"] = list(dict.fromkeys(doubts))
    yield Node(
        node.text,
        "Policy",
        "okta",
        f"{subtype_of(kind)}_rule",
        text_of(record.get("name")) or id_,
        valid_from=context.date(record, "created", where),
        state=status,
        properties={name: value for name, value in said.items() if value},
        evidence=evidence,
    )
    if status == "inactive":
        # It decides nothing; what it names is not related to anything by it.
        yield from (one for one in conditions.records if isinstance(one, Node))
        return
    yield Relation(node, "APPLIES_TO", policy, properties={"as": "rule"}, evidence=evidence)
    yield from conditions.records
    for target in related(context, actions):
        yield Relation(node, "APPLIES_TO", target, properties={"as": "route"}, evidence=evidence)


def number_text(value: Any) -> str:
    """Return a whole number as text; anything else as an empty one."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


# Private functions


def _access(action: dict[str, Any], doubts: list[str]) -> str:
    access = text_of(action.get("access"))
    if access not in ("ALLOW", "DENY"):
        doubts.append(f"access {printable(access or 'not stated', 40)}")
    return access or "not stated"


def _application(actions: dict[str, Any], doubts: list[str]) -> _Properties:
    action = object_of(actions, "appSignOn")
    access = _access(action, doubts)
    said: _Properties = {"access": access}
    if access == "DENY":
        return said
    method = action.get("verificationMethod")
    demand = demand_of(method) if access == "ALLOW" else UNKNOWN
    said |= {"needs": demand.needs, "may_need": demand.may_need, "requires": list(demand.requires)}
    if isinstance(method, dict):
        said["verification"] = text_of(method.get("type"))
        said["reauthenticate_in"] = text_of(method.get("reauthenticateIn"))
        said["inactivity_period"] = text_of(method.get("inactivityPeriod"))
    keep = action.get("keepMeSignedIn")
    if isinstance(keep, dict):
        said["keep_me_signed_in"] = text_of(keep.get("postAuth"))
    return said


def _session(actions: dict[str, Any], doubts: list[str]) -> _Properties:
    action = object_of(actions, "signon")
    access = _access(action, doubts)
    said: _Properties = {"access": access}
    if access == "DENY":
        return said
    demand = session_demand(action.get("requireFactor")) if access == "ALLOW" else UNKNOWN
    session = object_of(action, "session")
    primary = text_of(action.get("primaryFactor"))
    return said | {
        "needs": demand.needs,
        "may_need": demand.may_need,
        "any_factor": "true" if primary == "PASSWORD_IDP_ANY_FACTOR" else "",
        "primary_factor": primary,
        "remember_device": "true" if action.get("rememberDeviceByDefault") is True else "",
        "factor_prompt_mode": text_of(action.get("factorPromptMode")),
        "factor_lifetime_minutes": number_text(action.get("factorLifetime")),
        "session_lifetime_minutes": number_text(session.get("maxSessionLifetimeMinutes")),
        "session_idle_minutes": number_text(session.get("maxSessionIdleMinutes")),
        "persistent_cookie": "true" if session.get("usePersistentCookie") is True else "",
    }


def _enrolment(actions: dict[str, Any], doubts: list[str]) -> _Properties:
    when = text_of(object_of(actions, "enroll").get("self"))
    if not when:
        doubts.append("it does not say when somebody is asked to enrol")
    return {"enroll": when}


def _password(actions: dict[str, Any], doubts: list[str]) -> _Properties:
    reset = object_of(actions, "selfServicePasswordReset")
    requirement = object_of(reset, "requirement")
    primary, step_up = object_of(requirement, "primary"), object_of(requirement, "stepUp")
    required = step_up.get("required")
    said: _Properties = {
        "password_change": text_of(object_of(actions, "passwordChange").get("access")),
        "password_reset": text_of(reset.get("access")),
        "self_service_unlock": text_of(object_of(actions, "selfServiceUnlock").get("access")),
        "reset_methods": _texts(primary.get("methods")),
        "reset_step_up": {True: "true", False: "false"}.get(required, "") if isinstance(required, bool) else "",
        "step_up_methods": _texts(step_up.get("methods")),
        "access_control": text_of(requirement.get("accessControl")),
    }
    doubts += [
        f"{name} {printable(said[name] or 'not stated', 40)}"
        for name in ("password_reset", "self_service_unlock")
        if said[name] not in ("ALLOW", "DENY")
    ]
    constraints = primary.get("methodConstraints")
    if constraints:
        said["method_constraints"] = _few(_flat(constraints))
    return said


def _other(actions: dict[str, Any], _doubts: list[str]) -> _Properties:
    return {"actions": _few(_flat(actions))}


def _nobody(_context: Context, _actions: dict[str, Any]) -> list[Ref]:
    return []


def _providers(context: Context, actions: dict[str, Any]) -> list[Ref]:
    """Return the identity providers that a rule sends people to."""
    action = actions.get("idp")
    listed = action.get("providers") if isinstance(action, dict) else None
    ids = [one.get("id") for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return [context.ref("idp", one) for one in dict.fromkeys(filter(is_okta_id, ids))]


def _texts(value: Any) -> list[str]:
    return [text for one in value if (text := text_of(one))] if isinstance(value, list) else []


def _flat(value: Any, name: str = "") -> list[str]:
    """Return the leaves of an object as `name=value`."""
    if isinstance(value, dict):
        found = [leaf for key, one in value.items() for leaf in _flat(one, f"{name}.{key}" if name else str(key))]
    elif isinstance(value, list):
        found = [leaf for one in value for leaf in _flat(one, name)]
    else:
        found = [] if value is None else [printable(f"{name}={value}", _LONGEST)]
    return found


def _few(texts: list[str]) -> list[str]:
    """Return the first texts, and how many more there are."""
    left = len(texts) - _MOST
    return [*texts[:_MOST], f"and {left:,} more"] if left > 0 else texts


_READERS: dict[
    str, tuple[Callable[[_Properties, list[str]], _Properties], Callable[[Context, _Properties], list[Ref]]]
] = {
    "ACCESS_POLICY": (_application, _nobody),
    "OKTA_SIGN_ON": (_session, _nobody),
    "MFA_ENROLL": (_enrolment, _nobody),
    "PASSWORD": (_password, _nobody),
    "IDP_DISCOVERY": (_other, _providers),
}
