"""The checklist of an incident, by owner, as CSV and as Markdown."""

import csv
import io
import re
from collections.abc import Iterable

from graphscan.analysis.incident_results import ExposedCredential, IncidentResult, LastUseView
from graphscan.printable import printable

COLUMNS = (
    *("owner", "credential", "name", "kind", "state", "why", "action", "order", "account", "obtained", "last use"),
    *("consumers", "opens alone", "helps to open", "proof", "done"),
)
NOBODY = "(no owner)"
_ACTIONS = {
    "evict": "evict",
    "revoke": "revoke",
    "rotate": "rotate, and end the old value",
    "find": "list them, then look again",
}
# What a spreadsheet takes for a formula, also behind blanks and signs that it strips.
FORMULA = re.compile(r"^[\s\"'`]*[=+\-@\t\r|%＝＋－＠]")
_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~:@&$])")

Line = tuple[str, ...]


def to_csv(result: IncidentResult) -> str:
    """
    Return the checklist as CSV (RFC 4180).

    A cell that a spreadsheet would take for a formula begins with an apostrophe: names are whatever a tenant wrote.
    """
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(text) for text in line] for line in _lines(result))
    return out.getvalue()


def to_markdown(result: IncidentResult) -> str:
    """Return the checklist as Markdown: a heading for each owner, a box for each thing to do."""
    dead, exposed = len(result.dead), len(result.credentials)
    when = f"{result.as_of:%Y-%m-%d %H:%M:%S} UTC"
    text = [
        f"# {_plain(result.name)}",
        "",
        f"{dead:,} of {exposed:,} exposed credentials are proven dead, as of {when}.",
    ]
    owner = ""
    for line in _lines(result):
        one = dict(zip(COLUMNS, line, strict=True))
        if one["owner"] != owner:
            owner = one["owner"]
            text += ["", f"## {_plain(owner)}", ""]
        box = "x" if one["done"] else " "
        text.append(f"- [{box}] {_plain(one['credential'])} — {_plain(one['state'])}: {_plain(one['why'])}")
        text += [
            f"  - {name}: {_plain(one[name])}"
            for name in ("action", "account", "last use", "consumers", "opens alone", "helps to open", "proof")
            if one[name] and not (one["done"] and name == "action")
        ]
    return "\n".join(text) + "\n"


def last_use(uses: Iterable[LastUseView], conflict: bool) -> str:
    """Return what each source says of a last use; what contradicts is said to."""
    said = []
    for one in uses:
        if one.said == "used" and one.at is not None:
            what = f"{one.at:%Y-%m-%d}"
        elif one.said == "never" and one.lookback_days is not None:
            what = f"not in {one.lookback_days:,} days"
        else:
            what = one.said
        said.append(f"{what} ({one.by})")
    text = "; ".join(said) or "no data"
    return f"CONFLICT: {text}" if conflict else text


# Private functions


def _lines(result: IncidentResult) -> list[Line]:
    places = {step.node.id: (number, step.action) for number, step in enumerate(result.order, 1)}
    lines = [_line(one, *places.get(one.node.id, (0, ""))) for one in result.credentials]
    for suspect in result.suspects:
        number, action = places.get(suspect.node.id, (0, ""))
        gone = suspect.death
        lines.append(
            (
                *(NOBODY, suspect.node.id, suspect.node.name, suspect.node.kind, "PERSISTENCE SUSPECT"),
                f"made by {suspect.created_by}" + (f" on {suspect.created:%Y-%m-%d}" if suspect.created else ""),
                *(_ACTIONS.get(action, ""), str(number or ""), suspect.created_by, "", "", "", "", ""),
                *("" if gone is None else f"{gone.detail} {gone.where}".strip(), "yes" if gone else ""),
            )
        )
    return sorted(lines, key=lambda line: (line[0] == NOBODY, line[0], line[-1] != "", int(line[7] or 0), line[1]))


def _line(one: ExposedCredential, number: int, action: str) -> Line:
    death = one.death if not one.state.missed else None
    return (
        *(one.owner or NOBODY, one.node.id, one.node.name, one.node.subtype or one.node.kind, str(one.state)),
        *(one.detail, _ACTIONS.get(action, ""), str(number or ""), ", ".join(one.accounts)),
        *(f"{one.obtained:%Y-%m-%d}", last_use(one.last_used, one.conflict), ", ".join(one.consumers)),
        *(_count(len({fact.node.id for fact in one.alone})), _count(len({fact.node.id for fact in one.joint}))),
        "" if death is None else f"{death.detail} ({death.evidence}) {death.where}".strip(),
        "" if one.state.missed else "yes",
    )


def _count(number: int) -> str:
    return f"{number} assets" if number > 1 else "1 asset" if number else ""


def _cell(text: str) -> str:
    shown = printable(text)
    return f"'{shown}" if FORMULA.match(shown) else shown


def _plain(text: str) -> str:
    """Return text in which no sign means anything to Markdown or HTML."""
    return _MARKUP.sub(r"\\\1", printable(text))
