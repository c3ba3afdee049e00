"""Claims files changed at random: a sentence for every one that cannot be taken, and never a traceback."""

import os
from pathlib import Path

import numpy as np

from graphscan.claims.load import load
from graphscan.errors import ClaimsError
from tests.unit.claims.samples import FULL, GOOD

CASES = int(os.environ.get("GRAPHSCAN_CASES", "2000")) // 10
# Signs that mean something in YAML or in a selector, and words that YAML types.
PIECES = [
    *"{}[]:,&*!|>%@`\"'#-? \n\t\\=<~",
    *("no", "on", "null", "010", "22:22", "2026-01-01", "1e999", "::", "::exec", "<<", "- ", "..."),
    *("\x00", "\x1b", "\x85", "\u202e", "\ufeff", "\ud83d", "é", "*" * 50, "x" * 3000, "[" * 30),
    *("any: ", "not: ", "level: ", "s0", "kind=", "from: "),
]


def mutated(text: str, random: np.random.Generator) -> str:
    """Return a text with a few of its pieces dropped, doubled, moved or replaced."""
    for _ in range(int(random.integers(1, 6))):
        first, last = sorted(random.integers(0, len(text) + 1, 2).tolist())
        last = min(last, first + int(random.integers(0, 40)))
        piece = PIECES[int(random.integers(len(PIECES)))]
        where = int(random.integers(0, len(text) + 1))
        text = [
            text[:first] + text[last:],
            text[:first] + piece + text[last:],
            text[:first] + text[first:last] + text[first:],
            text[:where] + text[first:last] + text[where:],
            text[:where] + piece + text[where:],
        ][int(random.integers(5))]
    return text


def test_changed_files_never_end_in_a_traceback(tmp_path: Path) -> None:
    """Two thousand changed files (by default a tenth) are read, or refused with places in lines that there are."""
    random = np.random.default_rng(5)
    samples = [FULL, *GOOD.values()]
    taken = 0
    for case in range(CASES):
        text = mutated(samples[case % len(samples)] if case % 3 else FULL, random)
        content = text.encode("utf-8", errors="surrogatepass")
        if case % 11 == 0 and content:
            at = int(random.integers(len(content)))
            content = content[:at] + bytes([int(random.integers(256))]) + content[at + 1 :]
        path = tmp_path / f"{case}.yaml"
        path.write_bytes(content)
        try:
            file = load([path])
        except ClaimsError as error:
            assert error.problems
            last = content.count(b"\n") + content.count(b"\r") + text.count("\x85") + text.count("\u2028") + 2
            assert all(0 <= one.line <= last for one in error.problems)
            assert str(error).isprintable() or "\n" in str(error)
            assert "\x1b" not in str(error)
        else:
            taken += 1
            assert file.claims
            assert all(len(file.claim_digest(one)) == 64 for one in file.claims)

    assert 0 < taken < CASES
