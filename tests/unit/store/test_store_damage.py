"""A byte that is not as it was written is seen, in whatever file, when it is read and by `verify`."""

import json
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graphscan.errors import StoreDamagedError, StoreVersionError
from graphscan.model import Classify, Coverage, CoverageState, Node, Ref, Relation, Sensitivity, SourceInfo
from graphscan.store import Store, merge, verify
from graphscan.store.files import sha256_of

AT = datetime(2024, 1, 1, tzinfo=UTC)
EVERY = 1 if "GRAPHSCAN_CASES" in os.environ else 13  # th byte of the small files is flipped


@dataclass
class Filled:
    """A store with two imports of one source and one of another, and its files."""

    store: Store
    files: list[Path]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store in which every sort of file is there, to be copied."""
    store = Store.open_or_create(tmp_path_factory.mktemp("template") / "store")
    for source in ("okta:acme", "okta:acme", "facts"):
        store.write(
            SourceInfo(source, "test", AT),
            [
                Node("u", "User", name="Ann"),
                Relation(Ref("u"), "MEMBER_OF", Ref("g")),
                Coverage("MEMBER_OF", CoverageState.COMPLETE),
                Classify("kind=User", Sensitivity.INTERNAL),
            ],
        )
    return store.path


@pytest.fixture
def filled(template: Path, tmp_path: Path) -> Filled:
    """Return a copy of the template."""
    shutil.copytree(template, tmp_path / "filled")
    store = Store(tmp_path / "filled")
    files = sorted(path for path in store.path.rglob("*") if path.is_file())
    assert len(files) == 3 * 4 + 2
    return Filled(store, files)


def flip(path: Path, position: int) -> bytes:
    """Change one byte of a file and return what the file held."""
    before = path.read_bytes()
    changed = bytearray(before)
    changed[position] ^= 1 << (position % 8)
    path.write_bytes(changed)
    return before


def read_all(store: Store) -> None:
    """Read whatever an analysis would read."""
    merge.load(Store.open(store.path).snapshot()).close()


def test_a_flipped_byte_in_any_file_is_seen_and_said(filled: Filled) -> None:
    """Each file of a store in turn: verify names it; reading names it too, where the newest imports need it."""
    needed = {filled.store.path / file.path for one in filled.store.sources() for file in one.files.values()}
    for path in filled.files:
        size = path.stat().st_size
        for position in {0, size // 3, size // 2, size - 1}:
            before = flip(path, position)

            assert [problem for problem in filled.store.verify() if path.name in problem], (path, position)
            if path in needed or path.parent == filled.store.path:
                with pytest.raises(StoreDamagedError, match=path.name) as caught:
                    read_all(filled.store)
                assert caught.value.advice

            path.write_bytes(before)
    assert filled.store.verify() == []
    read_all(filled.store)


def test_a_flipped_byte_in_an_older_import_is_no_matter_to_the_newest(filled: Filled) -> None:
    """What is not read is not asked to be whole, but verify reads all."""
    older = filled.store.history("okta:acme")[1]
    flip(filled.store.path / older.files["nodes"].path, 100)

    read_all(filled.store)
    assert [
        problem for problem in filled.store.verify() if older.id in problem and "import `okta:acme` again" in problem
    ]


@pytest.mark.parametrize("name", ["manifest.json", "verified.json"])
def test_any_byte_of_a_small_file_counts(filled: Filled, name: str) -> None:
    """White space, digits, brackets: no byte of the manifest or of the memory of checks can change unseen."""
    path = filled.store.path / name
    for position in range(0, path.stat().st_size, EVERY):
        before = flip(path, position)

        if name == "manifest.json":
            with pytest.raises(StoreDamagedError, match=name):
                Store.open(filled.store.path)
        else:
            with pytest.raises(StoreDamagedError, match=name):
                verify.check_files(filled.store.path, filled.store.snapshot().imports)

        path.write_bytes(before)


def test_damage_that_keeps_size_and_time_is_seen(filled: Filled) -> None:
    """A file whose modification time was put back is read again all the same."""
    path = filled.store.path / filled.store.sources()[0].files["nodes"].path
    stat = path.stat()
    flip(path, 500)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    with pytest.raises(StoreDamagedError, match=r"nodes\.parquet"):
        read_all(filled.store)


def test_a_file_that_was_checked_is_not_read_again(filled: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what may have changed since its last check is read in full; without that memory everything is."""
    read: list[Path] = []

    def counted(path: Path) -> str:
        read.append(path)
        return sha256_of(path)

    read_all(filled.store)
    monkeypatch.setattr(verify, "sha256_of", counted)
    read_all(filled.store)
    assert read == []

    touched = filled.store.path / filled.store.sources()[1].files["relations"].path
    os.utime(touched)
    read_all(filled.store)
    assert read == [touched]

    (filled.store.path / "verified.json").unlink()
    read_all(filled.store)
    assert len(read) == 1 + 8


