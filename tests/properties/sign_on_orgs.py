"""Random small organisations with sign-on policies, as values and as inventory."""

import random
from dataclasses import dataclass, field
from typing import Any

from graphscan.model import Coverage, CoverageState, Enforced, Enforcement, Node, Observed, Record, Ref, Relation

USERS = ("ann", "bob", "cat", "dan")
GROUPS = ("g0", "g1", "g2")
ZONES = ("z0", "z1", "z2")
APPS = ("app0", "app1", "app2", "classic")
TYPES = ("t0", "t1")
PLATFORMS = ("WINDOWS", "MACOS")
NEEDS = (
    "act_as",
    "act_as.session",
    "mfa",
    "mfa.session",
    "mfa.fresh_act_as",
    "phishing_resistant",
    "mfa.managed",
    "top",
)

Named = dict[str, tuple[str, bool]]  # who or where → include or exclude, and whether that was seen


@dataclass
class Rule:
    """One rule; `stated` are its properties, `named` the people and zones it names."""

    id: str
    stated: dict[str, Any]
    named: Named = field(default_factory=dict)
    seen: bool = True


@dataclass
class Policy:
    """One policy with its rules in order of priority; `before` is what it stands before."""

    id: str
    state: str
    rules: list[Rule]
    named: Named = field(default_factory=dict)
    priority: int = 1
    seen: bool = True


@dataclass
class Org:
    """
    One random organisation.

    Attributes:
        members:  (user, group) → whether the membership was seen.
        complete: users all of whose memberships were read, and groups all of whose members were.
        types:    user → its type, "" where that is not known.
        inside:   (zone, zone it lies in) → whether that is certain.
        controls: zones with a control of their own.
        apps:     application → its policy; None: the session policies alone stand before it.
        direct:   application → whether its users are assigned one by one, and the level their assignment asks for.
    """

    members: dict[tuple[str, str], bool]
    complete: set[str]
    types: dict[str, str]
    inside: dict[tuple[str, str], bool]
    controls: set[str]
    session: list[Policy]
    managing: list[Policy]
    apps: dict[str, Policy | None]
    console: Policy | None
    direct: dict[str, tuple[bool, str]]

    @property
    def policies(self) -> list[Policy]:
        """Return every policy once."""
        found = {p.id: p for p in (*self.session, *self.managing, *self.apps.values(), self.console) if p is not None}
        return list(found.values())

    def records(self) -> list[Record]:
        """Return the organisation as inventory."""
        found: list[Record] = [
            Node("org", "Application", "okta", "org"),
            Node("crew", "Group", "okta"),
            *(
                Node(one, "User", "okta", properties={"user_type_id": kind} if kind else {})
                for one, kind in self.types.items()
            ),
            *(Node(one, "Group", "okta") for one in GROUPS),
            *(Node(one, "Segment", "okta") for one in ZONES),
            *(
                Node(f"control:zone:{one}", "Control", "okta", "network_zone", enforced=_state("yes"))
                for one in self.controls
            ),
            *(Coverage("MEMBER_OF", CoverageState.COMPLETE, one) for one in sorted(self.complete)),
            *(_relation(f"control:zone:{one}", "DEFEATED_BY", one) for one in self.controls),
            *(_relation(a, "CONNECTS_TO", b, seen) for (a, b), seen in self.inside.items()),
            *(_relation(one, "ACCOUNT_OF", "org") for one in USERS),
            *(_relation(one, "MEMBER_OF", "crew") for one in USERS),
            *(_relation(a, "MEMBER_OF", b, seen) for (a, b), seen in self.members.items()),
            _relation("org", "REACHABLE_FROM", "internet"),
        ]
        for app, policy in self.apps.items():
            found += [
                Node(app, "Application", "okta"),
                _relation("org", "CONTAINS", app, needs="admin", gives="admin"),
                _relation(app, "REACHABLE_FROM", "internet"),
            ]
            alone, needs = self.direct[app]
            for one in USERS if alone else ("crew",):
                found.append(_relation(one, "ASSIGNED_TO", app, needs=needs))
            if policy is not None:
                found.append(_relation(policy.id, "APPLIES_TO", app, policy.seen))
            for one in USERS:
                account = f"{one}@{app}"
                found += [
                    Node(account, "User", "generic"),
                    Relation(Ref(one), "SIGNS_IN_AS", Ref(account), via=Ref(app)),
                ]
        found += [_relation(p.id, "APPLIES_TO", "org", p.seen, properties={"for": "session"}) for p in self.session]
        found += [
            _relation(p.id, "APPLIES_TO", "org", p.seen, properties={"for": "account-management"})
            for p in self.managing
        ]
        if self.console is not None:
            found.append(_relation(self.console.id, "APPLIES_TO", "org", properties={"for": "console"}))
        for policy in self.policies:
            found.append(
                Node(
                    policy.id,
                    "Control",
                    "okta",
                    "sign_on_policy",
                    enforced=_state(policy.state),
                    properties={"priority": str(policy.priority)},
                )
            )
            found += _naming(policy.id, policy.named)
            for rule in policy.rules:
                found.append(Node(rule.id, "Policy", "okta", "sign_on_rule", properties=rule.stated))
                found.append(_relation(rule.id, "APPLIES_TO", policy.id, rule.seen, properties={"as": "rule"}))
                found += _naming(rule.id, rule.named)
        for one in USERS:
            for sort, subtype, gives in (("password", "password", "act_as"), ("key", "factor", "phishing_resistant")):
                id_ = f"{sort}-of-{one}"
                found += [
                    Node(id_, "Credential", "generic", subtype),
                    _relation(one, "HAS_CREDENTIAL", id_, gives=gives),
                ]
        return found


