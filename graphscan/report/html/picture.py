"""The slice as a picture in the page itself: read and printed without JavaScript."""

from collections.abc import Collection
from itertools import pairwise

from graphscan.analysis.report_parts import ReportSlice
from graphscan.report.html import words as page_words
from graphscan.report.html.drawn import Drawing, Item, Order, drawing, main_steps, order
from graphscan.report.html.layout import CARD, HIGH, Layout, Line, lay_out
from graphscan.report.html.looks import letters
from graphscan.report.html.markup import Html, el
from graphscan.report.text import words

MOST_DRAWN = 160  # items in the picture that is there without JavaScript
LINE = 16  # signs in a line of a card


def picture(part: ReportSlice) -> tuple[Html, str]:
    """
    Return the picture, and a sentence on what it leaves out, "" where that is nothing.

    Of more items than a person can look at, the ways to the most sensitive targets are drawn, as many as there is room
    for.
    """
    read = order(part)
    steps = main_steps(part, read)
    whole = drawing(part, read, steps)
    said = []
    if len(whole.items) > MOST_DRAWN:
        kept = _main(part, read, steps, MOST_DRAWN)
        fewer = drawing(part, read, steps, kept)
        said.append(
            f"Drawn are {len(fewer.items):,} of {len(whole.items):,} nodes and families: one way to each of the most "
            "sensitive assets. The tables name the others; with JavaScript, select any asset to see its ways."
        )
        whole = fewer
    left = sum(step.possible for step in part.steps) if any(fact in read.known for fact in part.targets) else 0
    if left:
        said.append(f"{left:,} steps that are possible and not known are not drawn at first.")
    return svg(part, read, whole, lay_out(whole)), " ".join(said)


def svg(part: ReportSlice, read: Order, drawn: Drawing, layout: Layout) -> Html:
    """Return a drawing as SVG; colours of lines and texts come from the style sheet."""
    levels = page_words.levels(part)
    begins = {part.facts[fact].node for fact in (*part.starts, *part.possible_starts)}
    ends = {part.facts[fact].node for fact in part.targets}
    likely = {part.facts[fact].node for fact in read.known}
    lines = [_line(one, drawn) for one in layout.lines]
    joins = [
        _join(x, y, len(drawn.arrows[number].bodies), drawn.arrows[number].possible) for number, x, y in layout.joins
    ]
    cards = [
        _card(part, item, place, levels, begins, ends, likely)
        for item, place in zip(drawn.items, layout.items, strict=True)
    ]
    said = (
        f"Attack paths from {len(begins)} starts, at the left, to {len(ends)} reached assets; "
        "the same is said in words under Ways in."
    )
    return el(
        "svg",
        el("title", "The ways from the starts to what they reach"),
        el("desc", said),
        el("g", *lines, class_="lines"),
        el("g", *joins, class_="joins"),
        el("g", *cards, class_="cards"),
        viewBox=f"0 0 {_n(layout.width)} {_n(layout.height)}",
        width=_n(layout.width),
        height=_n(layout.height),
        role="img",
        id="picture",
    )


# Private functions


def _main(part: ReportSlice, read: Order, steps: Collection[int], most: int) -> set[int]:
    """Return the nodes of one way to each target, in order, until there is no more room."""
    made = {part.steps[place].target: place for place in sorted(read.first) if place in steps}
    node_of = [fact.node for fact in part.facts]
    group = {node: places for places in part.groups for node in places}
    kept: set[int] = set()
    count = 0
    for target in part.targets:
        more, todo = set[int](), [target]
        while todo:
            fact = todo.pop()
            if fact in more:
                continue
            more.add(fact)
            if fact in made:
                step = part.steps[made[fact]]
                todo += [step.source, *step.guard]
        fresh = {node_of[fact] for fact in more} - kept
        size = len({group[node][0] if node in group else node for node in fresh})
        if count + size > most:
            break
        count += size
        kept |= fresh
    return kept


