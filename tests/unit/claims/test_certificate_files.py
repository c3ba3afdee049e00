"""Certificates that are no certificates: the reader and the independent checker say so in one sentence, never more."""

import gzip
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graphscan.analysis import names
from graphscan.analysis.session import Session
from graphscan.claims.certificate import Certificates, Statement
from graphscan.claims.certificate_file import read
from graphscan.errors import UsageError
from graphscan.store import Store
from importers.facts import read as read_facts

sys.path.insert(0, str(Path(__file__).parents[3] / "tools"))
import check_certificate

FACTS = """
graphscan: facts/1
source: small
at: 2024-01-01T00:00:00Z
nodes:
  - {id: token, kind: Credential}
  - {id: robot, kind: ServiceAccount}
  - {id: app, kind: Application}
  - {id: "<x>::y", kind: Application}
  - {id: wall, kind: Control, enforced: "yes"}
  - {id: vault, kind: Database}
relations:
  - {source: robot, kind: HAS_CREDENTIAL, target: token}
  - {source: robot, kind: ASSIGNED_TO, targets: [app, "<x>::y"], gives: login}
  - {sources: [app, "<x>::y"], kind: REACHABLE_FROM, target: internet}
  - {source: app, kind: CONTAINS, target: vault, needs: login, gives: read, guarded_by: [wall]}
"""
ODD: tuple[Any, ...] = (None, True, -1, 1.5, float("inf"), "", "x", [], [[]], [1], [["a"]], [["a", 1]], {}, {"x": [1]})


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a certificate that holds; tests work on copies."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "facts.yaml").write_text(FACTS)
    info, records = read_facts([folder / "facts.yaml"])
    Store.open_or_create(folder / "store").write(info, records)
    session = Session.open(folder / "store", info.at)
    statement = Statement(
        "evil\x1b[31m",
        "0" * 64,
        "\x1b[31m::error",
        names.starts(session, ["token"]).facts,
        names.targets(session, ["vault"]).facts,
    )
    return Certificates(folder / "proofs", session).write(statement)[0]


def test_it_holds_and_is_inert(certificate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Names that act on a terminal come out as escapes."""
    assert read(certificate).problems == ()
    assert check_certificate.main([str(certificate)]) == 0
    assert "\x1b" not in capsys.readouterr().out


def places(said: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value."""
    if path:
        yield path
    items = said.items() if isinstance(said, dict) else enumerate(said[:2]) if isinstance(said, list) else ()
    for key, value in items:
        yield from places(value, (*path, key))


def spoiled(said: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A copy with another value at one place."""
    other = json.loads(json.dumps(said))
    inner = other
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return other


def test_odd_values_anywhere(certificate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever stands in whichever place: refused or found wrong, by both, without a traceback."""
    said = json.loads(certificate.read_text())
    path = certificate.with_name("spoiled.json")
    tried = 0
    for place in places(said):
        for value in ODD:
            other = spoiled(said, place, value)
            if other == said or (isinstance(value, bool) and place == ("at_most",)):
                continue
            path.write_text(json.dumps(other))
            assert check_certificate.main([str(path)]) == 1, (place, value)
            try:
                assert read(path).problems or place[0] in ("body", "steps"), (place, value)
            except UsageError as error:
                assert "\n" not in str(error)
            tried += 1
    assert tried > 300
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("part", ["body", "steps"])
def test_damaged_files_beside_it(certificate: Path, part: str, tmp_path: Path) -> None:
    """A byte changed anywhere in a packed file, or its end cut off, is noticed."""
    said = json.loads(certificate.read_text())
    for name in (certificate.name, said["body"]["file"], said["steps"]["file"]):
        (tmp_path / name).write_bytes((certificate.parent / name).read_bytes())
    packed = tmp_path / said[part]["file"]
    good = packed.read_bytes()
    pick = random.Random(5)
    spoils = [good[:cut] for cut in (0, 1, len(good) // 2, len(good) - 1)]
    spoils += [
        good[:place] + bytes([good[place] ^ (1 << pick.randrange(8))]) + good[place + 1 :]
        for place in pick.sample(range(10, len(good)), 60)
    ]
    for spoil in spoils:
        packed.write_bytes(spoil)
        assert check_certificate.main([str(tmp_path / certificate.name)]) == 1
    packed.unlink()
    assert check_certificate.main([str(tmp_path / certificate.name)]) == 1
    packed.write_bytes(gzip.compress(gzip.decompress(good), 1))
    assert check_certificate.main([str(tmp_path / certificate.name)]) == 0  # packed otherwise, the same content
