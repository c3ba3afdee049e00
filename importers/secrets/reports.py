"""
Reports of secret scanners: gitleaks 8 (JSON), trufflehog 3 (JSON, a finding a line), detect-secrets 1 (its baseline).

Values are hashed as they are read, with SHA-1 because detect-secrets states nothing else: so one value found by two
scanners is one secret. Sources: gitleaks `report/finding.go`, trufflehog's output of `--json`, detect-secrets'
`core/baseline.py`.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha1
from pathlib import Path
from typing import Any

from graphscan.errors import BadFileError, Problem, UsageError
from graphscan.printable import printable

LARGEST = 512 * 1024 * 1024  # bytes of one report
_MASKED = re.compile(r"(?i)\s*(?:redacted|\*+|.{0,12}\.{3})\s*")
_SHA1 = re.compile(r"[0-9a-f]{40}")
_RULE = re.compile(r"[^A-Za-z0-9 ._/+-]")


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One finding.

    Attributes:
        value_sha1: of the value, 40 hexadecimal digits; empty where the report masks it.
        place:      commit, file, rule and line, told apart only where the value is masked.
        rule:       what found it.
        committed:  when it was put there; None: the report does not say.
        verified:   whether the scanner tried it, and it worked.
    """

    value_sha1: str
    place: str
    rule: str
    committed: datetime | None
    verified: bool


@dataclass(slots=True)
class Report:
    """
    What one report holds.

    Attributes:
        left_out:   what could not be taken, by reason.
        no_secrets: findings that somebody looked at and marked as no secret.
    """

    form: str
    findings: list[Finding] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    no_secrets: int = 0


def read_report(path: Path, form: str | None = None) -> Report:
    """
    Read one report.

    Args:
        form: one of FORMS; None: told by what it holds.

    Raises:
        BadFileError: it cannot be read, or is no report of that form.
        UsageError:   there is no such form.
    """
    if form is not None and form not in FORMS:
        raise UsageError(f"{form!r} is no form of report", f"one of: {', '.join(FORMS)}")
    text = _text(path)
    found = form or _form_of(text)
    if found is None:
        what = "it is empty" if not text.strip() else "it is no report of gitleaks, trufflehog or detect-secrets"
        raise _bad(path, what, "name its form with --format" if not text.strip() else "write it as JSON")
    report = Report(found)
    FORMS[found](path, text, report)
    return report


# Private functions


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise _bad(path, f"it has more than {LARGEST:,} bytes", "split it by repository")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise _bad(path, f"it cannot be read: {error.strerror}", "check the name") from None
    except UnicodeDecodeError:
        raise _bad(path, "it is not UTF-8", "write it as JSON in UTF-8") from None


def _form_of(text: str) -> str | None:
    begin = text.lstrip()[:1]
    if begin == "[":
        return "gitleaks"
    if begin != "{":
        return None
    first = text.lstrip().partition("\n")[0]
    if '"SourceMetadata"' in first or '"DetectorName"' in first or '"DetectorType"' in first:
        return "trufflehog"
    return "detect-secrets" if '"results"' in text else None


def _gitleaks(path: Path, text: str, report: Report) -> None:
    listed = _json(path, text)
    if not isinstance(listed, list):
        raise _bad(path, "a report of gitleaks is a list", "use --report-format json")
    for one in listed:
        if not isinstance(one, dict) or not isinstance(one.get("RuleID"), str):
            report.left_out["a finding without `RuleID`"] += 1
            continue
        places = [str(one.get(name, "")) for name in ("Commit", "File", "RuleID", "StartLine", "StartColumn")]
        _keep(report, one["RuleID"], one.get("Secret"), ":".join(places), one.get("Date"), verified=False)


def _trufflehog(path: Path, text: str, report: Report) -> None:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        one = _json(path, line, number)
        if isinstance(one, dict) and "SourceMetadata" not in one and ("level" in one or "msg" in one):
            continue  # its log, where both streams went into one file
        if not isinstance(one, dict) or not isinstance(one.get("DetectorName"), str):
            report.left_out["a finding without `DetectorName`"] += 1
            continue
        place = _where(one)
        # RawV2 is the whole of a secret in several parts; its first part alone may be in many.
        value = one.get("RawV2") or one.get("Raw")
        parts = [str(place.get(name, "")) for name in ("commit", "file", "line")]
        at = ":".join([one["DetectorName"], *parts])
        _keep(report, one["DetectorName"], value, at, place.get("timestamp"), verified=one.get("Verified") is True)


