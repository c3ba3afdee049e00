"""Derive a certificate again from the store, trusting nothing that was cached or exported, and compare."""

import gzip
import hashlib
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path

from graphscan import kinds
from graphscan.analysis import build
from graphscan.analysis.session import Family, Session
from graphscan.claims.certificate_file import CertificateFile, Facts, read
from graphscan.claims.exported import DEFEATED, Exported
from graphscan.claims.verify_results import Verified, VerifyResult
from graphscan.engine import cache
from graphscan.engine.certificate import Certificate, closed_set
from graphscan.errors import StoreError
from graphscan.store import Snapshot, Store
from graphscan.techniques import registry

Progress = Callable[[str], None]

_NAMED = 3  # facts named where two sets differ


def verify(
    store: Path,
    paths: Sequence[Path],
    technique_folders: Sequence[Path] = (),
    progress: Progress = lambda _: None,
) -> VerifyResult:
    """
    Derive certificates again and say what differs.

    Args:
        technique_folders: those that the claims were checked with.

    Raises:
        UsageError: a file is not a certificate.
        StoreError: the store cannot be read, or no longer has what a certificate was derived from.
    """
    files = [read(path) for path in paths]
    together: dict[tuple[str, ...], list[CertificateFile]] = {}
    for file in files:
        key = file.said["snapshot"], file.said["as_of"], repr(file.edits.lines())
        together.setdefault(key, []).append(file)
    found: dict[int, Verified] = {}
    for some in together.values():
        snapshot = _snapshot(store, some[0])
        with _derived(store, snapshot, some[0], technique_folders, progress) as session:
            exported = Exported(session)
            progress("comparing")
            for file in some:
                found[id(file)] = _verified(session, exported, file)
    return VerifyResult(str(store), tuple(found[id(file)] for file in files))


# Private functions


def _snapshot(store: Path, file: CertificateFile) -> Snapshot:
    """Return the imports that a certificate was derived from: those that were the newest at some moment."""
    opened = Store.open(store)
    newest = opened.snapshot()
    history = [one for source in newest.imports for one in opened.history(source.source)]
    for moment in sorted({one.stored_at for one in history}, reverse=True):
        by_source = {}
        for one in sorted(history, key=lambda one: one.stored_at):
            if one.stored_at <= moment:
                by_source[one.source] = one
        snapshot = Snapshot(store, tuple(by_source[name] for name in sorted(by_source)))
        if snapshot.digest == file.said["snapshot"]:
            return snapshot
    raise StoreError(
        f"the store `{store}` does not have the snapshot {file.said['snapshot'][:16]}… that `{file.path}` was derived "
        "from: its imports were dropped since, it is another store, or another version of graphscan reads it",
        "check the certificate against its exported steps, without the store",
    )


@contextmanager
def _derived(
    store: Path, snapshot: Snapshot, file: CertificateFile, folders: Sequence[Path], progress: Progress
) -> Iterator[Session]:
    """Compile anew into a folder that goes afterwards."""
    as_of, edits = file.as_of, file.edits
    with tempfile.TemporaryDirectory(prefix="graphscan-verify-") as place:
        folder = Path(place) / "compiled"
        inventory = build.Inventory(snapshot, progress)
        try:
            build.build(inventory, registry.load(folders), as_of, edits, folder)
        finally:
            inventory.close()
        family = Family(store, snapshot, edits, tuple(folders), progress)
        graph = cache.load(folder / build.GRAPH, verify="full")
        session = Session(store, snapshot, as_of, "", edits, folder, graph, family=family)
        try:
            yield session
        finally:
            session.con.close()


def _verified(session: Session, exported: Exported, file: CertificateFile) -> Verified:
    said = file.said
    differences = [*file.problems]
    if exported.where["techniques_sha256"] != said["techniques_sha256"]:
        differences.append("the techniques are not those it was derived with")
    differences += _steps(exported, file)
    numbers = _Numbers(session)
    differences += _assumptions(numbers, file)
    starts, unknown = numbers.of(file.facts("from") | file.facts("open"))
    shut, _ = numbers.of(file.facts("closed") | file.facts("without"))
    differences += [f"the store has no {_said(one)}, which it begins with" for one in unknown[:_NAMED]]
    closed = closed_set(session.graph, starts, True, shut)
    differences += _sets(exported, closed, file)
    return Verified(
        file=str(file.path),
        claim=said["claim"],
        text=said["text"],
        snapshot=said["snapshot"],
        as_of=said["as_of"],
        trust=tuple(said["given"]["trust"]),
        distrust=tuple(said["given"]["distrust"]),
        closed=len(closed.facts),
        starts=len(said["from"]),
        targets=len(said["to"]),
        differences=tuple(dict.fromkeys(differences)),
    )


