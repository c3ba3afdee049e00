"""What the expression of a group rule asks for: plain comparisons are taken apart, everything else is undecided."""

import pytest

from importers.okta.rule_expressions import read_expression

IN = 'isMemberOfAnyGroup("00gone","00gtwo")'


@pytest.mark.parametrize(
    ("text", "alternatives"),
    [
        ('user.department=="Platform"', [("department",)]),
        ('user.a == "x" and user.b != \'y\' or user.c eq "z"', [("a", "b"), ("c",)]),
        ('user.a == "x" && (user.b == "y" || user.c > 3)', [("a", "b"), ("a", "c")]),
        ('!(user.a=="1" or user.b=="2")', [("a", "b")]),
        ('not (user.a=="1" and user.b=="2")', [("a",), ("b",)]),
        ('String.startsWith(user.title, "Eng")', [("title",)]),
        ("user.contractor", [("contractor",)]),
        ("user.profile.city == null", [("city",)]),
    ],
)
def test_plain_expressions_are_known(text: str, alternatives: list[tuple[str, ...]]) -> None:
    """Each alternative names the attributes that fulfil it together."""
    found = read_expression(text)

    assert (list(found.alternatives), found.undecided) == (alternatives, False)


@pytest.mark.parametrize(
    ("text", "attributes", "groups"),
    [
        ("", (), ()),
        (IN, (), ("00gone", "00gtwo")),
        (f'user.a=="x" and {IN}', ("a",), ("00gone", "00gtwo")),
        ('String.toUpperCase(user.a) == "X"', ("a",), ()),
        ('user.a matches "x"', ("a",), ()),
        ('user.a=="x" and', ("a",), ()),
        ('user.a=="x" and user.a=="y"', ("a",), ()),  # nobody is both
        ("(" * 100 + 'user.a=="x"' + ")" * 100, ("a",), ()),
        ("!" * 3000 + 'user.a=="x"', ("a",), ()),
        ('user.a=="' + "x" * 5000 + '"', ("a",), ()),
        (" and ".join(f'(user.a{n}=="x" or user.b{n}=="y")' for n in range(9)), None, ()),
        ("\u202euser.a == \ud800", ("a",), ()),
    ],
)
def test_anything_else_is_undecided(text: str, attributes: tuple[str, ...] | None, groups: tuple[str, ...]) -> None:
    """The attributes and groups that it names are kept; no expression is an error, however long or deep."""
    found = read_expression(text)

    assert (found.alternatives, found.undecided) == ((), True)
    assert found.groups == groups
    assert attributes is None or found.attributes == attributes


def test_one_plain_way_beside_an_undecided_one_is_enough() -> None:
    """Either is enough: the plain one is known, and that there is more is said."""
    found = read_expression(f'user.a=="x" or {IN}')

    assert (found.alternatives, found.undecided) == ((("a",),), True)