def organisation(choose: random.Random) -> Org:
    """Return a random organisation."""
    inside = {pair: choose.random() < 0.6 for pair in (("z1", "z0"), ("z2", "z1")) if choose.random() < 0.35}
    managing = [_policy(choose, f"managing{n}", n, managing=True) for n in range(choose.randrange(2))]
    shared = _policy(choose, "shared", 1)
    return Org(
        {(u, g): choose.random() < 0.85 for u in USERS for g in GROUPS if choose.random() < 0.4},
        {one for one in USERS if choose.random() < 0.75} | {one for one in GROUPS if choose.random() < 0.3},
        {one: choose.choice(("t0", "t0", "t1", "")) for one in USERS},
        inside,
        {one for one in ZONES if choose.random() < 0.6},
        [_policy(choose, f"session{n}", n, session=True) for n in range(choose.choice((0, 1, 1, 2, 2)))],
        managing,
        {"app0": shared, "app1": shared, "app2": _policy(choose, "own", 1), "classic": None},
        _policy(choose, "console", 1) if choose.random() < 0.8 else None,
        {
            app: (choose.random() < 0.4, choose.choice(("act_as.session",) * 3 + ("mfa.session", "act_as.managed")))
            for app in APPS
        },
    )


# Private functions


def _policy(choose: random.Random, id_: str, priority: int, session: bool = False, managing: bool = False) -> Policy:
    state = choose.choice(("yes",) * 8 + ("unknown", "no"))
    rules = [_rule(choose, f"{id_}-rule{n}", n, session, managing) for n in range(choose.choice((0, 1, 2, 2, 3, 3)))]
    if rules and choose.random() < 0.6:
        rules.append(Rule(f"{id_}-last", _asks(choose, 99) | {"access": choose.choice(("ALLOW", "DENY"))}))
    named = _people(choose, 0.2) if session else {}
    return Policy(id_, state, rules, named, priority, choose.random() < 0.95)


def _rule(choose: random.Random, id_: str, priority: int, session: bool, managing: bool) -> Rule:
    stated = _asks(choose, priority)
    stated["access"] = choose.choice(("ALLOW",) * 6 + ("DENY", "DENY", "SOMETHING"))
    if choose.random() < 0.3:
        stated["device"] = choose.choice(("registered", "managed", "assurance"))
    if choose.random() < 0.2:
        stated["platforms"] = [choose.choice(PLATFORMS)]
    if choose.random() < 0.15:
        stated[choose.choice(("user_types_in", "user_types_out"))] = [choose.choice(TYPES)]
    if choose.random() < 0.1:
        stated["undecidable"] = ["risk level"]
    if choose.random() < 0.05:
        stated["never"] = "true"
    if session and choose.random() < 0.2:
        stated["remember_device"] = "true"
    if managing and choose.random() < 0.6:
        stated["operations"] = choose.sample(("enroll", "recover", "unlock"), choose.randrange(1, 3))
    if managing and choose.random() < 0.3:
        stated["authenticators"] = ["okta_verify"]
    named = _people(choose, 0.6)
    if choose.random() < 0.5:
        stated["network"] = choose.choice(("zones",) * 4 + ("any zone", "no zone", "elsewhere", "anywhere"))
    if stated.get("network") == "zones":
        for zone in ZONES:
            if choose.random() < 0.4:
                named[zone] = (choose.choice(("include", "include", "exclude")), choose.random() < 0.95)
    return Rule(id_, stated, named, choose.random() < 0.95)


def _asks(choose: random.Random, priority: int) -> dict[str, Any]:
    stated: dict[str, Any] = {"priority": str(priority)}
    if choose.random() < 0.95:
        stated["needs"] = choose.choice(NEEDS)
        if choose.random() < 0.15:
            stated["may_need"] = choose.choice(("act_as", "act_as.session"))
    return stated


def _people(choose: random.Random, share: float) -> Named:
    if choose.random() > share:
        return {}
    who = choose.sample((*GROUPS, *USERS[:2]), choose.randrange(1, 3))
    return {one: (choose.choice(("include", "include", "exclude")), choose.random() < 0.95) for one in who}


def _naming(id_: str, named: Named) -> list[Record]:
    return [_relation(id_, "APPLIES_TO", to, seen, properties={"as": side}) for to, (side, seen) in named.items()]


def _relation(source: str, kind: str, target: str, seen: bool = True, **fields: Any) -> Relation:
    return Relation(Ref(source), kind, Ref(target), observed=Observed.YES if seen else Observed.POSSIBLE, **fields)


def _state(word: str) -> tuple[Enforcement, ...]:
    return (Enforcement(Enforced(word)),)
