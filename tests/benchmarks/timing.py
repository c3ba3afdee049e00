"""Clocks, and the memory of a process."""

import resource
import sys
import time
from collections.abc import Callable
from typing import Any


def timed(question: Callable[[], Any]) -> tuple[float, Any]:
    """
    Return how many seconds of processor time a call took, and its result.

    All that is timed so runs on one thread and neither reads nor waits; what others do on the machine counts less.
    """
    began = time.process_time()
    result = question()
    return time.process_time() - began, result


def wall(question: Callable[[], Any]) -> tuple[float, Any]:
    """Return how many seconds a call took by the clock, and its result."""
    began = time.perf_counter()
    result = question()
    return time.perf_counter() - began, result


def in_turns(questions: dict[str, Callable[[], Any]], rounds: int) -> dict[str, list[float]]:
    """Time each question once a round, after one round that does not count: a busy machine then slows all alike."""
    times: dict[str, list[float]] = {name: [] for name in questions}
    for one in range(rounds + 1):
        for name, question in questions.items():
            seconds, _ = timed(question)
            if one:
                times[name].append(seconds)
    return times


def peak() -> int:
    """Return the largest resident size of this process so far, in bytes."""
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return largest if sys.platform == "darwin" else largest * 1024
