"""The first sections of the page: what is asked and answered, what is reached, and by which ways."""

from collections.abc import Sequence

from graphscan.analysis.report_results import ReportResult
from graphscan.analysis.results import Derivation, EvidenceView, FactView, Hop, Route
from graphscan.engine.graph import IMPLICATION
from graphscan.report.html import words as page_words
from graphscan.report.html.markup import Child, Html, el, identity, joined, name, table, text
from graphscan.report.text import words

LISTED = 300  # rows of reached things
FAMILIES = 40
TOLD = 12  # families that stand without being unfolded
OPEN = 2  # families that are unfolded from the start
NAMED = 8  # heads or tails of a family that are named


def section(id_: str, title: str, *children: Child) -> Html:
    """Return a section with its heading, which links to itself."""
    head = el("h2", el("a", title, href=f"#{id_}"), id=f"{id_}-title")
    return el("section", head, *children, id=id_, aria_labelledby=f"{id_}-title")


def begins(result: ReportResult) -> Html:
    """Return what the attacker is taken to hold, what was taken for granted, and how fresh what was read is."""
    starts = [
        (
            page_words.fact(one.fact),
            f"dead, not used: {one.dead}" if one.dead else f"possibly held: {one.doubt}" if one.doubt else "held",
        )
        for one in result.starts
    ]
    holders = [
        (name(one.text), f"{one.credentials:,}", one.observed, _span(one.begins, one.ends)) for one in result.holders
    ]
    sources = [
        (
            identity(one.source),
            one.importer,
            words.moment(one.at),
            "complete" if one.complete else "with gaps",
            f"{one.nodes:,}",
            f"{one.relations:,}",
        )
        for one in result.sources
    ]
    return section(
        "starts",
        "Where the attacker begins",
        table(("Holds", "State"), starts, "What the attacker begins with") if starts else el("p", "Nothing."),
        joined(el("h3", "Who had what"), table(("Holder", "Credentials", "Observed", "When"), holders, "Holders"))
        if holders
        else None,
        joined(el("h3", "Taken for granted"), el("ul", *(el("li", one) for one in result.assumptions)))
        if result.assumptions
        else None,
        joined(el("h3", "Changed before asking"), el("ul", *(el("li", el("code", one)) for one in result.edits)))
        if result.edits
        else None,
        joined(
            el("h3", "What was read, and when"),
            table(("Source", "Importer", "Read at", "Coverage", "Nodes", "Relations"), sources, "Sources"),
        )
        if sources
        else None,
    )


def reached(result: ReportResult) -> Html:
    """Return what is reached, as n of N."""
    by_sensitivity = [
        (
            joined(words.sensitivity(one.sensitivity, 2), page_words.worth(one.sensitivity)),
            f"{one.reached:,}",
            f"{one.possible:,}",
            f"{one.of:,}",
        )
        for one in result.by_sensitivity
    ]
    by_kind = [
        (
            joined(page_words.badge(one.kind), " ", words.kind(one.kind, 2)),
            f"{one.reached:,}",
            f"{one.possible:,}",
            f"{one.of:,}",
            f"{one.sensitive:,}",
            words.listed(f"{count:,} {level}" for level, count in one.levels),
        )
        for one in result.totals
    ]
    listed = [
        (
            page_words.node(one.node),
            one.level,
            words.sensitivity(one.node.sensitivity),
            page_words.certainty(one.certainty == "known"),
            "" if one.distance is None else str(one.distance),
        )
        for one in result.reached[:LISTED]
    ]
    left = result.reached_total - len(listed)
    return section(
        "reached",
        "What is reached",
        el("p", "Possible means: not known, and not excluded by what could be read.", class_="hint"),
        table(("Sensitivity", "Known", "Possible", "Of"), by_sensitivity, "Reached, by sensitivity"),
        table(("Kind", "Known", "Possible", "Of", "Sensitive", "Levels"), by_kind, "Reached, by kind"),
        el(
            "details",
            el("summary", f"The {len(listed):,} most sensitive things that are reached"),
            table(("Thing", "Level", "Sensitivity", "Certainty", "Cost"), listed, "Reached, one by one"),
            el("p", f"{left:,} more are counted above; `-o json=FILE` lists them.", class_="hint")
            if left > 0
            else None,
            class_="more",
        )
        if listed
        else el("p", "Nothing beyond the starts."),
        _access(result),
        _anyone("Open to anyone, whoever holds what", result.open_to_anyone),
        _anyone("Possibly open to anyone", result.possibly_open),
    )


