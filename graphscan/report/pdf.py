"""
A report as PDF: the board's summary, in plain tables.

WeasyPrint lays it out (the extra `pdf`); it needs the system's Pango. It loads nothing: no address is ever fetched. The
same report gives the same bytes with the same version of WeasyPrint and the same fonts: dates come from the report,
and the identifier from its content.
"""

import hashlib
import logging
import shlex
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from graphscan.analysis.report_results import ReportResult
from graphscan.analysis.results import FactView, NodeView, Route
from graphscan.errors import UsageError
from graphscan.printable import LONGEST_NAME
from graphscan.report import claim_words
from graphscan.report.checklist import last_use
from graphscan.report.escapes import xml_attribute
from graphscan.report.report_csv import when
from graphscan.report.text.words import kind, sensitivity

FAMILIES = 300
ROWS = 300
FEW = 3
SENTENCE = 1_000  # signs; WeasyPrint breaks a word of many thousands in minutes
COMMAND = 3_000
_HELP = "pip install 'graphscan[pdf]'; on Debian also: apt-get install libpango-1.0-0 libpangoft2-1.0-0"
_COLOURS = {"RED": "#FF2B2B", "AMBER": "#FFC000", "AMBER+STRICT": "#FFC000", "GREEN": "#33FF00", "CLEAR": "#FFFFFF"}

_STYLE = """
@page { size: A4; margin: 18mm 15mm 18mm 15mm;
  @top-right { content: "TLP:%(tlp)s"; font: bold 9pt "DejaVu Sans Mono", monospace; color: %(colour)s;
    background: #000; padding: 0 5pt; height: 6mm; margin: auto 0; vertical-align: middle }
  @bottom-right { content: "TLP:%(tlp)s"; font: bold 9pt "DejaVu Sans Mono", monospace; color: %(colour)s;
    background: #000; padding: 0 5pt; height: 6mm; margin: auto 0; vertical-align: middle }
  @bottom-left { content: counter(page) " of " counter(pages); font: 8pt "DejaVu Sans", sans-serif; color: #444 } }
body { font: 8.5pt/1.35 "DejaVu Sans", sans-serif; color: #111; overflow-wrap: anywhere }
h1 { font-size: 17pt; margin: 0 0 4pt } h2 { font-size: 11.5pt; margin: 14pt 0 4pt; break-after: avoid }
p { margin: 0 0 5pt } .verdict { font-size: 11pt } .dim { color: #555 }
table { width: 100%%; table-layout: fixed; border-collapse: collapse; margin: 2pt 0 6pt }
thead { display: table-header-group }
th, td { text-align: left; vertical-align: top; padding: 2pt 4pt; border-bottom: 0.4pt solid #bbb }
th { font-weight: bold; border-bottom: 0.8pt solid #333 } td.n, th.n { text-align: right; white-space: nowrap }
tr { break-inside: avoid } code { font: 7.5pt "DejaVu Sans Mono", monospace } b { color: #9b1c1c }
"""


def to_pdf(result: ReportResult) -> bytes:
    """
    Return a report's summary as PDF.

    Raises:
        UsageError: WeasyPrint, or a library of the system that it needs, is not there.
    """
    try:
        logging.getLogger("weasyprint").addHandler(logging.NullHandler())
        import weasyprint
    except ImportError:
        raise UsageError("-o pdf needs WeasyPrint, which is not installed", _HELP) from None
    except OSError:  # one of the libraries that it loads
        raise UsageError("-o pdf needs Pango, a library of the system that is not installed", _HELP) from None
    text = to_page(result)
    page = weasyprint.HTML(string=text, url_fetcher=_fetch)
    identifier = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]
    content: bytes = page.write_pdf(pdf_identifier=identifier)
    return content


