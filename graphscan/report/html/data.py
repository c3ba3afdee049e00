"""What the page's script works on: the slice as JSON that is inert wherever it stands."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from graphscan.analysis.report_parts import ReportSlice
from graphscan.analysis.results import EvidenceView
from graphscan.report.escapes import shown
from graphscan.report.html import words as page_words
from graphscan.report.html.drawn import order
from graphscan.report.html.looks import letters, look
from graphscan.report.text import words


def embedded(part: ReportSlice) -> str:
    """
    Return the slice as JSON in ASCII; `<`, `>` and `&` stand by number, so no tag can begin or end in it.

    Every text is made visible first, as in the page itself; ids stand whole. Texts stand once, in `texts`.
    """
    texts = _Texts()
    read = order(part)
    data: dict[str, Any] = {
        "nodes": [
            [texts.of(one.id, None), texts.of(one.name), *map(texts.of, (one.kind, one.subtype, one.provider)),
             texts.of(one.sensitivity), int(one.hypothetical)]
            for one in part.nodes
        ],
        "facts": [[one.node, texts.of(one.level)] for one in part.facts],
        "steps": [
            [one.source, one.target, list(one.guard), texts.of(one.technique), texts.of(one.title), int(one.possible),
             list(one.evidence)]
            for one in part.steps
        ],
        "anchors": page_words.anchors(part),
        "evidence": [_evidence(texts, one) for one in part.evidence],
        "column": list(read.column),
        "first": sorted(read.first),
        "groups": [list(one) for one in part.groups],
        "more": [[part_of, count] for part_of, count in _more(part)],
        "choices": [
            [one.action, one.node, list(one.drops), list(one.forbids), _day(one.since)] for one in part.choices
        ],
        "total": part.targets_total,
        "whole": part.whole,
        "looks": {
            kind: [letters(kind), look(kind).shape, look(kind).colour, look(kind).border, look(kind).text,
                   words.kind(kind), words.kind(kind, 2)]
            for kind in sorted({one.kind for one in part.nodes})
        },
    }  # fmt: skip
    for key in ("starts", "possible_starts", "ambient", "possible_ambient", "targets"):
        data[key] = list(getattr(part, key))
    data["texts"] = texts.found
    return inert(data)


def inert(data: object) -> str:
    """Return JSON for a `<script type="application/json">`."""
    said = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return said.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


# Private functions


class _Texts:
    """Texts by their place in a list."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def of(self, said: str, longest: int | None = 200) -> int:
        """Return the place of a text, made visible."""
        return self._places.setdefault(shown(said, longest), len(self._places))

    @property
    def found(self) -> list[str]:
        """Return all of them."""
        return list(self._places)


def _evidence(texts: _Texts, one: EvidenceView) -> list[int]:
    rule = f"rule {one.rule.name} of {one.rule.policy}" if one.rule else ""
    gap = ""
    if one.gap:
        where = f" of {one.gap.scope}" if one.gap.scope else ""
        gap = f"{one.gap.relation}{where} was not read at {one.gap.source_instance}: {one.gap.state}" + (
            f" ({one.gap.endpoint})" if one.gap.endpoint else ""
        )
    return [
        texts.of(one.kind),
        texts.of(one.source, None),
        texts.of(one.target, None),
        *map(texts.of, (one.observed, one.evidence, one.where, one.source_instance)),
        texts.of("" if one.at is None else f"{one.at:%Y-%m-%d %H:%M:%S} UTC"),
        texts.of(rule, 600),
        texts.of(gap, 900),
    ]


def _more(part: ReportSlice) -> Iterable[tuple[int, int]]:
    """Yield the place of a node and how many like it are not embedded."""
    place = {node.id: number for number, node in enumerate(part.nodes)}
    for one in part.left_out:
        if one.like is not None and one.like.id in place:
            yield place[one.like.id], one.count


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"
