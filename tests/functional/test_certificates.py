"""Certificates of the golden case: written, checked by a stranger with nothing of ours, and derived again."""

import gzip
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graphscan.analysis import names
from graphscan.analysis.session import Session
from graphscan.claims.certificate import Certificates, Statement
from graphscan.claims.exported import DEFEATED
from graphscan.claims.rests import rests_on, survives
from graphscan.cli.options import instant
from graphscan.engine.reach import reach
from graphscan.store import Store
from tests.functional.running import ROOT, Inside, graphscan

CHECKER = ROOT / "tools" / "check_certificate.py"
ATLASSIAN = ("jira::admin", "confluence::admin", "bitbucket::admin", "atlassian-01::exec", "atlassian::position")
FOUR = ("moveworks-token", "smartsheet-sa", "bitbucket-sa", "aws-apps-sa", "internet")
SESSIONS = ("okta-session-1", "okta-session-2")
CROWN = ("global-network", "customer-db", "customer-config", "ssl-keys", "workers-kv", "r2", "quicksilver", "dashboard")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with the small example; no test changes it."""
    place = tmp_path_factory.mktemp("certificates") / "store"
    ended = graphscan("demo", "--small", "--store", place)
    assert ended.returncode == 0, ended.stderr
    return place


@pytest.fixture(scope="module")
def session(store: Path) -> Session:
    """Return it opened when the attacker began."""
    return Session.open(store, instant("2023-11-14T09:22:49Z"))


def said(
    session: Session, starts: tuple[str, ...], targets: tuple[str, ...], trust: tuple[str, ...] = ()
) -> tuple[Statement, list[int]]:
    """Return the statement that some starts do not reach some targets, and the numbers of its start nodes."""
    controls = [names.resolve(session, [one])[0].n for one in trust]
    statement = Statement(
        claim="a claim/of: mine",
        claim_sha256="ab" * 32,
        text="It stands apart.",
        starts=names.starts(session, starts).facts,
        targets=names.targets(session, targets).facts,
        blocked=tuple(session.graph.at(n, DEFEATED) for n in controls),
        trust=trust,
    )
    assert (
        not reach(session.graph, statement.starts, may=True, blocked=statement.shut).held[list(statement.targets)].any()
    )
    return statement, [one.n for one in names.resolve(session, starts)]


def checked(*certificates: Path) -> subprocess.CompletedProcess[str]:
    """Run the independent checker in a process that could not import this package if it tried."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(CHECKER), *map(str, certificates)], capture_output=True, text=True, check=False
    )


@pytest.fixture
def certificate(session: Session, tmp_path: Path) -> Path:
    """Return a certificate that holds."""
    statement, _ = said(session, ATLASSIAN, ("gru-console-01::exec",), ("hardkey@console",))
    return Certificates(tmp_path / "proofs", session).write(statement)[0]


def test_a_stranger_accepts_what_was_written(session: Session, tmp_path: Path) -> None:
    """Claims of one start share body and steps; all are accepted; written again they are the same bytes."""
    first, _ = said(session, ATLASSIAN, ("global-network",))
    second = replace(first, claim="another", targets=names.targets(session, ["dashboard"]).facts)
    third, _ = said(session, ("aws-apps",), CROWN)
    for folder in ("a", "b"):
        certificates = Certificates(tmp_path / folder, session)
        written = [certificates.write(one) for one in (first, second, third)]
        ended = checked(*(path for path, _ in written))
        assert ended.returncode == 0, ended.stdout
        assert ended.stdout.count("holds: ") == 3
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert [name.split("-")[0] for name in files if name.endswith(".gz")] == ["closed", "closed", "steps"]
    assert len(files) == 6
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def _drop_start(body: dict[str, Any], certificate: dict[str, Any]) -> None:
    body["closed_set"].remove(certificate["from"][0])


def _open_target(body: dict[str, Any], certificate: dict[str, Any]) -> None:
    body["closed_set"].append(certificate["to"][0])


@pytest.mark.parametrize("spoil", [_drop_start, _open_target])
def test_a_stranger_rejects_what_was_spoiled(certificate: Path, spoil: Callable[..., None]) -> None:
    """A closed set that was changed is rejected by its digest, with one line and exit code 1."""
    content = json.loads(certificate.read_text())
    body = certificate.parent / content["body"]["file"]
    inside = json.loads(gzip.decompress(body.read_bytes()))
    spoil(inside, content)
    body.write_bytes(gzip.compress(json.dumps(inside).encode()))
    ended = checked(certificate)
    assert (ended.returncode, ended.stderr) == (1, "")
    assert "DOES NOT HOLD: the closed set is not the one that its digest is of" in ended.stdout


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"schema": "graphscan.certificate/1"}', "\x00"])
def test_a_stranger_rejects_what_is_no_certificate(tmp_path: Path, text: str) -> None:
    """Whatever else is named is no proof: one line, no traceback."""
    path = tmp_path / "x.json"
    path.write_text(text)
    ended = checked(path)
    assert (ended.returncode, ended.stderr) == (1, "")
    assert ended.stdout.count("\n") == 1


