"""
Certificates of claims that hold, written so that a stranger can check them without this package.

A claim has a small file of its own. It names a *body*, the closed set with the steps stopped on its edge, which all
claims with the same start and assumptions share, and the *steps*, all steps of the session, one file for all. Both are
gzipped; their digests are of what is inside. `tools/check_certificate.py` says what has to be checked.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphscan.analysis.session import Session
from graphscan.claims.exported import Exported, compact, digest_of
from graphscan.engine.certificate import closed_set
from graphscan.engine.reach import Reach
from graphscan.errors import UsageError

SCHEMA = "graphscan.certificate/1"


@dataclass(frozen=True, slots=True)
class Statement:
    """
    What is certified: from some facts, under some assumptions, no target is reached, or few.

    Facts are numbers of the session's graph.

    Attributes:
        claim, claim_sha256, text: the claim's id, the digest of what it says, and its sentence.
        starts:  what the attacker begins with.
        targets: what is not reached.
        held:    controls taken to have failed.
        blocked: controls taken to hold: never held, whoever could defeat them.
        without: what is left out of the way, as the gateway in "only through the gateway": never held either.
        trust, distrust: the ids of controls as the assumption names them.
        absent:  further targets as (id, level): no step gives them.
        at_most: of how many nodes targets may be reached all the same.
    """

    claim: str
    claim_sha256: str
    text: str
    starts: tuple[int, ...]
    targets: tuple[int, ...]
    held: tuple[int, ...] = ()
    blocked: tuple[int, ...] = ()
    without: tuple[int, ...] = ()
    trust: tuple[str, ...] = ()
    distrust: tuple[str, ...] = ()
    absent: tuple[tuple[str, str], ...] = ()
    at_most: int = 0

    @property
    def shut(self) -> tuple[int, ...]:
        """Return all that is never held."""
        return (*self.blocked, *self.without)


class Certificates:
    """A folder of certificates of one session: the steps are written once, each body once."""

    def __init__(self, folder: Path, session: Session) -> None:
        self.folder = folder
        self.session = session
        self._exported = Exported(session)
        self._steps: dict[str, str] = {}
        self._bodies: dict[str, dict[str, str]] = {}

    def write(self, statement: Statement, reached: Reach | None = None) -> tuple[Path, str]:
        """
        Write the certificate of a statement that holds.

        Args:
            reached: what `starts` and `held` reach without `shut`, what is possible counted, if it is known already.

        Returns:
            The file, and the SHA-256 of its bytes.

        Raises:
            UsageError: the folder cannot be written to.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            data = _laid_out(self._content(statement, reached)).encode()
            digest = hashlib.sha256(data).hexdigest()
            path = self.folder / f"{_slug(statement.claim)}-{digest[:8]}.json"
            aside = path.with_name(f".{path.name}.{id(self):x}.tmp")
            try:
                aside.write_bytes(data)
                aside.replace(path)
            finally:
                aside.unlink(missing_ok=True)
        except OSError as refused:
            raise UsageError(
                f"the certificate could not be written to `{self.folder}`: {refused.strerror}", "name another folder"
            ) from refused
        return path, digest

    # Private functions

    def _content(self, statement: Statement, reached: Reach | None) -> dict[str, Any]:
        """Return what the certificate says; its steps and its body are written."""
        exported = self._exported
        targets = sorted([[*exported.fact(fact)] for fact in statement.targets] + [[*one] for one in statement.absent])
        given = {
            "trust": sorted(statement.trust),
            "distrust": sorted(statement.distrust),
            "closed": exported.facts(statement.blocked),
            "open": exported.facts(statement.held),
            "without": exported.facts(statement.without),
        }
        said = {
            "claim": statement.claim,
            "claim_sha256": statement.claim_sha256,
            "text": statement.text,
            **exported.where,
            "given": given,
            "from": exported.facts(statement.starts),
            "to": targets,
            "to_sha256": digest_of(targets),
            "at_most": statement.at_most,
        }
        if not self._steps:
            self._steps = self._packed("steps", "jsonl", exported.step_lines())
        body = self._body(statement, reached, given, said["from"])
        return {"schema": SCHEMA, **said, "statement_sha256": digest_of(said), "body": body, "steps": self._steps}

    def _body(
        self, statement: Statement, reached: Reach | None, given: dict[str, Any], starts: list[list[str]]
    ) -> dict[str, str]:
        key = digest_of([given, starts])
        if key not in self._bodies:
            graph = self.session.graph
            closed = closed_set(graph, (*statement.starts, *statement.held), True, statement.shut, reached)
            lines = self._exported.body_lines(closed, given, starts, self._steps["sha256"])
            self._bodies[key] = self._packed("closed-set", "json", lines)
        return self._bodies[key]

    def _packed(self, name: str, ending: str, lines: Iterable[str]) -> dict[str, str]:
        """Write lines into a gzipped file that is named after their digest; return its name and the digest."""
        digest = hashlib.sha256()
        aside = self.folder / f".{name}.{id(self):x}.tmp"
        try:
            # Without a time or a name in it, the same lines give the same bytes.
            with aside.open("wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
                for line in lines:
                    data = line.encode("ascii")
                    digest.update(data)
                    packed.write(data)
            path = self.folder / f"{name}-{digest.hexdigest()[:16]}.{ending}.gz"
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
        return {"file": path.name, "sha256": digest.hexdigest()}


# Private functions


def _laid_out(content: dict[str, Any]) -> str:
    """Return JSON with one member a line."""
    lines = [f"{compact(name)}: {json.dumps(value, ensure_ascii=True)}" for name, value in content.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _slug(claim: str) -> str:
    """Return a file name for a claim's id, whatever it holds."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", claim).strip(".-")[:60] or "claim"
