"""Selectors made at random mean the same as a few lines of plain Python say."""

import json
import os
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphscan.analysis.session import Session
from graphscan.claims.load import load
from graphscan.claims.select import Selection
from graphscan.examples.thanksgiving import AS_OF
from graphscan.examples.thanksgiving.generate import write
from graphscan.store import Store
from importers.facts import read

CASES = int(os.environ.get("GRAPHSCAN_CASES", "2000")) // 10
VALUES = {
    "id": ["jira", "atlassian", "repo-*", "*-01", "svc-?*", "nobody", "internet"],
    "kind": ["Application", "Host", "Segment", "Repository", "Credential", "D*"],
    "name": ["Jira", "Test", "*server*", "?*"],
    "subtype": ["network", "git", "server", "api_token", "*key*"],
    "sensitivity": ["none", "confidential", "crown_jewel"],
    "label": ["source-code", "tried-and-failed", "*okta*", "x"],
    "provider": ["atlassian", "aws", "*"],
}


@dataclass(frozen=True, slots=True)
class Row:
    """A node, as the oracle sees it."""

    n: int
    said: dict[str, Any]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """Return the example at its date."""
    folder = tmp_path_factory.mktemp("oracle")
    Store.open_or_create(folder / "store").write(*read(write(folder / "facts", "small")))
    return Session.open(folder / "store", AS_OF)


def rows(session: Session) -> list[Row]:
    """Return the nodes that a selector may match: all that some source states."""
    keys = list(VALUES)
    columns = ", ".join("labels" if key == "label" else key for key in keys)
    found = session.con.execute(
        f"SELECT n, {columns} FROM base.node WHERE kind IS NOT NULL AND provider <> 'derived' ORDER BY n"
    ).fetchall()
    return [Row(n, dict(zip(keys, values, strict=True))) for n, *values in found]


def matches(selector: Any, row: Row, sets: dict[str, Any]) -> bool:
    """Whether a node meets a selector; what is not said meets nothing."""
    if isinstance(selector, str):
        return matches(sets[selector], row, sets)
    if isinstance(selector, list):
        return any(matches(one, row, sets) for one in selector)
    for key, value in selector.items():
        if key == "any" and not matches(value, row, sets):
            return False
        if key == "not" and matches(value, row, sets):
            return False
        if key in VALUES:
            said = row.said[key] if key == "label" else [row.said[key]]
            wanted = value if isinstance(value, list) else [value]
            if not any(fnmatchcase(one, glob) for one in said or [] if one is not None for glob in wanted):
                return False
    return True


def made(random: np.random.Generator, names: list[str], depth: int) -> Any:
    """Return a selector made at random."""
    choice = int(random.integers(10))
    if names and choice == 0:
        return names[int(random.integers(len(names)))]
    if choice == 1 and depth:
        return [one for _ in range(int(random.integers(1, 4))) if not isinstance(one := made(random, names, 0), list)]
    selector: dict[str, Any] = {}
    for key in random.permutation(list(VALUES))[: int(random.integers(1, 3))]:
        options = VALUES[str(key)]
        picked = [options[int(at)] for at in random.permutation(len(options))[: int(random.integers(1, 4))]]
        selector[str(key)] = picked[0] if len(picked) == 1 else picked
    if depth and random.random() < 0.4:
        selector["any"] = made(random, names, depth - 1)
    if depth and random.random() < 0.4:
        selector["not"] = made(random, names, depth - 1)
    if depth and random.random() < 0.1:
        return {"not": selector}
    return selector


def test_random_selectors_agree_with_plain_python(session: Session, tmp_path: Path) -> None:
    """Two hundred sets (ten times as many on request), made of keys, globs, lists, any, not and other sets."""
    random = np.random.default_rng(11)
    nodes = rows(session)
    matched = 0
    for start in range(0, CASES, 20):
        sets: dict[str, Any] = {}
        for number in range(20):
            sets[f"s{number}"] = made(random, [name for name in sets if int(name[1:]) % 5 == 0], 2)
        path = tmp_path / f"{start}.yaml"
        claims = [{"id": "a", "text": "x", "path": {"from": "s0", "to": "s1"}}]
        path.write_text(json.dumps({"graphscan": "claims/1", "define": sets, "claims": claims}), encoding="utf-8")
        file = load([path])
        selection = Selection(session, file.sets)
        for name, selector in sets.items():
            expected = [row.n for row in nodes if matches(selector, row, sets)]
            found = selection.resolve(file.sets[name].selector)
            assert found.nodes.tolist() == expected, selector
            assert found.count == len(expected)
            matched += bool(expected)

    assert matched > CASES // 4
