"""The snapshot file: whole or refused, before anything of it is used."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graphscan.errors import BadFileError, ImportFailedError
from graphscan.model import Coverage, CoverageState
from importers._http import Page
from importers._snapshot import Snapshot, read_header
from importers._snapshot_writer import SnapshotWriter
from importers.okta import normalise

_AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def _written(path: Path, importer: str = "okta", pages: int = 40) -> Path:
    with SnapshotWriter(path, importer, f"{importer}:acme", "https://acme.okta.com", _AT) as snapshot:
        for number in range(pages):
            body = [{"id": f"00u{number}", "profile": {"login": f"user{number}\u202e@acme.example"}}]
            snapshot.page(Page("/api/v1/users", "/api/v1/users", f"after={number}", 200, {"Date": ["x"]}, body))
        snapshot.covered(Coverage("ACCOUNT_OF", CoverageState.PARTIAL, "", "/api/v1/users", _AT, pages, pages, "why"))
        snapshot.finish(_AT, False)
    return path


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    """Header, pages and coverage come back as they were, and nothing but the file is left."""
    path = _written(tmp_path / "x.snapshot")
    snapshot = Snapshot(path)

    header = read_header(path)
    pages = list(snapshot.pages())

    assert (header.importer, header.source, header.origin) == ("okta", "okta:acme", "https://acme.okta.com")
    assert (header.started, header.finished, header.complete) == (_AT, _AT, False)
    assert len(pages) == 40
    assert pages[3] == Page(
        "/api/v1/users",
        "/api/v1/users",
        "after=3",
        200,
        {"Date": ["x"]},
        [{"id": "00u3", "profile": {"login": "user3\u202e@acme.example"}}],
    )
    assert [row.error for row in snapshot.coverage] == ["why"]
    assert [one.name for one in tmp_path.iterdir()] == ["x.snapshot"]


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    """A snapshot can be compared with another by its bytes."""
    assert _written(tmp_path / "a").read_bytes() == _written(tmp_path / "b").read_bytes()


def test_every_cut_is_refused(tmp_path: Path) -> None:
    """A file cut anywhere is no snapshot, wherever the cut falls."""
    whole = _written(tmp_path / "whole").read_bytes()
    path = tmp_path / "cut"
    for length in [*range(0, len(whole), max(1, len(whole) // 60)), len(whole) - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(BadFileError):
            normalise(path)


def test_every_flipped_byte_is_refused_or_changes_nothing(tmp_path: Path) -> None:
    """A damaged byte is found; the few that mean nothing (a time stamp in a gzip header) change no record."""
    whole = _written(tmp_path / "whole").read_bytes()
    said = list(normalise(tmp_path / "whole")[1])
    path = tmp_path / "flipped"
    refused = 0
    for place in range(0, len(whole), max(1, len(whole) // 120)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x41]) + whole[place + 1 :])
        try:
            records = list(normalise(path)[1])
        except BadFileError:
            refused += 1
        else:
            assert records == said
    assert refused > 100


def _lines(path: Path) -> list[bytes]:
    return gzip.decompress(path.read_bytes()).splitlines(keepends=True)


def _without_a_page(lines: list[bytes]) -> list[bytes]:
    return lines[:5] + lines[6:]


def _with_a_page_twice(lines: list[bytes]) -> list[bytes]:
    return [*lines[:5], lines[4], *lines[5:]]


def _with_more_behind(lines: list[bytes]) -> list[bytes]:
    return [*lines, lines[4]]


def _called_complete(lines: list[bytes]) -> list[bytes]:
    return [lines[0].replace(b'"complete":false', b'"complete":true'), *lines[1:]]


def _of_the_future(lines: list[bytes]) -> list[bytes]:
    return [lines[0].replace(b"snapshot/1", b"snapshot/9"), *lines[1:]]


def _with_a_list(lines: list[bytes]) -> list[bytes]:
    return [lines[0], b"[1, 2]\n", *lines[1:]]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_without_a_page, "not what was written"),
        (_with_a_page_twice, "not what was written"),
        (_with_more_behind, "added behind its end"),
        (_called_complete, "not what was written"),
        (_of_the_future, "reads snapshot/1"),
        (_with_a_list, "not an object"),
        (lambda lines: lines[:-1], "ends too early"),
        (lambda _lines: [b"{}\n"], "not a snapshot"),
        (lambda _lines: [b"not json\n"], "not JSON"),
        (lambda _lines: [], "not a snapshot"),
    ],
)
def test_an_edited_file_is_refused(tmp_path: Path, change: Callable[[list[bytes]], list[bytes]], why: str) -> None:
    """Pages cannot be taken out, added, or called complete by hand, in a file that is valid gzip."""
    path = _written(tmp_path / "x")
    path.write_bytes(gzip.compress(b"".join(change(_lines(path)))))

    with pytest.raises(BadFileError) as caught:
        normalise(path)

    assert why in str(caught.value)


def test_what_is_no_snapshot_is_refused_by_name(tmp_path: Path) -> None:
    """A missing file, a folder, a text file and another importer's snapshot are each named as such."""
    text = tmp_path / "text"
    text.write_text(json.dumps({"graphscan": "snapshot/1"}))
    cases = {
        tmp_path / "none": "no such file",
        tmp_path: "folder",
        text: "not a gzip file",
        _written(tmp_path / "github", "github"): "not of Okta",
    }
    for path, why in cases.items():
        with pytest.raises(BadFileError, match=why):
            normalise(path)


def test_a_failure_while_writing_leaves_what_was_there(tmp_path: Path) -> None:
    """An exception between pages leaves the earlier file and no part of a new one."""
    path = _written(tmp_path / "x")
    before = path.read_bytes()

    with pytest.raises(KeyboardInterrupt), SnapshotWriter(path, "okta", "okta:acme", "https://x", _AT) as snapshot:
        snapshot.page(Page("/api/v1/users", "/api/v1/users", "", 200, {}, []))
        raise KeyboardInterrupt

    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_an_error_a_person_understands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No space left while writing is a failed import, not a traceback."""

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)

    with pytest.raises(ImportFailedError, match="No space left"):
        _written(tmp_path / "x")

    assert list(tmp_path.iterdir()) == []
