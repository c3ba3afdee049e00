"""The eight claims about segmentation of the reference (Q6), through the real command line."""

import json
from pathlib import Path

import pytest

from graphscan.examples.thanksgiving.generate import claims
from tests.functional.checking import Checked, checked
from tests.functional.running import Inside, graphscan

AT = "2023-11-14T09:22:49Z"
# HOLDS is PASS, FAILS is FAIL, NOT PROVEN is UNKNOWN; the depth is the reference's.
EXPECTED = {
    "apps-environment-apart": ("PASS", "structural"),
    "atlassian-apart": ("PASS", {"control": 1, "circumstance": 1}),
    "sao-paulo-apart": ("FAIL", None),
    "admin-consoles-apart": ("PASS", {"control": 1}),
    "source-needs-a-person": ("FAIL", None),
    "nothing-to-find": ("UNKNOWN", None),
    "test-apart": ("UNKNOWN", None),
    "apps-environment-closed": ("FAIL", None),
}
# Parts of rows 2 and 4: what stands before each door on its own.
DOORS = """\
graphscan: claims/1
claims:
  - id: console
    text: Whoever owns the Atlassian systems cannot use the console.
    no_path:
      from:
        any: ["jira::admin", "confluence::admin", "bitbucket::admin", "atlassian-01::exec", "atlassian::position"]
      to: {id: gru-console-01}
  - id: dashboard
    text: Nothing that leaked opens the Dashboard.
    no_path: {from: {any: [{label: [exposed-okta-2023, stolen-session]}, {id: internet}]}, to: {id: dashboard}}
  - id: okta
    text: Nothing that leaked opens the administration of Okta.
    no_path: {from: {any: [{label: [exposed-okta-2023, stolen-session]}, {id: internet}]}, to: {id: okta-admin}}
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the store of the demo."""
    folder = tmp_path_factory.mktemp("golden")
    made = graphscan("demo", "--small", "--store", folder / "demo")
    assert made.returncode == 0, made.stderr
    return folder / "demo"


@pytest.fixture(scope="module")
def answer(demo: Path) -> Checked:
    """Return the verdicts at the attacker's first moment, as a user gets them."""
    ended = graphscan("check", claims(demo.parent), "--store", demo, "--as-of", AT, "-o", "json")
    assert ended.returncode == 1, ended.stderr
    return Checked(json.loads(ended.stdout))


def test_each_claim_has_the_verdict_of_the_reference(answer: Checked) -> None:
    """Three hold, at the depth the reference gives, three fail and two are not proven."""
    found = {
        id_: (one["verdict"], answer.depth(id_) if one["verdict"] == "PASS" else None)
        for id_, one in answer.claims.items()
    }
    assert found == EXPECTED


def test_why_they_fail(answer: Checked) -> None:
    """A claim that fails shows the shortest path and the control that is configured and not enforced."""
    paulo, source, apps = (
        answer.claims[id_] for id_ in ("sao-paulo-apart", "source-needs-a-person", "apps-environment-closed")
    )
    assert [one["id"] for one in paulo["opened"]] == ["acl-gru"]
    assert paulo["path"]["tails"][0]["id"] == "gru-nonprod"
    assert len(source["path"]["tails"]) == source["sets"][1]["nodes"] == 120
    # Every pair of the gateway's token, of either account, and a repository; the Apps account opens none.
    assert (source["pairs"], source["pairs_of"]) == (3 * 120, 5 * 120)
    assert {head["id"] for one in source["families"] for head in one["heads"]} == {
        "moveworks-token",
        "smartsheet-sa",
        "bitbucket-sa",
    }
    assert [one["gives"]["id"] for one in apps["path"]["hops"]] == ["svc-aws-apps", "aws-apps"]


def test_what_would_have_to_be_read(answer: Checked) -> None:
    """What is not proven names every gap that takes part, and no other, and shows a possible path."""
    find, apart = answer.claims["nothing-to-find"], answer.claims["test-apart"]
    assert {(one["relation"], one["scope"]) for one in find["gaps"]} == {
        ("STORES", "jira-tickets"),
        ("STORES", "confluence-pages"),
        ("STORES", "bitbucket"),
        # What is found there may open the server, of which nothing says from where it can be reached.
        ("REACHABLE_FROM", "atlassian-01"),
    }
    assert {one["relation"] for one in find["gaps"][:1]} == {"STORES"}
    assert {(one["relation"], one["scope"]) for one in apart["gaps"]} == {
        ("CONNECTS_TO", "test"),
        ("CONNECTS_TO", "staging"),
    }
    for one in (find, apart):
        assert one["path"]["certainty"] == "possible"
        assert "it would fail if" in one["reason"]
        assert one["certificate"] == ""


def test_each_door_on_its_own(inside: Inside, demo: Path, tmp_path: Path) -> None:
    """One hard key keeps the console and the Dashboard; Okta is kept by one and by the death of the sessions."""
    file = tmp_path / "doors.yaml"
    file.write_text(DOORS, "utf-8")
    found = checked(inside, demo, file, "--as-of", AT, code=0)
    assert {id_: found.depth(id_) for id_ in found.claims} == {
        "console": {"control": 1},
        "dashboard": {"control": 1},
        "okta": {"control": 1, "dead credential": 1},
    }
    console = found.claims["console"]["rests_on"]["controls"]
    assert {one["control"]["id"]: one["single"] for one in console} == {"hardkey@console": True}


def test_once_test_was_separated(inside: Inside, demo: Path, tmp_path: Path) -> None:
    """After Code Red the seventh claim holds whatever fails."""
    found = checked(inside, demo, claims(tmp_path), "--as-of", "2023-11-28", "--claim", "test-apart", code=0)
    assert found.verdicts == {"test-apart": "PASS"}
    assert found.depth("test-apart") == "structural"


def test_the_text_ends_with_what_fails(inside: Inside, demo: Path, tmp_path: Path) -> None:
    """One line a claim, those that fail last, then the counts; the exit code is that of every format."""
    ended = inside("check", claims(tmp_path), "--store", demo, "--as-of", AT)
    lines = ended.out.splitlines()
    verdicts = [line.split()[0] for line in lines if line.split() and line.split()[0] in ("PASS", "FAIL", "UNKNOWN")]
    assert verdicts == ["PASS"] * 3 + ["UNKNOWN"] * 2 + ["FAIL"] * 3
    assert lines[-1] == "8 claims: 3 pass, 3 fail, 2 unknown"
    assert "acl-gru" in ended.out
    assert ended.code == 1
    assert inside("check", claims(tmp_path), "--store", demo, "--as-of", AT, "--exit-zero").code == 0


def test_certificates(inside: Inside, demo: Path, tmp_path: Path) -> None:
    """What holds has a certificate that a file states; what does not has none, and the verdicts are the same."""
    folder = tmp_path / "certificates"
    found = checked(inside, demo, claims(tmp_path), "--as-of", AT, "--certificates", folder, code=1)
    written = {id_: Path(one["certificate"]) for id_, one in found.claims.items() if one["certificate"]}
    assert set(written) == {id_ for id_, (verdict, _) in EXPECTED.items() if verdict == "PASS"}
    for id_, path in written.items():
        assert json.loads(path.read_text("utf-8"))["claim"] == id_
    assert found.verdicts == {id_: verdict for id_, (verdict, _) in EXPECTED.items()}
