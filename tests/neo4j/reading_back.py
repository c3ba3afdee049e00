"""Cases of reading back, for each line of servers: RS-1 as it was pushed gives the same answer."""

from pathlib import Path

from tests.neo4j.inside import graphscan
from tests.neo4j.packed import FOUR, Pushed, owner


def test_a_store_read_back_gives_the_same_answer(pushed: Pushed, tmp_path: Path) -> None:
    """Of three stores in the database one is named; `blast` says the same of it byte for byte, in full."""
    unclear = pushed.database.run("import", "neo4j", "--store", tmp_path / "none")
    back = tmp_path / "back"
    read = pushed.database.run("import", "neo4j", "--owner", owner(pushed.rs1), "--store", back)
    words = ("blast", *FOUR, "-o", "json", "--store")

    assert unclear.returncode == 2
    assert owner(pushed.second) in unclear.stderr
    assert read.returncode == 0, read.stderr
    assert graphscan(*words, back).stdout == graphscan(*words, pushed.rs1.store).stdout
