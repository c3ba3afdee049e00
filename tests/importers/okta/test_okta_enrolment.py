"""Phishing, enrolment, recovery and devices, from HTTP replies to what falls: each sentence with its near miss."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graphscan.model import Node, Record, Ref, Relation
from graphscan.techniques import registry
from importers.okta.walk import Factors
from tests.importers.okta.conftest import Collector
from tests.importers.okta.test_okta_admin_steps import app, user
from tests.importers.servers import okta as servers
from tests.importers.servers import small_org, small_org_factors, small_org_objects, small_org_policies
from tests.importers.servers.loopback import Answer
from tests.inventory import World

PHISHED = "okta:acme:control:users-resist-phishing::defeated"
# From where an application can be reached is not Okta's to know.
REACHED = tuple(f"{app(name)}::reachable" for name in ("jira", "vault", "payroll", "signing"))
# Nothing that administrators do: taken over, they would open everything and hide what is asked here.
OWN = {
    *("enrol-factor", "free-enrolment", "mailbox-codes", "own-factors", "passwordless", "phish-password"),
    *("phishable-users", "recover-account", "recovered-passwords", "relay-unread-factor", "without-factors"),
    *("sign-in", "sign-on-classes"),
}
FILES = [one for one in registry.load() if one.id.startswith("generic.") or one.id.removeprefix("okta.") in OWN]
PEOPLE = ("ola", "pia", "quy", "ada", "ben", "cleo", "hana")
LEVELS = ("act_as.session", "act_as", "mfa", "phishing_resistant", "act_as.managed")
ASKED = [f"{user(name)}::{level}" for name in PEOPLE for level in LEVELS]
ASKED += [f"{app(name)}::login" for name in ("jira", "vault")]

WITHOUT_KEYS = small_org_policies.AUTHENTICATORS  # as they are before a test changes them

Change = Callable[[pytest.MonkeyPatch], None]


class Worlds:
    """Worlds of the small organisation, each collected and derived once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, World] = {}

    def __call__(
        self, enrolment: Any, *changes: Change, factors: Factors = Factors.ALL, more: tuple[Record, ...] = ()
    ) -> World:
        """
        Return the world in which enrolment asks for `enrolment`.

        Args:
            changes: what else is different when it is collected.
            more:    facts beside what the replies say.
        """
        key = f"{enrolment} {[one.__name__ for one in changes]} {factors} {[one.id for one in more]}"
        if key not in self._made:
            folder = self._folder / str(len(self._made))
            folder.mkdir()
            with pytest.MonkeyPatch.context() as patch:
                small_org_factors.put(patch, enrolment)
                for change in changes:
                    change(patch)
                with servers.small() as server:
                    records = [*Collector(folder)(server, factors=factors).records, *more]
            self._made[key] = World.build(folder, records, asked=ASKED, techniques=FILES)
        return self._made[key]


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    """Return the worlds of this module."""
    return Worlds(tmp_path_factory.mktemp("worlds"))


def falls(world: World, *facts: str, starts: tuple[str, ...] = (PHISHED,)) -> list[str]:
    """Return of each fact whether it is reached, where the applications can be: known, possible or no."""
    known, may = (world.reach([*starts, *REACHED], may=may) for may in (False, True))
    return ["known" if world.holds(known, one) else "possible" if world.holds(may, one) else "no" for one in facts]


def password(name: str) -> str:
    """Return the node id of a user's password."""
    return f"okta:acme:password:{small_org.user_id(name)}"


def factor(name: str, id_: str) -> str:
    """Return the node id of a user's factor."""
    return f"okta:acme:factor:{small_org.user_id(name)}:{id_}"


# Phishing


def test_an_otp_only_application_falls_and_one_that_needs_a_key_does_not(worlds: Worlds) -> None:
    """While enrolment itself asks for what resists phishing, no way leads past the key, not even a possible one."""
    world = worlds(small_org_factors.RESISTANT)

    assert falls(world, f"{app('jira')}::login", f"{app('vault')}::login") == ["known", "no"]
    assert falls(world, f"{user('ola')}::mfa", f"{user('pia')}::mfa") == ["known", "no"]


