"""How fast and how politely an organisation is read, and that the order of what is kept does not depend on it."""

import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from importers._snapshot import Snapshot
from importers.okta import CollectResult, OktaSettings, collect
from importers.okta import endpoints as ends
from importers.okta.collect import policy_for
from tests.importers.servers import small_org
from tests.importers.servers.loopback import Answer, Loopback, Request
from tests.importers.servers.okta_replies import error, paged

GROUPS, MEMBERS = 40, 7


def wide(request: Request) -> Answer:
    """Answer as an organisation of many small groups would; all else is the small one's."""
    if request.path == ends.GROUPS:
        rows = [{"id": f"00g{n:017d}", "type": "OKTA_GROUP", "profile": {"name": f"g{n}"}} for n in range(GROUPS)]
        return paged(request, rows, 50)
    if request.path.startswith("/api/v1/groups/00g") and request.path.endswith("/users"):
        first = int(request.path.split("/")[4][3:])
        return paged(request, [{"id": f"00u{first + n:017d}"} for n in range(MEMBERS)], 3)
    return small_org.handle(request)


def read(server: Loopback, path: Path, **limits: Any) -> CollectResult:
    """Collect with other limits."""
    settings = OktaSettings(server.url, small_org.TOKEN, "acme")
    more = {name: limits.pop(name) for name in ("sleep", "clock") if name in limits}
    return collect(settings, path, policy=replace(policy_for(settings), **limits), **more)


def kept(path: Path) -> list[tuple[str, str, str]]:
    """Return what stands in a snapshot, in order, without dates and ports."""
    return [
        (page.path, page.query, re.sub(r"127\.0\.0\.1:\d+", "", repr(page.body))) for page in Snapshot(path).pages()
    ]


@dataclass
class Busy:
    """
    A server that takes its time, and counts how many it serves at once.

    Attributes:
        most:      requests that were served at the same time.
        allowed:   more than so many at once are refused, as Okta refuses them.
    """

    seconds: float
    allowed: int = 1_000
    most: int = 0
    now: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def handle(self, request: Request) -> Answer:
        """Answer after a while."""
        with self.lock:
            self.now += 1
            at_once = self.now
            self.most = max(self.most, at_once)
        try:
            time.sleep(self.seconds)
            if at_once > self.allowed:
                limits = (("X-Rate-Limit-Limit", "0"), ("X-Rate-Limit-Remaining", "0"))
                body = b'{"errorCode": "E0000047", "errorSummary": "API call exceeded rate limit"}'
                return Answer(429, body, (("Content-Type", "application/json"), *limits))
            return wide(request)
        finally:
            with self.lock:
                self.now -= 1


def test_many_at_once_are_several_times_faster_and_kept_in_the_same_order(tmp_path: Path) -> None:
    """With 20 ms for each answer six at once take less than half the time of one, and the snapshots say the same."""
    took, most = {}, {}
    for width in (1, 6):
        busy = Busy(0.02)
        with Loopback(busy.handle) as server:
            began = time.monotonic()
            read(server, tmp_path / str(width), in_flight=width)
            took[width], most[width] = time.monotonic() - began, busy.most

    assert most == {1: 1, 6: 6}
    assert took[6] < took[1] / 2
    assert kept(tmp_path / "1") == kept(tmp_path / "6")


def test_little_memory_is_held_back_and_nothing_waits_for_ever(tmp_path: Path) -> None:
    """Where hardly anything may be kept for later, the first in line still goes on, and the order is the same."""
    with Loopback(wide) as server:
        read(server, tmp_path / "much")
        read(server, tmp_path / "little", held_back=1)

    assert kept(tmp_path / "much") == kept(tmp_path / "little")


def test_too_many_at_once_are_made_fewer(tmp_path: Path) -> None:
    """A limit on requests at the same time, which Okta says with a limit of 0, is met by fewer; nothing is lost."""
    busy = Busy(0.005, allowed=2)

    async def sleep(_seconds: float) -> None:
        time.sleep(0.02)

    with Loopback(busy.handle) as server:
        got = read(server, tmp_path / "x", in_flight=8, sleep=sleep)

    refused = sum(one.number > 1 for one in server.seen)
    assert len([one for one in got.coverage if one.endpoint == ends.GROUP_USERS and "429" in one.error]) == 0
    assert 0 < refused < 30


