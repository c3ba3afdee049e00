"""Policies of every type, what they stand before, and what stands there where they could not be read."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from graphscan.model import (
    READ_WHOLE,
    Coverage,
    CoverageState,
    Enforced,
    Enforcement,
    Evidence,
    Node,
    Observed,
    Record,
    Ref,
    Relation,
)
from importers.okta import endpoints as ends
from importers.okta.context import Context, NotARecordError, identifier, object_of, state_of
from importers.okta.ids import is_okta_id, link_target, text_of
from importers.okta.policy_conditions import read_conditions
from importers.okta.policy_rules import SIGN_ON, number_text, rule, subtype_of
from importers.okta.policy_settings import settings_of

CLASSIC, ENGINE = "classic", "identity-engine"
_CONSOLE = "saasure"  # what the Admin Console is called as an application
_ACCOUNTS = "END_USER_ACCOUNT_MANAGEMENT"
_ACCOUNTS_NAME = "Okta Account Management Policy"
_PIPELINES = {"v1": CLASSIC, "idx": ENGINE}
# What an organisation has in any case, by type of policy: what stands there where policies of the type were not read.
_STAND_INS = {
    "OKTA_SIGN_ON": ("session-policy", "session", "sign_on_policy", "global session policy"),
    "ACCESS_POLICY": (
        "account-management-policy",
        "account-management",
        "sign_on_policy",
        "account management policy",
    ),
    "MFA_ENROLL": ("enrolment-policy", "enrolment", "enrolment_policy", "authenticator enrolment policy"),
    "PASSWORD": ("password-policy", "password", "password_policy", "password policy"),
}
_FOR = {"OKTA_SIGN_ON": "session", "MFA_ENROLL": "enrolment", "PASSWORD": "password"}
_CLASSIC_RULES = "hidden: sign-on rules of single applications, which no end point lists in a classic organization"
_UNKNOWN = (Enforcement(Enforced.UNKNOWN),)


@dataclass(slots=True)
class _Policy:
    record: dict[str, Any]
    where: str
    type: str
    account: bool


@dataclass(slots=True)
class PolicyBook:
    """
    Policies of one snapshot; whether one is known to be in force is said by later replies, with its rules.

    Attributes:
        policies: those that were listed.
        broken:   policies of which a rule could not be read.
        named:    policies that something names and no listing has; each is stated once.
        apps:     of each application: the record, and the policy that it names itself.
        mapped:   of each application, the policies that name it, with the reply that says so.
        pipeline: `v1` or `idx` where the organisation says which of its two machineries it has.
    """

    policies: dict[str, _Policy] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    apps: dict[str, tuple[str, str]] = field(default_factory=dict)
    console: str = ""
    mapped: dict[str, dict[str, str]] = field(default_factory=dict)
    pipeline: str = ""

    def policy(self, _context: Context, record: Any, where: str) -> Iterable[Record]:
        """Take a policy that was listed."""
        id_ = identifier(record)
        type_ = text_of(record.get("type"))
        object_of(record, "settings")
        self.policies[id_] = _Policy(record, where, type_, type_ == "ACCESS_POLICY" and _is_for_accounts(record))
        return ()

    def rule(self, context: Context, record: Any, where: str, policy_id: str) -> Iterator[Record]:
        """Map a rule of a policy; where it cannot be read, its policy is not known to ask for anything."""
        policy = self.policies.get(policy_id)
        node = context.ref("policy", policy_id)
        type_, account = (policy.type, policy.account) if policy else ("", False)
        try:
            made = list(rule(context, record, where, node, type_, account))
        except NotARecordError:
            self.broken.add(policy_id)
            raise
        if policy is None and policy_id not in self.named:
            self.named.add(policy_id)
            yield self._not_listed(context, policy_id, where)
        yield from made

    def mapping(self, context: Context, record: Any, where: str, policy_id: str) -> Iterable[Record]:
        """Take a mapping of a policy to an application."""
        identifier(record)
        app = _linked(record, "application", "apps")
        if app is None:
            context.doubt(where, "a policy mapping that names no application")
        else:
            self.mapped.setdefault(app, {})[policy_id] = where
        return ()

    def application(self, record: dict[str, Any], where: str) -> None:
        """Note which policy an application that was listed says stands before it."""
        self.apps[record["id"]] = (_linked(record, "accessPolicy", "policies") or "", where)
        if record.get("name") == _CONSOLE:
            self.console = self.console or record["id"]

    def machinery(self, _context: Context, record: Any, _where: str) -> Iterable[Record]:
        """Take what the organisation says of itself to anyone who asks."""
        if not isinstance(record, dict):
            raise NotARecordError("the record is not an object")
        self.pipeline = text_of(record.get("pipeline"))
        return ()

    def kind_of_org(self, coverage: list[Coverage]) -> str:
        """Return `classic`, `identity-engine`, or an empty text where nothing tells."""
        if self.pipeline in _PIPELINES:
            return _PIPELINES[self.pipeline]
        if any(policy for policy, _ in self.apps.values()) or any(
            one.type == "ACCESS_POLICY" for one in self.policies.values()
        ):
            return ENGINE
        endpoint = ends.POLICIES["ACCESS_POLICY"]
        absent = any(row.endpoint == endpoint and row.state is CoverageState.UNAVAILABLE for row in coverage)
        # Every application of the Identity Engine names a policy: where none does and the type is unknown, it is not.
        return CLASSIC if absent and self.apps and not self.pipeline else ""

    def records(self, context: Context, coverage: list[Coverage], broken: Collection[str]) -> Iterator[Record]:
        """
        Yield every policy, what it stands before, and a stand-in for what could not be read.

        Args:
            broken: end points of which a record could not be read.
        """
        whole = {
            type_: endpoint not in broken and _read_whole(coverage, endpoint)
            for type_, endpoint in ends.POLICIES.items()
        }
        rules, kind = _Rules(coverage), self.kind_of_org(coverage)
        for id_, policy in self.policies.items():
            node = context.ref("policy", id_)
            known = id_ not in self.broken and rules.read(node.text)
            yield from _policy(context, id_, policy, known)
        yield from self._applications(context, kind == CLASSIC)
        if kind == CLASSIC:
            yield Coverage("APPLIES_TO", CoverageState.UNAVAILABLE, at=context.at, error=_CLASSIC_RULES)
        for type_, (id_, what, subtype, name) in _STAND_INS.items():
            there = what == "account-management" and any(one.account for one in self.policies.values())
            # A classic organisation has no account management policy.
            there = there or (what == "account-management" and kind == CLASSIC)
            if not whole[type_] and not there:
                yield from _stand_in(context, id_, subtype, name, context.ref("org"), {"for": what})

    def _applications(self, context: Context, classic: bool) -> Iterator[Record]:
        stood_for = False
        for app, (own, where) in self.apps.items():
            ref = context.ref("app", app)
            mapped = {id_: said for id_, said in self.mapped.get(app, {}).items() if not self._switched_off(id_)}
            before = dict.fromkeys([own] if own and not self._switched_off(own) else []) | dict.fromkeys(mapped)
            for id_ in before:
                if id_ not in self.policies and id_ not in self.named:
                    self.named.add(id_)
                    yield self._not_listed(context, id_, where)
                said = mapped.get(id_, where)
                detail = {"detail": "the application names one policy and another names it"} if len(before) > 1 else {}
                observed = Observed.POSSIBLE if len(before) > 1 else Observed.YES
                evidence = context.evidence(said)
                policy = context.ref("policy", id_)
                yield Relation(policy, "APPLIES_TO", ref, observed=observed, properties=detail, evidence=evidence)
                if app == self.console:
                    properties = {"for": "console", **detail}
                    org = context.ref("org")
                    yield Relation(
                        policy, "APPLIES_TO", org, observed=observed, properties=properties, evidence=evidence
                    )
            if not before and not classic:
                made = list(
                    _stand_in(
                        context, "sign-on-policies", "sign_on_policy", "sign-on policies of applications", ref, {}
                    )
                )
                yield from made[1:] if stood_for else made
                stood_for = True
        if not self.console or not (self.apps[self.console][0] or self.mapped.get(self.console)):
            name = "sign-on policy of the Admin Console"
            yield from _stand_in(
                context, "console-policy", "sign_on_policy", name, context.ref("org"), {"for": "console"}
            )

    def _switched_off(self, id_: str) -> bool:
        policy = self.policies.get(id_)
        return policy is not None and state_of(policy.record) == "inactive"

    def _not_listed(self, context: Context, id_: str, where: str) -> Node:
        return _unknown(context.id("policy", id_), "sign_on_policy", id_, context.evidence(where))


def rule_id(record: Any) -> str:
    """Return what tells a rule from the others of its policy; one without an id is told by all of it."""
    value = record.get("id") if isinstance(record, dict) else None
    return value if is_okta_id(value) else repr(record)


# Private functions


class _Rules:
    """Of which policies the rules were read to their end."""

    def __init__(self, coverage: list[Coverage]) -> None:
        rows = [row for row in coverage if row.endpoint == ends.POLICY_RULES]
        # A row may be called partial for what another end point of the same scope did not say.
        self._scopes = {
            row.scope: row.state is CoverageState.COMPLETE or row.error == READ_WHOLE for row in rows if row.scope
        }
        self._all = _read_whole(coverage, ends.POLICY_RULES)

    def read(self, policy: str) -> bool:
        return self._scopes.get(policy, self._all)


def _policy(context: Context, id_: str, policy: _Policy, known: bool) -> Iterator[Record]:
    record, where = policy.record, policy.where
    evidence = context.evidence(where)
    node, org = context.ref("policy", id_), context.ref("org")
    status = state_of(record)
    enforced = Enforced.NO if status == "inactive" else Enforced.UNKNOWN
    conditions = read_conditions(context, node, record.get("conditions"), evidence, rule=False)
    # One for people who cannot be told may stand before anybody or nobody.
    if status == "active" and known and not conditions.undecidable:
        enforced = Enforced.YES
    signs_on = policy.type in SIGN_ON
    properties = {
        "okta_id": id_,
        "type": policy.type,
        "priority": number_text(record.get("priority")),
        "status": text_of(record.get("status")),
        "system": "true" if record.get("system") is True else "",
        "resource": _ACCOUNTS if policy.account else "",
        "detail": "" if known else "its rules could not be read",
        **conditions.properties,
        **settings_of(policy.type, record),
    }
    yield Node(
        node.text,
        "Control" if signs_on else "Policy",
        "okta",
        f"{subtype_of(policy.type)}_policy",
        text_of(record.get("name")) or id_,
        valid_from=context.date(record, "created", where),
        state=status,
        enforced=(Enforcement(enforced),) if signs_on else (),
        properties={name: value for name, value in properties.items() if value},
        evidence=evidence,
    )
    if status == "inactive" or conditions.never:
        return
    what = "account-management" if policy.account else _FOR.get(policy.type, "")
    if what:
        yield Relation(node, "APPLIES_TO", org, properties={"for": what}, evidence=evidence)
    yield from conditions.records


def _stand_in(
    context: Context, id_: str, subtype: str, name: str, target: Ref, properties: dict[str, str]
) -> Iterator[Record]:
    control = context.ref("control", id_)
    evidence = context.evidence(ends.POLICIES["ACCESS_POLICY"].partition("?")[0])
    yield _unknown(control.text, subtype, name, evidence)
    yield Relation(control, "APPLIES_TO", target, properties=properties, evidence=evidence)


def _unknown(id_: str, subtype: str, name: str, evidence: Evidence) -> Node:
    detail = {"detail": "it could not be read: what it asks for is unknown"}
    return Node(id_, "Control", "okta", subtype, name, enforced=_UNKNOWN, properties=detail, evidence=evidence)


def _read_whole(coverage: list[Coverage], endpoint: str) -> bool:
    return any(
        row.endpoint == endpoint and not row.scope and (row.state is CoverageState.COMPLETE or row.error == READ_WHOLE)
        for row in coverage
    )


def _is_for_accounts(record: dict[str, Any]) -> bool:
    """Whether an access policy stands before enrolment and recovery, and before no application."""
    embedded = record.get("_embedded")
    resource = embedded.get("resourceType") if isinstance(embedded, dict) else None
    words = list(resource.values()) if isinstance(resource, dict) else [resource]
    return _ACCOUNTS in words or (record.get("system") is True and record.get("name") == _ACCOUNTS_NAME)


def _linked(record: dict[str, Any], name: str, kind: str) -> str | None:
    links = record.get("_links")
    target = link_target(links.get(name)) if isinstance(links, dict) else None
    return target[1] if target is not None and target[0] == kind and is_okta_id(target[1]) else None