def _card(
    part: ReportSlice,
    item: Item,
    place: tuple[float, float],
    levels: list[tuple[str, ...]],
    begins: Collection[int],
    ends: Collection[int],
    likely: Collection[int],
) -> Html:
    x, y = place
    first = part.nodes[item.members[0]]
    count = page_words.members(part, item.members) if len(item.members) > 1 else 1
    single = len(item.members) == 1
    top = page_words.cut(page_words.label(first) if single else f"{count:,} {words.kind(first.kind, count)}", 2 * LINE)
    below = ", ".join(levels[item.members[0]])
    classes = ["card", "start" if item.members[0] in begins else "", "target" if item.members[0] in ends else ""]
    classes += ["" if item.members[0] in likely else "possible", first.sensitivity, "" if single else "family"]
    title = f"{words.kind(first.kind)} {first.id} ({below})" if single else f"{top}, as {first.id} ({below})"
    mark = page_words.MARKS.get(first.sensitivity)
    upper = _two_lines(top)
    texts = [
        el("text", line, x=_n(x + 32), y=_n(y - 4 + 12 * number - (6 if len(upper) > 1 else 0)), class_="name")
        for number, line in enumerate(upper)
    ]
    return el(
        "g",
        el("title", title),
        el("rect", x=_n(x + 3), y=_n(y - HIGH / 2 - 3), width=CARD, height=HIGH, rx="6", class_="behind")
        if not single
        else None,
        el("rect", x=_n(x), y=_n(y - HIGH / 2), width=CARD, height=HIGH, rx="6", class_="face"),
        el("use", href=f"#k-{letters(first.kind)}", x=_n(x + 4), y=_n(y - 13), width="26", height="26"),
        *texts,
        el("text", page_words.cut(below, 22), x=_n(x + 32), y=_n(y + 15), class_="below"),
        el("text", mark, x=_n(x + CARD - 5), y=_n(y + 15), text_anchor="end", class_="worth") if mark else None,
        class_=" ".join(one for one in classes if one),
    )


def _two_lines(said: str) -> list[str]:
    if len(said) <= LINE:
        return [said]
    space = max(said.rfind(sign, 4, LINE + 1) for sign in " -_./:@")
    at = space + 1 if space > 0 else LINE
    return [said[:at].strip(), page_words.cut(said[at:].strip(), LINE)]


def _line(one: Line, drawn: Drawing) -> Html:
    arrow = drawn.arrows[one.arrow]
    classes = " ".join(
        word for word in ("line", "possible" if arrow.possible else "", "back" if one.back else "") if word
    )
    path = _back(one) if one.back else _curve(one)
    x, y = one.points[-1]
    head = el("path", d=f"M{_n(x)} {_n(y)}l-7 -3.5v7z", class_="head") if one.head and not one.back else None
    if one.head and one.back:
        head = el("path", d=f"M{_n(x + 18)} {_n(y + HIGH / 2)}l-3.5 7h7z", class_="head")
    return el("g", el("path", d=path), head, class_=classes)


def _curve(one: Line) -> str:
    points = one.points
    said = [f"M{_n(points[0][0])} {_n(points[0][1])}"]
    for (x, y), (to_x, to_y) in pairwise(points):
        if y == to_y:
            said.append(f"H{_n(to_x)}")
        else:
            bend = (to_x - x) / 2
            said.append(f"C{_n(x + bend)} {_n(y)} {_n(to_x - bend)} {_n(to_y)} {_n(to_x)} {_n(to_y)}")
    return "".join(said)


def _back(one: Line) -> str:
    """Return a line against the order of columns: out below one card, in below the other."""
    (x, y), (to_x, to_y) = one.points[0], one.points[-1]
    x, y = x - 18, y + HIGH / 2
    if one.head:  # else it ends at a join
        to_x, to_y = to_x + 18, to_y + HIGH / 2
    deep = max(y, to_y) + 22
    return f"M{_n(x)} {_n(y)}C{_n(x)} {_n(deep)} {_n(to_x)} {_n(deep)} {_n(to_x)} {_n(to_y)}"


def _join(x: float, y: float, count: int, possible: bool) -> Html:
    return el(
        "g",
        el("title", f"all {count} are needed"),
        el("circle", cx=_n(x), cy=_n(y), r="8"),
        el("text", "&", x=_n(x), y=_n(y + 4), text_anchor="middle"),
        class_="join possible" if possible else "join",
    )


def _n(number: float) -> str:
    return f"{number:.1f}".rstrip("0").rstrip(".")
