"""Claims files: what is read, and each thing that is refused with its place."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from graphscan.claims.load import load
from graphscan.claims.model import (
    AllOf,
    AtMost,
    ClaimsFile,
    NoNewPath,
    NoPath,
    Not,
    OnlyFrom,
    OnlyVia,
    Position,
    SetName,
    Severity,
    Term,
    end_of,
)
from graphscan.claims.model import Path as Reaches
from graphscan.errors import ClaimsError, Problem
from tests.unit.claims.samples import BAD, FULL, GOOD, Bad


def read(folder: Path, text: str) -> ClaimsFile:
    """Return what a claims text says."""
    path = folder / "c.yaml"
    path.write_text(text, encoding="utf-8")
    return load([path])


def problems(folder: Path, text: str) -> list[Problem]:
    """Return what is wrong with a claims text."""
    with pytest.raises(ClaimsError) as caught:
        read(folder, text)
    return caught.value.problems


def test_everything_that_can_be_written_is_read(tmp_path: Path) -> None:
    """Claims, verbs, assumptions and waivers come out as they were written, with their places."""
    file = read(tmp_path, FULL)
    claims = {one.id: one for one in file.claims}
    where = str(tmp_path / "c.yaml")

    assert [type(one.args) for one in file.claims] == [NoPath, OnlyVia, OnlyFrom, AtMost, AtMost, Reaches, NoNewPath]
    isolated, gateway = claims["isolated"], claims["gateway"]
    assert (isolated.owner, isolated.severity, isolated.given, isolated.survives) == (
        "team:network",
        Severity.CRITICAL,
        "breach",
        1,
    )
    assert isolated.text == "Apps lead to no customer data: not even with a stolen token."
    assert isolated.position == Position(where, 25, 5)
    assert (gateway.expect_fail, gateway.until, gateway.ticket) == (True, date(2026, 6, 30), "SEC-412")
    assert gateway.via == ("okta.reset-password", "structural:MEMBER_OF")
    assert gateway.args.start is None
    assert claims["admins"].severity is Severity.MEDIUM
    few = claims["few"].args
    assert isinstance(few, AtMost)
    assert (few.share, few.count, few.each) == (Decimal("0.05"), None, True)
    breach = file.assumptions["breach"]
    assert [one.text for one in breach.trust] == ["hardkey", "kind=Control,subtype=acl"]
    assert [(one.text, one.longest) for one in breach.fresh] == [
        ("okta", timedelta(hours=24)),
        ("aws*", timedelta(days=7)),
    ]
    (waiver,) = file.waivers
    assert (waiver.at_most, waiver.created, waiver.expires) == (3, date(2026, 1, 10), date(2026, 3, 31))
    first, second = waiver.edges
    assert (first.exact, second.exact) == (True, False)
    assert (second.source.exact, second.source_level, second.target_level) == ("jira", "admin", "exec")
    assert second.technique.matches("generic.run-script")
    assert end_of(waiver.expires).isoformat() == "2026-04-01T00:00:00+00:00"


def test_selectors_become_conditions(tmp_path: Path) -> None:
    """Keys join by AND, lists by OR, a plain word is a set if one has that name, and levels stay with their nodes."""
    sets = read(tmp_path, FULL).sets

    assert sets["tokens"].at_least == 4
    (apps,) = sets["apps"].selector.branches
    assert isinstance(apps.condition, AllOf)
    kind, provider, left_out = apps.condition.parts
    assert isinstance(kind, Term) and isinstance(provider, Term) and isinstance(left_out, Not)
    assert [one.pattern.like for one in provider.values] == ["aws%"]
    (tokens,) = sets["tokens"].selector.branches
    assert isinstance(tokens.condition, AllOf)
    subtype = tokens.condition.parts[1]
    assert isinstance(subtype, Term)
    assert [one.pattern.exact for one in subtype.values] == ["service_token", "api_token"]
    assert [one.level for one in sets["inside"].selector.branches] == ["admin", "exec", "position"]
    whole, written, name = (one.condition for one in sets["both"].selector.branches)
    assert isinstance(whole, SetName)
    assert whole.name == "tokens"
    assert written.selector.terms[0].key == "kind"  # type: ignore[union-attr]
    assert name.selector.name == "svc-build"  # type: ignore[union-attr]
    assert sets["old"].selector.text == (
        "kind=Credential,rotated<2023-10-18,last_used=none,holder=support,guarded_by=none"
    )


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_good_files_are_taken(tmp_path: Path, text: str) -> None:
    """What YAML alone would turn into a truth, a number, a time or a date stays the text that was written."""
    file = read(tmp_path, text)

    assert file.claims
    assert all(one.text for one in file.claims)


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, bad: Bad) -> None:
    """Every problem is named with line and column, what it is, and what to do."""
    found = problems(tmp_path, bad.text)

    assert [(one.line, one.column) for one in found] == bad.places
    for one, part in zip(found, bad.said, strict=True):
        assert part in str(one)
        assert one.hint


def test_all_problems_are_said_at_once(tmp_path: Path) -> None:
    """One run names what is wrong in sets, assumptions, claims and waivers, each on a line of its own."""
    text = (
        "graphscan: claims/1\ndefine: {s: {kind: Usr}}\nassumptions: {b: {fresh: {x: 1}}}\n"
        "claims:\n- {id: a, text: x}\n- {id: a, text: y, path: {from: s, to: s}, given: c}\n"
        "waivers:\n- {id: w, claim: z, edges: [x]}\n"
    )

    with pytest.raises(ClaimsError) as caught:
        read(tmp_path, text)

    said = str(caught.value).splitlines()
    assert [one.line for one in caught.value.problems] == [2, 3, 5, 6, 8, 8, 8, 8, 8, 8]
    assert said[0].startswith(f"{tmp_path / 'c.yaml'}:2:")
    assert said[-1] == "10 problems found, no claim was checked; correct the lines named and run it again"
    assert caught.value.exit_code == 2
