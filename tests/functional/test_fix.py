"""`graphscan fix` as a user runs it: the golden case, a barrier that lifts, costs, no cut, and names that mean more."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.functional.fix_worlds import BARRIER, INSIDER
from tests.functional.running import Inside, graphscan
from tests.golden import AWS, BITBUCKET, FOUR, MOVEWORKS, Q2_COLOCATED, SMARTSHEET

ROLE = re.compile(r"Take the admin role reader from ann")


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the store of the small golden case."""
    store = tmp_path_factory.mktemp("golden") / "store"
    made = graphscan("demo", "--small", "--store", store)
    assert made.returncode == 0, made.stderr
    return store


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the stores of two small inventories."""
    folder = tmp_path_factory.mktemp("worlds")
    found = {}
    for name, text in (("barrier", BARRIER), ("insider", INSIDER)):
        file = folder / f"{name}.yaml"
        file.write_text(text, "utf-8")
        made = graphscan("import", "facts", file, "--store", folder / name)
        assert made.returncode == 0, made.stderr
        found[name] = folder / name
    return found


def ask(inside: Inside, store: Path, *words: str | Path) -> dict[str, Any]:
    """Run `fix` and return its JSON."""
    ended = inside("fix", *words, "--store", store, "-o", "json", "--budget", "60", "--limit", "5")
    assert ended.code == 0, ended.err
    said: dict[str, Any] = json.loads(ended.out)
    assert said["schema"] == "graphscan.fix/1"
    return said


def test_the_golden_case_is_closed_by_the_cuts_of_the_reference(golden: Path, inside: Inside, tmp_path: Path) -> None:
    """Q2: rotations alone, the least number of them, and the other cut where one cannot be rotated."""
    code = next(row.cuts for row in Q2_COLOCATED if row.letters == "S")
    said = ask(inside, golden, *FOUR, "--to", "kind=Repository", "--to", "jira-tickets", "--to", "aws-apps")
    assert said["set"]["edits"] == [f"--rotated {one}" for one in sorted({AWS, MOVEWORKS})]
    assert frozenset({MOVEWORKS}) in code
    assert (said["set"]["cost"], said["set"]["optimal"], said["set"]["verified"]) == (2, True, True)
    assert said["among_credentials"] is True
    effects = {one["edit"]: one for one in said["fixes"]}
    assert effects[f"--rotated {MOVEWORKS}"]["pairs"] == said["pairs"] - 1  # all but the Apps environment

    costs = tmp_path / "costs.csv"
    kinds = "\n".join(f"kind={kind},never" for kind in ("ServiceAccount", "Application", "Control"))
    ways = "\n".join(
        f"relation:{kind},never"
        for kind in ("ASSIGNED_TO", "REACHABLE_FROM", "CONNECTS_TO", "STORES", "INSTALLED_IN", "GRANTS", "SIGNS_IN_AS")
    )
    costs.write_text(f"selector,cost\n{MOVEWORKS},never\n{kinds}\n{ways}\n", "utf-8")
    said = ask(inside, golden, *FOUR, "--to", "kind=Repository", "--costs", costs)
    assert {one.removeprefix("--rotated ") for one in said["set"]["edits"]} == {SMARTSHEET, BITBUCKET}
    assert frozenset({SMARTSHEET, BITBUCKET}) in code
    assert said["set"]["optimal"] is True


def test_after_persistence_there_is_no_cut_among_credentials(golden: Path) -> None:
    """Who stands on the server needs none of the four: that is said, with whom to evict and what else is needed."""
    ended = graphscan("fix", *FOUR, "atlassian-01::exec", "--to", "kind=Repository", "--store", golden, "--limit", "3")

    assert ended.returncode == 0, ended.stderr
    text = " ".join(ended.stdout.split())
    assert "No cut among credentials: with all of them rotated and revoked a target is still reached." in text
    assert "Evict first: atlassian-01::exec" in text
    assert max(len(line) for line in ended.stdout.splitlines()) <= 100


def test_lifting_a_barrier_opens_and_is_not_proposed(worlds: dict[str, Path], inside: Inside, tmp_path: Path) -> None:
    """Without her role ann can be reset by the help desk: shown with what it opens, and in no set, however cheap."""
    costs = tmp_path / "costs.csv"
    costs.write_text(
        "selector,cost\nann-session,never\nann,never\nrelation:GRANTS,5\nnobody,2\nrelation:CONTAINS,3\n", "utf-8"
    )
    asked = ("desk", "ann-session", "--to", "vault", "--to", "files")
    said = ask(inside, worlds["barrier"], *asked, "--costs", costs)

    role = next(one for one in said["fixes"] if ROLE.search(one["text"]))
    assert role["effect"] == "opens"
    assert {one["gives"]["id"] for one in role["opens"]} == {"ann"}
    assert said["set"]["cost"] == 6  # taking the role away, at 1, would make it 2
    assert role["edit"] not in said["set"]["edits"]
    assert said["set"]["optimal"] is True
    assert said["costs_unused"][0].startswith("line 5: nothing has the id or the name `nobody`")
    assert said["costs_unused"][1:] == ["line 6: no fix removes a relation of kind CONTAINS"]
    assert said["credentials_kept"] == 1

    # What it says can be tried with `paths`, in the same words.
    words = [word for one in said["set"]["edits"] for word in one.split(" ")]
    after = inside("paths", *asked, *words, "--store", worlds["barrier"], "-o", "json")
    assert json.loads(after.out)["reached"] == []
    lifted = inside(
        "paths", "desk", "--to", "ann", *role["edit"].split(" "), "--store", worlds["barrier"], "-o", "json"
    )
    assert json.loads(lifted.out)["reached"]


def test_names_stay_text_in_every_format(worlds: dict[str, Path], inside: Inside, tmp_path: Path) -> None:
    """Names with markup, escapes, formulas and commands change nothing but what is printed of them."""
    files = {form: tmp_path / f"out.{form}" for form in ("text", "markdown", "csv", "json")}
    outputs = [word for form, path in files.items() for word in ("-o", f"{form}={path}")]
    ended = inside("fix", "badge", "token", "--to", "vault", "--store", worlds["insider"], *outputs)
    assert ended.code == 0, ended.err
    read = {form: path.read_text("utf-8") for form, path in files.items()}

    assert "No cut among credentials" in read["text"]
    assert "No cut among credentials" in read["markdown"]
    for text in read.values():
        assert "‮" not in text
    assert "<script>" not in read["markdown"].replace("`", "")
    rows = list(csv.DictReader(io.StringIO(read["csv"], newline="")))
    assert [row["edit"] for row in rows if row["chosen"] == "true"] == ["'--rotated token", "'--enforced acl"]
    assert not any(value.startswith(("=", "+", "-", "@")) for row in rows for value in row.values())
    assert json.loads(read["json"])["set"]["edits"] == ["--rotated token", "--enforced acl"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "costs.csv:1:1: it is empty"),
        ("what,price\n", "costs.csv:1:1: its columns are `what,price`"),
        ("selector,cost\n\ntoken,0\n", "costs.csv:3:7: the cost `0` is none"),
        ("selector,cost\ntoken,1.5\nrobot,never,3\n", "costs.csv:3:1: it has 3 cells, not 2"),
        ("selector,cost\nknid=Credential,2\n", "costs.csv:2:1: "),
        ('selector,cost\n"token,1\n', "costs.csv:2:1: it is not CSV"),
        ("selector,cost\ntwin,never\n", "costs.csv:2:1: 2 nodes are named `twin`; write the id of one: acl, gate"),
    ],
)
def test_a_bad_costs_file_is_named_by_line_and_column(
    text: str, said: str, worlds: dict[str, Path], inside: Inside, tmp_path: Path
) -> None:
    """Nothing is asked, and the exit code is 2."""
    costs = tmp_path / "costs.csv"
    costs.write_text(text, "utf-8")
    ended = inside("fix", "token", "--to", "vault", "--costs", costs, "--store", worlds["insider"])

    assert ended.code == 2
    assert said in ended.err


def test_an_unknown_relation_is_said_with_one_that_is_like_it(worlds: dict[str, Path], inside: Inside) -> None:
    """`--remove` takes the ids that `explain` shows; another one is a mistake, not an edit without effect."""
    explained = inside("explain", "vault", "--store", worlds["insider"])
    ids = re.findall(r"\] (r[0-9a-f]{20})", explained.out)
    assert len(ids) == 2
    ended = inside("paths", "token", "--to", "vault", "--remove", ids[0][:-1], "--store", worlds["insider"])
    assert ended.code == 2
    assert f"did you mean {ids[0]}?" in ended.err
    # What both removals leave is nothing.
    both = [word for one in ids for word in ("--remove", one)]
    ended = inside("paths", "token", "badge", "--to", "vault", *both, "--store", worlds["insider"], "-o", "json")
    assert json.loads(ended.out)["reached"] == []
