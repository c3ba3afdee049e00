"""The table of kinds: closed, consistent, and a partial order of levels."""

from itertools import product

import pytest

from graphscan import kinds
from graphscan.kinds import FAMILIES, NODE_KINDS, RELATION_KINDS, SIGN_INS, SignIn


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda one: str(one.name))
def test_implication_is_a_strict_partial_order(family: kinds.Family) -> None:
    """No level implies itself or one that implies it, and implication is transitively closed."""
    pairs = family.implies
    levels = set(family.levels)

    assert len(levels) == len(family.levels)
    assert family.acting in levels
    assert {level for pair in pairs for level in pair} <= levels
    assert all(high != low and (low, high) not in pairs for high, low in pairs)
    assert all((a, d) in pairs for (a, b), (c, d) in product(pairs, pairs) if b == c)


def test_node_kinds_name_families_that_exist() -> None:
    """Every node kind has levels, and none of the families is left without a kind."""
    assert {kind.family for kind in NODE_KINDS.values()} == set(FAMILIES)


@pytest.mark.parametrize("relation", RELATION_KINDS.values(), ids=lambda one: str(one.name))
def test_relation_kinds_fit_their_ends(relation: kinds.RelationKind) -> None:
    """A relation kind joins kinds that exist, and its default levels exist at the end that they speak of."""
    assert relation.sources and relation.sources <= set(NODE_KINDS)
    assert relation.targets and relation.targets <= set(NODE_KINDS)
    assert relation.step in ("", "forward", "backward")
    start, end = (
        (relation.targets, relation.sources) if relation.starts_at_target else (relation.sources, relation.targets)
    )
    for kind in start:
        assert kinds.start_level(relation.name, kind) in kinds.family_of(kind).levels
    for kind in end:
        assert kinds.end_level(relation.name, kind) in kinds.family_of(kind).levels


def test_sign_ins_are_ordered_by_component() -> None:
    """There are 18 sign-ins; one implies another exactly where strength, device and freshness all do."""
    assert len(SIGN_INS) == 18
    assert kinds.TOP in SIGN_INS
    for (a, x), (b, y) in product(SIGN_INS.items(), SIGN_INS.items()):
        expected = x.strength >= y.strength and x.managed >= y.managed and x.fresh >= y.fresh
        assert kinds.implies("User", a, b) == expected, (a, b)


def test_join_is_the_least_upper_bound() -> None:
    """The join of two sign-ins implies both, and nothing weaker does."""
    for x, y in product(SIGN_INS.values(), SIGN_INS.values()):
        joined = x.join(y)
        bounds = [one for one in SIGN_INS.values() if one.implies(x) and one.implies(y)]

        assert joined in bounds
        assert all(bound.implies(joined) for bound in bounds)


def test_tokens_are_no_sign_in_and_sign_ins_no_administration() -> None:
    """A sign-in may write through the interface and administers nothing by itself; a token is never a sign-in."""
    for level in SIGN_INS:
        assert kinds.implies("User", level, "api_write")
        assert not kinds.implies("User", level, "api_admin")
        assert not kinds.implies("User", level, "api")
        assert not any(kinds.implies("User", token, level) for token in kinds.TOKEN_LEVELS)


def test_a_session_proves_nothing_fresh() -> None:
    """A session does not pass where a fresh factor is asked."""
    assert not kinds.implies("User", "phishing_resistant.managed.session", "act_as")
    assert kinds.implies("User", "phishing_resistant.managed.session", "mfa.session")
    assert SignIn(1, False, -1).level == "mfa.session"
    assert SignIn(2, True, 1).level == "phishing_resistant.managed.fresh_mfa"


def test_publish_is_implied_by_no_level() -> None:
    """An administrator of a repository does not publish it, and neither right on a bucket gives another."""
    assert not kinds.implies("Repository", "admin", "publish")
    assert kinds.implies("Repository", "admin", "read")
    assert not kinds.implies("Bucket", "admin", "read")


def test_level_codes_tell_families_apart() -> None:
    """Codes are one to one with (family, level), fit a byte beside the sign for `carried`, and take aliases."""
    assert len(kinds.LEVEL_CODES) == len(kinds.LEVELS) < kinds.CARRIED
    assert kinds.level_code("Repository", "read") != kinds.level_code("Bucket", "read")
    assert kinds.level_code("User", "phishing_resistant.managed") == kinds.level_code("Group", "top")
    with pytest.raises(KeyError):
        kinds.level_code("Repository", "exec")


def test_only_principals_and_credentials_die_of_their_state() -> None:
    """No other kind is among those that a state ends."""
    assert {"User", "ServiceAccount", "Role", "Credential"} == kinds.DYING_KINDS
    assert all(word == word.lower() for word in kinds.DEAD_STATES)
