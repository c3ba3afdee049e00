"""Redaction: what is no word of ours goes, stably, and a new field goes by default."""

from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from graphscan.analysis.results import FactView, NodeView
from graphscan.errors import StoreError
from graphscan.report import render
from graphscan.report.redact import _Redactor, key_of, redact
from graphscan.report.redact_rules import OURS, SPECIAL
from graphscan.store.verify import REDACTION_KEY
from tests.unit.report.report_samples import report_result
from tests.unit.report.samples import node

ONE, OTHER = b"1" * 32, b"2" * 32


def marked(value: Any, mark: str) -> Any:
    """Return a value with every text but those that the rules call ours replaced by one that holds a mark."""
    if isinstance(value, tuple):
        return tuple(marked(one, mark) for one in value)
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return f"the {mark} thing"
    if not is_dataclass(value) or isinstance(value, type):
        return value
    sort = type(value).__name__
    ours = {*OURS.get(sort, ()), *(name for name in ("kind", "sensitivity") if (sort, name) in SPECIAL)}
    changes = {one.name: marked(getattr(value, one.name), mark) for one in fields(value) if one.name not in ours}
    return replace(value, **changes)


@pytest.mark.parametrize("form", ["json", "markdown", "csv", "text", "html", "pdf"])
def test_every_free_text_goes(form: str) -> None:
    """With a mark in every text that is not ours, no format of the redacted report holds it."""
    result = redact(marked(report_result(), "Zanzibar-Q7"), ONE, [("Zanzibar-Q7", "User")])
    if form == "pdf":
        from graphscan.report.pdf import to_page

        text = to_page(result)
    else:
        text = render(result, form)

    assert "zanzibar" not in text.lower()
    assert result.redacted


def test_names_in_sentences_go_the_longest_first() -> None:
    """A name within a longer one does not leave the rest of it; addresses and ids go though nobody listed them."""
    long, short = node("svc-build-admin", "ServiceAccount"), node("svc-build", "ServiceAccount")
    result = report_result(
        verdict=(
            "First: rotate svc-build-admin, then svc-build.",
            "Ask bob@corp.example at acme.okta.com, id okta:acme:x.",
        ),
        starts=tuple(replace(report_result().starts[0], fact=FactView(one, "held")) for one in (long, short)),
    )
    first, second = redact(result, ONE, []).verdict
    assert "svc-build" not in first
    assert "admin" not in first
    assert first.count("service-account-") == 2
    assert first.startswith("First: rotate ")
    for name in ("bob", "corp", "acme", "okta:"):
        assert name not in second


def test_pseudonyms_are_stable_keyed_and_keep_the_kind() -> None:
    """One key names a thing alike in every report; another key otherwise."""
    user = node("okta:acme:user:00u1", "User")
    result = report_result(open_to_anyone=(FactView(user, "act_as"),))
    first = redact(result, ONE, []).open_to_anyone[0].node
    again = redact(replace(result, title="Another"), ONE, []).open_to_anyone[0].node
    other = redact(result, OTHER, []).open_to_anyone[0].node

    assert first.id == again.id
    assert first.id != other.id
    assert first.id.startswith("user-")
    assert first.kind == "User"
    assert first.id == first.name


def test_what_is_ours_stays() -> None:
    """Dates, counts, kinds, levels, states, steps and digests are what the report is for."""
    before = report_result()
    done = redact(before, ONE, [])

    assert done.totals == before.totals
    assert done.as_of == before.as_of
    assert done.provenance.snapshot == "ab12"
    assert done.handover[0].step == before.handover[0].step
    assert [one.verdict for one in done.claims] == ["FAIL"]
    assert done.provenance.command[:2] == ("graphscan", "report")
    assert "gateway-token" not in done.provenance.command
    assert "2023-11-14T09:22:49Z" in done.provenance.command
    assert done.provenance.inputs[0][0].startswith("file-")
    assert done.edits[0].startswith("--rotated thing-") or done.edits[0].startswith("--rotated credential-")


@dataclass(frozen=True, slots=True)
class _New:
    field: str
    several: tuple[str, ...]
    node: NodeView


def test_a_new_field_is_redacted_by_default() -> None:
    """A dataclass that nobody told the rules of loses every text in it."""
    new = _New("alice", ("bob", "carol"), node("dave", "User"))
    done = _Redactor(ONE, report_result(), []).walk(new)

    for name in ("alice", "bob", "carol", "dave"):
        assert name not in str(done)


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    """32 bytes in the store, readable by nobody else; a file that others can read is refused."""
    key = key_of(tmp_path)

    assert key == key_of(tmp_path)
    assert len(key) == 32
    assert (tmp_path / REDACTION_KEY).stat().st_mode & 0o777 == 0o600
    (tmp_path / REDACTION_KEY).chmod(0o644)
    with pytest.raises(StoreError, match="can be read by others"):
        key_of(tmp_path)
    (tmp_path / REDACTION_KEY).chmod(0o600)
    (tmp_path / REDACTION_KEY).write_bytes(b"short")
    with pytest.raises(StoreError, match="damaged"):
        key_of(tmp_path)