def test_users_who_resist_phishing_give_nothing_away(worlds: Worlds) -> None:
    """The circumstance holds by default: from the internet alone nothing opens."""
    facts = (f"{app('jira')}::login", f"{user('ola')}::act_as")

    assert falls(worlds(small_org_factors.RESISTANT), *facts, starts=("internet",)) == ["no", "no"]


def test_one_that_needs_a_key_falls_through_enrolment_otherwise(worlds: Worlds) -> None:
    """With any two factors enough to enrol, ola's one-time password enrols the attacker's key."""
    assert falls(worlds(small_org_factors.TWO_FACTORS), f"{app('vault')}::login") == ["known"]


@pytest.mark.parametrize(
    ("enrolment", "expected"),
    [
        (small_org_factors.PASSWORD, {"ola": "known", "pia": "known", "quy": "known"}),
        (small_org_factors.TWO_FACTORS, {"ola": "known", "pia": "no", "quy": "no"}),
        (small_org_factors.RESISTANT, {"ola": "no", "pia": "no", "quy": "no"}),
        # Without a policy the first factor takes the password, and a further one a factor.
        (None, {"ola": "known", "pia": "no", "quy": "known"}),
    ],
    ids=["password", "two factors", "key", "no policy"],
)
def test_who_loses_a_key_to_phishing_follows_from_what_enrolment_asks(
    worlds: Worlds, enrolment: Any, expected: dict[str, str]
) -> None:
    """Ola has a one-time password, pia a key, and quy nothing."""
    facts = [f"{user(name)}::phishing_resistant" for name in expected]

    assert dict(zip(expected, falls(worlds(enrolment), *facts), strict=True)) == expected


def test_what_was_not_read_of_factors_is_possible(worlds: Worlds) -> None:
    """With the factors of administrators only, ola may have one that is handed on, and quy may have none."""
    facts = [f"{user(name)}::{level}" for name in ("ola", "quy") for level in ("act_as", "mfa", "phishing_resistant")]

    assert falls(worlds(None, factors=Factors.ADMINS), *facts) == ["known", "possible", "possible"] * 2


