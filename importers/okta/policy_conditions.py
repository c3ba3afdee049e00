"""
Conditions of policies and rules: who, from where, on what device; and what nobody can decide from outside.

A condition that is not understood is never dropped: it goes into `undecidable`, so that the rule is tried both ways.
Sources: Okta management API 2026.06.3 (`*PolicyRuleConditions`), recorded replies of 2020 to 2026.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from graphscan.model import Evidence, Record, Ref, Relation
from graphscan.printable import printable
from importers.okta.context import Context
from importers.okta.ids import is_okta_id, text_of
from importers.okta.network import named_zone

_ALL_ZONES = "ALL_ZONES"
_NOT_A_BROWSER = frozenset({"RADIUS", "LDAP_INTERFACE"})
_COMPARISON = re.compile(
    r"accessRequest\.(operation|authenticator\.key)\s*==\s*(?:'([\w.-]+)'|\"([\w.-]+)\")", re.ASCII
)
_FIELDS = {"operation": "operations", "authenticator.key": "authenticators"}
_LONGEST = 120


@dataclass(slots=True)
class Conditions:
    """
    What the conditions of one policy or rule say.

    Attributes:
        properties:  of its node.
        records:     relations to whom and what it names, and nodes of zones that were not listed.
        undecidable: what may hold or not.
        never:       whether it cannot match a sign-in with a browser.
    """

    properties: dict[str, Any] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    undecidable: list[str] = field(default_factory=list)
    never: bool = False


def read_conditions(
    context: Context, node: Ref, value: Any, evidence: Evidence, *, rule: bool, expression: bool = False
) -> Conditions:
    """
    Read the `conditions` member of a policy or rule.

    Args:
        node:       the policy or rule.
        rule:       whether it is a rule's: one without a network condition works from anywhere.
        expression: whether plain comparisons of an account management rule are to be understood.
    """
    found = Conditions()
    if rule:
        found.properties["network"] = "anywhere"
    if value is not None and not isinstance(value, dict):
        found.undecidable.append("conditions that are not an object")
    for name, condition in value.items() if isinstance(value, dict) else ():
        if _empty(condition):
            continue
        if name == "people":
            _people(context, node, condition, evidence, found)
        elif name == "network":
            _network(context, node, condition, evidence, found)
        elif name == "elCondition" and expression:
            _expression(condition, found)
        elif name in _PLAIN:
            _PLAIN[name](condition, found)
        else:
            found.undecidable.append(f"{_word(name)} {_shown(condition)}")
    if found.undecidable:
        found.properties["undecidable"] = list(dict.fromkeys(found.undecidable))
    if found.never:
        found.properties["never"] = "true"
    return found


# Private functions


def _people(context: Context, node: Ref, value: Any, evidence: Evidence, found: Conditions) -> None:
    if not isinstance(value, dict):
        found.undecidable.append("people that are not understood")
        return
    included: list[Ref] = []
    excluded: dict[Ref, None] = {}
    for name, section in value.items():
        if _empty(section):
            continue
        kind = {"groups": "group", "users": "user"}.get(name)
        if kind is None or not isinstance(section, dict):
            found.undecidable.append(f"people: {_word(name)} {_shown(section)}")
            continue
        for side, listed in section.items():
            if _empty(listed):
                continue
            ids = [one for one in listed if is_okta_id(one)] if isinstance(listed, list) else []
            if side not in ("include", "exclude") or not isinstance(listed, list) or len(ids) != len(listed):
                found.undecidable.append(f"people: {_word(name)} {_word(side)} {_shown(listed)}")
            refs = [context.ref(kind, one) for one in ids]
            if side == "include":
                included += refs
            elif side == "exclude":
                excluded |= dict.fromkeys(refs)
    kept = [ref for ref in dict.fromkeys(included) if ref not in excluded]
    # Who is included and excluded is excluded; where nobody else is included, nobody matches.
    found.never = found.never or (bool(included) and not kept and not found.undecidable)
    if kept:
        # Whoever reads this sees by the number that somebody named is not in the inventory: not everybody, then.
        found.properties["included"] = str(len(kept))
    found.records += [_applies(node, ref, "include", evidence) for ref in kept]
    found.records += [_applies(node, ref, "exclude", evidence) for ref in excluded]


def _network(context: Context, node: Ref, value: Any, evidence: Evidence, found: Conditions) -> None:
    connection = text_of(value.get("connection")) if isinstance(value, dict) else ""
    if (
        connection in ("", "ANYWHERE")
        and isinstance(value, dict)
        and not (value.get("include") or value.get("exclude"))
    ):
        return
    lists = {}
    for side in ("include", "exclude"):
        listed = value.get(side) if isinstance(value, dict) else None
        lists[side] = listed if isinstance(listed, list) else []
        if not isinstance(listed, list | None) or not all(is_okta_id(one) for one in lists[side]):
            found.undecidable.append(f"network {side} {_shown(listed)}")
            return
    include, exclude = (list(dict.fromkeys(lists[side])) for side in ("include", "exclude"))
    if connection != "ZONE" or not (include or exclude):
        # `ON_NETWORK` and `OFF_NETWORK` of old organisations name no zone.
        found.undecidable.append(f"network {_shown(value)}")
        return
    if _ALL_ZONES in include or _ALL_ZONES in exclude:
        found.properties["network"] = "any zone" if _ALL_ZONES in include else "no zone"
    else:
        found.properties["network"] = "zones"
    kept = [one for one in include if one != _ALL_ZONES and one not in exclude]
    found.never = found.never or (bool(include) and not kept and _ALL_ZONES not in include)
    for side, ids in (("include", kept), ("exclude", [one for one in exclude if one != _ALL_ZONES])):
        for one in ids:
            found.records += named_zone(context, one, evidence)
            found.records.append(_applies(node, context.ref("zone", one), side, evidence))


def _device(value: Any, found: Conditions) -> None:
    if not isinstance(value, dict):
        found.undecidable.append(f"device {_shown(value)}")
        return
    state = ""
    managed, registered, assurance = value.get("managed"), value.get("registered"), value.get("assurance")
    if not _empty(assurance):
        listed = assurance.get("include") if isinstance(assurance, dict) else assurance
        ids = [one for one in listed if is_okta_id(one)] if isinstance(listed, list) else []
        found.properties["assurances"] = ids
        state = "assurance"
        if not ids or (isinstance(assurance, dict) and set(assurance) - {"include"}):
            found.undecidable.append(f"device assurance {_shown(assurance)}")
    if registered is True and not state:
        state = "registered"
    if managed is True:
        if state == "assurance":
            found.undecidable.append("device assurance of a managed device")
        state = "managed"
    # It is not documented whether a rule for devices that are not managed leaves those out that are.
    if (managed is False and registered is True) or (registered is False and managed is not True):
        found.undecidable.append("whether the device may be managed or registered")
    others = {name: one for name, one in value.items() if name not in ("managed", "registered", "assurance")}
    if not _empty(others) or not all(isinstance(one, bool | None) for one in (managed, registered)):
        found.undecidable.append(f"device {_shown(value)}")
    if state:
        found.properties["device"] = state


def _platforms(value: Any, found: Conditions) -> None:
    sections = value if isinstance(value, dict) else {"": value}
    for side, listed in sections.items():
        if _empty(listed):
            continue
        words = [_platform(one) for one in listed] if isinstance(listed, list) else [""]
        if side not in ("include", "exclude") or not all(words):
            found.undecidable.append(f"platform {_word(side)} {_shown(listed)}")
        elif side == "include":
            found.properties["platforms"] = list(dict.fromkeys(words))
        else:
            found.properties["platforms_excluded"] = list(dict.fromkeys(words))


def _platform(one: Any) -> str:
    system = one.get("os") if isinstance(one, dict) else None
    kind = text_of(system.get("type")) if isinstance(system, dict) else ""
    return kind or (text_of(one.get("type")) if isinstance(one, dict) else "")


def _user_types(value: Any, found: Conditions) -> None:
    sections = value if isinstance(value, dict) else {"": value}
    for side, listed in sections.items():
        if _empty(listed):
            continue
        if side not in ("include", "exclude") or not isinstance(listed, list) or not all(map(is_okta_id, listed)):
            found.undecidable.append(f"user type {_word(side)} {_shown(listed)}")
        else:
            name = "user_types_in" if side == "include" else "user_types_out"
            found.properties[name] = list(dict.fromkeys(listed))


def _entry(value: Any, found: Conditions) -> None:
    """Read `authContext`: how one comes to sign in."""
    kind = text_of(value.get("authType")) if isinstance(value, dict) else ""
    if kind in _NOT_A_BROWSER:
        found.properties["entry"] = kind
        found.never = True
    elif kind != "ANY":
        found.undecidable.append(f"authContext {_shown(value)}")


def _any(what: str, member: str) -> Callable[[Any, Conditions], None]:
    """Return a reader of a condition that says nothing where its member says `ANY`."""

    def read(value: Any, found: Conditions) -> None:
        if not isinstance(value, dict) or value.get(member) != "ANY":
            found.undecidable.append(f"{what} {_shown(value)}")

    return read


def _apps(value: Any, found: Conditions) -> None:
    found.properties["apps"] = "some"
    found.undecidable.append(f"app {_shown(value)}")


def _provider(value: Any, found: Conditions) -> None:
    """Read `authProvider` of a password policy: whose passwords it is about."""
    provider = text_of(value.get("provider")) if isinstance(value, dict) else ""
    found.properties["provider"] = provider or _shown(value)


def _expression(value: Any, found: Conditions) -> None:
    """Understand `a == 'x' && (b == 'y' || b == 'z')` over operation and authenticator; nothing else."""
    text = text_of(value.get("condition")) if isinstance(value, dict) else ""
    said: dict[str, list[str]] = {}
    parts = [part.strip() for part in text.split("&&")]
    for part in parts:
        grouped = part.startswith("(") and part.endswith(")")
        matches = [_COMPARISON.fullmatch(one.strip()) for one in (part[1:-1] if grouped else part).split("||")]
        fields = {match[1] for match in matches if match}
        # `a && b || c` without parentheses means something else than it looks.
        unclear = len(matches) > 1 and len(parts) > 1 and not grouped
        if unclear or None in matches or len(fields) != 1 or (name := _FIELDS[fields.pop()]) in said:
            found.undecidable.append(f"expression {_shown(value)}")
            return
        said[name] = [match[2] or match[3] for match in matches if match]
    found.properties |= said


_PLAIN: dict[str, Callable[[Any, Conditions], None]] = {
    "device": _device,
    "platform": _platforms,
    "userType": _user_types,
    "authContext": _entry,
    "authProvider": _provider,
    "identityProvider": _any("identity provider", "provider"),
    "riskScore": _any("risk", "level"),
    "app": _apps,
    "elCondition": lambda value, found: found.undecidable.append(f"expression {_shown(value)}"),
}


def _applies(node: Ref, target: Ref, how: str, evidence: Evidence) -> Relation:
    return Relation(node, "APPLIES_TO", target, properties={"as": how}, evidence=evidence)


def _empty(value: Any) -> bool:
    """Whether a condition holds nothing: null, or objects and lists of nothing; false and 0 are something."""
    if isinstance(value, dict):
        return all(map(_empty, value.values()))
    return value is None or value == [] or value == ""


def _word(name: Any) -> str:
    return printable(str(name), 40)


def _shown(value: Any) -> str:
    """Return a condition as plain words, shortened: `level LOW`."""
    if isinstance(value, dict):
        text = ", ".join(f"{name} {_shown(one)}" for name, one in value.items() if not _empty(one))
    elif isinstance(value, list):
        text = " ".join(_shown(one) for one in value)
    else:
        text = str(value)
    return printable(text, _LONGEST)
