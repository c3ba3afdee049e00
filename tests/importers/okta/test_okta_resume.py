"""A collection that breaks off goes on where it was, and ends with what an uninterrupted one would have written."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from graphscan.errors import BadFileError, UsageError
from importers._journal import index
from importers._snapshot import Snapshot
from importers._snapshot_writer import Resume
from importers.okta import CollectResult, Factors, OktaSettings, collect
from importers.okta import endpoints as ends
from importers.okta.collect import policy_for
from tests.functional.running import ROOT, environment
from tests.importers.okta.test_okta_manners import Busy, kept, wide
from tests.importers.servers import small_org
from tests.importers.servers.loopback import Answer, Loopback, Request

KILLS = min(int(os.environ.get("GRAPHSCAN_CASES", "6")), 20)  # each is a collection of its own


def coverage(path: Path) -> list[tuple[Any, ...]]:
    """Return what the coverage rows say, without dates and ports."""
    rows = Snapshot(path).coverage
    return [(r.relation, str(r.state), r.scope, r.endpoint, r.pages, r.records, r.error) for r in rows]


def read(server: Loopback, path: Path, **more: Any) -> CollectResult:
    """Collect so that it can be continued, without waiting between tries."""

    async def sleep(_seconds: float) -> None:
        return None

    settings = OktaSettings(server.url, small_org.TOKEN, "acme")
    return collect(settings, path, **{"resume": Resume(), "sleep": sleep, **more})


class StopError(Exception):
    """What stops a collection in a test, as Ctrl-C would."""


def broken_off(server: Loopback, path: Path, behind: str, at: int) -> None:
    """Collect, and break off when progress in a series has come to a number."""

    def stop(what: str, done: int, _of: int | None) -> None:
        if what == behind and done >= at:
            raise StopError

    with pytest.raises(StopError):
        read(server, path, progress=stop)


def command(server: Loopback, path: Path, *more: str) -> "subprocess.Popen[bytes]":
    """Start the command in a process of its own."""
    words = ["collect", "okta", str(path), "--org-url", server.url, "--name", "acme", *more]
    return subprocess.Popen(
        [sys.executable, "-m", "graphscan", *words],
        cwd=ROOT,
        env=environment(GRAPHSCAN_OKTA_TOKEN=small_org.TOKEN),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Tests that run in the background of a shell are deaf to Ctrl-C, and so would be what they start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def test_what_was_read_whole_is_not_read_again(tmp_path: Path) -> None:
    """The second run asks only for what is missing, and both files say the same; the earliest date is kept."""
    with Loopback(wide) as server:
        read(server, tmp_path / "whole")
        once = len(server.seen)
        broken_off(server, tmp_path / "x", ends.GROUP_USERS, 20)
        before = len(server.seen)
        begun = index(tmp_path / "x.partial", ours=True).first["started"]
        got = read(server, tmp_path / "x")
        again = len(server.seen) - before

    assert got.resumed > 20
    assert again < once / 2
    assert kept(tmp_path / "x") == kept(tmp_path / "whole")
    assert coverage(tmp_path / "x") == coverage(tmp_path / "whole")
    assert got.started == datetime.fromisoformat(begun) == Snapshot(tmp_path / "x").header.started
    assert sorted(one.name for one in tmp_path.iterdir()) == ["whole", "x"]
    users = next(row for row in Snapshot(tmp_path / "x").coverage if row.endpoint == ends.USERS)
    assert users.at is not None
    assert got.started <= users.at < got.finished


def test_a_listing_that_was_begun_is_read_anew(tmp_path: Path) -> None:
    """Of a listing that broke off on its second page nothing is kept: its pages come from one reading."""
    fail = [True]

    def fault(request: Request) -> Answer | None:
        second = request.path == ends.USERS and request.query.get("after") == "3"
        return Answer(drop=True) if fail[0] and second else None

    with Loopback(wide) as server:
        server.faults = fault
        broken_off(server, tmp_path / "x", ends.GROUP_USERS, 1)
        fail[0] = False
        asked = len(server.seen)
        read(server, tmp_path / "x")
        read(server, tmp_path / "whole")

    assert server.targets()[asked:].count("/api/v1/users?limit=200") == 2  # by this run, and by the whole one
    assert kept(tmp_path / "x") == kept(tmp_path / "whole")


def test_what_is_left_is_its_owners_alone_and_holds_no_secret(tmp_path: Path) -> None:
    """The partial file is redacted and readable by nobody else, as the whole one is."""
    with Loopback(wide) as server:
        broken_off(server, tmp_path / "x", ends.GROUP_USERS, 20)

    partial = tmp_path / "x.partial"
    assert partial.stat().st_mode & 0o077 == 0
    text = subprocess.run(["gzip", "-dc", str(partial)], capture_output=True, check=False).stdout.decode()
    assert len(text) > 10_000
    assert not [one for one in (*small_org.CANARIES.values(), small_org.TOKEN) if one in text]
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"factors": Factors.ALL}, "with factors 'admins', not 'all'"),
        ({"resume": Resume(oldest=timedelta(0))}, "begun more than 0 hours ago"),
    ],
)
def test_what_is_of_another_collection_is_refused(tmp_path: Path, change: dict[str, Any], why: str) -> None:
    """Other settings, or too long ago: nothing is asked, nothing is thrown away, and the way out is named."""
    with Loopback(wide) as server:
        broken_off(server, tmp_path / "x", ends.GROUP_USERS, 3)
        before, asked = (tmp_path / "x.partial").read_bytes(), len(server.seen)
        with pytest.raises(UsageError, match=re.escape(why)) as caught:
            read(server, tmp_path / "x", **change)

        assert "--start-over" in caught.value.advice
        assert len(server.seen) == asked
        assert (tmp_path / "x.partial").read_bytes() == before
        fresh = read(server, tmp_path / "x", **{**change, "resume": Resume(fresh=True)})
    assert fresh.resumed == 0


def test_another_organisation_is_refused(tmp_path: Path) -> None:
    """What was read from one address is not continued from another."""
    with Loopback(wide) as one, Loopback(wide) as other:
        broken_off(one, tmp_path / "x", ends.GROUP_USERS, 3)
        with pytest.raises(UsageError, match="was left by a collection with origin"):
            read(other, tmp_path / "x")

        assert other.seen == []


def test_something_else_in_its_place_is_not_touched(tmp_path: Path) -> None:
    """A file of that name that no collection wrote is refused and stays."""
    (tmp_path / "x.partial").write_bytes(b"my notes")
    with Loopback(wide) as server, pytest.raises(BadFileError, match="not what a collection writes"):
        read(server, tmp_path / "x")

    assert (tmp_path / "x.partial").read_bytes() == b"my notes"


def test_two_at_once_are_refused(tmp_path: Path) -> None:
    """While one collection writes, another to the same file is an error that touches nothing."""
    with Loopback(wide) as server:
        refused: list[str] = []

        def meanwhile(what: str, done: int, _of: int | None) -> None:
            if what == ends.GROUP_USERS and done == 5:
                with pytest.raises(UsageError, match="another collection is writing") as caught:
                    read(server, tmp_path / "x", resume=Resume(fresh=True))
                refused.append(str(caught.value))

        got = read(server, tmp_path / "x", progress=meanwhile)
        read(server, tmp_path / "whole")

    assert len(refused) == 1
    assert got.resumed == 0
    assert kept(tmp_path / "x") == kept(tmp_path / "whole")


def test_a_server_that_goes_away_leaves_both(tmp_path: Path) -> None:
    """Where the network is lost an incomplete snapshot is written, and the rest can be read later."""
    lost = [True]

    with Loopback(wide) as server:
        server.faults = lambda _one: Answer(drop=True) if lost[0] and len(server.seen) > 40 else None
        first = read(server, tmp_path / "x")
        lost[0] = False
        second = read(server, tmp_path / "x")
        read(server, tmp_path / "whole")

    assert not first.complete
    assert first.partial == tmp_path / "x.partial"
    assert second.partial is None
    assert second.resumed > 0
    assert kept(tmp_path / "x") == kept(tmp_path / "whole")
    assert not (tmp_path / "x.partial").exists()


def test_cuts_anywhere_leave_something_to_go_on_from(tmp_path: Path) -> None:
    """Whatever byte a kill stopped the writing at, the next run takes what is whole and ends with the same."""
    draw = random.Random(5)
    with Loopback(wide) as server:
        read(server, tmp_path / "whole")
        broken_off(server, tmp_path / "x", ends.GROUP_USERS, 30)
        left = (tmp_path / "x.partial").read_bytes()
        head = index(tmp_path / "x.partial", ours=True)
        for _ in range(KILLS):
            (tmp_path / "x.partial").write_bytes(left[: draw.randrange(300, len(left))])
            read(server, tmp_path / "x")

            assert kept(tmp_path / "x") == kept(tmp_path / "whole")
    assert head.end == len(left)


def test_a_killed_command_goes_on(tmp_path: Path) -> None:
    """Killed at random moments again and again (SIGKILL), the command ends with what one run would have written."""
    draw = random.Random(7)
    busy = Busy(0.01)
    with Loopback(busy.handle) as server:
        read(
            server, tmp_path / "whole", policy=replace(policy_for(OktaSettings(server.url, small_org.TOKEN)), reserve=0)
        )
        kills = 0
        for _ in range(30):
            done = command(server, tmp_path / "x")
            seen = len(server.seen)
            # As many requests after its first as chance has it, so that a slow machine is killed at work, too.
            wanted = draw.randrange(1, 120)
            while done.poll() is None and len(server.seen) < seen + wanted:
                time.sleep(0.005)
            if done.poll() is None and kills < KILLS:
                done.send_signal(signal.SIGKILL)
                kills += 1
            _, said = done.communicate(timeout=120)
            if done.returncode >= 0:
                break

    assert kills >= 2
    assert done.returncode in (0, 3), said
    assert b"continuing from" in said
    assert kept(tmp_path / "x") == kept(tmp_path / "whole")
    assert coverage(tmp_path / "x") == coverage(tmp_path / "whole")


def test_an_interrupted_command_says_how_to_go_on(tmp_path: Path) -> None:
    """Ctrl-C ends it with 130 and one sentence that names the partial file."""
    busy = Busy(0.01)
    with Loopback(busy.handle) as server:
        done = command(server, tmp_path / "x")
        while done.poll() is None and len(server.seen) < 60:
            time.sleep(0.005)
        done.send_signal(signal.SIGINT)
        _, said = done.communicate(timeout=60)

    assert done.returncode == 130, said
    assert said.decode().splitlines() == [
        f"graphscan: interrupted; run the same command again to continue from {tmp_path / 'x.partial'}"
    ]
    assert datetime.fromisoformat(index(tmp_path / "x.partial", True).first["started"]).tzinfo == UTC