def test_a_key_that_is_switched_off_cannot_be_enrolled(worlds: Worlds) -> None:
    """Without security keys in the organisation, a user without a factor loses no more than the password and a code."""

    def no_keys(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(small_org_policies, "AUTHENTICATORS", WITHOUT_KEYS)

    facts = [f"{user('quy')}::{level}" for level in ("act_as", "mfa", "phishing_resistant")]

    # Whether one-time passwords of that sort are switched on is not in the reply.
    assert falls(worlds(None, no_keys), *facts) == ["known", "possible", "no"]


# One person's password and another's factor


def test_a_password_and_another_persons_key_open_nothing_together(worlds: Worlds) -> None:
    """Ola's password and pia's key give what either gives alone, and that is neither Jira nor the vault."""
    world = worlds(small_org_factors.RESISTANT)
    key = factor("pia", "fwfpia1")

    def held(*starts: str) -> set[str]:
        return {one for one, how in zip(ASKED, falls(world, *ASKED, starts=starts), strict=True) if how != "no"}

    assert held(password("ola"), key) == held(password("ola")) | held(key)
    assert held(password("ola"), key) == {f"{user('ola')}::act_as", f"{user('ola')}::act_as.session"}
    # Her own password and key do open it.
    assert f"{app('vault')}::login" in held(password("pia"), key)


# Recovery


def mailbox(name: str) -> tuple[Record, ...]:
    """Return a mailbox and whose it is."""
    node = Node(f"mail:{name}", "Content", "mail", "mailbox", f"mailbox of {name}")
    return node, Relation(Ref(node.id), "OWNED_BY", Ref(user(name)))


MAILBOXES = (*mailbox("ada"), *mailbox("ola"))


def test_who_reads_a_mailbox_resets_the_password_where_the_policy_lets(worlds: Worlds) -> None:
    """The default policy recovers by e-mail; engineers' does not, and nobody's mailbox opens another's account."""
    world = worlds(small_org_factors.RESISTANT, more=MAILBOXES)
    facts = [f"{user(name)}::act_as" for name in ("ada", "ola")]

    assert falls(world, *facts, starts=("mail:ada::read",)) == ["known", "no"]
    assert falls(world, *facts, starts=("mail:ola::read",)) == ["no", "no"]


def step_up(patch: pytest.MonkeyPatch) -> None:
    """Ask for a second step of recovery."""
    rule = small_org_policies._reset("p2", "ALLOW", "email", step_up=True)
    patch.setitem(small_org_policies.POLICY_RULES, "passwords", [rule])


def test_a_second_step_of_recovery_is_another_factor_of_that_person(worlds: Worlds) -> None:
    """The mailbox alone does not do; with ada's own code it does, with ola's it does not."""
    world = worlds(small_org_factors.RESISTANT, step_up, more=MAILBOXES)
    fact = f"{user('ada')}::act_as"

    assert falls(world, fact, starts=("mail:ada::read",)) == ["no"]
    assert falls(world, fact, starts=("mail:ada::read", factor("ada", "ostada2"))) == ["known"]
    assert falls(world, fact, starts=("mail:ada::read", factor("ola", "ostola1"))) == ["no"]


def denied(patch: pytest.MonkeyPatch) -> None:
    """Refuse to list password policies."""
    answered = small_org_policies.answer

    def answer(parts: list[str], query: dict[str, str]) -> Any:
        if parts == ["policies"] and query.get("type") == "PASSWORD":
            return Answer.json({"errorCode": "E0000006", "errorSummary": "no permission"}, 403)
        return answered(parts, query)

    patch.setattr(small_org_policies, "answer", answer)


def test_password_policies_that_were_denied_may_let_anybody_recover(worlds: Worlds) -> None:
    """A 403 on them makes what a mailbox opens possible, not absent."""
    world = worlds(small_org_factors.RESISTANT, denied, more=MAILBOXES)

    assert falls(world, f"{user('ola')}::act_as", starts=("mail:ola::read",)) == ["possible"]


# Codes by e-mail, and sessions that begin with any factor


def any_factor(patch: pytest.MonkeyPatch) -> None:
    """Let sessions begin with any factor, and give ada codes by e-mail."""
    rules = small_org_policies.POLICY_RULES["default"]
    action = {**rules[-1]["actions"]["signon"], "primaryFactor": "PASSWORD_IDP_ANY_FACTOR"}
    patch.setitem(
        small_org_policies.POLICY_RULES, "default", [*rules[:-1], {**rules[-1], "actions": {"signon": action}}]
    )
    patch.setitem(small_org.FACTORS, "ada", [small_org_objects._factor("emfada1", "email")])


def test_codes_by_mail_are_read_in_the_mailbox(worlds: Worlds) -> None:
    """The password and the mailbox of one person sign in with MFA; another person's mailbox adds nothing."""
    world = worlds(small_org_factors.RESISTANT, any_factor, more=MAILBOXES)
    fact = f"{user('ada')}::mfa"

    assert falls(world, fact, starts=(password("ada"), "mail:ada::read")) == ["known"]
    assert falls(world, fact, starts=(password("ada"), "mail:ola::read")) == ["no"]


def test_a_factor_alone_begins_a_session_where_the_policy_lets(worlds: Worlds) -> None:
    """With any factor allowed, ola's code is a session, and proven now only possibly; by default it is nothing."""
    facts = [f"{user('ola')}::{level}" for level in ("act_as.session", "act_as")]
    starts = (factor("ola", "ostola1"),)
    by_factor = worlds(small_org_factors.RESISTANT, any_factor, more=MAILBOXES)

    assert falls(by_factor, *facts, starts=starts) == ["known", "possible"]
    assert falls(worlds(small_org_factors.RESISTANT), *facts, starts=starts) == ["no", "no"]


# Devices


def test_a_managed_device_is_its_own_persons_only(worlds: Worlds) -> None:
    """Ada's managed laptop adds to her sign-in, ben's possibly; cleo's tablet is not managed, hana's is suspended."""
    world = worlds(small_org_factors.RESISTANT)
    names = ("ada", "ben", "cleo", "hana")
    facts = [f"{user(name)}::act_as.managed" for name in names]
    devices = [f"okta:acme:device:guo{number}::exec" for number in (1, 2, 3)]
    signed_in = [f"{user(name)}::act_as" for name in names]

    assert falls(world, *facts, starts=(*devices, *signed_in)) == ["known", "possible", "no", "no"]
    assert falls(world, facts[0], starts=(devices[0], signed_in[2])) == ["no"]
    assert falls(world, facts[0], starts=(devices[1], signed_in[0])) == ["no"]
