"""The sections of the page that say what stopped the rest, what to do, what is unknown, and how to get it again."""

import shlex
from collections.abc import Sequence
from datetime import UTC, datetime

from graphscan.analysis.report_results import Handover, ReportResult
from graphscan.report.html import words as page_words
from graphscan.report.html.markup import Html, el, identity, joined, link, name, table
from graphscan.report.html.sections import section
from graphscan.report.text import words

LISTED = 300
_NAMED = 12


def stopped(result: ReportResult) -> Html:
    """Return what stopped the rest, by control, with what would fall if it alone failed."""
    rows = [
        (
            joined(
                page_words.node(one.blocker.control),
                el("span", " holds alone", class_="alarm") if one.single else None,
                el("span", " only hinders", class_="hint") if one.blocker.effect == "hinders" else None,
            ),
            one.blocker.enforced,
            joined(
                *(
                    joined(", " if place else None, page_words.fact(f))
                    for place, f in enumerate(one.blocker.protects[:4])
                ),
                f" and {one.blocker.protects_count - 4:,} more" if one.blocker.protects_count > 4 else None,
            ),
            "not computed" if one.blocker.would_open is None else f"{one.blocker.would_open:,}",
            joined(
                *(joined(", " if n else None, page_words.fact(f)) for n, f in enumerate(one.blocker.defeated_by[:4])),
                f" and {len(one.blocker.defeated_by) - 4:,} more" if len(one.blocker.defeated_by) > 4 else None,
            ),
            joined(*(el("div", identity(c.claim), " falls with it alone" if c.single else None) for c in one.claims)),
        )
        for one in result.frontier[:LISTED]
    ]
    head = ("Control", "Enforced", "Protects", "Assets that fall if it fails", "What would defeat it", "Claims on it")
    return section(
        "stopped",
        "What stopped the rest",
        el("p", "“Holds alone” marks a single point of failure: an asset or a claim falls with it.", class_="hint"),
        table(head, rows, "Controls at the edge of what is reached")
        if rows
        else el("p", "No control stood in the way of anything beyond what is reached."),
    )


def first(result: ReportResult) -> Html:
    """Return what to do first, and what each act removes."""
    order = [
        (str(place), one.action, page_words.node(one.node), f"{one.closes:,}", f"{one.left:,}")
        for place, one in enumerate(result.order, 1)
    ]
    alone = [
        (
            joined(one.action, " ", page_words.node(one.node)),
            el("b", one.effect, class_=one.effect),
            f"{one.closes:,} of {one.of:,}",
            f"{one.remaining:,}",
        )
        for one in result.moves[:LISTED]
    ]
    return section(
        "first",
        "What to do first",
        joined(
            el("h3", "In this order"),
            table(("", "Act", "What", "Assets it closes", "Left then"), order, "What to do, in order"),
        )
        if order
        else None,
        joined(
            el("h3", "Each act alone") if order else None,
            table(("Act", "Effect", "Assets no longer reached", "Still reached"), alone, "Single acts"),
        )
        if alone
        else None,
        None if order or alone else el("p", "No single act closes anything."),
        _handover(result.handover),
    )


def missed(result: ReportResult) -> Html | None:
    """Return what an incident missed, with who answers for it."""
    if result.mode != "incident":
        return None
    rows = [
        (
            page_words.node(one.node),
            el("b", str(one.state), class_="state"),
            name(one.owner) if one.owner else el("span", "nobody is named", class_="alarm"),
            name(one.detail),
            f"{len(one.alone):,}",
            f"{len(one.joint):,}",
        )
        for one in result.missed[:LISTED]
    ]
    left = len(result.missed) - len(rows)
    made = [
        (page_words.node(one.node), _moment(one.created), identity(one.created_by), "gone" if one.death else "there")
        for one in result.suspects[:LISTED]
    ]
    like = [
        (page_words.node(one.node), _moment(one.created), identity(one.like)) for one in result.look_alikes[:LISTED]
    ]
    return section(
        "missed",
        "What was missed",
        el("p", f"{len(result.missed):,} of {result.exposed:,} exposed credentials are not proven dead."),
        table(("Credential", "State", "Owner", "Why", "Opens alone", "Helps to open"), rows, "Not proven dead")
        if rows
        else None,
        el("p", f"{left:,} more are in the hand-over list", class_="hint") if left else None,
        joined(el("h3", "Made since by an exposed account"), table(("What", "When", "By", "Now"), made, "Made since"))
        if made
        else None,
        joined(el("h3", "Easily taken for an exposed one"), table(("What", "Since", "Like"), like, "Look-alikes"))
        if like
        else None,
    )


def timeline(result: ReportResult) -> Html | None:
    """Return what happened, in order."""
    if not result.timeline:
        return None
    rows = [
        (
            words.moment(one.at),
            one.what,
            joined(
                *(joined(", " if place else None, page_words.node(n)) for place, n in enumerate(one.nodes)),
                f" and {one.count - len(one.nodes):,} more" if one.count > len(one.nodes) else None,
            ),
        )
        for one in result.timeline
    ]
    return section("timeline", "Timeline", table(("When", "What", "Of"), rows, "Timeline"))


