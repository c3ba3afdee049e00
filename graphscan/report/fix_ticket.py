"""What `fix` answers as Markdown, for a ticket, and its single fixes as CSV; names stand in code spans."""

from graphscan.analysis.fix_results import OPENS, UNJUDGED, Fix, FixResult, FixSet
from graphscan.analysis.results import FactView, Hop
from graphscan.report import claim_words
from graphscan.report.escapes import code, prose
from graphscan.report.markdown import MOST, Document
from graphscan.report.table import to_csv as table
from graphscan.report.text.fix import bound, opens, pairs
from graphscan.report.text.words import number

COLUMNS = (
    *("rank", "effect", "pairs", "of", "targets", "cost", "fix", "edit", "sort", "id", "recomputed"),
    *("closes", "opens", "opens for others", "chosen"),
)
NAMED = 20


def to_csv(result: FixResult) -> str:
    """Return the single fixes that are listed, the best first, as CSV (RFC 4180)."""
    chosen = set(result.cut.edits) if result.cut is not None else set()
    return table(
        COLUMNS,
        [
            (
                *(rank, one.effect, one.pairs, one.of, one.targets, one.cost, one.text, one.edit, one.sort),
                one.node.id if one.node is not None else one.edit.partition(" ")[2],
                *(one.recomputed, one.closes_count, one.opens_count, one.opens_others, one.edit in chosen),
            )
            for rank, one in enumerate(result.fixes, 1)
        ],
    )


def to_markdown(result: FixResult) -> str:
    """Return a ticket under 1 MiB: what to do, with a box for each, what it is good for, and what it does not close."""
    document = Document(MOST)
    document.add([f"# {_title(result)}", ""])
    note = f" ({prose(result.as_of_note)})" if result.as_of_note else ""
    document.add([f"As of {result.as_of:%Y-%m-%d %H:%M:%S} UTC{note}.", ""])
    live = [one.fact for one in result.starts if not one.dead]
    document.add([f"- From: {_facts(live)}", f"- To: {_facts(result.targets)}"])
    document.add([*(f"- What if: {code(edit)}" for edit in result.edits), ""])
    if result.cut is not None:
        document.add(["## To do", "", *_boxes(result.cut), ""])
    elif result.left:
        lines = [f"{place}. {_hop(step)}" for place, step in enumerate(result.left, 1)]
        document.add(["## What no fix closes", "", *lines, ""])
    if result.among_credentials is False:
        kept = f" but the {result.credentials_kept:,} that cannot be changed" if result.credentials_kept else ""
        evict = f" Evict first: {_facts(result.evict)}." if result.evict else ""
        document.add(
            [f"**No cut among credentials**: with all{kept} rotated and revoked a target is still reached.{evict}", ""]
        )
    if result.credentials is not None:
        document.add(["## Among credentials alone", "", *_boxes(result.credentials), ""])
    if result.fixes:
        document.add([f"## Single fixes ({result.fixes_total:,})", ""])
        left = list(result.fixes)
        while left and document.add(_single(left[0])):
            left = left[1:]
        if left:
            document.say(f"{len(left):,} more did not fit here: `-o json` has them.")
        if result.fixes_total > len(result.fixes):
            document.add(["", f"{result.fixes_total - len(result.fixes):,} more are not listed."])
        document.add([""])
    if result.left_unread:
        gaps = [f"- {code(line)}" for line in result.left_gaps]
        said = f"{number(len(result.left_unread), 'target')} stay possible by what nobody could read:"
        document.add(["## Not closed by any edit", "", said, "", *gaps, ""])
    document.add([f"- {prose(one)}" for one in (*result.notes, *result.costs_unused)])
    return document.text()


# Private functions


def _title(result: FixResult) -> str:
    if not result.of:
        return "Nothing to fix"
    if result.cut is not None:
        return f"{number(len(result.cut.edits), 'fix', 'fixes')} to close {number(result.of, 'pair')}"
    return "No set of fixes closes this" if result.stays is not None else "No set of fixes was found"


def _boxes(one: FixSet) -> list[str]:
    lines = [f"- [ ] {prose(text)} ({code(edit)})" for text, edit in zip(one.texts, one.edits, strict=True)]
    verified = "; verified by deriving everything anew" if one.verified else ""
    why = f": {prose(one.why)}" if one.why else ""
    return [*lines, "", f"Cost {one.cost:,}; {bound(one)}{why}{verified}."]


def _single(one: Fix) -> list[str]:
    what = f"closes {number(one.closes_count, 'step')}"
    if one.opens_count or one.opens_others:
        what += f"; {opens(one)}"
    doubt = "; not judged, it may open something" if one.effect == UNJUDGED else ""
    what += doubt
    lines = [f"- {pairs(one)}: {prose(one.text)} ({code(one.edit)}, cost {one.cost:,}); {what}"]
    return lines + ([f"  - opens {_hop(step)}" for step in one.opens[:3]] if one.effect == OPENS else [])


def _hop(step: Hop) -> str:
    also = f", with {', '.join(_fact(one) for one in step.also[:NAMED])}" if step.also else ""
    return f"{_fact(step.given)} → {_fact(step.gives)}: {prose(step.title)}{also}"


def _fact(view: FactView) -> str:
    return code(claim_words.fact(view), None)


def _facts(views: "tuple[FactView, ...] | list[FactView]") -> str:
    names = list(dict.fromkeys(_fact(view) for view in views))
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
