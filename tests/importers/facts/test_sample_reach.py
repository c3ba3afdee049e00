"""What a new user sees who writes the sample, imports it and asks for a blast radius."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]


def _graphscan(folder: Path, *arguments: str) -> str:
    # From the checkout, whether or not it is installed; the store is the default one, inside `folder`.
    environment = {name: value for name, value in os.environ.items() if name != "GRAPHSCAN_STORE"}
    environment["PYTHONPATH"] = str(ROOT)
    command = [sys.executable, "-m", "graphscan", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert "internal error" not in done.stderr, done.stderr
    assert done.returncode in (0, 3), done.stderr
    return done.stdout


@pytest.fixture(scope="module", name="folder")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which the sample was written and imported by the commands that its head names."""
    folder = tmp_path_factory.mktemp("sample")
    _graphscan(folder, "init", "facts.yaml")
    _graphscan(folder, "import", "facts", "facts.yaml")
    return folder


def _blast(folder: Path, *starts: str) -> tuple[dict[str, Any], set[str]]:
    """Return the whole answer, and what is known to be reached as `id::level`."""
    answer: dict[str, Any] = json.loads(_graphscan(folder, "blast", *starts, "-o", "json"))
    return answer, {f"{one['id']}::{one['level']}" for one in answer["reached"] if one["certainty"] == "known"}


def test_two_forgotten_tokens_open_the_customers(folder: Path) -> None:
    """The help desk's and the build server's tokens together lead to the customers' data, neither of them alone."""
    answer, reached = _blast(folder, "helpdesk-token", "build-token")

    assert {"git::login", "payments-api::read", "deploy-key::held", "prod-01::exec", "customer-db::read"} <= reached
    assert not any(fact.startswith("wiki::") or fact == "git::admin" for fact in reached)
    for one in answer["contributions"]:
        assert one["alone"] == []
        assert {"payments-api", "customer-db"} <= {joint["id"] for joint in one["joint"]}


def test_a_password_without_the_hardware_key_opens_nothing(folder: Path) -> None:
    """The control that the sample states as enforced holds."""
    _, reached = _blast(folder, "alice-password", "helpdesk-token")

    assert "developers::act_as" in reached
    assert not any(fact.startswith(("git::log", "git::admin", "payments-api", "customer-db")) for fact in reached)


def test_rules_of_the_sample_apply(folder: Path) -> None:
    """The classify rules make two things crown jewels."""
    answer = json.loads(_graphscan(folder, "select", "sensitivity=crown_jewel", "-o", "json"))

    assert {one["id"] for one in answer["nodes"]} == {"payments-api", "customer-db"}
