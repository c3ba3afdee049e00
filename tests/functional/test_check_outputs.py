"""`check` in all of its formats at once, on the golden case and on a tenant that calls things as it likes."""

import json
import os
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from graphscan.examples.thanksgiving.generate import claims
from tests.functional.running import Inside, graphscan
from tests.unit.report.test_outputs import JUNIT_SCHEMA, SARIF_SCHEMA

AT = "2023-11-14T09:22:49Z"
EVIL = "\n::error file=x::owned]]></failure><script>alert(1)</script> `x` | @octocat [a](http://evil.example) {0}\u202e"
FACTS = f"""\
graphscan: facts/1
source: evil
at: 2024-01-02
nodes:
  - {{id: token, kind: Credential, name: {json.dumps(EVIL)}}}
  - {{id: svc, kind: ServiceAccount, name: {json.dumps(EVIL)}}}
  - {{id: "vault:1", kind: Secret, name: {json.dumps(EVIL)}}}
relations:
  - {{source: svc, kind: HAS_CREDENTIAL, target: token}}
  - {{source: svc, kind: ASSIGNED_TO, target: "vault:1", needs: act_as, gives: read}}
"""
CLAIMS = f"""\
graphscan: claims/1
claims:
  - id: vault-apart
    text: {json.dumps("The vault is apart. " + EVIL.replace(chr(0x202E), "").strip())}
    no_path: {{from: token, to: {{id: "vault:1"}}}}
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the store of the demo."""
    folder = tmp_path_factory.mktemp("outputs")
    made = graphscan("demo", "--small", "--store", folder / "demo")
    assert made.returncode == 0, made.stderr
    return folder / "demo"


def everywhere(folder: Path) -> list[str]:
    """Return `-o` for each format, into files of a folder."""
    named = {"sarif": "out.sarif", "junit": "out.xml", "markdown": "out.md", "json": "out.json", "github": "out.txt"}
    return [word for form, name in named.items() for word in ("-o", f"{form}={folder / name}")]


def test_the_golden_case_in_one_run(
    inside: Inside, demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Text on the screen and five files from one run, each with the verdicts of the reference."""
    claims(tmp_path)
    monkeypatch.chdir(tmp_path)
    ended = inside(
        "check", "claims.yaml", "--store", demo, "--as-of", AT, "--no-depth", "-o", "text", *everywhere(tmp_path)
    )

    assert ended.code == 1
    assert "8 claims: 3 pass, 3 fail, 2 unknown" in ended.out
    sarif = json.loads(Path("out.sarif").read_text("ascii"))
    SARIF_SCHEMA.validate(sarif)
    verdicts = {one["ruleId"]: one["properties"]["verdict"] for one in sarif["runs"][0]["results"]}
    assert verdicts == {
        "sao-paulo-apart": "FAIL",
        "source-needs-a-person": "FAIL",
        "apps-environment-closed": "FAIL",
        "nothing-to-find": "UNKNOWN",
        "test-apart": "UNKNOWN",
    }
    lines = Path("claims.yaml").read_text("utf-8").splitlines()
    for one in sarif["runs"][0]["results"]:
        place = one["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "claims.yaml"
        assert f"id: {one['ruleId']}" in lines[place["region"]["startLine"] - 1]
        assert one["codeFlows"]
    junit = Path("out.xml").read_text("utf-8")
    JUNIT_SCHEMA.validate(junit)
    assert ET.fromstring(junit.encode()).attrib["failures"] == "3"  # noqa: S314
    assert Path("out.md").read_text("utf-8").count("## ❌ FAIL") == 3
    annotations = Path("out.txt").read_text("utf-8").splitlines()
    assert [line.split(" ")[0] for line in annotations] == ["::error"] * 3 + ["::warning"] * 2


def test_a_hostile_tenant_owns_no_output(inside: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of the store and texts of the claims file stay text in every format."""
    monkeypatch.chdir(tmp_path)
    Path("facts.yaml").write_text(FACTS, "utf-8")
    Path("claims.yaml").write_text(CLAIMS, "utf-8")
    made = inside("import", "facts", "facts.yaml", "--store", "store")
    assert made.code == 0, made.err
    ended = inside("check", "claims.yaml", "--store", "store", "-o", "text", "-o", "github", *everywhere(tmp_path)[:8])

    assert ended.code == 1, ended.err
    SARIF_SCHEMA.validate(json.loads(Path("out.sarif").read_text("ascii")))
    JUNIT_SCHEMA.validate(Path("out.xml").read_text("utf-8"))
    for token in MarkdownIt("commonmark").enable("table").parse(Path("out.md").read_text("utf-8")):
        assert "script" not in token.content or token.type in ("inline", "html_block")
        assert {child.type for child in token.children or ()} <= {"text", "code_inline"}
    # What the runner sees outside the two stop lines: our annotation, and nothing that a name says.
    token = re.findall(r"^::stop-commands::(\w+)$", ended.out, re.MULTILINE)[0]
    before, _, rest = ended.out.partition(f"::stop-commands::{token}\n")
    commands = [line for line in (before + rest.split(f"::{token}::\n")[1]).splitlines() if line]
    assert len(commands) == 1
    assert commands[0].startswith("::error file=claims.yaml,line=3,")
    assert os.linesep not in commands[0]


@pytest.mark.parametrize("form", ["sarif", "junit", "github", "markdown", "csv"])
def test_another_command_refuses_the_formats_of_a_check(inside: Inside, form: str, tmp_path: Path) -> None:
    """`blast -o sarif` says at once which formats it has, and writes nothing."""
    ended = inside("blast", "token", "--store", tmp_path / "none", "-o", f"{form}={tmp_path / 'out'}")

    assert ended.code == 2
    assert f"-o `{form}` is not a format of this command; use one of text, json" in ended.err
    assert not (tmp_path / "out").exists()