def test_a_store_that_was_copied_is_whole(filled: Filled, tmp_path: Path) -> None:
    """The memory of checks is of other files then; all are checked, and found right."""
    filled.store.path.rename(tmp_path / "moved")

    store = Store.open(tmp_path / "moved")
    assert store.verify() == []
    read_all(store)


@pytest.mark.parametrize("cut", [0, 1, 10, -1])
def test_a_cut_manifest_is_damage(filled: Filled, cut: int) -> None:
    """A manifest that ends early, or is empty, is said to be damaged."""
    path = filled.store.path / "manifest.json"
    path.write_bytes(path.read_bytes()[:cut])

    with pytest.raises(StoreDamagedError, match=r"manifest\.json"):
        Store.open(filled.store.path)
    assert len(filled.store.verify()) == 1


def test_a_store_of_another_format_is_refused(filled: Filled) -> None:
    """The format's number decides, and the sentence says what to do."""
    path = filled.store.path / "manifest.json"
    said = json.loads(path.read_text())
    said["format"] = 2
    path.write_text(json.dumps(said))

    with pytest.raises(StoreVersionError, match=r"format 2.*format 1.*version that wrote it"):
        Store.open(filled.store.path)
    with pytest.raises(StoreVersionError):
        Store.open_or_create(filled.store.path)
    assert json.loads(path.read_text())["format"] == 2


@pytest.mark.parametrize("table", ["nodes", "relations", "coverage", "classify"])
def test_a_missing_or_cut_file_is_damage(filled: Filled, table: str) -> None:
    """A file that is gone or short is named with its source and what to do."""
    path = filled.store.path / filled.store.sources()[0].files[table].path
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(StoreDamagedError, match="import `facts` again"):
        read_all(filled.store)

    path.unlink()
    with pytest.raises(StoreDamagedError, match="is missing"):
        read_all(filled.store)
    assert len(filled.store.verify()) == 1


def test_a_damaged_source_is_healed_by_importing_it_again(filled: Filled) -> None:
    """What the advice says works, damaged memory of checks included."""
    for name in ("nodes", "relations"):
        flip(filled.store.path / filled.store.sources()[0].files[name].path, 50)

    filled.store.write(SourceInfo("facts", "test", AT), [Node("v", "User")])

    read_all(filled.store)


def test_files_that_do_not_belong_are_named(filled: Filled) -> None:
    """Verify names what no manifest knows, and leaves the cache to its owner."""
    (filled.store.path / "notes.txt").write_text("x")
    (filled.store.path / "cache" / "arrays").mkdir()
    (filled.store.path / "cache" / "arrays" / "x.npy").write_text("x")
    (filled.store.path / "imports" / "a\nb").write_text("x")

    problems = filled.store.verify()

    assert len(problems) == 2
    assert "`imports/a\\nb` does not belong" in problems[0]
    assert "`notes.txt` does not belong" in problems[1]


def test_a_snapshot_whose_files_are_gone_says_what_to_do(store: Store) -> None:
    """A reader that waited for eleven imports is told that it looks at the past, not that the store is damaged."""
    info = SourceInfo("okta:acme", "test", AT)
    store.write(info, [Node("u", "User")])
    snapshot = store.snapshot()
    for _ in range(11):
        store.write(info, [])

    with pytest.raises(StoreDamagedError, match=r"dropped by later ones.*run it again"):
        merge.load(snapshot)
    assert store.verify() == []
