"""From an organisation over HTTP to a blast radius, through the command line alone."""

import json
from pathlib import Path

import pytest

from tests.functional.running import Inside
from tests.importers.servers import okta as servers
from tests.importers.servers import recorded_org, small_org
from tests.importers.servers.loopback import Answer


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch, inside: Inside) -> None:
    """Put the organisation's API token where the command line looks for it."""
    monkeypatch.setenv("GRAPHSCAN_OKTA_TOKEN", servers.TOKEN)


@pytest.mark.usefixtures("token")
def test_collect_import_blast(inside: Inside, tmp_path: Path) -> None:
    """A stolen token of a super administrator reaches the whole organisation; nothing but GET was asked for."""
    snapshot, store = tmp_path / "acme.snapshot", tmp_path / "store"
    with servers.small() as server:
        collected = inside("collect", "okta", snapshot, "--org-url", server.url, "--name", "acme")
    imported = inside("import", "snapshot", snapshot, "--store", store, "-o", "json")
    chosen = inside("select", "kind=Credential,subtype=api_token", "--store", store, "-o", "json")
    ada = f"okta:acme:user:{small_org.user_id('ada')}"
    blast = inside("blast", f"{ada}::api", "--store", store, "-o", "json")

    assert collected.code in (0, 3), collected.err
    assert "Collected okta:acme" in collected.out
    assert servers.TOKEN.encode() not in snapshot.read_bytes()
    said = json.loads(imported.out)
    assert imported.code == (0 if said["complete"] else 3)
    assert said["source"]["counts"]["nodes"] > 20
    assert json.loads(chosen.out)["count"] >= 2
    reached = {(one["id"], one["level"]) for one in json.loads(blast.out)["reached"]}
    assert ("okta:acme:org", "admin") in reached


@pytest.mark.usefixtures("token")
def test_import_okta_is_both_steps_in_one(inside: Inside, tmp_path: Path) -> None:
    """`import okta` leaves the same inventory as the two steps, and no snapshot."""
    with servers.small() as server:
        one = inside(
            "import", "okta", "--org-url", server.url, "--name", "acme", "--store", tmp_path / "a", "-o", "json"
        )
        inside("collect", "okta", tmp_path / "x.snapshot", "--org-url", server.url, "--name", "acme")
    two = inside("import", "snapshot", tmp_path / "x.snapshot", "--store", tmp_path / "b", "-o", "json")

    assert json.loads(one.out)["source"]["counts"] == json.loads(two.out)["source"]["counts"]
    assert one.code == two.code


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize(("choice", "count"), [("all", 9), ("admins", 8), ("none", 0)])
def test_whose_factors_are_read_is_chosen(inside: Inside, tmp_path: Path, choice: str, count: int) -> None:
    """`--factors` decides whose factors the inventory holds; what was left out does not make it incomplete."""
    url = ("--factors", choice, "--name", "acme", "--store", tmp_path / "store")
    with servers.small() as server:
        ended = inside("import", "okta", "--org-url", server.url, *url, "-o", "json")
    chosen = inside("select", "kind=Credential,subtype=factor", "--store", tmp_path / "store", "-o", "json")

    assert not any("factors" in one["endpoint"] and one["state"] == "denied" for one in json.loads(ended.out)["gaps"])
    assert json.loads(chosen.out or '{"count": 0}')["count"] == count


def test_a_refused_token_leaves_everything_as_it_was(
    inside: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failed collection is one sentence without the token, exit code 2, and what was there before stays."""
    wrong = "00wrong-token-0123456789"
    monkeypatch.setenv("GRAPHSCAN_OKTA_TOKEN", wrong)
    file = tmp_path / "acme.snapshot"
    file.write_bytes(b"before")
    with servers.small() as server:
        ended = inside("collect", "okta", file, "--org-url", server.url, "--name", "acme")

    assert ended.code == 2
    assert len(ended.err.splitlines()) == 1
    assert wrong not in ended.err
    assert file.read_bytes() == b"before"


@pytest.mark.usefixtures("token")
def test_doctor_says_what_is_closed_and_where_settings_come_from(
    inside: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All readable ends 0, a refusal 3 with what it hides, settings that cannot be meant 2; JSON says the same."""
    monkeypatch.chdir(tmp_path)
    refused = Answer.json({"errorCode": "E0000006", "errorSummary": "You do not have permission"}, 403)
    with servers.small() as server:
        fine = inside("doctor", "okta", "--org-url", server.url, "--name", "acme")
        server.faults = lambda one: refused if "/iam/" in one.path else None
        closed = inside("doctor", "okta", "--org-url", server.url, "-o", "text", "-o", f"json={tmp_path / 'said'}")
    wrong = inside("doctor", "okta", "--org-url", "acme.okta.com")

    assert fine.code == 0, fine.out
    assert "sign-in: by API token" in fine.out
    assert "GRAPHSCAN_OKTA_TOKEN" in fine.out
    assert servers.TOKEN not in fine.out + closed.out
    assert closed.code == 3
    assert "hides who is an administrator" in closed.out.replace("\n", " ")
    said = json.loads((tmp_path / "said").read_text())
    assert [one["endpoint"] for one in said["probes"] if one["state"] == "denied"] == ["/api/v1/iam/assignees/users"]
    assert said["missing_roles"] == ["super administrator"]
    assert wrong.code == 2
    assert "not an address" in wrong.err


@pytest.mark.usefixtures("token")
def test_settings_of_a_file_are_used_and_said(inside: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A graphscan.toml in the working folder is named when it is used; a key that it does not know ends the command."""
    monkeypatch.chdir(tmp_path)
    with servers.small() as server:
        (tmp_path / "graphscan.toml").write_text(f'[okta.acme]\norg_url = "{server.url}"\nfactors = "none"\n')
        used = inside("collect", "okta", tmp_path / "x", "--factors", "all")
        (tmp_path / "graphscan.toml").write_text('[okta.acme]\nurl = "https://acme.okta.com"\n')
        wrong = inside("collect", "okta", tmp_path / "y")

    assert used.code in (0, 3), used.err
    assert "settings are taken from graphscan.toml" in used.err
    assert "--factors is overridden by" in used.err
    assert wrong.code == 2
    assert "did you mean `org_url`" in wrong.err


@pytest.mark.shared
@pytest.mark.skipif(not recorded_org.RECORDINGS.is_file(), reason="the recorded replies are not beside the checkout")
@pytest.mark.usefixtures("token")
def test_recorded_replies(inside: Inside, tmp_path: Path) -> None:
    """Real recorded replies: every record is imported or counted as not understood, and the server saw only GET."""
    snapshot, store = tmp_path / "recorded.snapshot", tmp_path / "store"
    with servers.recorded() as server:
        collected = inside("collect", "okta", snapshot, "--org-url", server.url, "--name", "recorded")
    imported = inside("import", "snapshot", snapshot, "--store", store, "-o", "json")
    blast = inside("blast", "kind=Credential", "--each", "--store", store)

    assert collected.code in (0, 3), collected.err
    assert imported.code in (0, 3), imported.err
    assert json.loads(imported.out)["source"]["counts"]["nodes"] > 0
    assert blast.code == 0, blast.err
