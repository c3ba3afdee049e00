"""
The report as one HTML page.

It asks nothing of any network and runs nothing but its own script: a Content-Security-Policy names both by digest.
Whatever a tenant wrote is escaped by `markup`, or stands in a JSON block that the script puts in as text.
"""

import base64
import hashlib
from pathlib import Path

from graphscan.analysis.report_results import ReportResult
from graphscan.kinds import NODE_KINDS
from graphscan.report.html import answers, explorer, sections, sections_more
from graphscan.report.html import words as page_words
from graphscan.report.html.data import embedded
from graphscan.report.html.markup import Html, el, name
from graphscan.report.text import words

_FOLDER = Path(__file__).parent
STYLES = ("style.css", "explorer.css", "print.css")
SCRIPTS = ("model.js", "layout.js", "draw.js", "panels.js", "main.js")


def to_html(result: ReportResult) -> str:
    """Return a report as a page, ending in a newline; the same report gives the same bytes."""
    style = "".join((_FOLDER / one).read_text(encoding="utf-8") for one in STYLES)
    script = "".join((_FOLDER / one).read_text(encoding="utf-8") for one in SCRIPTS)
    script = f'(() => {{\n"use strict";\n{script}}})();\n'
    policy = f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
    policy += "base-uri 'none'; form-action 'none'"
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=Html(policy)),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        el("title", f"{_cut(result.title)} — TLP:{result.tlp}"),
        el("style", Html(style)),
    )
    parts = _sections(result)
    body = el(
        "body",
        el("a", "Skip to the verdict", href="#verdict", class_="skip"),
        el("a", "Skip to the assets", href="#explore", class_="skip") if result.slice else None,
        page_words.signs(_kinds(result)),
        _header(result),
        _contents(parts),
        el("main", *(part for _, _, part in parts), id="content"),
        el("footer", el("p", _mark(result), f" graphscan {result.provenance.version}")),
        el("script", Html(embedded(result.slice)), type="application/json", id="slice") if result.slice else None,
        el("script", Html(script)) if result.slice else None,
    )
    return f"<!DOCTYPE html>\n{el('html', head, body, lang='en')}\n"


# Private functions


def _sections(result: ReportResult) -> list[tuple[str, str, Html]]:
    """Return (id, title, section) in the order in which they are read."""
    found = (
        ("verdict", "Verdict", answers.verdict(result)),
        ("explore", "Assets and ways", explorer.explorer(result)),
        ("starts", "Where it begins", sections.begins(result)),
        ("reached", "What is reached", sections.reached(result)),
        ("ways", "Ways in", sections.families(result)),
        ("stopped", "What stopped the rest", sections_more.stopped(result)),
        ("first", "What to do first", sections_more.first(result)),
        ("missed", "What was missed", sections_more.missed(result)),
        ("timeline", "Timeline", sections_more.timeline(result)),
        ("claims", "Claims", sections_more.claims(result)),
        ("unknown", "What is unknown", sections_more.unknown(result)),
        ("since", "What changed", sections_more.since(result)),
        ("again", "Digests", sections_more.provenance(result)),
    )
    return [(id_, title, part) for id_, title, part in found if part is not None]


def _header(result: ReportResult) -> Html:
    return el(
        "header",
        el("p", _mark(result), class_="mark"),
        el("h1", name(result.title)),
        el(
            "p",
            f"As of {words.moment(result.as_of)}",
            f" ({result.as_of_note})" if result.as_of_note else None,
            f". Evaluated {words.moment(result.evaluated)}",
            f" ({result.evaluated_note})." if result.evaluated_note else ".",
            " Names, ids and addresses are pseudonyms." if result.redacted else None,
            "" if result.complete else " Not everything could be read or listed: see What is unknown.",
            class_="hint",
        ),
    )


def _contents(parts: list[tuple[str, str, Html]]) -> Html:
    links = (el("li", el("a", title, href=f"#{id_}")) for id_, title, _ in parts)
    return el("nav", el("ul", *links), aria_label="Sections")


def _mark(result: ReportResult) -> Html:
    return el("strong", f"TLP:{result.tlp}", class_=f"tlp tlp-{result.tlp.partition('+')[0].lower()}")


def _kinds(result: ReportResult) -> set[str]:
    """Return the kinds that a sign is drawn of."""
    part = result.slice
    return {*NODE_KINDS, *({one.kind for one in part.nodes} if part else ())}


def _cut(said: str) -> str:
    return said if len(said) <= 200 else f"{said[:200]}…"


def _digest(source: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(source.encode('utf-8')).digest()).decode('ascii')}"