def _steps(exported: Exported, file: CertificateFile) -> list[str]:
    """Compare the exported steps, line by line, with those derived now."""
    digest, line = hashlib.sha256(), 0
    try:
        with gzip.open(file.steps) as steps:
            for now, before in zip_longest(_lines(exported), steps):
                line += 1
                if now is not None:
                    digest.update(now)
                if now != before:
                    return [f"the steps derived now are others than those exported, from line {line:,} on"]
    except (OSError, EOFError, zlib.error) as error:
        return [f"its steps cannot be read: {error}"]
    if digest.hexdigest() != file.said["steps"]["sha256"]:
        return ["the steps beside it are not those that it names"]
    return []


def _lines(exported: Exported) -> Iterator[bytes]:
    for some in exported.step_lines():
        yield from some.encode("ascii").splitlines(keepends=True)


def _assumptions(numbers: "_Numbers", file: CertificateFile) -> list[str]:
    """Compare what is taken to be closed and open with what the controls it names mean."""
    rows = numbers.session.con.execute(
        "WITH RECURSIVE inside(n) AS (SELECT n FROM base.node WHERE id IN (SELECT unnest(?::VARCHAR[])) "
        "UNION SELECT r.source FROM base.relation r JOIN inside i ON i.n = r.target WHERE r.kind = 'INSTANCE_OF') "
        "SELECT id FROM inside JOIN base.node USING (n) WHERE kind = 'Control'",
        [file.said["given"]["trust"]],
    ).fetchall()
    level = kinds.LEVELS[DEFEATED][1]
    differences = []
    extra = file.facts("closed") - {(row[0], level) for row in rows}
    if extra:
        differences.append(f"it takes to be closed what it does not trust: {_listed(extra)}")
    # A control that no step passes has no fact: to distrust it changes nothing.
    distrusted = {(id_, level) for id_ in file.said["given"]["distrust"]}
    distrusted -= set(numbers.of(distrusted)[1])
    if distrusted != file.facts("open"):
        differences.append(f"what it takes to have failed is not what it distrusts: {_listed(distrusted)}")
    return differences


def _sets(exported: Exported, closed: Certificate, file: CertificateFile) -> list[str]:
    """Compare the closed set, its edge and the targets."""
    now, before = {exported.fact(fact) for fact in closed.facts.tolist()}, file.closed_set
    differences = []
    if now - before:
        differences.append(
            f"{len(now - before):,} facts are reached that its closed set lacks: {_listed(now - before)}"
        )
    if before - now:
        differences.append(f"{len(before - now):,} facts of its closed set are not reached: {_listed(before - now)}")
    hit = {node for node, _ in now & file.facts("to")}
    if len(hit) > file.said["at_most"]:
        differences.append(f"{len(hit):,} targets are reached, {min(hit)} for one")
    if not differences:
        lines = exported.body_lines(closed, file.said["given"], file.said["from"], file.said["steps"]["sha256"])
        digest = hashlib.sha256()
        for text in lines:
            digest.update(text.encode("ascii"))
        if digest.hexdigest() != file.said["body"]["sha256"]:
            differences.append("the edge of its closed set is not the one derived now")
    return differences


def _listed(facts: Facts) -> str:
    more = f" and {len(facts) - _NAMED:,} more" if len(facts) > _NAMED else ""
    return ", ".join(_said(fact) for fact in sorted(facts)[:_NAMED]) + more


def _said(fact: tuple[str, str]) -> str:
    return f"{fact[0]}::{fact[1]}"


class _Numbers:
    """Numbers of facts that are named by id and level."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def of(self, facts: Iterable[tuple[str, str]]) -> tuple[list[int], list[tuple[str, str]]]:
        """Return the numbers of those that the graph has, and the others."""
        wanted = sorted(facts)
        rows = self.session.con.execute(
            "SELECT id, n, kind FROM base.node WHERE id IN (SELECT unnest(?::VARCHAR[]))",
            [[id_ for id_, _ in wanted]],
        ).fetchall()
        nodes = {id_: (n, kind) for id_, n, kind in rows}
        found, unknown = [], []
        for id_, level in wanted:
            n, kind = nodes.get(id_, (-1, ""))
            known = kind in kinds.NODE_KINDS and level in kinds.family_of(kind).levels
            fact = self.session.graph.at(n, kinds.level_code(kind, level)) if known else -1
            if fact >= 0:
                found.append(fact)
            else:
                unknown.append((id_, level))
        return found, unknown
