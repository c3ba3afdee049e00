"""Lines of a gzip file of many members: all of them, in order, and each again from where it stands."""

import gzip
import random
from pathlib import Path

import pytest

from importers._packed_lines import packed_lines


def packed(path: Path, text: bytes, cuts: list[int]) -> Path:
    """Write a text as gzip members that end at the cuts."""
    ends = [*sorted(cuts), len(text)]
    starts = [0, *ends[:-1]]
    path.write_bytes(b"".join(gzip.compress(text[start:end]) for start, end in zip(starts, ends, strict=True)))
    return path


def split(text: bytes) -> list[bytes]:
    """Return the lines of a text, which end at a newline and at nothing else."""
    parts = text.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


@pytest.mark.parametrize("seed", range(40))
def test_every_line_comes_and_comes_again(seed: int, tmp_path: Path) -> None:
    """Wherever members end, the lines are those of the text, and each is found at its spot."""
    chosen = random.Random(seed)
    lines = [bytes(chosen.choices(b"ab\r {}", k=chosen.choice((0, 1, 7, 2000)))) + b"\n" for _ in range(20)]
    text = b"".join(lines) + (b"no end" if seed % 3 == 0 else b"")
    path = packed(tmp_path / "lines.gz", text, [chosen.randint(0, len(text)) for _ in range(seed % 6)])
    found = list(packed_lines(path))
    assert [raw for raw, _ in found] == split(text)
    for raw, spot in found:
        assert next(packed_lines(path, spot))[0] == raw


def test_lines_longer_than_a_block(tmp_path: Path) -> None:
    """A line of megabytes, over several members, is one line."""
    long = random.Random(1).randbytes(3_000_000).replace(b"\n", b"x") + b"\n"
    path = packed(tmp_path / "long.gz", b"first\n" + long + b"last\n", [5, 1_000_000, 2_000_000])
    assert [raw for raw, _ in packed_lines(path)] == [b"first\n", long, b"last\n"]
    (_, spot), (_, _), (_, last) = packed_lines(path)
    assert next(packed_lines(path, last))[0] == b"last\n"
    assert [raw for raw, _ in packed_lines(path, spot)][1] == long


def test_damage_is_said(tmp_path: Path) -> None:
    """What is no gzip file, ends in the middle, or was changed raises what gzip itself would."""
    path = packed(tmp_path / "good.gz", b"some lines\n" * 50, [100])
    whole = path.read_bytes()
    for broken, error in (
        (b"not gzip at all", gzip.BadGzipFile),
        (whole[:-4], EOFError),
        (whole[:30] + bytes([whole[30] ^ 255]) + whole[31:], gzip.BadGzipFile),
        (whole + b"garbage", gzip.BadGzipFile),
    ):
        path.write_bytes(broken)
        with pytest.raises(error):
            list(packed_lines(path))
    path.write_bytes(b"")
    assert list(packed_lines(path)) == []
