"""
Random small organisations, and what is reached in them by a direct evaluation that knows nothing of the pipeline.

An organisation has two people with credentials, factors, sessions and devices, two groups, applications and
repositories with requirements on who acts, and an Okta-like org with an administrator.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field

from graphscan.model import Enforced, Enforcement, Node, Record, Ref, Relation

STRENGTHS = ("act_as", "mfa", "phishing_resistant")
TOKENS = ("api_read", "api_write", "api_admin", "api")
PEOPLE = ("ann", "bob")
GROUPS = ("crew", "all")

Triple = tuple[int, bool, int]  # strength, managed device, strength proven fresh (-1: nothing)
Need = Triple | str  # a sign-in, or a token level
TOP: Triple = (2, True, 2)


def name_of(need: Need) -> str:
    """Return the level's name in the vocabulary, spelt out here once more on purpose."""
    if isinstance(need, str):
        return need
    strength, managed, fresh = need
    name = STRENGTHS[strength] + (".managed" if managed else "")
    if need == TOP:
        return "top"
    if fresh == -1:
        return f"{name}.session"
    return name if fresh == strength else f"{name}.fresh_{STRENGTHS[fresh]}"


@dataclass
class Organisation:
    """
    One random organisation.

    Attributes:
        items:     what may be held: id → (owner, sort, the sign-in of a session).
        dead:      ids of items and people that are dead.
        members:   (member, group) pairs.
        assigned:  (principal, need, thing, what it gives) of applications and repositories.
        open_from: application → "internet", "inside", or "" where nothing says.
        accounts:  people with an account in the org `org`, and in the application `jira`.
        holders:   who holds the super administrator role: a person or a group.
        policy:    enforcement of the console's policy.
    """

    items: dict[str, tuple[str, str, Triple]] = field(default_factory=dict)
    dead: set[str] = field(default_factory=set)
    members: set[tuple[str, str]] = field(default_factory=set)
    assigned: set[tuple[str, Need, str, str]] = field(default_factory=set)
    open_from: dict[str, str] = field(default_factory=dict)
    accounts: set[tuple[str, str]] = field(default_factory=set)
    holders: set[str] = field(default_factory=set)
    policy: str = "yes"

    @property
    def asked(self) -> list[str]:
        """Return the facts whose reach is compared."""
        return sorted({f"{thing}::{gives}" for _, _, thing, gives in self.assigned} | {"org::admin"})

    def records(self) -> list[Record]:
        """Return the organisation as inventory."""
        found: list[Record] = [
            *(Node(one, "User", "okta", state="disabled" if one in self.dead else None) for one in PEOPLE),
            *(Node(one, "Group") for one in GROUPS),
            *(Node(one, "Repository") for one in ("code",)),
            *(Node(app, "Application") for app in self.open_from if app != "org"),
            Node("org", "Application", "okta", "org"),
            Node("inside", "Segment"),
            Node("policy", "Control", "okta", "sign_on_policy", enforced=(Enforcement(Enforced(self.policy)),)),
            Node("role", "RoleAssignment", "okta", "super_admin"),
            Relation(Ref("policy"), "APPLIES_TO", Ref("org")),
            Relation(Ref("role"), "SCOPED_TO", Ref("org")),
            *(Relation(Ref(one), "HAS_ROLE", Ref("role")) for one in self.holders),
            *(Relation(Ref(one), "ACCOUNT_OF", Ref(app)) for one, app in self.accounts),
            *(Relation(Ref(one), "MEMBER_OF", Ref(group)) for one, group in self.members),
            *(
                Relation(Ref(one), "ASSIGNED_TO", Ref(thing), needs=name_of(need), gives=gives)
                for one, need, thing, gives in self.assigned
            ),
            *(Relation(Ref(app), "REACHABLE_FROM", Ref(at)) for app, at in self.open_from.items() if at),
        ]
        gives = {"password": "act_as", "otp": "mfa", "key": "phishing_resistant", "okta_read": "api_read"}
        gives |= {"okta_api": "api", "read": "api_read", "api": "api"}
        for id_, (owner, sort, minted) in self.items.items():
            if sort == "device":
                found += [Node(id_, "Device", subtype="managed"), Relation(Ref(id_), "HELD_BY", Ref(owner))]
                continue
            provider = "okta" if sort.startswith("okta") else "generic"
            subtype = {"okta_read": "api_token", "okta_api": "api_token", "otp": "factor", "key": "factor"}.get(
                sort, sort
            )
            level = name_of(minted) if sort == "session" else gives[sort]
            found.append(Node(id_, "Credential", provider, subtype, state="revoked" if id_ in self.dead else None))
            found.append(Relation(Ref(owner), "HAS_CREDENTIAL", Ref(id_), gives=level))
        return found

    def reach(self, held: Iterable[str], may: bool) -> set[str]:
        """Return which of the asked facts some held items reach."""
        own = {
            one: [self.items[id_] for id_ in held if id_ not in self.dead and self.items[id_][0] == one]
            for one in PEOPLE
        }
        taken_over = False
        while True:
            levels = {one: self._levels(one, own[one], taken_over, may) for one in PEOPLE}
            administrator = any(self._has(holder, "api", levels) for holder in self.holders)
            if administrator == taken_over:
                break
            taken_over = administrator
        found = {"org::admin"} if taken_over else set()
        for who, need, thing, gives in self.assigned:
            if (thing == "code" or self._talks_to(thing, may)) and self._has(who, need, levels):
                found |= {f"{thing}::{gives}"} | ({f"{thing}::read"} if gives == "write" else set())
        return found & set(self.asked)

    # Private

    def _levels(self, who: str, own: list[tuple[str, str, Triple]], taken_over: bool, may: bool) -> set[Need]:
        """Return the strongest sign-ins of a person, and the token levels."""
        if who in self.dead:
            return set()
        sorts = {sort for _, sort, _ in own}
        managed = "device" in sorts
        fresh = -1
        if "password" in sorts:
            fresh = 2 if "key" in sorts else 1 if "otp" in sorts else 0
        found: set[Need] = {(fresh, managed, fresh)} if fresh >= 0 else set()
        for _, sort, (strength, on_managed, _) in own:
            if sort == "session":
                found.add((max(strength, fresh), on_managed or managed, fresh))
        if taken_over and (who, "org") in self.accounts:
            found.add(TOP)
        signed_in = [one for one in found if not isinstance(one, str)]
        console = any(one == TOP or self._console_open(may) for one in signed_in)
        # Whoever administers an application has got through to it.
        if (who, "org") in self.accounts and console and (taken_over or self._talks_to("org", may)):
            found.add("api")
        if (who, "jira") in self.accounts and signed_in and self._talks_to("jira", may):
            found.add("api")
        found |= {"api" for sort in sorts if sort in ("api", "okta_api")}
        found |= {"api_read" for sort in sorts if sort in ("read", "okta_read")}
        return found

    def _console_open(self, may: bool) -> bool:
        return self.policy == "no" or (may and self.policy == "unknown")

    def _talks_to(self, app: str, may: bool) -> bool:
        return self.open_from[app] == "internet" or (may and self.open_from[app] == "")

    def _has(self, who: str, need: Need, levels: dict[str, set[Need]]) -> bool:
        return any(_is_at_least(level, need) for person in self._people(who) for level in levels[person])

    def _people(self, who: str) -> set[str]:
        """Return the living people whom a principal is, or who belong to it through however many groups."""
        found, pending = set(), [who]
        while pending:
            one = pending.pop()
            if one not in found:
                found.add(one)
                pending += [member for member, group in self.members if group == one]
        return found & (set(PEOPLE) - self.dead)