def to_page(result: ReportResult) -> str:
    """Return the page that is laid out, as HTML in which every name is text."""
    if result.tlp not in _COLOURS:  # it stands in the style, where nothing is escaped
        raise ValueError("the marking is none of the Traffic Light Protocol's")
    at = _moment(result.evaluated)
    style = _STYLE % {"tlp": result.tlp, "colour": _COLOURS[result.tlp]}
    parts = [
        "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>",
        f"<title>{_text(result.title)}</title>",
        f"<meta name='dcterms.created' content='{at}'><meta name='dcterms.modified' content='{at}'>",
        f"<meta name='generator' content='graphscan {_text(result.provenance.version)}'><style>{style}</style>",
        "</head><body>",
        *_body(result),
        "</body></html>",
    ]
    return "\n".join(parts)


# Private functions


def _fetch(_url: str, *_args: Any, **_more: Any) -> Any:
    raise ValueError("nothing is fetched")


def _body(result: ReportResult) -> Iterator[str]:
    redacted = " Names, ids, addresses and file names are pseudonyms." if result.redacted else ""
    yield f"<h1>{_text(result.title)}</h1>"
    yield (
        f"<p class='dim'>As of {_time(result.as_of)} {_note(result.as_of_note)}, evaluated {_time(result.evaluated)} "
        f"{_note(result.evaluated_note)}.{redacted}</p>"
    )
    yield from (f"<p class='verdict'>{_text(one, SENTENCE)}</p>" for one in result.verdict)
    yield from _since(result)
    yield "<h2>Reached, n of N</h2>"
    rows = [one for one in result.totals if one.reached or one.possible]
    yield from _table(
        ("kind", "reached", "possibly", "of", "sensitive"),
        (36, 16, 16, 16, 16),
        [
            (kind(one.kind, 2), f"{one.reached:,}", f"{one.possible:,}", f"{one.of:,}", f"{one.sensitive:,}")
            for one in sorted(rows, key=lambda one: (-one.sensitive, -one.reached, one.kind))
        ],
        numbers=(1, 2, 3, 4),
    )
    said = [
        f"{sensitivity(row.sensitivity, 2)} {row.reached:,} of {row.of:,}"
        + (f" (possibly {row.possible:,} more)" if row.possible else "")
        for row in result.by_sensitivity
    ]
    if said:
        yield f"<p>By sensitivity: {_text('; '.join(said))}.</p>"
    yield from _missed(result)
    yield "<h2>What to do first</h2>"
    yield from _moves(result)
    yield "<h2>What stopped the rest</h2>"
    yield from _frontier(result)
    yield "<h2>By which ways</h2>"
    yield from _families(result.families)
    if result.families_note:
        yield f"<p class='dim'>{_text(result.families_note, SENTENCE)}</p>"
    yield from _claims(result)
    yield "<h2>What is unknown</h2>"
    yield from _unknown(result)
    yield "<h2>What this rests on</h2>"
    yield from _rests(result)


def _since(result: ReportResult) -> Iterator[str]:
    since = result.since
    if since is None:
        return
    yield f"<h2>What changed since {_time(since.as_of)}</h2>"
    if not since.same_question:
        yield "<p>The earlier report asked another question; what both list is compared.</p>"
    rows = [
        ("newly missed", f"{len(since.newly_missed):,}", _nodes(since.newly_missed)),
        ("newly proven dead", f"{len(since.newly_dead):,}", _nodes(since.newly_dead)),
        ("neither missed nor proven dead now", f"{len(since.unaccounted):,}", _nodes(since.unaccounted)),
        ("newly reached", f"{len(since.newly_reached):,}", _facts(since.newly_reached)),
        ("no longer reached", f"{len(since.no_longer_reached):,}", _facts(since.no_longer_reached)),
    ]
    yield from _table(("what", "how many", "which"), (22, 13, 65), rows, numbers=(1,), raw=(2,))
    yield from (f"<p class='dim'>{_text(note, SENTENCE)}</p>" for note in since.notes)


