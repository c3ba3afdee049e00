"""The headers of technique files: every mistake is said, with the file's path."""

from pathlib import Path

import pytest

from graphscan.errors import TechniqueError
from graphscan.techniques import registry
from graphscan.techniques.registry import FileKind

GOOD = {
    "id": "user.some-name",
    "title": "A title",
    "attack": "T1078.004",
    "effort": "2",
    "reads": "[STORES]",
    "nodes": "[User]",
    "what": ">\n  Two\n  lines.",
    "close": "Close it.",
    "references": '["https://example.org/"]',
}


def write(folder: Path, name: str = "one.sql", sql: str = "SELECT 1", **changes: str | None) -> Path:
    """Write a technique file with a changed header (None: without that key) and return its path."""
    header = "\n".join(f"{key}: {value}" for key, value in {**GOOD, **changes}.items() if value is not None)
    path = folder / name
    path.write_text("\n".join([*(f"-- {line}" for line in header.split("\n")), sql]), encoding="utf-8")
    return path


def test_a_good_header(tmp_path: Path) -> None:
    """All that a header says is taken over, folded lines as one, and the text below it is the statement."""
    one = registry.read(write(tmp_path))

    assert (one.id, one.title, one.attack, one.effort) == ("user.some-name", "A title", "T1078.004", 2)
    assert (one.kind, one.reads, one.negates, one.nodes) == (FileKind.TECHNIQUE, ("STORES",), (), ("User",))
    assert (one.what, one.close, one.references) == ("Two lines.", "Close it.", ("https://example.org/",))
    assert one.sql == "SELECT 1"


def test_scope_files_cost_nothing(tmp_path: Path) -> None:
    """A scope file has no effort of its own and may name what it reads under negation."""
    one = registry.read(write(tmp_path, kind="target-set", negates="[HAS_ROLE]", effort=None, attack=None))

    assert (one.kind, one.effort, one.attack, one.negates) == (FileKind.TARGET_SET, 0, "none", ("HAS_ROLE",))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"id": None}, "id is missing"),
        ({"title": None}, "title is missing"),
        ({"what": None}, "what is missing"),
        ({"id": "noprovider"}, "id must look like provider.some-name"),
        ({"id": "User.Name"}, "id must look like provider.some-name"),
        ({"id": "user.../x"}, "id must look like provider.some-name"),
        ({"attack": "T12"}, "attack must be an ATT&CK technique id"),
        ({"effort": "0"}, "effort must be a whole number from 1 to 5"),
        ({"effort": "6"}, "effort must be a whole number from 1 to 5"),
        ({"effort": "much"}, "effort must be a whole number from 1 to 5"),
        ({"effort": "true"}, "effort must be a whole number from 1 to 5"),
        ({"effort": "1.5"}, "effort must be a whole number from 1 to 5"),
        ({"kind": "edge"}, "kind edge is none of technique, target-set, population"),
        ({"reads": "[STORE]"}, "reads names unknown relation kind STORE"),
        ({"nodes": "[Person]"}, "nodes names unknown node kind Person"),
        ({"negates": "[STORES]"}, "negates is for scope files only"),
        ({"kind": "population", "negates": "[NOTHING]"}, "negates names unknown relation kind NOTHING"),
        ({"colour": "red"}, "unknown key colour"),
        ({"title": "[a"}, "is not readable"),
        ({"title": "a\ntitle: b"}, "is not readable"),
        ({"sql": ""}, "there is no SELECT below the header"),
    ],
)
def test_each_error(tmp_path: Path, changes: dict[str, str | None], why: str) -> None:
    """Each thing that a header may have wrong is a sentence with the file's path and where to read more."""
    sql = changes.pop("sql", "SELECT 1") or ""

    with pytest.raises(TechniqueError) as caught:
        registry.read(write(tmp_path, sql=sql, **changes))

    assert why in str(caught.value)
    assert str(tmp_path / "one.sql") in str(caught.value)
    assert "docs/techniques.md" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_all_errors_at_once(tmp_path: Path) -> None:
    """Everything wrong with a header is said in one go."""
    with pytest.raises(TechniqueError, match=r"unknown key colour; title is missing; .*STORE; .*effort"):
        registry.read(write(tmp_path, title=None, colour="red", reads="[STORE]", effort="9"))


@pytest.mark.parametrize("text", ["", "SELECT 1", "-- just words\nSELECT 1", "-- [a, b]\nSELECT 1"])
def test_no_header(tmp_path: Path, text: str) -> None:
    """A file without a header says so."""
    path = tmp_path / "one.sql"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(TechniqueError, match="has no header"):
        registry.read(path)


def test_not_text(tmp_path: Path) -> None:
    """A file that is no text is a sentence, not a traceback."""
    path = tmp_path / "one.sql"
    path.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(TechniqueError, match="cannot be read"):
        registry.read(path)


def test_user_folders(tmp_path: Path) -> None:
    """Files of a user's folder stand beside ours, in order of id, from folders below it as well."""
    (tmp_path / "deep" / "er").mkdir(parents=True)
    write(tmp_path / "deep" / "er", id="aaa.first")
    write(tmp_path, id="zzz.last")

    found = [one.id for one in registry.load([tmp_path])]

    assert (found[0], found[-1]) == ("aaa.first", "zzz.last")
    assert found == sorted(found)
    assert set(found) - {"aaa.first", "zzz.last"} == {one.id for one in registry.load()}


def test_the_same_id_twice(tmp_path: Path) -> None:
    """An id that is taken, by ours or by another of the user's, is refused with both paths."""
    write(tmp_path, id="generic.sign-in")

    with pytest.raises(TechniqueError, match=r"one\.sql and .*sign-in\.sql have the same id generic\.sign-in"):
        registry.load([tmp_path])


def test_no_such_folder(tmp_path: Path) -> None:
    """A folder that is not there is said, not ignored."""
    with pytest.raises(TechniqueError, match="there is no technique folder"):
        registry.load([tmp_path / "missing"])


def test_digest(tmp_path: Path) -> None:
    """The digest that keys compiled graphs changes with any file, and comes back with it."""
    write(tmp_path)
    first = registry.digest([tmp_path])
    write(tmp_path, effort="3")
    second = registry.digest([tmp_path])
    write(tmp_path)

    assert len({first, second, registry.digest()}) == 3
    assert registry.digest([tmp_path]) == first
