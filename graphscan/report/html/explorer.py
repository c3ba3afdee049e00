"""The middle of the page: what is reached at the left, the ways there, and at the right what a step rests on."""

from collections.abc import Sequence

from graphscan.analysis.report_parts import ReportSlice
from graphscan.analysis.report_results import ReportResult
from graphscan.report.html import words as page_words
from graphscan.report.html.drawn import order
from graphscan.report.html.markup import Html, el, identity, joined, name
from graphscan.report.html.picture import picture
from graphscan.report.html.sections import section
from graphscan.report.text import words

LISTED = 400  # assets in the list that is there without JavaScript
_TRIED = {"rotated": "is rotated", "revoked": "is revoked", "enforced": "holds"}
_SAID = {"rotated": "Rotated", "revoked": "Revoked", "enforced": "Control holds"}


def explorer(result: ReportResult) -> Html | None:
    """Return the section, None where there is nothing to draw."""
    part = result.slice
    if part is None:
        return None
    drawn, note = picture(part)
    return section(
        "explore",
        "Assets and ways",
        el(
            "p",
            "At the left what is reached, in the middle the ways there, read from left to right; where ways meet in ",
            el("b", "&"),
            " all of them are needed, elsewhere any one is enough. Dashed is what is possible and not known.",
            class_="hint",
        ),
        _try(part),
        el("p", id="counts", role="status", class_="counts", hidden=True),
        el(
            "div",
            el("div", el("h3", "Reached assets", id="assets-title"), _filters(part), _assets(part), class_="assets"),
            el(
                "div",
                el("h3", "Ways there", id="map-title"),
                el("div", id="map-tools", class_="tools", hidden=True),
                el("div", drawn, id="map", tabindex="0", role="region", aria_labelledby="map-title"),
                el("p", note, class_="hint", id="map-note") if note else el("p", "", id="map-note", class_="hint"),
                _legend(part),
                class_="ways",
            ),
            el(
                "div",
                el("h3", "What a step rests on", id="evidence-title"),
                el(
                    "div",
                    el(
                        "p",
                        "The families under ",
                        el("a", "Ways in", href="#ways"),
                        " tell each step with its evidence.",
                    ),
                    id="evidence",
                    role="region",
                    aria_labelledby="evidence-title",
                    tabindex="0",
                ),
                class_="rests",
            ),
            class_="explorer",
        ),
        _left_out(part),
        el(
            "noscript",
            el(
                "p",
                "JavaScript is off: the picture, the families and all tables can be read. What needs it is to select "
                "one asset, to search, to unfold a family and to try what an act would close.",
                class_="hint",
            ),
        ),
    )


# Private functions


def _try(part: ReportSlice) -> Html | None:
    """Return the acts that can be tried; the script shows them."""
    if not part.choices and not part.refused:
        return None
    rows = [
        el(
            "li",
            el(
                "label",
                el("input", type="checkbox", data_choice=str(place), id=f"try-{place}"),
                " ",
                page_words.node(part.nodes[choice.node]),
                " ",
                el("b", _TRIED[choice.action]),
            ),
            " ",
            el(
                "label",
                "from ",
                el(
                    "span",
                    f"the date on which {choice.action} counts: {part.nodes[choice.node].id[:80]}",
                    class_="aside",
                ),
                el("input", type="date", value=f"{choice.since:%Y-%m-%d}", data_date=str(place)),
            ),
        )
        for place, choice in enumerate(part.choices)
    ]
    refused = [el("li", f"{one.count:,} × {_SAID[one.action].lower()}: {one.why}") for one in part.refused]
    return el(
        "details",
        el("summary", el("b", "What if?"), f" Try {words.number(len(rows), 'act')}: counts, list and picture follow."),
        el(
            "p",
            "An act counts where its date is not after the instant of this report. What is listed here the page "
            "computes exactly as graphscan would; other acts change more than what is embedded: ask `graphscan blast`.",
            class_="hint",
        ),
        el("ul", *rows, class_="acts"),
        joined(
            el("p", "Not offered, since more would have to be computed again:", class_="hint"),
            el("ul", *refused, class_="hint"),
        )
        if refused
        else None,
        id="what-if",
        hidden=True,
    )


def _filters(part: ReportSlice) -> Html:
    """Return search and filters; the script shows them."""
    targets = [part.nodes[part.facts[fact].node] for fact in part.targets]
    kinds = sorted({one.kind for one in targets})
    worth = [
        one for one in ("crown_jewel", "confidential", "internal", "none") if one in {t.sensitivity for t in targets}
    ]
    return el(
        "div",
        el("label", "Search ", el("input", type="search", id="search", autocomplete="off")),
        el(
            "label",
            "Kind ",
            el(
                "select",
                el("option", "all", value=""),
                *(el("option", words.kind(kind, 2), value=kind) for kind in kinds),
                id="kind",
            ),
        ),
        el(
            "label",
            "Sensitivity ",
            el(
                "select",
                el("option", "all", value=""),
                *(el("option", words.sensitivity(one, 2), value=one) for one in worth),
                id="sensitivity",
            ),
        ),
        id="filters",
        class_="tools",
        hidden=True,
    )


def _assets(part: ReportSlice) -> Html:
    """Return the assets as a list; the script makes it a list to choose from."""
    rows = []
    known = order(part).known
    for fact in part.targets[:LISTED]:
        here = part.facts[fact]
        view = part.nodes[here.node]
        rows.append(
            el(
                "li",
                page_words.badge(view.kind),
                " ",
                el("span", identity(view.id), class_="which"),
                page_words.worth(view.sensitivity),
                " ",
                el("span", here.level, class_="level"),
                None if fact in known else joined(" ", page_words.certainty(known=False)),
                joined(el("br"), el("span", name(view.name), class_="name"))
                if view.name and view.name != view.id
                else None,
            )
        )
    left = part.targets_total - len({part.facts[fact].node for fact in part.targets[:LISTED]})
    more = el("p", f"and {left:,} more", class_="hint", id="assets-more") if left > 0 else None
    return el("div", el("ul", *rows, id="assets", aria_labelledby="assets-title"), more)


def _legend(part: ReportSlice) -> Html:
    kinds = sorted({one.kind for one in part.nodes})
    return el(
        "details",
        el("summary", "Signs"),
        el("ul", *(el("li", page_words.badge(kind), " ", words.kind(kind)) for kind in kinds), class_="columns"),
        el("p", "★ crown jewel, ◆ confidential; a card with another behind it is a family of nodes alike."),
        class_="legend",
    )


def _left_out(part: ReportSlice) -> Html | None:
    """Return what is reached and not drawn, with counts."""
    if not part.left_out and part.whole:
        return None
    rows: Sequence[Html] = [
        el(
            "li",
            f"{one.count:,} {words.kind(one.kind, one.count)}, {words.sensitivity(one.sensitivity)}",
            joined(", alike to ", page_words.node(one.like)) if one.like else ", by ways that are not drawn",
        )
        for one in part.left_out
    ]
    return el(
        "details",
        el("summary", f"Not drawn one by one: {sum(one.count for one in part.left_out):,}"),
        el("ul", *rows),
        None
        if part.whole
        else el("p", "One derivation of each asset is drawn: with all of them the drawing would be too large."),
        open=True,
        class_="left-out",
    )