def _missed(result: ReportResult) -> Iterator[str]:
    if result.mode != "incident":
        return
    yield f"<h2>What is missed</h2><p>{result.dead:,} of {result.exposed:,} exposed credentials are proven dead.</p>"
    steps = {one.node.id: one for one in result.handover}
    rows = []
    for one in result.missed[:ROWS]:
        step = steps.get(one.node.id)
        done = f"{_text(step.step, SENTENCE)} <span class='dim'>{_text(when(step))}</span>" if step else ""
        rows.append(
            (
                _label(one.node),
                f"<b>{_text(str(one.state))}</b> {_text(one.detail)}",
                _text(one.owner) or "nobody named",
                _text(last_use(one.last_used, one.conflict), 400),
                done,
            )
        )
    yield from _table(
        ("credential", "state", "owner", "last use", "step"), (21, 20, 12, 18, 29), rows, raw=(0, 1, 2, 3, 4)
    )
    yield from _left(len(result.missed) - ROWS, "missed credentials")
    if result.suspects:
        made = [(_label(one.node), "gone" if one.death else "still there") for one in result.suspects[:ROWS]]
        yield from _table(("made by an exposed account", "now"), (80, 20), made, raw=(0,))
        yield from _left(len(result.suspects) - ROWS, "suspects")


def _moves(result: ReportResult) -> Iterator[str]:
    if result.order:
        yield from _table(
            ("", "in this order", "closes", "left"),
            (5, 67, 14, 14),
            [
                (str(place), f"{_text(one.action)} {_label(one.node)}", f"{one.closes:,}", f"{one.left:,}")
                for place, one in enumerate(result.order[:ROWS], 1)
            ],
            numbers=(2, 3),
            raw=(1,),
        )
        yield from _left(len(result.order) - ROWS, "things to end")
    if not result.moves:
        yield "<p>No single change closes anything.</p>"
        return
    yield from _table(
        ("", "alone", "effect", "closes", "of", "left"),
        (5, 50, 12, 11, 11, 11),
        [
            (
                str(place),
                f"{_text(one.action)} {_label(one.node)}",
                one.effect,
                f"{one.closes:,}",
                f"{one.of:,}",
                f"{one.remaining:,}",
            )
            for place, one in enumerate(result.moves[:ROWS], 1)
        ],
        numbers=(3, 4, 5),
        raw=(1,),
    )
    yield from _left(len(result.moves) - ROWS, "moves")


def _frontier(result: ReportResult) -> Iterator[str]:
    if not result.frontier:
        yield "<p>No step was stopped for want of a control alone.</p>"
        return
    rows = []
    for one in result.frontier[:ROWS]:
        blocker = one.blocker
        alone = "<b>single point of failure</b>" if one.single else "" if one.single is False else "not computed"
        held = ", ".join(_text(use.claim) for use in one.claims[:FEW])
        falls = "" if blocker.would_open is None else f"{blocker.would_open:,}"
        rows.append((_label(blocker.control), _text(blocker.enforced), alone, falls, _facts(blocker.protects), held))
    heads = ("control", "holds", "", "falls", "stands before", "claims")
    yield from _table(heads, (24, 10, 14, 8, 30, 14), rows, numbers=(3,), raw=(0, 1, 2, 4, 5))
    yield from _left(len(result.frontier) - ROWS, "controls")


def _families(families: Sequence[Route]) -> Iterator[str]:
    if not families:
        yield "<p>No way was found.</p>"
        return
    rows = [
        (
            str(place),
            _facts(one.heads),
            _text(" → ".join(step.title for step in one.hops), 600),
            _facts(one.tails),
            one.certainty,
            f"{one.paths:,}",
        )
        for place, one in enumerate(families[:FAMILIES], 1)
    ]
    heads = ("", "from", "how", "to", "certainty", "paths")
    yield from _table(heads, (5, 19, 36, 20, 11, 9), rows, numbers=(5,), raw=(1, 2, 3))
    yield from _left(len(families) - FAMILIES, "families")


def _claims(result: ReportResult) -> Iterator[str]:
    if not result.claims:
        return
    yield "<h2>Claims</h2>"
    rows = [
        (f"<b>{_text(one.verdict)}</b>", f"<code>{_text(one.id)}</code> {_text(one.text, 400)}", _text(one.reason, 600))
        for one in result.claims[:ROWS]
    ]
    yield from _table(("verdict", "claim", "why"), (13, 42, 45), rows, raw=(0, 1, 2))
    yield from _left(len(result.claims) - ROWS, "claims")


