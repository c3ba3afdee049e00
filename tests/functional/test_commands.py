"""The command line as a table: what is typed, how it ends, what it says."""

import json
import os
import threading
from pathlib import Path

import pytest

from tests.functional.running import Inside, graphscan

# In processes of their own, as a user runs them: (words, exit code, needle in what is said on either stream).
PROCESSES: list[tuple[list[str], int, str]] = [
    (["--version"], 0, "graphscan 0."),
    (["status"], 0, "facts:small"),
    (["blast", "token", "robot-key"], 0, "Whoever holds these 2 credentials reaches"),
    (["nonsense"], 2, "No such command"),
]

# In this process: the same, many more.
ANSWERS: list[tuple[list[str], int, str]] = [
    ([], 0, "1 source"),
    (["status", "--verify"], 0, "Every file holds what was written."),
    (["status", "-o", "json"], 0, '"schema": "graphscan.status/1"'),
    (["select", "kind=Repository"], 0, "payments"),
    (["select", "token"], 0, "means 1 node: 1 credential"),
    (["select", "kind=Wiki"], 2, "matches nothing"),
    (["select", "knd=Wiki"], 2, "did you mean"),
    (["blast"], 2, "Missing argument"),
    (["blast", "token"], 0, "no sensitive asset"),
    (["blast", "token", "robot-key", "--limit", "0"], 2, "--limit"),
    (["blast", "tokn"], 2, "did you mean `token`?"),
    (["blast", "token", "robot-key", "--rotated", "token"], 0, "not used"),
    (["blast", "token", "robot-key", "--rotated", "tokn"], 2, "tokn"),
    (["blast", "token", "robot-key", "--defeated", "hard-key"], 0, "vault"),
    (["blast", "token", "robot-key", "--without", "gateway"], 0, "no sensitive asset"),
    (["blast", "token", "robot-key", "--without", "generic.use-credential"], 0, "no sensitive asset"),
    (["blast", "token", "robot-key", "--each"], 0, "2 starts, each on its own"),
    (["blast", "token::held", "robot-key"], 0, "payments"),
    (["blast", "token::admin"], 2, "no level"),
    (["blast", "kind=Credential", "--as-of", "2023-01-01"], 0, "2023-01-01 00:00:00 UTC"),
    (["blast", "token", "--as-of", "2023-01-01T00:00:00"], 2, "which time zone"),
    (["blast", "token", "--as-of", "yesterday"], 2, "is not a time"),
    (["blast", "token", "--as-of", "2023-02-30"], 2, "is not a time"),
    (["blast", "token", "-o", "yaml"], 2, "is not a format"),
    (["blast", "token", "-o", "json="], 2, "names no file"),
    (["blast", "token", "-o", "json", "-o", "text"], 2, "two formats to the screen"),
    (["blast", "token", "-o", "json=/nowhere/at/all.json"], 2, "could not be written"),
    (["blast", "token", "--techniques", "/nowhere"], 2, "no technique folder"),
    (["paths", "token", "robot-key", "--to", "payments"], 0, "1 of 1 target reached"),
    (["paths", "token", "--to", "payments"], 0, "No path found"),
    (["paths", "token"], 2, "--to"),
    (["paths", "token", "--to", "kind=Wiki"], 2, "matches nothing"),
    (["explain", "payments"], 0, "What leads here"),
    (["explain", "gateway token"], 0, "token"),
    (["explain", "paymnts"], 2, "did you mean `payments`?"),
    (["techniques"], 0, "generic.sign-in"),
    (["techniques", "generic.sign-in"], 0, "How to close it"),
    (["techniques", "generic.signin"], 2, "did you mean `generic.sign-in`?"),
    (["import", "facts", "/nowhere.yaml"], 2, "there is no such file"),
    (["import", "snapshot", "/nowhere.snapshot"], 2, "there is no such file"),
    (["import", "okta", "--org-url", "https://acme.okta.com"], 2, "there is no Okta API token"),
    (["collect", "okta", "x.snapshot", "--org-url", "http://acme.example"], 2, "graphscan:"),
]


