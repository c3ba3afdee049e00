"""The first section of the page: the verdict, and one line for each question that a reader comes with."""

from collections.abc import Iterator

from graphscan.analysis.report_results import ReportResult
from graphscan.analysis.results import Route
from graphscan.report.html import words as page_words
from graphscan.report.html.markup import Html, el, identity, joined
from graphscan.report.html.sections import section, several
from graphscan.report.text import words

_RANK = {"crown_jewel": 3, "confidential": 2, "internal": 1}


def verdict(result: ReportResult) -> Html:
    """Return the verdict, and under it one line for each of the questions that a reader comes with."""
    return section(
        "verdict",
        "Verdict",
        *(el("p", sentence, class_="verdict") for sentence in result.verdict),
        el("dl", *_glance(result), class_="glance"),
    )


# Private functions


def _glance(result: ReportResult) -> Iterator[Html]:
    total = words.listed(
        f"{one.reached:,} of {one.of:,} {words.sensitivity(one.sensitivity, 2)}"
        for one in result.by_sensitivity
        if one.reached or one.possible
    )
    yield from _line("What was reached?", "reached", total or "nothing that counts as an asset")
    if result.mode == "incident":
        yield from _line("What was missed?", "missed", _missed(result))
    # Of all ways the one to most that is worth most.
    first = max(
        result.families,
        key=lambda one: (
            one.certainty == "known",
            max(_RANK.get(t.node.sensitivity, 0) for t in one.tails),
            len(one.tails),
        ),
        default=None,
    )
    way = None
    if first is not None:
        chain = [first.hops[0].given, *(hop.gives for hop in first.hops)] if first.hops else []
        way = joined(
            *(joined(" → " if place else None, page_words.fact(one)) for place, one in enumerate(chain)),
            _together(first),
            " — and ",
            words.number(len(result.families) - 1, "other family", "other families"),
            " of ways",
        )
    yield from _line("By which way?", "ways", way or "no way was found")
    stops = [one.blocker.control for one in result.frontier if one.blocker.effect != "hinders"]
    stopped = joined(
        *(joined(", " if place else None, page_words.node(one)) for place, one in enumerate(stops[:3])),
        f" and {words.number(len(stops) - 3, 'more control')}" if len(stops) > 3 else None,
    )
    yield from _line("What stopped the rest?", "stopped", stopped or "no control did")
    moves = [(one.action, one.node, one.closes, one.of) for one in result.moves[:3]]
    if result.order:
        moves = [(one.action, one.node, one.closes, one.closes + one.left) for one in result.order if one.closes][:3]
    first_ = joined(
        *(
            joined("; " if place else None, action, " ", page_words.node(node), f" closes {closes:,} of {of:,}")
            for place, (action, node, closes, of) in enumerate(moves)
        )
    )
    yield from _line("What to do first?", "first", first_ or "no single act closes anything")
    used = [one.gap for one in result.unknowns if one.gap.used]
    unknown: Html | str = f"{words.number(len(result.unknowns), 'thing')} could not be read"
    if used:
        named = [joined(gap.relation, " of ", identity(gap.scope or gap.source_instance)) for gap in used[:3]]
        unknown = joined(
            unknown,
            "; something shown here is possible only because of ",
            *(joined(", " if place else None, one) for place, one in enumerate(named)),
            f" and {len(used) - 3:,} more" if len(used) > 3 else None,
        )
    yield from _line("What is unknown?", "unknown", unknown if result.unknowns else "all that was asked for was read")


def _line(question: str, target: str, answer: "Html | str") -> tuple[Html, Html]:
    return el("dt", el("a", question, href=f"#{target}")), el("dd", answer)


def _missed(result: ReportResult) -> Html | str:
    named = [joined(page_words.node(one.node), f" ({one.state})") for one in result.missed[:4]]
    more = f" and {len(result.missed) - len(named):,} more" if len(result.missed) > len(named) else None
    said = joined(*(joined(", " if place else None, one) for place, one in enumerate(named)), more)
    return said or "nothing: all that was exposed is proven dead"


def _together(one: Route) -> Html | None:
    """Return what else the attacker begins with for a way; without it the way would look like less than it needs."""
    begun = [need.hops[0].given if need.hops else need.fact for need in one.requirements]
    others = [fact for fact in dict.fromkeys(begun) if fact not in one.heads]
    if not others:
        return None
    return joined(", together with ", several(others))