def families(result: ReportResult) -> Html:
    """Return the families of paths, each step with what it rests on."""
    shown = result.families[:FAMILIES]
    left = len(result.families) - len(shown)
    known: set[str] = set()
    needed: dict[FactView, int] = {}
    listed: dict[frozenset[FactView], int] = {}
    told = [_family(number, one, known, needed, listed) for number, one in enumerate(shown, 1)]
    return section(
        "ways",
        "Ways in",
        el(
            "p",
            "Each family is one way, told once for all that it begins and ends at alike; the cheapest first. A step "
            "needs everything that it names.",
            class_="hint",
        ),
        *told[:TOLD],
        el("details", el("summary", f"{len(told) - TOLD:,} more families"), *told[TOLD:], class_="more")
        if len(told) > TOLD
        else None,
        None if shown else el("p", "No way was found to anything that counts as an asset."),
        el("p", f"{left:,} more families are not told here; `-o json=FILE` lists them.", class_="hint")
        if left
        else None,
        el("p", result.families_note, class_="hint") if result.families_note else None,
        _sets(result),
    )


def several(views: Sequence[FactView]) -> Html:
    """Return a few facts by name, many by their kinds and counts."""
    if len(views) <= 3:
        return joined(*(joined(", " if place else None, page_words.fact(one)) for place, one in enumerate(views)))
    kinds: dict[str, int] = {}
    for one in views:
        kinds[one.node.kind] = kinds.get(one.node.kind, 0) + 1
    said = sorted(kinds.items(), key=lambda item: (-item[1], item[0]))
    return joined(
        *(
            joined(", " if place else None, page_words.badge(kind), f" {count:,} {words.kind(kind, count)}")
            for place, (kind, count) in enumerate(said)
        )
    )


# Private functions


def _family(
    number: int, one: Route, known: set[str], needed: dict[FactView, int], listed: dict[frozenset[FactView], int]
) -> Html:
    heading = joined(f"{number}. ", several(one.heads), " → ", several(one.tails))
    said = f"{one.certainty}, cost {one.cost}, {words.number(one.paths, 'path')}"
    steps = [hop for hop in one.hops if hop.technique != IMPLICATION]
    return el(
        "details",
        el("summary", heading, " ", el("span", said, class_="hint")),
        el("ol", *(_hop(hop, known) for hop in steps), class_="hops"),
        *(_need(number, need, known, needed) for need in one.requirements),
        *(
            _all(number, views, title, listed)
            for views, title in ((one.tails, "Where it ends"), (one.heads, "Where it may begin"))
            if len(views) > NAMED
        ),
        open=number <= OPEN,
        class_="family",
        id=f"family-{number}",
    )


def _hop(hop: Hop, known: set[str]) -> Html:
    anchor = page_words.anchor_of(hop)
    first = anchor not in known
    known.add(anchor)
    return el(
        "li",
        page_words.fact(hop.given),
        joined(" with ", several(hop.also)) if hop.also else None,
        " → ",
        page_words.fact(hop.gives),
        el("br"),
        el("a", hop.title, href=f"#{anchor}", class_="title"),
        "" if not hop.possible else joined(" ", page_words.certainty(known=False)),
        _evidence(hop.evidence) if first else None,  # a step told twice links to where it was told first
        id=anchor if first else None,
    )