@pytest.mark.parametrize(("words", "code", "needle"), PROCESSES)
def test_a_process_ends_as_documented(words: list[str], code: int, needle: str, store: Path) -> None:
    """A command in a process of its own ends with its code and says what it should."""
    ended = graphscan(*words, env={"GRAPHSCAN_STORE": str(store)})

    assert needle in " ".join((ended.stdout + ended.stderr).split())
    assert ended.returncode == code


@pytest.mark.parametrize(("words", "code", "needle"), ANSWERS, ids=[" ".join(words) for words, _, _ in ANSWERS])
def test_a_command_answers(
    words: list[str], code: int, needle: str, store: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command ends with its code and says what it should, on standard output only where it answers."""
    monkeypatch.setenv("GRAPHSCAN_STORE", str(store))
    for variable in ("GRAPHSCAN_OKTA_TOKEN", "OKTA_API_TOKEN"):
        monkeypatch.delenv(variable, raising=False)

    ended = inside(*words)

    assert needle in " ".join((ended.out if code == 0 else ended.err).split())
    assert ended.code == code
    assert (ended.out if code else ended.err) == ""


@pytest.mark.parametrize(
    "words",
    [["status"], ["select", "token"], ["blast", "token"], ["paths", "token", "--to", "git"], ["explain", "token"]],
)
def test_without_a_store_it_says_what_to_do(words: list[str], inside: Inside, tmp_path: Path) -> None:
    """A store that is not there is one sentence and exit code 2."""
    ended = inside(*words, "--store", tmp_path / "none")

    assert ended.code == 2
    assert "there is no store at" in ended.err
    assert len(ended.err.splitlines()) == 1


def test_alone_it_says_how_to_begin(inside: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`graphscan` without a store names the commands to begin with."""
    monkeypatch.setenv("GRAPHSCAN_STORE", str(tmp_path / "none"))
    ended = inside()

    assert ended.code == 0
    for command in ("graphscan demo", "graphscan init", "graphscan import"):
        assert command in ended.out


def test_two_formats_at_once(inside: Inside, store: Path, tmp_path: Path) -> None:
    """Text to the screen and JSON into a file come from the same answer."""
    file = tmp_path / "blast.json"
    ended = inside("blast", "token", "robot-key", "--store", store, "-o", "text", "-o", f"json={file}")

    said = json.loads(file.read_text("utf-8"))
    assert ended.code == 0
    assert "payments::read" in ended.out
    assert [one["id"] for one in said["reached"] if one["sensitivity"] == "confidential"] == ["payments"]


def test_what_is_no_file_is_written_to_and_stays_what_it_is(inside: Inside, store: Path, tmp_path: Path) -> None:
    pipe, said = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: said.append(pipe.read_text(encoding="utf-8")))
    reader.start()
    ended = inside("status", "--store", store, "-o", f"json={pipe}")
    reader.join(timeout=30)
    assert ended.code == 0
    assert json.loads(said[0])["schema"] == "graphscan.status/1"
    assert pipe.is_fifo()


def test_a_user_technique_is_used(inside: Inside, store: Path, tmp_path: Path) -> None:
    """A file in a folder of one's own adds steps, and `techniques` lists it."""
    (tmp_path / "own.sql").write_text(
        "-- id: own.leak\n-- title: The gateway leaks\n-- what: It does.\n-- nodes: [Application, Secret]\n"
        "SELECT g.n AS source, 'login' AS source_level, v.n AS target, 'read' AS target_level,\n"
        "  [] AS guards, [] AS relations\nFROM node g JOIN node v ON v.id = 'vault' WHERE g.id = 'gateway'\n",
        "utf-8",
    )

    listed = inside("techniques", "--techniques", tmp_path)
    reached = inside("blast", "token", "--techniques", tmp_path, "--store", store)

    assert "own.leak" in listed.out
    assert "vault::read" in reached.out
    assert "The gateway leaks" in reached.out


