"""`graphscan claims init` and `claims schema`, and the example of the documentation."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from graphscan.claims import forms, selectors
from graphscan.claims.load import load
from graphscan.claims.model import VERBS
from graphscan.claims.results import Verdict
from graphscan.claims.schema import schema
from tests.functional.running import ROOT, Inside, graphscan

PAGE = (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the small demo store."""
    store = tmp_path_factory.mktemp("claims") / "demo"
    ended = graphscan("demo", "--small", "--store", store)
    assert ended.returncode == 0, ended.stderr
    return store


def test_what_is_proposed_can_be_checked(demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The proposed file loads, every set in it matches, and each claim comes to a verdict."""
    run, file = Inside(capsys), tmp_path / "claims.yaml"

    made = run("claims", "init", "-o", file, "--store", demo)
    checked = run("check", file, "--store", demo, "--no-depth", "-o", "json")
    verdicts = {one["verdict"] for one in json.loads(checked.out)["claims"]}

    assert (made.code, made.out) == (0, f"Wrote {file}. Read it, correct it, then run: graphscan check {file}\n")
    assert len(json.loads(checked.out)["claims"]) == len(load([file]).claims) > 5
    assert "VACUOUS" not in verdicts
    assert checked.code in (0, 1, 3)


def test_without_a_file_it_goes_to_the_screen(demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The text on the screen is that of the file, byte for byte, and fits the schema that is printed."""
    run, file = Inside(capsys), tmp_path / "claims.yaml"
    run("claims", "init", "-o", file, "--store", demo)

    shown = run("claims", "init", "--store", demo)
    printed = run("claims", "schema")

    assert shown.out == file.read_text(encoding="utf-8")
    assert json.loads(printed.out) == schema()
    assert not list(jsonschema.Draft202012Validator(schema()).iter_errors(YAML(typ="safe", pure=True).load(shown.out)))


def test_no_file_is_overwritten(demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is there stays as it is, and a place that cannot be written is named."""
    run, file = Inside(capsys), tmp_path / "claims.yaml"
    file.write_text("mine", encoding="utf-8")

    twice = run("claims", "init", "-o", file, "--store", demo)
    nowhere = run("claims", "init", "-o", tmp_path / "no" / "c.yaml", "--store", demo)

    assert (twice.code, file.read_text(encoding="utf-8")) == (2, "mine")
    assert "exists and was left as it is; name another file" in twice.err
    assert nowhere.code == 2
    assert "could not be written: No such file or directory; name another file" in nowhere.err


def test_bad_files_are_refused_in_lines(demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`check` says every problem on a line of its own, on standard error, and ends with 2."""
    file = tmp_path / "claims.yaml"
    file.write_text("graphscan: claims/1\nclaims:\n- {id: a, text: x}\n- {id: b, path: {}}\n", encoding="utf-8")

    ended = Inside(capsys)("check", file, "--store", demo)

    assert (ended.code, ended.out) == (2, "")
    assert [line.partition(" ")[0].removesuffix(":") for line in ended.err.splitlines()[1:-1]] == [
        f"{file}:4:3",
        f"{file}:4:17",
    ]
    assert ended.err.splitlines()[-1].startswith("3 problems found, no claim was checked")


def test_the_example_of_the_page_loads(tmp_path: Path) -> None:
    """The example in the documentation is a claims file, for the reader and for the schema."""
    (text,) = re.findall(r"```yaml\n(graphscan: claims/1.*?)```", PAGE, re.DOTALL)
    path = tmp_path / "claims.yaml"
    path.write_text(text, encoding="utf-8")

    file = load([path])

    assert len(file.claims) == 4
    assert not list(jsonschema.Draft202012Validator(schema()).iter_errors(YAML(typ="safe", pure=True).load(text)))


def test_the_page_names_every_key() -> None:
    """No key, verb or verdict of a claims file is left out of its documentation."""
    none: frozenset[str] = frozenset()
    keys = {*forms.header(), *forms.assumption(none), *forms.claim(none), *forms.waiver(), *selectors.form(none)}
    keys |= {key for verb in VERBS for key in forms.verb(none, verb)}

    assert {key for key in keys if not re.search(rf"\b{key}\b", PAGE)} == set()
    assert {str(one) for one in Verdict if f"| {one} |" not in PAGE} == set()