def _need(number: int, need: Derivation, known: set[str], needed: dict[FactView, int]) -> Html:
    earlier = needed.setdefault(need.fact, number)
    if earlier != number:
        as_told = el("a", f"as in {earlier}", href=f"#family-{earlier}")
        return el("p", "Needs ", page_words.fact(need.fact), ", ", as_told, ".", class_="need")
    ways = f", one of {need.ways:,} ways" if need.ways > 1 else ""
    if not need.hops:
        return el("p", "Needs ", page_words.fact(need.fact), ", which the attacker begins with.", class_="need")
    return el(
        "div",
        el("p", "Needs ", page_words.fact(need.fact), f", which comes by{ways}:"),
        el("ol", *(_hop(hop, known) for hop in need.hops), class_="hops"),
        class_="need",
    )


def _evidence(rests_on: Sequence[EvidenceView]) -> Html | None:
    if not rests_on:
        return None
    return el(
        "details",
        el("summary", f"evidence: {words.number(len(rests_on), 'relation')}", class_="hint"),
        el("ul", *(el("li", _stated(one)) for one in rests_on)),
        class_="evidence",
    )


def _stated(one: EvidenceView) -> Html:
    if one.gap is not None:
        return joined(
            f"nobody states it: {one.gap.relation} of ", identity(one.gap.scope or one.gap.source_instance), " was not "
            f"read ({one.gap.state}", joined(" at ", el("code", one.gap.endpoint)) if one.gap.endpoint else None, ")",
        )  # fmt: skip
    return joined(
        identity(one.source), f" {one.kind} ", identity(one.target), f": {one.evidence}",
        joined(", ", el("code", one.where)) if one.where else None, ", said by ", identity(one.source_instance),
        f" ({one.observed})" if one.observed != "yes" else None,
        joined(", by rule “", name(one.rule.name), "” of “", name(one.rule.policy), "”") if one.rule else None,
    )  # fmt: skip


def _all(number: int, views: Sequence[FactView], title: str, listed: dict[frozenset[FactView], int]) -> Html:
    earlier = listed.setdefault(frozenset(views), number)
    if earlier != number:
        return el(
            "p", f"{title}: the same {len(views):,} ", el("a", f"as in {earlier}", href=f"#family-{earlier}"), "."
        )
    shown = views[:LISTED]
    left = len(views) - len(shown)
    return el(
        "details",
        el("summary", f"{title}: {len(views):,}"),
        el("ul", *(el("li", page_words.fact(one)) for one in shown), class_="columns"),
        el("p", f"and {left:,} more", class_="hint") if left else None,
    )


def _sets(result: ReportResult) -> Html | None:
    rows = [
        (
            several(one.assets),
            joined(*(el("div", _set(several)) for several in one.sets[:6])),
            joined(*(el("div", _set(several)) for several in one.cuts[:6])),
        )
        for one in result.sets
    ]
    if not rows:
        return None
    return joined(
        el("h3", "What is needed together"),
        table(("Assets", "Enough, each line", "Protects if taken away, each line"), rows, "Which starts are needed"),
    )


def _set(several: Sequence[str]) -> Html:
    if not several:
        return text("nothing: it is open to anyone")
    return joined(*(joined(" and " if place else None, identity(one)) for place, one in enumerate(several)))


def _access(result: ReportResult) -> Html | None:
    if not result.access:
        return None
    rows = [
        (words.kind(one.kind, 2), f"{one.reachable:,}", f"{one.still:,}", f"{one.observed:,}", f"{one.assumed:,}")
        for one in result.access
    ]
    head = ("Kind", "Could be reached", "Still", "Seen to be accessed", "Assumed")
    return joined(el("h3", "Reached, and seen to be accessed"), table(head, rows, "Access to assets"))


def _anyone(title: str, views: Sequence[FactView]) -> Html | None:
    if not views:
        return None
    return joined(el("h3", title), el("ul", *(el("li", page_words.fact(one)) for one in views[:LISTED])))


def _span(begins: object, ends: object) -> str:
    return f"{begins or '…'} to {ends or '…'}"