def test_init_writes_a_file_that_can_be_imported(inside: Inside, tmp_path: Path) -> None:
    """The sample imports as it is, and a second `init` does not touch it."""
    file = tmp_path / "facts.yaml"

    assert inside("init", file).code == 0
    before = file.read_bytes()
    again = inside("init", file)
    assert again.code == 2
    assert "exists and was left as it is" in again.err
    assert file.read_bytes() == before
    assert inside("import", "facts", file, "--store", tmp_path / "store").code == 0


def test_import_shows_every_error_and_stores_nothing(inside: Inside, tmp_path: Path) -> None:
    """All that is wrong in a file is named with line and column; no store is made."""
    file = tmp_path / "bad.yaml"
    file.write_text("graphscan: facts/1\nsource: x\nnodes:\n  - {id: a, kind: Usr}\n  - {kind: User}\n", "utf-8")

    ended = inside("import", "facts", file, "--store", tmp_path / "store")

    assert ended.code == 2
    assert "bad.yaml:4:" in ended.err
    assert "bad.yaml:5:" in ended.err
    assert "2 problems found, nothing was imported" in ended.err
    assert not (tmp_path / "store").exists()


def test_cache_clear_keeps_what_was_imported(inside: Inside, tmp_path: Path) -> None:
    """The same answer comes after the cache is gone; a folder that is no store is left alone."""
    from tests.functional.conftest import FACTS

    file, place = tmp_path / "facts.yaml", tmp_path / "store"
    file.write_text(FACTS, "utf-8")
    inside("import", "facts", file, "--store", place)
    before = inside("blast", "token", "robot-key", "--store", place, "--as-of", "2024-02-02").out

    assert inside("cache", "clear", "--store", place).code == 0
    assert not list((place / "cache").glob("*"))
    assert inside("blast", "token", "robot-key", "--store", place, "--as-of", "2024-02-02").out == before
    (tmp_path / "other" / "cache").mkdir(parents=True)
    (tmp_path / "other" / "cache" / "mine").touch()
    assert inside("cache", "clear", "--store", tmp_path / "other").code == 2
    assert (tmp_path / "other" / "cache" / "mine").exists()


def test_a_damaged_file_is_said_and_never_answered_from(inside: Inside, tmp_path: Path) -> None:
    """A flipped byte in the store or the completion list: `status --verify` names it, with exit code 2."""
    from tests.functional.conftest import FACTS

    file, place = tmp_path / "facts.yaml", tmp_path / "store"
    file.write_text(FACTS, "utf-8")
    inside("import", "facts", file, "--store", place)
    for victim in (next((place / "imports").rglob("nodes.parquet")), place / "cache" / "completion.txt"):
        whole = victim.read_bytes()
        victim.write_bytes(whole[:-3] + bytes([whole[-3] ^ 1]) + whole[-2:])
        ended = inside("status", "--verify", "--store", place)
        assert ended.code == 2
        assert "damaged:" in ended.out
        assert victim.name in ended.out
        victim.write_bytes(whole)
    assert inside("status", "--verify", "--store", place).code == 0


def test_a_damaged_cache_is_said_and_built_again(inside: Inside, tmp_path: Path) -> None:
    """A flipped byte in any cached file: the answer is the same as before, never from the damaged file."""
    from tests.functional.conftest import FACTS

    file, place = tmp_path / "facts.yaml", tmp_path / "store"
    file.write_text(FACTS, "utf-8")
    inside("import", "facts", file, "--store", place)
    asked = ("blast", "token", "robot-key", "--store", place, "--as-of", "2024-02-02")
    before = inside(*asked)
    assert before.err == ""
    victims = sorted(path for path in (place / "cache").rglob("*.npy") if path.stat().st_size > 200)
    assert victims
    whole = victims[0].read_bytes()
    victims[0].write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))

    verified = inside("status", "--verify", "--store", place)
    after = inside(*asked)
    assert verified.code == 2
    assert "damaged:" in verified.out
    assert after.out == before.out
    assert "damaged" in after.err
    assert inside("status", "--verify", "--store", place).code == 0
