"""The report's drawing: cards stand apart, lines go round them, what is needed together meets in a join."""

import base64
import hashlib
import re

import pytest

from graphscan.analysis.report_families import families
from graphscan.analysis.report_parts import ReportSlice, SliceFact, SliceStep
from graphscan.analysis.results import NodeView
from graphscan.kinds import NODE_KINDS
from graphscan.report.html import page
from graphscan.report.html.data import inert
from graphscan.report.html.drawn import drawing, main_steps, order
from graphscan.report.html.layout import CARD, HIGH, lay_out
from graphscan.report.html.looks import FAMILIES, LETTERS
from graphscan.report.html.markup import el, identity, link
from graphscan.report.html.picture import picture
from tests.browser.large import slice_of


def tiny(
    kinds: dict[str, str], facts: list[tuple[str, str]], steps: list[tuple[int, tuple[int, ...], int]], starts: int
) -> ReportSlice:
    """Return a slice of a few nodes; the first facts are the starts, the last one is the target."""
    names = list(kinds)
    return ReportSlice(
        nodes=tuple(NodeView(id_, kind, "", "", "test", "internal") for id_, kind in kinds.items()),
        facts=tuple(SliceFact(names.index(id_), level) for id_, level in facts),
        steps=tuple(SliceStep(a, guard, b, "test.way", "Way", 1, False, ()) for a, guard, b in steps),
        evidence=(),
        starts=tuple(range(starts)),
        possible_starts=(),
        ambient=(),
        possible_ambient=(),
        targets=(len(facts) - 1,),
        targets_total=1,
        groups=(),
        choices=(),
        refused=(),
        left_out=(),
    )


def test_an_account_and_a_position_meet_in_a_join() -> None:
    """That an application can be talked to comes from a position: neither it nor the account alone signs in."""
    part = tiny(
        {"token": "Credential", "edge": "Segment", "app": "Application"},
        [("token", "held"), ("edge", "position"), ("app", "reachable"), ("app", "login")],
        [(1, (), 2), (0, (2,), 3)],
        starts=2,
    )
    drawn = drawing(part, order(part), main_steps(part, order(part)))
    named = [[part.nodes[item.members[0]].id for item in drawn.items][place] for place in drawn.arrows[0].bodies]
    assert len(drawn.arrows) == 1 and sorted(named) == ["edge", "token"]
    assert len(lay_out(drawn).joins) == 1


@pytest.mark.parametrize("count", [40, 150])
def test_cards_stand_apart_and_lines_go_round_them(count: int) -> None:
    """No two cards overlap; a line that leads on passes between the cards of the columns that it crosses."""
    part = slice_of(count)
    read = order(part)
    drawn = drawing(part, read, main_steps(part, read))
    layout = lay_out(drawn)
    boxes = [(x, y - HIGH / 2, x + CARD, y + HIGH / 2) for x, y in layout.items]
    for one, (x, y, _, _) in enumerate(boxes):
        for left, top, right, bottom in boxes[:one]:
            assert not (left < x + CARD and x < right and top < y + HIGH and y < bottom)
    long = 0
    for line in layout.lines:
        if line.back:
            continue
        ends = {*drawn.arrows[line.arrow].bodies, drawn.arrows[line.arrow].target}
        level = [(x, y, to_x) for (x, y), (to_x, to_y) in zip(line.points, line.points[1:], strict=False) if y == to_y]
        for x, y, to_x in level:
            long += 1
            for place, (left, top, right, bottom) in enumerate(boxes):
                if place not in ends:
                    assert not (x < right and left < to_x and top < y < bottom), (line, boxes[place])
        assert all(0 <= x <= layout.width and 0 <= y <= layout.height for x, y in line.points)
    assert long > 10
    assert lay_out(drawn) == layout


def test_a_family_is_told_once() -> None:
    """Forty keys of forty bots of one team are two families and the team; what differs by a step stays apart."""

    class Arrow:
        def __init__(self, source: int, target: int, sort: str = "is in") -> None:
            self.bodies, self.head, self.sort = ((source, "held"),), (target, "held"), (sort,)

    arrows = [Arrow(n, 40 + n) for n in range(40)] + [Arrow(40 + n, 80) for n in range(40)] + [Arrow(80, 81, "opens")]
    sorts = ["key"] * 40 + ["bot"] * 40 + ["team", "app"]
    assert families(sorts, arrows) == (tuple(range(40)), tuple(range(40, 80)))
    odd = [*arrows, Arrow(7, 81, "opens")]
    assert families(sorts, odd) == (
        tuple(n for n in range(40) if n != 7),
        tuple(n for n in range(40, 80) if n != 47),
    )
    assert families(sorts, arrows, apart=(3,))[0] == tuple(n for n in range(40) if n != 3)
    assert families(sorts, arrows, least=41) == ()


def test_every_kind_has_letters_of_its_own() -> None:
    """And every family a colour and a shape."""
    assert {*LETTERS} == {*NODE_KINDS} and len({*LETTERS.values()}) == len(LETTERS)
    looks = [FAMILIES[family] for family in {one.family for one in NODE_KINDS.values()}]
    assert len({one.shape for one in looks}) == len(looks) == len({one.colour for one in looks})


def test_text_stays_text() -> None:
    """In elements, attributes and embedded data; only https becomes a link."""
    bad = "</script><b a=\"'&\u202e\x00"
    assert "<b" not in el("p", bad, title=bad) and "\"'" not in el("p", "", title=bad)
    assert "\u202e" not in identity(bad) and "\\u202e" in identity(bad)
    assert not {*"<>&"} & {*inert([bad])}
    assert link("javascript:alert(1)") == "<code>javascript:alert(1)</code>"
    assert link('https://a.example/"onclick=x').startswith("<code>")
    assert link("https://a.example/x?y=%22").startswith("<a href=")


def test_the_policy_names_what_runs() -> None:
    """The digests of the policy are those of the script and the style, and nothing else is allowed."""
    style = "".join((page._FOLDER / one).read_text(encoding="utf-8") for one in page.STYLES)
    assert page._digest(style) == f"sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}"
    unsafe = re.compile(
        r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function|@import|url\(|</script|</style"
    )
    for one in (*page.STYLES, *page.SCRIPTS):
        assert not unsafe.search((page._FOLDER / one).read_text(encoding="utf-8")), one


def test_a_picture_too_large_shows_the_first_ways() -> None:
    """It says how much it leaves out."""
    drawn, note = picture(slice_of(2_000))
    assert 20 < drawn.count("<rect") <= 2 * 160 and "of" in note and "Drawn are" in note