def _where(one: dict[str, Any]) -> dict[str, Any]:
    """Return commit, file and time of a finding: `SourceMetadata.Data.Git`, `.Github`, `.Bitbucket` …"""
    data = one.get("SourceMetadata")
    data = data.get("Data") if isinstance(data, dict) else None
    inner = next(iter(data.values()), None) if isinstance(data, dict) else None
    return inner if isinstance(inner, dict) else {}


def _detect_secrets(path: Path, text: str, report: Report) -> None:
    baseline = _json(path, text)
    results = baseline.get("results") if isinstance(baseline, dict) else None
    if not isinstance(results, dict):
        raise _bad(path, "a baseline of detect-secrets has `results`", "use `detect-secrets scan`")
    for file, listed in results.items():
        for one in listed if isinstance(listed, list) else [None]:
            if not isinstance(one, dict) or not isinstance(one.get("type"), str):
                report.left_out["a finding without `type`"] += 1
                continue
            if one.get("is_secret") is False:
                report.no_secrets += 1
                continue
            digest = str(one.get("hashed_secret", "")).lower()
            if not _SHA1.fullmatch(digest):
                report.left_out["a finding without `hashed_secret`"] += 1
                continue
            # It lay there when the baseline was made; since when, the baseline does not say.
            committed = _moment(baseline.get("generated_at"))
            place = f"{file}:{one['type']}:{one.get('line_number', '')}"
            report.findings.append(
                Finding(digest, place, _rule(one["type"]), committed, one.get("is_verified") is True)
            )


FORMS: dict[str, Callable[[Path, str, Report], None]] = {
    "gitleaks": _gitleaks,
    "trufflehog": _trufflehog,
    "detect-secrets": _detect_secrets,
}


def _keep(report: Report, rule: str, value: Any, place: str, date: Any, *, verified: bool) -> None:
    digest = ""
    if isinstance(value, str) and value.strip() and not _MASKED.fullmatch(value):
        digest = sha1(value.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
    elif not place.strip(":"):
        report.left_out["a finding with neither a value nor a place"] += 1
        return
    committed = _moment(date)
    if committed is None and date not in (None, ""):
        report.left_out["a date that is none; the finding was taken without it"] += 1
    report.findings.append(Finding(digest, place, _rule(rule), committed, verified))


def _rule(name: str) -> str:
    return printable(_RULE.sub("_", name), 80)


def _moment(value: Any) -> datetime | None:
    """Return a date of a report: ISO 8601, or `2023-05-02 10:00:00 +0000`."""
    if not isinstance(value, str) or not value.strip():
        return None
    text = re.sub(r"\s+([+-]\d\d:?\d\d)(?:\s.*)?$", r"\1", value.strip().removesuffix(" UTC"))
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _json(path: Path, text: str, line: int = 0) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        # Only where: what stands there may be a secret.
        raise _bad(path, "it is not JSON", "write the report again", line or error.lineno, error.colno) from None
    except RecursionError:
        raise _bad(path, "it is nested beyond reason", "write the report again", line) from None


def _bad(path: Path, what: str, advice: str, line: int = 0, column: int = 0) -> BadFileError:
    return BadFileError([Problem(str(path), line, column or (1 if line else 0), what, advice)])


def lines_of(path: Path) -> Iterator[tuple[int, str, str]]:
    """
    Yield (line, repository, file) of a CSV list with the columns `repository` and `file`.

    Raises:
        BadFileError: it cannot be read, or lacks a column.
    """
    import csv
    import io

    rows = csv.DictReader(io.StringIO(_text(path), newline=""))
    if not {"repository", "file"} <= set(rows.fieldnames or ()):
        raise _bad(path, "its first line does not name `repository` and `file`", "begin it with repository,file", 1)
    for row in rows:
        repository, file = (row["repository"] or "").strip(), (row["file"] or "").strip()
        if not repository or not file:
            raise _bad(path, "a line lacks the repository or the file", "fill in both", rows.line_num)
        yield rows.line_num, repository, file
