"""
What gitleaks, trufflehog and detect-secrets found in repositories: which one stores which secret, since when.

Of a finding only a fingerprint of the value, the rule that found it and the date of the commit are kept: no value, no
line, no file, no author.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from graphscan.errors import UsageError
from graphscan.model import (
    Coverage,
    CoverageState,
    Evidence,
    EvidenceKind,
    Node,
    NotUnderstood,
    Record,
    Ref,
    Relation,
    SourceInfo,
)
from importers.facts.forms import source_name
from importers.secrets.fingerprint import Fingerprint
from importers.secrets.reports import Finding, Report, read_report

__all__ = ["IMPORTER", "Scan", "read"]

IMPORTER = "secrets"


@dataclass(frozen=True, slots=True)
class Scan:
    """One report, and the node id of the repository it is of."""

    repository: str
    file: Path


@dataclass(slots=True)
class _Kept:
    """What is known of one secret in one repository."""

    rule: str
    stored_at: datetime | None
    verified: bool
    where: str


def read(
    scans: Sequence[Scan], name: str, at: datetime, key: bytes, form: str | None = None
) -> tuple[SourceInfo, list[Record]]:
    """
    Read reports as one import.

    Args:
        name: the source becomes `secrets:NAME`.
        at:   when they were made, where a report does not say.
        key:  of the store, for fingerprints: the same value has the same one in every import into it.
        form: `gitleaks`, `trufflehog` or `detect-secrets`; None: told by what a report holds.

    Returns:
        The source and its records: a Credential for each secret, `Repository STORES Credential` with the date of the
        newest commit that holds it, coverage, and what was left out, counted.

    Raises:
        UsageError:   no report, a name that cannot be one, or a repository named twice.
        BadFileError: a report cannot be read; nothing of what it holds is shown.
    """
    if (wrong := source_name(name)) is not None:
        raise UsageError(wrong, "use letters, digits, dots, dashes and underscores")
    if not scans:
        raise UsageError("no report was named", "give REPOSITORY=FILE, with the node id of the repository")
    twice = [one for one, count in Counter((scan.repository, str(scan.file)) for scan in scans).items() if count > 1]
    if twice:
        raise UsageError(f"{twice[0][0]}={twice[0][1]} is named twice", "name it once")
    print_of = Fingerprint(key)
    kept: dict[tuple[str, str], _Kept] = {}
    left_out: Counter[tuple[str, str]] = Counter()
    marked: Counter[str] = Counter()
    for scan in scans:
        report = read_report(scan.file, form)
        _add(kept, scan, report, print_of)
        marked[scan.repository] += report.no_secrets
        for reason, count in report.left_out.items():
            left_out[scan.file.name, reason] += count
    records = list(_records(kept, at))
    records += [_gap(repository, count, at) for repository, count in sorted(marked.items())]
    records += [NotUnderstood(where, reason, count) for (where, reason), count in sorted(left_out.items())]
    return SourceInfo(f"{IMPORTER}:{name}", IMPORTER, at, complete=not left_out), records


# Private functions


def _add(kept: dict[tuple[str, str], _Kept], scan: Scan, report: Report, print_of: Fingerprint) -> None:
    for finding in report.findings:
        place = (scan.repository, print_of.of(finding))
        before = kept.get(place)
        if before is None:
            where = f"{report.form}: {scan.file.name}"
            kept[place] = _Kept(finding.rule, finding.committed, finding.verified, where)
            continue
        before.verified = before.verified or finding.verified
        before.stored_at = _later(before.stored_at, finding)


def _later(one: datetime | None, finding: Finding) -> datetime | None:
    # Without a date the current value may lie there: that is the careful answer, so it outweighs any date.
    return None if one is None or finding.committed is None else max(one, finding.committed)


def _records(kept: dict[tuple[str, str], _Kept], at: datetime) -> Iterator[Record]:
    nodes: dict[str, Node] = {}
    relations = []
    for (repository, fingerprint), found in sorted(kept.items()):
        id_ = f"secret:{fingerprint}"
        verified = found.verified or (id_ in nodes and nodes[id_].properties["verified"] == "yes")
        nodes[id_] = Node(
            id_,
            "Credential",
            subtype="found_secret",
            name=found.rule,
            properties={"fingerprint": fingerprint, "rule": found.rule, "verified": "yes" if verified else "unknown"},
            evidence=Evidence(EvidenceKind.PROBE if verified else EvidenceKind.CONFIG, found.where, at),
        )
        evidence = Evidence(EvidenceKind.CONFIG, found.where, at)
        relations.append(Relation(Ref(repository), "STORES", Ref(id_), stored_at=found.stored_at, evidence=evidence))
    yield from nodes.values()
    yield from relations


def _gap(repository: str, marked: int, at: datetime) -> Coverage:
    # Nobody said what a secret opens that was found, nor what was not found: both are secrets of unknown use in there.
    why = "a scanner finds what its rules know, and not what it opens"
    why += f"; {marked:,} findings were marked as no secret by somebody" if marked else ""
    return Coverage("STORES", CoverageState.PARTIAL, repository, at=at, error=why)
