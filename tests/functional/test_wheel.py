"""The wheel, alone in an empty environment, is the whole product."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder, ROOT], check=True, timeout=300
    )
    (built,) = folder.glob("graphscan-*.whl")
    return built


def test_the_wheel_holds_what_is_no_python(wheel: Path) -> None:
    """Techniques, examples, schemas and the sample are in it; tests and benchmarks are not."""
    names = zipfile.ZipFile(wheel).namelist()

    for needed in (
        "graphscan/techniques/generic/sign-in.sql",
        "graphscan/examples/thanksgiving/content.yaml",
        "graphscan/examples/sample.yaml",
        "graphscan/report/schemas/blast.json",
        "importers/facts/schema.json",
    ):
        assert needed in names
    assert not [name for name in names if name.startswith(("tests/", "tools/", "docs/"))]


def test_the_wheel_alone_runs_the_demo(wheel: Path, tmp_path: Path) -> None:
    """In an environment that holds nothing else, the demo prints its story; the optional parts say what is missing."""
    environment = tmp_path / "env"
    venv.create(environment)
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    # Our own pip installs into it: unpacking another one there takes as long as all the rest.
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", "-c", ROOT / "constraints.txt", wheel], check=True, timeout=600)
    command = [python.with_name("graphscan")]
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "GRAPHSCAN_STORE")}

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *arguments], cwd=tmp_path, env=clean, capture_output=True, text=True, timeout=120, check=False
        )

    demo = run("demo", "--small", "--store", tmp_path / "store")
    okta = run("collect", "okta", tmp_path / "x.snapshot", "--org-url", "https://acme.okta.example")

    assert demo.returncode == 0, demo.stderr
    assert "moveworks-token" in demo.stdout
    assert okta.returncode == 2
    assert "Traceback" not in okta.stderr