def claims(result: ReportResult) -> Html | None:
    """Return the claims that are affected, and waivers in use."""
    if not result.claims and not result.waivers:
        return None
    rows = [
        (
            joined(identity(one.id), el("div", name(one.text), class_="hint")),
            el("b", one.verdict, class_=f"v{one.verdict}"),
            name(one.reason),
            joined(one.severity, joined(", ", name(one.owner)) if one.owner else None),
            name(one.ticket),
        )
        for one in result.claims[:LISTED]
    ]
    waived = [
        (identity(one.id), identity(one.claim), one.state, name(one.reason), name(one.approved_by), one.expires)
        for one in result.waivers[:LISTED]
    ]
    return section(
        "claims",
        "Claims",
        table(("Claim", "Verdict", "Why", "Severity, owner", "Ticket"), rows, "Claims") if rows else None,
        joined(
            el("h3", "Waivers"),
            table(("Waiver", "Claim", "State", "Reason", "Approved by", "Ends"), waived, "Waivers"),
        )
        if waived
        else None,
    )


def unknown(result: ReportResult) -> Html:
    """Return what could not be read, and what it could hide."""
    rows = [
        (
            joined(identity(one.gap.relation), joined(" of ", identity(one.gap.scope)) if one.gap.scope else None),
            identity(one.gap.source_instance),
            joined(one.gap.state, joined(": ", name(one.gap.error)) if one.gap.error else None),
            joined(one.hides, el("b", " Used in what is shown.", class_="maybe") if one.gap.used else None),
            joined(
                el("code", one.gap.endpoint) if one.gap.endpoint else "", f" {_moment(one.gap.at)}".rstrip() or None
            ),
        )
        for one in result.unknowns[:LISTED]
    ]
    left = len(result.unknowns) - len(rows)
    return section(
        "unknown",
        "What is unknown",
        table(("Not read", "Source", "State", "What it could hide", "Asked at"), rows, "What could not be read")
        if rows
        else el("p", "All that was asked for was read."),
        el("p", f"{left:,} more things could not be read; `-o json=FILE` lists them.", class_="hint") if left else None,
        joined(el("h3", "Bounds"), el("ul", *(el("li", note) for note in result.notes))) if result.notes else None,
    )


def since(result: ReportResult) -> Html | None:
    """Return what changed since an earlier report."""
    one = result.since
    if one is None:
        return None
    parts = (
        ("Newly missed", [page_words.node(view) for view in one.newly_missed]),
        ("Proven dead since", [page_words.node(view) for view in one.newly_dead]),
        ("Neither missed nor proven dead now", [page_words.node(view) for view in one.unaccounted]),
        ("Newly reached", [page_words.fact(view) for view in one.newly_reached]),
        ("No longer reached", [page_words.fact(view) for view in one.no_longer_reached]),
    )
    return section(
        "since",
        "What changed since the last report",
        el("p", f"Compared with the report evaluated {words.moment(one.evaluated)}, as of {words.moment(one.as_of)}."),
        None if one.same_question else el("p", "It asked another question: only what both list is compared."),
        *(
            joined(el("h3", f"{title}: {len(views):,}"), el("ul", *(el("li", view) for view in views[:LISTED])))
            for title, views in parts
            if views
        ),
        *(el("p", note, class_="hint") for note in one.notes),
    )


def provenance(result: ReportResult) -> Html:
    """Return what the answer rests on, and how to get it again."""
    one = result.provenance
    said = [
        ("Instant asked about", f"{words.moment(result.as_of)} {result.as_of_note}".strip()),
        ("Time of evaluation", f"{words.moment(result.evaluated)} {result.evaluated_note}".strip()),
        ("Snapshot", identity(one.snapshot)),
        ("Techniques", identity(one.techniques)),
        ("graphscan", one.version),
        *((joined("Input ", identity(file)), identity(digest)) for file, digest in one.inputs),
    ]
    return section(
        "again",
        "Digests, and how to get it again",
        table(("What", "Value"), said, "What the answer rests on"),
        el("pre", el("code", shlex.join(one.command)), tabindex="0", aria_label="command", role="region"),
    )


# Private functions


def _handover(rows: Sequence[Handover]) -> Html | None:
    if not rows:
        return None
    said = [
        (
            page_words.node(one.node),
            name(one.owner) if one.owner else el("span", "nobody is named", class_="alarm"),
            el("b", one.state, class_="state"),
            joined(one.step, el("div", link(one.source), class_="hint") if one.source else None),
            joined(link(one.console), el("div", one.console_shows, class_="hint"))
            if one.console
            else "no address is known",
            joined("after ", _ids(one.after)) if one.after else "at once",
            _ids(one.consumers) if one.consumers else "nobody known",
        )
        for one in rows[:LISTED]
    ]
    left = len(rows) - len(said)
    head = ("What", "Owner", "State", "The step that ends it", "Console", "When", "Who breaks")
    return joined(
        el("h3", "For the owners: how each is ended"),
        table(head, said, "Hand-over to owners"),
        el("p", f"{left:,} more are in the CSV (`-o csv=FILE`).", class_="hint") if left else None,
    )


def _ids(several: Sequence[str]) -> Html:
    left = len(several) - _NAMED
    more = f" and {left:,} more" if left > 0 else None
    return joined(*(joined(", " if n else None, identity(one)) for n, one in enumerate(several[:_NAMED])), more)


def _moment(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M UTC}"