@dataclass
class Counting:
    """
    A server with so many requests a minute for each end point, by a clock that only waiting moves.

    Attributes:
        worst: the most requests that came for one end point within one minute.
    """

    allowed: int
    hints: bool = True
    now: float = 1_700_000_000.0
    minutes: dict[tuple[str, int], int] = field(default_factory=dict)
    refused: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def worst(self) -> int:
        """Return the most requests of one minute."""
        return max(self.minutes.values())

    async def sleep(self, seconds: float) -> None:
        """Wait, by this clock."""
        with self.lock:
            self.now += seconds

    def clock(self) -> float:
        """Return the time."""
        return self.now

    def handle(self, request: Request) -> Answer:
        """Answer, with what is left of the minute in the headers."""
        parts = request.path.split("/")
        bucket = "/".join(part if len(part) < 15 else "{}" for part in parts)
        with self.lock:
            minute = int(self.now // 60)
            self.minutes[bucket, minute] = count = self.minutes.get((bucket, minute), 0) + 1
        headers = [("Date", formatdate(self.now, usegmt=True)), ("X-Rate-Limit-Reset", str((minute + 1) * 60))]
        headers += [("X-Rate-Limit-Limit", str(self.allowed))]
        headers += [("X-Rate-Limit-Remaining", str(max(self.allowed - count, 0)))]
        if count > self.allowed:
            self.refused += 1
            answer = error(429, "E0000047", "API call exceeded rate limit")
        else:
            answer = wide(request)
        return Answer(answer.status, answer.body, (*answer.headers, *(headers if self.hints else ())))


@pytest.mark.parametrize("reserve", [0.1, 0.5, 0.0])
def test_a_limit_of_so_many_a_minute_is_never_passed(tmp_path: Path, reserve: float) -> None:
    """With 20 a minute no minute sees more than 20 less the share for others, none is refused, and all is read."""
    server = Counting(20)
    with Loopback(server.handle) as loopback:
        got = read(loopback, tmp_path / "x", reserve=reserve, sleep=server.sleep, clock=server.clock)

    assert server.refused == 0
    assert server.worst <= 20 - int(20 * reserve) + 1
    assert not [gap for gap in got.gaps if "429" in gap or "limit" in gap]
    assert sum(page.endpoint == ends.GROUP_USERS for page in Snapshot(tmp_path / "x").pages()) == GROUPS * 3


def test_a_limit_without_hints_is_found_by_asking(tmp_path: Path) -> None:
    """Where the headers say nothing of a limit, refusals are waited out one by one and nothing is lost."""
    server = Counting(30, hints=False)
    with Loopback(server.handle) as loopback:
        read(loopback, tmp_path / "x", sleep=server.sleep, clock=server.clock)

    assert sum(page.endpoint == ends.GROUP_USERS for page in Snapshot(tmp_path / "x").pages()) == GROUPS * 3
    assert server.refused < sum(server.minutes.values()) / 3


def test_after_a_reset_one_goes_first(tmp_path: Path) -> None:
    """When a limit is used up, the others wait for what the first after the reset learns."""
    server = Counting(12)
    seen: list[tuple[float, int]] = []
    flying: Counter[float] = Counter()  # by when they began: those of before a reset may still be on their way

    def handle(request: Request) -> Answer:
        if not request.path.endswith("/users") or "/groups/00g" not in request.path:
            return server.handle(request)
        with server.lock:
            began = server.now
            flying[began] += 1
            seen.append((began, flying[began]))
        time.sleep(0.005)
        try:
            return server.handle(request)
        finally:
            with server.lock:
                flying[began] -= 1

    with Loopback(handle) as loopback:
        read(loopback, tmp_path / "x", sleep=server.sleep, clock=server.clock, in_flight=8)

    resets = [index for index in range(1, len(seen)) if seen[index][0] > seen[index - 1][0]]
    assert len(resets) > 5
    assert all(seen[index][1] == 1 for index in resets)
    assert server.refused == 0
