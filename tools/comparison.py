"""The generated page that sets our Okta vocabulary beside OpenHound-okta's, and the techniques by their numbers."""

from collections.abc import Iterable

from graphscan import kinds
from graphscan.techniques.registry import load
from tools import openhound_okta as theirs


def page() -> str:
    """
    Return the page.

    Raises:
        SystemExit: a row names a kind or a technique that does not exist.
    """
    known = {one.id for one in load()}
    parts = [_INTRODUCTION.format(summary=_summary())]
    for title, rows in (("Node kinds", theirs.NODES), ("Edge kinds", theirs.EDGES)):
        parts += [
            f"## {title}\n",
            f"| OpenHound-okta | graphscan | with | remark |\n|---|---|---|---|\n{_rows(rows, known)}",
        ]
    parts += ["## What it leaves out\n", f"| what | with |\n|---|---|\n{_beyond(known)}"]
    parts += ["## Techniques by number\n", _NUMBERS, f"| | what | techniques |\n|---|---|---|\n{_numbered(known)}"]
    return "\n".join(parts)


# Private functions


def _summary() -> str:
    counts = []
    for what, rows in (("node kinds", theirs.NODES), ("edge kinds", theirs.EDGES)):
        each = [
            f"{sum(row.how == how for row in rows)} {how}" for how in (theirs.COVERED, theirs.DIFFERENT, theirs.MISSING)
        ]
        counts.append(f"of its {len(rows)} {what}, {', '.join(each)}")
    return "; ".join(counts)


def _rows(rows: Iterable[theirs.Row], known: set[str]) -> str:
    return "".join(f"| {row.theirs} | {row.how} | {_linked(row.ours, known)} | {row.why} |\n" for row in rows)


def _beyond(known: set[str]) -> str:
    return "".join(f"| {row.theirs} | {_linked(row.ours, known)} |\n" for row in theirs.BEYOND)


def _numbered(known: set[str]) -> str:
    return "".join(f"| {number} | {what} | {_linked(ours, known)} |\n" for number, what, ours in theirs.NUMBERED)


def _linked(names: str, known: set[str]) -> str:
    """Return names as links to where they are described; refuse one that does not exist."""
    shown = []
    for name in names.split():
        if name in known:
            shown.append(f"[{name}](techniques/{name}.md)")
        elif name in kinds.NODE_KINDS or name in kinds.RELATION_KINDS:
            shown.append(f"[{name}](vocabulary.md)")
        else:
            raise SystemExit(f"tools/openhound_okta.py names {name!r}, which is no kind and no technique")
    return ", ".join(shown) or "–"


_HEAD = "| OpenHound-okta | graphscan | with | remark |\n|---|---|---|---|\n"

_INTRODUCTION = """\
# graphscan beside OpenHound-okta

BloodHound's collector for Okta, OpenHound-okta 0.12.0 (schema 2.9.0), states edges that are walked one by
one; graphscan states inventory, and techniques turn it into steps that need all of their preconditions. So the same
thing often stands in another place: {summary}.

"Covered" means that what the kind says is read and used; "different on purpose" that it is modelled in another way, and
why; "missing" that it is not there.
"""

_NUMBERS = """\
The numbers are those by which the project's own reference knows attack steps on Okta. Each technique page says what is
needed, how to close it and where it is documented.
"""
