"""What is said while a collection is under way."""

from dataclasses import dataclass

import pytest

from graphscan.cli import collecting
from graphscan.cli.collecting import Collecting, lasting, pace


@dataclass
class Counts:
    """Requests sent and to come."""

    sent: int = 0
    left: int = 0


def test_lines_come_now_and_then_where_there_is_no_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every so many seconds one plain line says what, how many, how fast and how long; between them nothing."""
    now = [1000.0]
    monkeypatch.setattr(collecting.time, "monotonic", lambda: now[0])
    counts = Counts()
    with Collecting("reading okta:acme", counts, every=30) as progress:
        for second in range(95):
            now[0] = 1000.0 + second
            counts.sent, counts.left = second * 10, 1200 - second * 10
            progress("/api/v1/groups/{groupId}/users", second, 100)

    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    about = "graphscan: reading okta:acme: /api/v1/groups/{groupId}/users 30 of 100"
    assert lines[0] == f"{about}; 300 requests, 10/s, about 2 min left"


def test_a_wait_is_named_without_a_number(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A rate limit that is waited for is said as it is."""
    with Collecting("reading okta:acme", Counts(7), every=0) as progress:
        progress("waiting 31 s for the rate limit of /api/v1/users", 0, None)

    assert "waiting 31 s for the rate limit of /api/v1/users; 7 requests" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("seconds", "words"), [(1, "1 s"), (89, "89 s"), (91, "2 min"), (3600, "60 min"), (7200, "2.0 h")]
)
def test_a_duration_is_said_roughly(seconds: float, words: str) -> None:
    """Seconds, minutes or hours, as one would say it."""
    assert lasting(seconds) == words


def test_nothing_is_foretold_of_little() -> None:
    """Of a few requests no rate is taken, and of nothing left no time."""
    assert "left" not in pace(3, 100, 1.0)
    assert "left" not in pace(300, 0, 1.0)
    assert pace(1, 0, 0.0) == "1 request, 0.0/s"
