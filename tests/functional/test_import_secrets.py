"""`graphscan import secrets` by what a user sees: a committed secret opens what a fact says, until it is replaced."""

import json
from pathlib import Path

from tests.functional.running import graphscan
from tests.importers.secrets.test_secrets import VALUE, gitleaks

FACTS = """\
graphscan: facts/1
source: acme
at: 2024-01-01
nodes:
  - {id: repo, kind: Repository}
  - {id: reader, kind: User}
  - {id: svc, kind: ServiceAccount}
  - {id: db, kind: Database}
%s
relations:
  - {source: reader, kind: ASSIGNED_TO, target: repo, needs: api_read, gives: read}
%s
  - {source: svc, kind: ASSIGNED_TO, target: db, needs: act_as, gives: read}
coverage: []
"""


def test_a_found_secret_from_commit_to_rotation(tmp_path: Path) -> None:
    """It is possible that it opens something, known once a fact names its account, and dead once it was replaced."""
    report = tmp_path / "report.json"
    report.write_text(json.dumps([gitleaks(Date="2023-05-02T10:00:00Z")]))
    where = ("--store", str(tmp_path / "store"))

    def facts(node: str = "", relation: str = "") -> None:
        (tmp_path / "f.yaml").write_text(FACTS % (node, relation))
        assert graphscan("import", "facts", str(tmp_path / "f.yaml"), *where).returncode == 0

    def reached() -> dict[str, str]:
        asked = graphscan("blast", "reader", "--as-of", "2024-01-01", *where, "-o", "json")
        assert asked.returncode == 0, asked.stderr
        assert VALUE not in asked.stdout
        rows = json.loads(asked.stdout)["reached"]
        return {one["id"]: one["certainty"] for one in sorted(rows, key=lambda row: row["certainty"], reverse=True)}

    facts()
    done = graphscan("import", "secrets", f"repo={report}", *where)
    assert done.returncode == 0, done.stderr + done.stdout
    (id_,) = [one for one in reached() if one.startswith("secret:")]
    assert reached()[id_] == "known"
    assert reached()["db"] == "possible"
    facts(relation=f"  - {{source: svc, kind: HAS_CREDENTIAL, target: '{id_}'}}")
    assert reached()["db"] == "known"
    node = f"  - {{id: '{id_}', kind: Credential, versions: [{{since: 2022-01-01}}, {{since: %s}}]}}"
    facts(node % "2023-06-01", f"  - {{source: svc, kind: HAS_CREDENTIAL, target: '{id_}'}}")
    assert reached()["db"] == "possible"  # through what the scanner does not know
    facts(node % "2023-04-01", f"  - {{source: svc, kind: HAS_CREDENTIAL, target: '{id_}'}}")
    assert reached()["db"] == "known"
    everything = b"".join(one.read_bytes() for one in (tmp_path / "store").rglob("*") if one.is_file())
    assert VALUE.encode() not in everything
    assert graphscan("status", "--verify", *where).returncode == 0


def test_what_cannot_be_meant(tmp_path: Path) -> None:
    """No report, a repository without one, a missing file: one sentence, status 2, and nothing is stored."""
    where = ("--store", str(tmp_path / "store"))
    for arguments in ((), ("repo",), (f"repo={tmp_path / 'no.json'}",)):
        done = graphscan("import", "secrets", *arguments, *where)
        assert done.returncode == 2
        assert done.stderr.startswith("graphscan: ")
        assert "Traceback" not in done.stderr


def test_a_list_of_reports(tmp_path: Path) -> None:
    """A CSV names many reports, each beside it."""
    (tmp_path / "a.json").write_text(json.dumps([gitleaks()]))
    (tmp_path / "b.json").write_text("[]")
    (tmp_path / "all.csv").write_text("repository,file\nrepo-a,a.json\nrepo-b,b.json\n")
    done = graphscan("import", "secrets", "--list", str(tmp_path / "all.csv"), "--store", str(tmp_path / "s"))
    assert done.returncode == 0, done.stderr
    (tmp_path / "all.csv").write_text("repo,file\n")
    assert (
        graphscan("import", "secrets", "--list", str(tmp_path / "all.csv"), "--store", str(tmp_path / "s")).returncode
        == 2
    )
