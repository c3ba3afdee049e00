"""What is refused before a server is asked."""

from pathlib import Path

import pytest

from tests.neo4j.inside import graphscan


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--uri", "bolt://192.0.2.7:7687"), "would not be encrypted"),
        (("--uri", "neo4j://db.example"), "would not be encrypted"),
        (("--uri", "http://localhost"), "is no address of a Neo4j server"),
        (("--uri", "bolt://user:secret@localhost"), "holds a user or a password"),
        (("--uri", "bolt://localhost:99999"), "is no address"),
        (("--password-file", "nowhere"), "cannot be read"),
        (("-p", "limit=many"), "is no integer"),
        (("-p", "nothing=1"), "has no parameter"),
        (("-p", "limit"), "has no value"),
        (("-o", "yaml"), "is not a format"),
    ],
)
def test_one_sentence(words: tuple[str, ...], said: str) -> None:
    """Nothing is connected to, and the password is never repeated."""
    ended = graphscan("neo4j", "query", "trusts", *words, env={"GRAPHSCAN_NEO4J_PASSWORD": "hunter2-secret"})

    assert ended.returncode == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "hunter2" not in ended.stderr + ended.stdout


def test_nobody_to_ask_for_the_password() -> None:
    """Without a terminal, a missing password is a sentence and no question."""
    ended = graphscan("neo4j", "query", "trusts")

    assert ended.returncode == 2
    assert "GRAPHSCAN_NEO4J_PASSWORD" in ended.stderr


def test_two_answers_at_once(tmp_path: Path) -> None:
    """One push has one answer."""
    ended = graphscan("neo4j", "push", "--from", "x", "--incident", "y.yaml", "--store", tmp_path)

    assert ended.returncode == 2
    assert "are two answers" in ended.stderr