def organisation(choose: random.Random) -> Organisation:
    """Return a random organisation."""
    made = Organisation(policy=choose.choice(("yes", "no", "unknown")))
    for who in PEOPLE:
        for sort in ("password", "session", "otp", "key", "device", "api", "read", "okta_api", "okta_read"):
            if choose.random() < (0.75 if sort in ("password", "session", "otp", "device") else 0.4):
                minted = (choose.randrange(3), choose.random() < 0.3, -1)
                made.items[f"{sort}-of-{who}"] = (who, sort, minted)
        if choose.random() < 0.1:
            made.dead.add(who)
        made.accounts |= {(who, app) for app in ("org", "jira") if choose.random() < 0.5}
        made.members |= {(who, group) for group in GROUPS if choose.random() < 0.4}
    made.dead |= {id_ for id_, (_, sort, _) in made.items.items() if sort != "device" and choose.random() < 0.08}
    made.members |= {pair for pair in (("crew", "all"), ("all", "crew")) if choose.random() < 0.3}
    made.open_from = {
        app: choose.choice(("internet",) * 4 + ("inside", "")) for app in ("org", "jira", "app0", "app1", "app2")
    }
    principals = (*PEOPLE, *GROUPS)
    made.holders = {who for who in principals if choose.random() < 0.2}
    needs: list[Need] = [(s, m, f) for s in range(3) for m in (False, True) for f in range(-1, s + 1)]
    needs += TOKENS
    for app in ("jira", "app0", "app1", "app2"):
        for _ in range(choose.randrange(3)):
            made.assigned.add((choose.choice(principals), choose.choice(needs), app, "login"))
    for who in principals:
        if choose.random() < 0.4:
            made.assigned |= {(who, "api_read", "code", "read"), (who, "api_write", "code", "write")}
    return made


def _is_at_least(level: Need, need: Need) -> bool:
    if isinstance(level, str):
        return isinstance(need, str) and TOKENS.index(level) >= TOKENS.index(need)
    if isinstance(need, str):
        return need in ("api_read", "api_write")
    return level[0] >= need[0] and level[1] >= need[1] and level[2] >= need[2]
