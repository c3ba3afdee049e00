"""
How fast a vendor is asked: so many requests in flight, each end point's rate limit kept, no crowd after a reset.

A bucket is what a vendor counts together; here, an end point. Of a bucket that nothing is known of, or whose limit is
used up, one request goes first and the others wait for what it learns.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from importers._policy import Policy
from importers._reply import Reply, number, seconds_asked

_STEADY = 50  # answers in a row after which one more request may be in flight again


@dataclass(slots=True)
class _Bucket:
    """
    One limit of the vendor's.

    Attributes:
        known:   whether anything was answered yet.
        probing: one request is on its way to learn how things stand; the others wait for it.
        left:    requests that may still be sent in this window; None: nothing is counted.
        floor:   how many of them are left to the tenant's other clients, at least one.
        window:  the reset that `left` counts towards, by the server's clock.
        resume:  when asking may go on, by ours, once nothing is left.
        shut:    the server said that it is too much.
        flying:  requests on their way.
    """

    known: bool = False
    probing: bool = False
    left: float | None = None
    floor: float = 1.0
    window: float = 0.0
    resume: float = 0.0
    shut: bool = False
    flying: int = 0


class Pace:
    """
    Give each request its turn.

    Args:
        policy: how many may be in flight, the share left to others, the longest wait.

    Attributes:
        width:  how many requests may be in flight now; halved when the server says they are too many at once.
        notice: called with (end point, seconds) before each wait for a limit.
    """

    def __init__(self, policy: Policy, sleep: Callable[[float], Awaitable[None]], clock: Callable[[], float]) -> None:
        self.width = policy.in_flight
        self.notice: Callable[[str, float], None] = lambda _endpoint, _seconds: None
        self._policy = policy
        self._sleep = sleep
        self._clock = clock
        self._flying = 0
        self._steady = 0
        self._buckets: dict[str, _Bucket] = {}
        self._waiting: list[asyncio.Future[None]] = []

    async def turn(self, endpoint: str) -> bool:
        """Wait until a request of an end point may be sent; return whether it goes first. `over` must follow."""
        bucket = self._buckets.setdefault(_name(endpoint), _Bucket())
        while bucket.probing or self._flying >= self.width:
            await self._change()
        if self._spent(bucket):
            bucket.probing = True
            try:
                early = round(bucket.resume - self._clock(), 2)
                if early > 0:
                    early = min(early, self._policy.longest_wait)
                    self.notice(endpoint, early)
                    await self._sleep(early)
                bucket.shut, bucket.left = False, None
                while self._flying >= self.width:
                    await self._change()
            except BaseException:
                bucket.probing = False
                self._changed()
                raise
        bucket.probing = first = bucket.probing or not bucket.known
        self._flying += 1
        bucket.flying += 1
        if bucket.left is not None:
            bucket.left -= 1
        return first

    def over(self, endpoint: str, first: bool, reply: Reply | None) -> None:
        """Say that a request ended; `reply` None: without an answer."""
        bucket = self._buckets[_name(endpoint)]
        self._flying -= 1
        bucket.flying -= 1
        if first:
            bucket.probing = False
        if reply is not None:
            self._learn(bucket, reply)
        self._changed()

    def pause(self, endpoint: str, seconds: float) -> None:
        """Send nothing more to an end point for so long."""
        bucket = self._buckets[_name(endpoint)]
        bucket.shut = True
        bucket.resume = max(bucket.resume, self._clock() + seconds)

    def _learn(self, bucket: _Bucket, reply: Reply) -> None:
        bucket.known = True
        limit, left = number(reply.header("X-Rate-Limit-Limit")), number(reply.header("X-Rate-Limit-Remaining"))
        if reply.status == 429:
            # Okta says "too many at once" with a limit and a rest of 0; without any header it may be that as well.
            if not limit and not left:
                self.width, self._steady = max(1, self.width // 2), 0
            return
        self._steady += 1
        if self._steady >= _STEADY and self.width < self._policy.in_flight:
            self.width, self._steady = self.width + 1, 0
        if not limit or left is None:
            return
        window = max((at for at in map(number, reply.headers_of("X-Rate-Limit-Reset")) if at is not None), default=0.0)
        if window < bucket.window:
            return  # overtaken by a later answer
        # What is on its way may be counted in the rest already, or not: taken as not.
        left -= bucket.flying
        same = window == bucket.window and bucket.left is not None
        bucket.left = min(bucket.left or 0.0, left) if same else left
        bucket.window = window
        bucket.floor = max(limit * self._policy.reserve, 1.0)
        now = self._clock()
        bucket.resume = now + (seconds_asked(reply, now) or 0.0)

    def _spent(self, bucket: _Bucket) -> bool:
        return bucket.shut or (bucket.left is not None and bucket.left < bucket.floor)

    async def _change(self) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        await future

    def _changed(self) -> None:
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)


# Private functions


def _name(endpoint: str) -> str:
    """Return the bucket of an end point: what follows a `?` tells our listings apart, not the vendor's limits."""
    return endpoint.partition("?")[0]
