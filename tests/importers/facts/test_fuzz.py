"""Whatever text is in a file, it is imported or refused with problems; nothing else can happen."""

import os
import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphscan.errors import BadFileError, GraphscanError
from graphscan.examples.sample import sample_text
from importers.facts import read

CASES = int(os.environ.get("GRAPHSCAN_CASES", "2000")) // 10

LINES = [line for line in sample_text().splitlines() if line.strip() and not line.strip().startswith("#")]
HOSTILE = [
    *("&a", "*a", "!!python/object:os.system", "<<: ", "{", "}", "[", "]", "- ", ": ", "? ", "|", ">", "'", '"', "#"),
    *("%", "@", "\t", "\n", "\r", "\0", "\x1b", "\u2028", "\u202e", "\U0001f600", "---\n", "...\n", "%YAML 1.1\n"),
    *("~", "null", "no", "010", "1e400", "99999999999999999999", "2023-02-30", "9999-12-31T23:59:59-23:59"),
    *("0000-00-00", '"\\ud800"', '"\\UFFFFFFFF"', "::", "::held", "~key|", "~name|a|User|b"),
]

CSV = (
    "id,kind,name,labels,versions,last_used,enforced,keys,item_count,property.x\n"
    'a,Credential,"x, y",p;q,2022-01-20,"by=idp,never=true",,"type=t,value=v",,1\n'
    "b,Control,,,,,no,,,\nc,Wiki,,,,,,,36,\n"
)


def _mutated(text: str, seed: int, count: int) -> str:
    """Return the text after some deletions, repetitions, swaps and insertions of hostile pieces."""
    chance = random.Random(seed)
    for _ in range(count):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.choice([0, 1, 2, 5, 20, 200]))
        piece = chance.choice(["", chance.choice(HOSTILE), text[start:end] * 2, chance.choice(LINES) + "\n"])
        text = text[:start] + piece + text[end:]
    return text


def _entries(table: str) -> list[str]:
    """Return the entries of a table of the sample, each as its lines, without comments."""
    body = sample_text().split(f"\n{table}:\n", 1)[1].split("\n# ", 1)[0]
    body = re.split(r"^\w", body, maxsplit=1, flags=re.MULTILINE)[0]
    body = "\n".join(line.split(" #", 1)[0].rstrip() for line in body.splitlines() if line.split("#", 1)[0].strip())
    return [f"  - {entry.rstrip()}\n" for entry in body.removeprefix("  - ").split("\n  - ")]


TABLES = {table: _entries(table) for table in ("nodes", "relations", "coverage", "classify")}
WORDS = sorted(set(re.findall(r"[\w@.-]+", sample_text())))


def _exchanged(text: str, seed: int, count: int) -> str:
    """Return the text with some of its words exchanged for others of the sample or hostile ones."""
    chance = random.Random(seed)
    pieces = re.split(r"([\w@.-]+)", text)
    for _ in range(count):
        pieces[chance.randrange(len(pieces) // 2) * 2 + 1] = chance.choice([*WORDS, *HOSTILE])
    return "".join(pieces)


def _read(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        info, records = read([path], source="x")
    except BadFileError as error:
        assert error.problems
        assert all(line.isprintable() for line in str(error).splitlines())
        assert all(one.file == str(path) and one.line >= 0 and one.column >= 0 for one in error.problems)
    except GraphscanError as error:
        assert str(error).isprintable()
    else:
        assert info.name == "facts:x"
        assert len({repr(one) for one in records}) == len(records)


@pytest.fixture(scope="module", name="folder")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one folder for all cases: they overwrite their file."""
    return tmp_path_factory.mktemp("fuzz")


@settings(derandomize=True, deadline=None, database=None, max_examples=CASES)
@given(seed=st.integers(0, 2**32), exchanges=st.integers(0, 3), cuts=st.integers(0, 1))
def test_mutated_entries(folder: Path, seed: int, exchanges: int, cuts: int) -> None:
    """Some entries of the sample with words exchanged, and sometimes cut up, are imported or refused."""
    chance = random.Random(seed)
    text = "graphscan: facts/1\nat: 2023-01-01\n"
    for table, entries in TABLES.items():
        text += f"{table}:\n{''.join(chance.sample(entries, min(3, len(entries))))}"
    _read(folder / "f.yaml", _mutated(_exchanged(text, seed, exchanges), seed, cuts))


@settings(derandomize=True, deadline=None, database=None, max_examples=max(CASES // 10, 5))
@given(seed=st.integers(0, 2**32), count=st.integers(1, 4))
def test_mutated_sample(folder: Path, seed: int, count: int) -> None:
    """The same for the sample as a whole."""
    _read(folder / "f.yaml", _mutated(sample_text(), seed, count))


@settings(derandomize=True, deadline=None, database=None, max_examples=CASES)
@given(st.text(st.characters() | st.sampled_from("-:{}[],&*!|>'\"%@`#?\n\t ")))
def test_any_text_as_yaml(folder: Path, text: str) -> None:
    """The same for any text at all."""
    _read(folder / "f.yaml", text)


@settings(derandomize=True, deadline=None, database=None, max_examples=CASES)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 6))
def test_mutated_csv(folder: Path, seed: int, count: int) -> None:
    """The same for CSV files."""
    _read(folder / "f.csv", _mutated(CSV, seed, count))


@settings(derandomize=True, deadline=None, database=None, max_examples=CASES)
@given(st.binary(max_size=200))
def test_any_bytes(folder: Path, content: bytes) -> None:
    """The same for bytes that may not be text."""
    path = folder / "f.csv"
    path.write_bytes(content)
    with pytest.raises(BadFileError):
        read([path], source="x")