def test_verify_derives_again(store: Path, certificate: Path, inside: Inside) -> None:
    """What was written is verified from the store, in text and in JSON."""
    assert inside("verify", certificate, "--store", store).code == 0
    ended = inside("verify", certificate, "--store", store, "-o", "json")
    told = json.loads(ended.out)
    assert ended.code == 0
    assert told["certificates"][0]["differences"] == []
    assert told["certificates"][0]["trust"] == ["hardkey@console"]


def test_verify_says_what_differs(store: Path, certificate: Path, inside: Inside) -> None:
    """A control called closed that the claim does not trust is named, although every digest was made anew."""
    content = json.loads(certificate.read_text())
    content["given"]["closed"].append(["acl-gru", "defeated"])
    certificate.write_text(json.dumps(content))
    ended = inside("verify", certificate, "--store", store)
    assert ended.code == 1
    assert "takes to be closed what it does not trust: acl-gru::defeated" in " ".join(ended.out.split())


def test_verify_refuses_what_is_no_certificate(store: Path, tmp_path: Path, inside: Inside) -> None:
    """A file that is no certificate, or that is not there, is exit code 2 and one sentence."""
    path = tmp_path / "x.json"
    path.write_text('{"schema": "graphscan.certificate/1"}')
    for one in (path, tmp_path / "absent.json"):
        ended = inside("verify", one, "--store", store)
        assert ended.code == 2
        assert ended.err.count("\n") == 1


def test_verify_finds_an_earlier_snapshot(store: Path, certificate: Path, tmp_path: Path, inside: Inside) -> None:
    """After another import the certificate is still verified from what it was derived from; dropped, it says so."""
    copy = tmp_path / "copy"
    shutil.copytree(store, copy)
    facts = tmp_path / "more.yaml"
    facts.write_text(
        "graphscan: facts/1\nsource: thanksgiving\nat: 2024-02-02\nnodes:\n  - {id: jira, kind: Application}\n"
    )
    source = Store.open(copy).sources()[0].source
    for round_ in range(10):
        assert inside("import", "facts", facts, "--store", copy).code in (0, 3)
        assert len(Store.open(copy).history(source)) == min(10, round_ + 2)
        if not round_:
            assert inside("verify", certificate, "--store", copy).code == 0
    ended = inside("verify", certificate, "--store", copy)
    assert ended.code == 2
    assert "does not have the snapshot" in ended.err


@pytest.mark.parametrize(
    ("starts", "targets", "number", "sorts", "single"),
    [
        (("aws-apps", "aws-apps-segment"), ("global-network",), 0, (), ()),
        (("aws-apps", "aws-apps-segment"), CROWN, 0, (), ()),
        (ATLASSIAN, ("global-network",), 2, (("control", 1), ("circumstance", 1)), ()),
        (ATLASSIAN, ("gru-console-01::exec",), 1, (("control", 1),), ("hardkey@console",)),
        ((*FOUR, *SESSIONS), ("dashboard",), 1, (("control", 1),), ("hardkey@dashboard",)),
        ((*FOUR, *SESSIONS), ("okta-admin",), 2, (("control", 1), ("dead credential", 1)), ()),
    ],
)
def test_depth_of_the_golden_claims(
    session: Session,
    starts: tuple[str, ...],
    targets: tuple[str, ...],
    number: int,
    sorts: tuple[tuple[str, int], ...],
    single: tuple[str, ...],
) -> None:
    """Rows 1, 2 and 4 of Q6: structural, 1 control and 1 circumstance, and the hard key with a dead session."""
    statement, nodes = said(session, starts, targets)
    told = rests_on(session, statement, nodes)
    assert (told.depth.structural, told.depth.number, told.depth.exact) == (number == 0, number, True)
    assert told.depth.sorts == sorts
    assert len(told.depth.example) == number
    assert tuple(line.control.id for line in told.controls if line.single) == single
    assert told.closed > 10


def test_what_survives_a_trusted_control(session: Session) -> None:
    """A mechanism that is trusted is a single point of failure of the console; an idle control is none."""
    statement, nodes = said(session, ATLASSIAN, ("gru-console-01::exec",), ("hardkey",))
    told = survives(session, statement, 1, nodes)
    assert told.holds is False
    assert [[one.id for one in some] for some in told.failing] == [["hardkey"]]
    other, nodes = said(session, ATLASSIAN, ("gru-console-01::exec",), ("hardkey@okta",))
    assert survives(session, other, 2, nodes).holds is True
