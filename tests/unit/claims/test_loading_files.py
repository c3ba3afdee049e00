"""Claims in several files and folders, and files that are no claims file at all."""

from pathlib import Path

import pytest

from graphscan.claims import load as loading
from graphscan.claims.load import load
from graphscan.errors import ClaimsError
from tests.unit.claims.samples import FULL, ONE

SETS = "graphscan: claims/1\ndefine: {people: kind=User}\nassumptions: {b: {attacker: people}}\n"
CLAIM = "graphscan: claims/1\nclaims:\n- {id: %s, text: x, given: b, no_path: {to: people}}\n"


def write(path: Path, text: str) -> Path:
    """Write a file, and return it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def said(*paths: Path) -> list[str]:
    """Return what is wrong with some files, without the folder they are in."""
    with pytest.raises(ClaimsError) as caught:
        load(paths)
    return [str(one).replace(f"{paths[0].parent}/", "") for one in caught.value.problems]


def test_a_folder_is_one_file(tmp_path: Path) -> None:
    """Sets, assumptions and claims of all files below a folder know each other; hidden and other files are left out."""
    write(tmp_path / "claims" / "b" / "two.yml", CLAIM % "two")
    write(tmp_path / "claims" / "a.yaml", SETS)
    write(tmp_path / "claims" / "b.yaml", CLAIM % "one")
    write(tmp_path / "claims" / ".git" / "c.yaml", "nothing")
    write(tmp_path / "claims" / ".d.yaml", "nothing")
    write(tmp_path / "claims" / "README.md", "nothing")

    file = load([tmp_path / "claims"])

    assert [one.id for one in file.claims] == ["two", "one"]
    assert [Path(one).name for one in file.files] == ["a.yaml", "two.yml", "b.yaml"]
    assert [Path(one.position.file).name for one in file.claims] == ["two.yml", "b.yaml"]


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    """A folder and a file in it are no contradiction."""
    path = write(tmp_path / "claims" / "a.yaml", ONE)

    assert load([tmp_path / "claims", path]) == load([path])


def test_the_same_name_twice_is_said_at_both_places(tmp_path: Path) -> None:
    """An id may stand once in all files together; the second place names the first."""
    first = write(tmp_path / "a.yaml", SETS + (CLAIM % "one").removeprefix("graphscan: claims/1\n"))
    second = write(tmp_path / "b.yaml", SETS + (CLAIM % "one").removeprefix("graphscan: claims/1\n"))

    assert said(first, second) == [
        f"b.yaml:2:10: the set `people` already stands at {tmp_path}/a.yaml:2:10 (rename one of them)".replace(
            f"{tmp_path}/", ""
        ),
        "b.yaml:3:15: the assumption `b` already stands at a.yaml:3:15 (rename one of them)",
        "b.yaml:5:8: the claim `one` already stands at a.yaml:5:8 (rename one of them)",
    ]


def test_what_may_stand_in_a_file_that_cannot_be_read_is_not_said_to_be_missing(tmp_path: Path) -> None:
    """One broken file gives its own problem, not one for every claim that needs what is in it."""
    broken = write(tmp_path / "a.yaml", SETS.replace("people: kind=User", "people: ["))
    other = write(tmp_path / "b.yaml", CLAIM % "one")

    assert len(said(broken, other)) == 1


def test_no_claim_is_never_all_claims_hold(tmp_path: Path) -> None:
    """A file without claims, a folder without files and a path without anything are errors."""
    (tmp_path / "empty").mkdir()

    assert said(write(tmp_path / "a.yaml", SETS))[0].startswith("a.yaml: there is no claim in it")
    assert said(tmp_path / "empty")[0].startswith("empty: there is no .yaml file in this folder")
    assert said(tmp_path / "nothing.yaml")[0].startswith("nothing.yaml: there is no such file")
    assert said(write(tmp_path / "b.yaml", "graphscan: claims/1\nclaims: []\n"))[0].startswith(
        "b.yaml: there is no claim"
    )


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "the file is empty (`graphscan claims init` writes a sample)"),
        (b"# a comment\n", "the file is empty"),
        (b"graphscan: claims/1\nclaims: \xff\xfe\n", ":2:9: the file is not UTF-8"),
        ("graphscan: claims/1\n".encode("utf-16"), "the file is not UTF-8"),
        (b"graphscan: claims/1\n---\nclaims: []\n", ":2:1: a second document begins here"),
        (b"graphscan: claims/1\nclaims: [\n", ":3:1: not YAML"),
        (b"graphscan: claims/1\nclaims: &a [*a]\n", "anchors (&) and aliases (*) are not taken"),
        (b"graphscan: claims/1\nclaims: !!python/object/apply:os.system [id]\n", "tags (!) are not taken"),
        (b"graphscan: claims/1\ndefine: {<<: {a: b}}\n", "merge keys (<<) are not taken"),
        (b"graphscan: claims/1\ndefine: {a: \x1b[2J}\n", ":2:13: not YAML: a control character stands here"),
        (b"graphscan: claims/1\nclaims: " + b"[" * 50 + b"]" * 50, "nested more than"),
        (b"graphscan: claims/1\nclaims: " + b"[" * 9_000, "nested more than"),
        (b"graphscan: claims/1\n# " + b"x" * 1_000_000, "the file has 1,000,022 bytes, more than 1,000,000"),
    ],
)
def test_files_that_are_none(tmp_path: Path, content: bytes, what: str) -> None:
    """An odd or hostile file is refused in a sentence with its place, and none of it is acted on."""
    path = tmp_path / "c.yaml"
    path.write_bytes(content)

    assert any(what in one for one in said(path))


def test_aliases_cannot_blow_a_file_up(tmp_path: Path) -> None:
    """A file in which ten aliases of ten aliases stand for a billion values is refused at every alias."""
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"{two}: &{two} [{', '.join([f'*{one}'] * 10)}]" for one, two in zip("abcdefgh", "bcdefghi", strict=True)]
    path = write(tmp_path / "c.yaml", "graphscan: claims/1\n" + "\n".join(lines))

    assert sum("anchors (&) and aliases (*) are not taken" in one for one in said(path)) == 9 + 80


def test_sets_of_sets_cannot_blow_a_file_up(tmp_path: Path) -> None:
    """Sets within sets are followed only so deep, and one that is made of itself is named with the others."""
    deep = "".join(f"  s{number + 1}: [s{number}, s{number}, s{number}]\n" for number in range(200))
    loop = "graphscan: claims/1\ndefine: {a: b, b: [c, kind=User], c: a, d: a, e: kind=User}\nclaims: []\n"

    assert said(write(tmp_path / "a.yaml", f"graphscan: claims/1\ndefine:\n  s0: kind=User\n{deep}")) == [
        "a.yaml:35:8: the set `s32` is made of sets within sets, more than 32 deep (name what is meant directly)"
    ]
    assert said(write(tmp_path / "b.yaml", loop)) == [
        f"b.yaml:2:{column}: the set `{name}` is made of itself (look at `a`, `b`, `c`)"
        for name, column in (("a", 13), ("b", 19), ("c", 38))
    ]


def test_levels_of_sets_are_never_lost(tmp_path: Path) -> None:
    """A set that states levels cannot stand where they would not count."""
    path = write(
        tmp_path / "c.yaml",
        "graphscan: claims/1\ndefine:\n  deep: [x::exec]\n  over: deep\nclaims:\n"
        "- {id: a, text: x, no_path: {from: {kind: Host, any: over}, to: [over::reachable, deep, {not: deep}]}}\n",
    )

    assert [one.partition(" (")[0] for one in said(path)] == [
        "c.yaml:6:54: the set `over` states levels of its own, which would be lost here",
        "c.yaml:6:66: the set `over` states levels of its own, which would be lost here",
        "c.yaml:6:95: the set `deep` states levels of its own, which would be lost here",
    ]


def test_reading_stops_after_very_many_problems(tmp_path: Path) -> None:
    """A file with twelve thousand mistakes is not read to its end."""
    path = write(tmp_path / "c.yaml", "graphscan: claims/1\nclaims:\n" + "- {}\n" * 4_000)

    found = said(path)

    assert len(found) == 10_001
    assert any("stopped after 10,000 problems" in one for one in found)


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever names the wrong folder hears of it before thousands of files are read."""
    monkeypatch.setattr(loading, "MOST_FILES", 2)
    for number in range(3):
        write(tmp_path / "claims" / f"{number}.yaml", ONE)

    assert said(tmp_path / "claims") == ["claims: there are 3 files, more than 2 (name the folder of the claims)"]


def test_the_digest_of_a_claim_is_of_what_it_says(tmp_path: Path) -> None:
    """Comments, places and other claims change no digest; its sets, their sets and its assumption do."""
    plain = load([write(tmp_path / "a.yaml", FULL)])
    moved = load([write(tmp_path / "b.yaml", "# moved\n" + FULL.replace("id: few-2", "id: few-3"))])
    changed = {
        "kind: Credential\n": "kind: [Credential]\n    state: active\n",
        "no_path: {from: apps": "no_path: {from: tokens",
        "distrust: egress": "distrust: ingress",
    }

    def digest(file: object) -> str:
        return file.claim_digest(next(one for one in file.claims if one.id == "isolated"))  # type: ignore[attr-defined]

    assert digest(plain) == digest(moved)
    assert plain.digest != moved.digest
    for old, new in changed.items():
        assert old in FULL
        assert digest(load([write(tmp_path / "c.yaml", FULL.replace(old, new, 1))])) != digest(plain), old