def _unknown(result: ReportResult) -> Iterator[str]:
    if not result.unknowns:
        yield "<p>Everything that was asked for was read.</p>"
    rows = [
        (
            claim_words.gap(one.gap).replace("not_collected", "not collected"),
            one.hides,
            "yes" if one.gap.used else "",
        )
        for one in result.unknowns[:ROWS]
    ]
    if rows:
        yield from _table(("not read", "what it could hide", "used above"), (36, 53, 11), rows)
    yield from _left(len(result.unknowns) - ROWS, "gaps")
    yield from (f"<p class='dim'>{_text(one, SENTENCE)}</p>" for one in result.notes if one != result.families_note)


def _rests(result: ReportResult) -> Iterator[str]:
    rows = [
        (one.source, _time(one.at), "whole" if one.complete else "with gaps", f"{one.nodes:,}", f"{one.relations:,}")
        for one in result.sources[:ROWS]
    ]
    yield from _table(("source", "read", "", "nodes", "relations"), (38, 26, 12, 12, 12), rows, numbers=(3, 4))
    yield from (f"<p>{_text(one, SENTENCE)}</p>" for one in result.assumptions)
    made = result.provenance
    yield (
        f"<p class='dim'>graphscan {_text(made.version)}, snapshot <code>{_text(made.snapshot)}</code>, techniques "
        f"<code>{_text(made.techniques)}</code>.</p>"
    )
    yield from (
        f"<p class='dim'><code>{_text(file)}</code> SHA-256 <code>{_text(sha)}</code></p>" for file, sha in made.inputs
    )
    yield f"<p><code>{_text(shlex.join(made.command), COMMAND)}</code></p>"


def _table(
    heads: Sequence[str],
    widths: Sequence[int],
    rows: Iterable[Sequence[str]],
    *,
    numbers: Sequence[int] = (),
    raw: Sequence[int] = (),
) -> Iterator[str]:
    """
    Yield a table with columns of stated widths: to find them out takes WeasyPrint twenty times as long.

    Args:
        widths: in percent.
        raw:    columns whose cells are HTML already.
    """

    def cell(tag: str, place: int, text: str) -> str:
        shown = text if tag == "td" and place in raw else _text(text, 1_000)
        return f"<{tag}{' class=n' if place in numbers else ''}>{shown}</{tag}>"

    columns = "".join(f"<col style='width:{width}%'>" for width in widths)
    yield f"<table><colgroup>{columns}</colgroup><thead><tr>"
    yield "".join(cell("th", place, head) for place, head in enumerate(heads))
    yield "</tr></thead><tbody>"
    for row in rows:
        yield f"<tr>{''.join(cell('td', place, text) for place, text in enumerate(row))}</tr>"
    yield "</tbody></table>"


def _left(number: int, noun: str) -> Iterator[str]:
    if number > 0:
        yield f"<p class='dim'>… and {number:,} more {noun}: -o json has all.</p>"


def _label(node: NodeView) -> str:
    name = f" {_text(node.name, 80)}" if node.name and node.name != node.id else ""
    return f"<code>{_text(node.id)}</code>{name}"


def _nodes(nodes: Sequence[NodeView]) -> str:
    return _few([f"<code>{_text(one.id)}</code>" for one in nodes[:FEW]], len(nodes))


def _facts(views: Sequence[FactView]) -> str:
    return _few([f"<code>{_text(f'{one.node.id}::{one.level}')}</code>" for one in views[:FEW]], len(views))


def _few(shown: list[str], count: int) -> str:
    left = count - len(shown)
    return ", ".join(shown) + (f" and {left:,} more" if left > 0 else "")


def _text(text: str, longest: int | None = LONGEST_NAME) -> str:
    return xml_attribute(text, longest)


def _note(note: str) -> str:
    return f"({_text(note)})" if note else ""


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
