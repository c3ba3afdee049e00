"""What scanners found: one secret whoever found it, dated by its newest commit, and nothing of its value anywhere."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha1
from pathlib import Path
from typing import Any

import pytest

from graphscan.errors import BadFileError, UsageError
from graphscan.model import Coverage, CoverageState, Node, NotUnderstood, Record, Relation
from importers.secrets import Scan, read
from importers.secrets.fingerprint import key_at

VALUE = "zq9-canary-of-a-committed-secret"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
KEY = bytes(32)


def gitleaks(**changed: Any) -> dict[str, Any]:
    """Return one finding as gitleaks writes it."""
    return {
        "RuleID": "generic-api-key",
        "Description": "a key",
        "StartLine": 3,
        "StartColumn": 7,
        "Match": f"key = {VALUE}",
        "Secret": VALUE,
        "File": "conf/prod.yaml",
        "Commit": "c1",
        "Author": "Ann Author",
        "Email": "ann@acme.example",
        "Date": "2023-05-02T10:00:00Z",
        "Message": "settings",
        "Fingerprint": "c1:conf/prod.yaml:generic-api-key:3",
        **changed,
    }


def trufflehog(**changed: Any) -> dict[str, Any]:
    """Return one finding as trufflehog writes it."""
    place = {"commit": "c9", "file": "a.py", "email": "bob@acme.example", "timestamp": "2024-01-05 09:00:00 +0100"}
    return {
        "SourceMetadata": {"Data": {"Git": {**place, "repository": "https://git.acme.example/a", "line": 4}}},
        "DetectorName": "Slack",
        "Verified": True,
        "Raw": VALUE,
        "RawV2": "",
        "Redacted": "zq9***",
        **changed,
    }


def baseline(*findings: dict[str, Any]) -> dict[str, Any]:
    """Return a baseline of detect-secrets."""
    return {
        "version": "1.5.0",
        "plugins_used": [],
        "results": {"a.py": list(findings)},
        "generated_at": "2024-03-01T00:00:00Z",
    }


def hashed(value: str, **changed: Any) -> dict[str, Any]:
    """Return one finding of a baseline."""
    digest = sha1(value.encode(), usedforsecurity=False).hexdigest()
    return {"type": "Secret Keyword", "hashed_secret": digest, "is_verified": False, "line_number": 4, **changed}


@pytest.fixture
def scanned(tmp_path: Path) -> Callable[..., list[Record]]:
    """Return a function that reads reports: repository to content."""

    def scan(form: str | None = None, key: bytes = KEY, **reports: Any) -> list[Record]:
        scans = []
        for repository, content in reports.items():
            file = tmp_path / f"{repository}.json"
            file.write_text(content if isinstance(content, str) else json.dumps(content))
            scans.append(Scan(f"bitbucket:acme:repo:{repository}", file))
        return read(scans, "scan", NOW, key, form)[1]

    return scan


def stores(records: list[Record]) -> dict[tuple[str, str], datetime | None]:
    """Return when each repository was given each secret."""
    found = [one for one in records if isinstance(one, Relation)]
    assert {one.kind for one in found} <= {"STORES"}
    return {(one.source.text.rpartition(":")[2], one.target.text): one.stored_at for one in found}


def test_three_scanners_find_one_secret(scanned: Callable[..., list[Record]]) -> None:
    """The same value has one fingerprint, in whichever report and repository."""
    records = scanned(a=[gitleaks()], b=json.dumps(trufflehog()), c=baseline(hashed(VALUE)))
    found = stores(records)
    assert len({secret for _, secret in found}) == 1
    assert {name: at and at.isoformat() for (name, _), at in found.items()} == {
        "a": "2023-05-02T10:00:00+00:00",
        "b": "2024-01-05T08:00:00+00:00",
        "c": "2024-03-01T00:00:00+00:00",
    }
    (secret,) = [one for one in records if isinstance(one, Node)]
    assert secret.kind == "Credential"
    assert secret.properties["verified"] == "yes"


def test_the_newest_commit_counts(scanned: Callable[..., list[Record]]) -> None:
    """A secret that was committed twice was stored at the later date; without a date, the current one may lie there."""
    later = gitleaks(Commit="c2", Date="2024-06-01T00:00:00+02:00")
    assert list(stores(scanned(a=[later, gitleaks()])).values()) == [datetime(2024, 5, 31, 22, tzinfo=UTC)]
    assert list(stores(scanned(a=[gitleaks(), gitleaks(Commit="c3", Date="")])).values()) == [None]


def test_nothing_of_the_value_is_kept(scanned: Callable[..., list[Record]]) -> None:
    """Neither value, line, file nor author is in a record; nor can the fingerprint be computed without the key."""
    reports = {"a": [gitleaks()], "b": json.dumps(trufflehog()), "c": baseline(hashed(VALUE))}
    said = repr(scanned(**reports))
    for secret in (VALUE, "conf/prod", "Ann", "@acme.example", sha1(VALUE.encode(), usedforsecurity=False).hexdigest()):
        assert secret not in said
    assert {one for _, one in stores(scanned(**reports))} != {
        one for _, one in stores(scanned(key=b"k" * 32, **reports))
    }


def test_masked_findings_are_told_apart_by_place(scanned: Callable[..., list[Record]]) -> None:
    """Where a report masks values, two places are two secrets."""
    masked = [
        gitleaks(Secret="REDACTED"),
        gitleaks(Secret="REDACTED", StartLine=9),
        gitleaks(Secret="zq9...", StartLine=11),
    ]
    assert len(stores(scanned(a=masked))) == 3


def test_what_is_left_out_is_counted(scanned: Callable[..., list[Record]]) -> None:
    """A finding that is none is counted; one that somebody marked as no secret is told."""
    records = scanned(a=[gitleaks(), 7, {"Secret": "x"}], c=baseline(hashed("x", is_secret=False), {"type": "A"}))
    assert {(one.where, one.reason): one.count for one in records if isinstance(one, NotUnderstood)} == {
        ("a.json", "a finding without `RuleID`"): 2,
        ("c.json", "a finding without `hashed_secret`"): 1,
    }
    rows = {one.scope: one for one in records if isinstance(one, Coverage)}
    assert {(one.relation, one.state) for one in rows.values()} == {("STORES", CoverageState.PARTIAL)}
    assert set(rows) == {"bitbucket:acme:repo:a", "bitbucket:acme:repo:c"}
    assert "1 findings were marked as no secret" in rows["bitbucket:acme:repo:c"].error


@pytest.mark.parametrize(
    ("content", "form", "said"),
    [
        ("", None, "it is empty"),
        ("hello", None, "it is no report of"),
        (f'[{{"Secret": "{VALUE}", "x": }}]', None, "it is not JSON"),
        ('{"results": []}', None, "has `results`"),
        ("{}", "gitleaks", "is a list"),
        ("[" * 100_000, None, "it is n"),
        (f'{{"DetectorName": "A", "Raw": "{VALUE}"', None, "it is not JSON"),
    ],
)
def test_bad_reports(scanned: Callable[..., list[Record]], content: str, form: str | None, said: str) -> None:
    """What is no report is refused in a sentence that shows nothing of it."""
    with pytest.raises(BadFileError) as raised:
        scanned(form, a=content)
    assert said in str(raised.value)
    assert VALUE not in str(raised.value)


def test_an_empty_report_of_a_known_form(scanned: Callable[..., list[Record]]) -> None:
    """No finding is an answer: trufflehog writes an empty file, gitleaks an empty list."""
    assert stores(scanned("trufflehog", a="")) == {}
    assert stores(scanned(a="[]")) == {}


def test_usage(tmp_path: Path) -> None:
    """No report, one named twice and an unknown form are said."""
    file = tmp_path / "a.json"
    file.write_text("[]")
    for scans, form in (([], None), ([Scan("r", file)] * 2, None), ([Scan("r", file)], "nosey")):
        with pytest.raises(UsageError):
            read(scans, "scan", NOW, KEY, form)


def test_the_key_is_made_once(tmp_path: Path) -> None:
    """The second import has the key of the first; it is its owner's alone."""
    file = tmp_path / "fingerprint.key"
    key = key_at(file)
    assert key_at(file) == key
    assert len(key) == 32
    assert file.stat().st_mode & 0o777 == 0o600
