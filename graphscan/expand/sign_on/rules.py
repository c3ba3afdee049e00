"""Sign-on rules as values: who and what a rule names, and what it asks for. No database in here."""

from dataclasses import dataclass, field

from graphscan.kinds import SIGN_INS, SignIn, canonical_level

NO, MAYBE, YES = 0, 1, 2  # whether a condition holds; of several that must all hold, the smallest

SESSION = SignIn(0, False, -1)  # one factor, proven at some time
EVERYTHING = SIGN_INS["top"]

Named = tuple[tuple[int, bool], ...]  # (node number, whether it is certain that the rule names it)


@dataclass(frozen=True, slots=True)
class People:
    """
    Whom a policy or a rule is for.

    Attributes:
        include, exclude:    groups and users; any of them is enough, and an exclusion wins.
        everyone:            nobody is included by name, so everyone is.
        missing:             it names somebody who is not in the inventory.
        types_in, types_out: ids of user types.
    """

    include: Named = ()
    exclude: Named = ()
    everyone: bool = True
    missing: bool = False
    types_in: tuple[str, ...] = ()
    types_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """
    One rule of a sign-on policy.

    Attributes:
        relation:    number of the relation that puts it into its policy (evidence), None for a policy without rules.
        seen:        whether that relation was seen.
        certain:     whether it is certain that the rule is there, and that nothing undecidable stands in it.
        people:      whom its policy and whom it is for; both must match.
        network:     "" anywhere, "zones", "any zone", "no zone", or another word, which nobody can decide.
        zones_in, zones_out: the zones that it names.
        device:      "" any, "managed", or another word, which an unmanaged device possibly satisfies.
        platforms:   operating systems; none: any.
        operations:  of account management; None: any.
        allows:      None: what it says is not known.
        needs:       the sign-in that satisfies it for certain.
        may_need:    the weakest sign-in that possibly does.
        remembers:   the user's own device is possibly not asked for a second factor.
        never:       it is not about signing in with a browser.
    """

    relation: int | None
    people: tuple[People, ...]
    seen: bool = True
    certain: bool = True
    network: str = ""
    zones_in: Named = ()
    zones_out: Named = ()
    device: str = ""
    platforms: tuple[str, ...] = ()
    operations: tuple[str, ...] | None = None
    allows: bool | None = True
    needs: SignIn = SESSION
    may_need: SignIn = SESSION
    remembers: bool = False
    never: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """
    One sign-on policy.

    Attributes:
        control:  its node number.
        relation: number of the relation that puts it before something.
        certain:  whether it is certain that it stands there.
        people:   whom it is for.
        enforced: yes, no, absent or unknown.
        rules:    in order of priority; none: what it asks for is not known.
    """

    control: int
    relation: int = field(compare=False)  # a policy before many applications is one
    certain: bool
    people: People
    enforced: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """
    What is decided when somebody signs in.

    Attributes:
        part:     application, console, session, enroll, recover or unlock.
        policies: those before it; each must allow. Of account management, the list of it.
        session:  whether the organization's session policies must allow as well.
        assumed:  rules in place of policies of which nobody says that they are there.
    """

    part: str
    policies: tuple[Policy, ...]
    session: bool
    assumed: tuple[Rule, ...] = ()


def sign_in(stated: object) -> SignIn | None:
    """Return the sign-in that a level names; None where it names none."""
    return SIGN_INS.get(canonical_level(stated)) if isinstance(stated, str) else None


def of_session(asked: SignIn) -> SignIn:
    """Return a requirement of a session policy: it asks how strongly a session was begun, never for anything fresh."""
    return SignIn(asked.strength, asked.managed, -1)


def own_list(policy: Policy, several: bool = False) -> tuple[Rule, ...]:
    """
    Return the rules of a policy before an application.

    One that was not read is satisfied by a sign-in with everything proven; that it asks for less is the failure of its
    control. One of several that is possibly not there is possibly not asked.
    """
    if policy.rules and policy.enforced != "unknown":
        return policy.rules
    certain = policy.certain or not several
    return (Rule(None, (policy.people,), certain=certain, needs=EVERYTHING, may_need=EVERYTHING),)


def session_list(policies: tuple[Policy, ...]) -> tuple[Rule, ...]:
    """Return the rules of the session policies of an organization as one list; one not in force lets anyone pass."""
    rules: list[Rule] = []
    for one in policies:
        if one.enforced in ("no", "absent"):
            rules.append(Rule(None, (one.people,), certain=one.certain))
        elif one.rules and one.enforced == "yes":
            rules += one.rules
        else:
            rules.append(Rule(None, (one.people,), certain=one.certain, needs=of_session(EVERYTHING)))
    return tuple(rules)


def unread_console(classic: bool) -> tuple[Rule, ...]:
    """
    Return what stands before a console of which no policy is stated: it is opened with everything proven.

    A classic organization has no policies of applications; that the console asks for a factor all the same is a setting
    that no interface shows.
    """
    return (Rule(None, (People(),), needs=EVERYTHING, may_need=SESSION if classic else EVERYTHING),)
