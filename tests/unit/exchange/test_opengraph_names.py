"""Ids and technique names become what the format allows, and can be made again from it."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from graphscan.exchange.opengraph import edge_kind, edge_name, escaped_id, unescaped_id
from graphscan.kinds import RELATION_KINDS
from graphscan.techniques import registry

HOSTILE = st.text(st.characters(), max_size=30) | st.text(
    st.sampled_from(":~_.4A2E\x00é\ud800\udc00\U0001f600 -"), max_size=30
)


@given(HOSTILE)
@example("a:b~3a~~:")
@example("\ud83d\ude00")
def test_an_id_comes_back(id_: str) -> None:
    """No colon, only plain signs; the first id again, so that no two ids become one."""
    escaped = escaped_id(id_)
    assert re.fullmatch(r"[A-Za-z0-9_.@/+=~-]*", escaped, re.ASCII)
    assert unescaped_id(escaped) == id_


@given(HOSTILE)
@example("a__b_2E_c")
def test_a_technique_name_comes_back(name: str) -> None:
    """A kind that the format takes; the first name again."""
    kind = edge_kind(name)
    assert re.fullmatch("[A-Za-z0-9_]+", kind, re.ASCII)
    assert edge_name(kind) == name


@given(HOSTILE)
def test_what_was_never_written_is_refused(text: str) -> None:
    """Either it is a written form, or there is a ValueError: never another id."""
    for there, back in ((escaped_id, unescaped_id), (edge_kind, edge_name)):
        try:
            found = back(text)
        except ValueError:
            continue
        assert there(found) == text


@pytest.mark.parametrize("text", ["a:b", "~41", "~3A", "~zz", "~"])
def test_other_spellings_are_no_ids(text: str) -> None:
    """One id has one written form."""
    with pytest.raises(ValueError, match="no escaped id"):
        unescaped_id(text)


def test_known_names_do_not_meet() -> None:
    """Relations, techniques, and the edges into gates all have kinds of their own."""
    techniques = [one.id for one in registry.load()]
    names = [*RELATION_KINDS, "STATED", "REQUIRES", "GIVES", *techniques, *(f"into {one}" for one in techniques)]
    assert len({edge_kind(one).casefold() for one in names}) == len(names)
    assert edge_kind("okta.sign-in") == "GS_okta_2E_sign_2D_in"
