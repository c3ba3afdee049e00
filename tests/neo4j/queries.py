"""Cases of the query pack, for each line of servers: every saved query, against what the engine and the store say."""

import csv
import io
import json
import re
import time
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from graphscan.exchange.neo4j import pack
from tests.functional.running import ROOT
from tests.neo4j.organisation import REPOSITORY, TOKEN
from tests.neo4j.packed import APP, CLAIMS, FOUR, INCIDENT_FILE, READERS, Pushed, owner
from tests.neo4j.reference import MEMBERS, Reference

SLOWEST = 20.0  # seconds, on a machine that does much else; on a quiet one none takes 3
# Where each query that needs to be told something, or that RS-1 has no rows for, is asked.
ORGANISATION: dict[str, dict[str, str]] = {
    "public-repositories": {},
    "administrators": {},
    "stored-secrets": {},
    "trusts": {},
    "unresolved": {},
    "disagreements": {},
    "copies": {"id": TOKEN},
    "members": {"group": READERS},
    "steps-into": {"id": REPOSITORY},
    "steps-out-of": {"id": "bitbucket:acme:user:reader"},
    "requirements": {"id": "bitbucket:acme:user:reader"},
    "rights": {"id": "bitbucket:acme:user:nested"},
}
RS1: dict[str, dict[str, str]] = {
    "accounts": {"application": "jira"},
    "credentials-of": {"id": "svc-bitbucket"},
    "segments-into": {"segment": "gru-nonprod"},
    "claim-path": {"claim": "source-needs-a-person"},
}


def test_every_query_has_rows(pushed: Pushed) -> None:
    """Each runs, soon, and finds something in one of the stores."""
    empty, slow = [], []
    for saved in pack.queries():
        store, given = pushed.rs1, RS1.get(saved.name, {})
        if saved.name in ORGANISATION:
            store, given = pushed.organisation, ORGANISATION[saved.name]
        if saved.name == "made-since":
            store = pushed.second
        begun = time.monotonic()
        found = pack.run(pushed.connection, saved, given, owner(store))
        taken = time.monotonic() - begun
        if not found.rows:
            empty.append(saved.name)
        if taken > SLOWEST:
            slow.append((saved.name, taken))
    assert (empty, slow) == ([], [])


def test_what_was_missed(pushed: Pushed) -> None:
    """Credentials of an incident as `incident` answers it."""
    said = pushed.rs1.answer("incident", INCIDENT_FILE)
    listed = {one["id"]: one for one in said["credentials"]}
    missed = pushed.rows(pushed.rs1, "credentials-missed")
    states = pushed.rows(pushed.rs1, "credentials-exposed")
    order = pushed.rows(pushed.rs1, "do-first", run="incident")
    [nobody] = pushed.rows(pushed.rs1, "missed-by-owner")
    held = pushed.rows(pushed.rs1, "held-by-vendors")

    assert {one["id"] for one in missed} == set(said["missed"])
    assert all(
        (one["state"], one["detail"], one["opens_alone"], one["opens_with_others"])
        == (listed[id_]["state"], listed[id_]["detail"], *(len(listed[id_][key]) for key in _OPENS))
        for one in missed
        for id_ in [one["id"]]
    )
    assert {(one["state"], one["credentials"]) for one in states} == set(
        Counter(one["state"] for one in said["credentials"]).items()
    )
    assert (nobody["belongs_to"], sorted(nobody["credentials"])) == ("nobody", sorted(said["missed"]))
    assert [(one["action"], one["id"], one["closes"], one["remaining"]) for one in order] == [
        (one["action"], one["node"]["id"], one["closes"], one["left"]) for one in said["order"]
    ]
    assert {one["credential"] for one in held if one["vendor"] == "okta-support"} == set(listed)
    suspects = pushed.second.answer("incident", pushed.second.store.parent / "second-incident.yaml")["suspects"]
    assert pushed.set(pushed.second, "made-since", "id", "created", "created_by", "remains") == [
        (one["node"]["id"], one["created"], one["created_by"], one["death"] is None) for one in suspects
    ]


_OPENS = ("opens_alone", "helps_to_open")


@pytest.mark.parametrize("which", ["rs1", "organisation"])
def test_what_is_reached(pushed: Pushed, which: str) -> None:
    """A blast radius as `blast` answers it."""
    store: Reference = getattr(pushed, which)
    said = store.answer("blast", *(FOUR if which == "rs1" else (TOKEN,)))
    columns = ("id", "level", "certainty", "distance")
    reached = [tuple(one[name] for name in columns) for one in said["reached"] if one["kind"] == "Repository"]
    jewels = [tuple(one[name] for name in columns) for one in said["reached"] if one["sensitivity"] == "crown_jewel"]
    best: dict[tuple[str, str], set[str]] = {}
    for one in said["reached"]:
        best.setdefault((one["kind"], one["id"]), set()).add(one["certainty"])
    known = Counter(kind for (kind, _), certainties in best.items() if "known" in certainties)
    every = Counter(kind for kind, _ in best)

    assert pushed.set(store, "source-code-held", *columns) == sorted(reached, key=repr)
    assert pushed.set(store, "held-crown-jewels", *columns) == sorted(jewels, key=repr)
    assert pushed.set(store, "held", "kind", "reached", "possible") == sorted(
        (kind, known[kind], count - known[kind]) for kind, count in every.items()
    )
    assert pushed.set(store, "stopped-by", "id", "enforced", "protects", "would_open") == sorted(
        (one["control"]["id"], one["enforced"], one["protects_count"], one["would_open"]) for one in said["blocked_by"]
    )
    moves = pushed.rows(store, "do-first", run="blast")
    assert [(one["action"], one["closes"], one["remaining"]) for one in moves] == [
        (one["edit"], one["closes"], one["remaining"]) for one in said["moves"]
    ]


def test_how_claims_stand(pushed: Pushed) -> None:
    """Verdicts and counterexamples as `check` answers them."""
    said = pushed.rs1.answer("check", CLAIMS)["claims"]
    paths: dict[str, list[tuple[str, str]]] = {}
    for one in said:
        hops = one["path"]["hops"] if one["path"] else []
        facts = [hop["given"] for hop in hops[:1]] + [hop["gives"] for hop in hops]
        paths[one["id"]] = [(fact["id"], fact["level"]) for fact in facts]
    on = Counter(id_ for path in paths.values() for id_ in {id_ for id_, _ in path})

    assert pushed.set(pushed.rs1, "claims", "id", "verdict", "reason", "severity") == sorted(
        (one["id"], one["verdict"], one["reason"], one["severity"]) for one in said
    )
    assert sum(1 for path in paths.values() if path) >= 3
    for claim, path in paths.items():
        rows = pushed.rows(pushed.rs1, "claim-path", claim=claim)
        assert [(row["id"], row["level"]) for row in rows] == path
    assert dict(pushed.set(pushed.rs1, "on-many-paths", "id", "claims")) == on
    assert [(row["name"], row["sort"]) for row in pushed.rows(pushed.rs1, "runs")] == [
        ("blast", "blast"),
        ("claims", "claims"),
        ("incident", "incident"),
    ]


@pytest.mark.parametrize("which", ["rs1", "organisation"])
def test_what_is_doubtful(pushed: Pushed, which: str) -> None:
    """What was not read, what disagrees and what leads nowhere, as `status` and the merged view say it."""
    store: Reference = getattr(pushed, which)
    status = store.answer("status")
    gaps = Counter((row["source"], row["relation"], row["state"]) for row in pushed.rows(store, "not-read"))
    said: Counter[tuple[str, str, str]] = Counter()
    for one in status["doubts"]["gaps"]:
        said[one["source_instance"], one["relation"], one["state"]] += 1

    assert set(gaps) >= set(said)
    assert pushed.set(store, "not-read", "source", "relation", "state", "scope", "endpoint", "error") == store.sql(
        "SELECT source_instance, relation, state, coalesce(scope, ''), coalesce(endpoint, ''), coalesce(error, '') "
        "FROM base.coverage WHERE state <> 'complete'"
    )
    assert pushed.set(store, "unresolved", "reference", "relation", "source", "relations", "reason") == store.sql(
        "SELECT ref, relation_kind, source_instance, relations, reason FROM base.unresolved"
    )
    assert pushed.set(store, "disagreements", "id", "field", "source", "value", "believed") == store.sql(
        "SELECT id, field, source_instance, value, chosen FROM base.disagreement"
    )
    assert pushed.set(store, "sources", "name", "importer", "read_at", "complete") == sorted(
        (one["source"], one["importer"], one["at"], one["complete"]) for one in status["sources"]
    )


def test_who_belongs_to_a_group(pushed: Pushed) -> None:
    """Members of every group, and of RS-1's large ones, as a recursive query of the store finds them."""
    for store, where in ((pushed.organisation, "true"), (pushed.rs1, "id LIKE 'bitbucket%'")):
        groups = [row[0] for row in store.sql(f"SELECT id FROM base.node WHERE kind = 'Group' AND {where}")]
        assert groups
        for group in groups:
            assert dict(pushed.set(store, "members", "id", "groups_between", group=group)) == store.members(group)


@pytest.mark.parametrize("which", ["rs1", "organisation"])
def test_the_inventory(pushed: Pushed, which: str) -> None:
    """Queries of the inventory give what the store's merged view holds."""
    store: Reference = getattr(pushed, which)
    ends = "FROM base.relation r JOIN base.node a ON a.n = r.source JOIN base.node b ON b.n = r.target"
    living = "kind = 'Credential' AND coalesce(dead, '') = '' AND NOT hypothetical"

    def same(name: str, columns: tuple[str, ...], query: str, **given: str) -> None:
        assert pushed.set(store, name, *columns, **given) == store.sql(query), name

    for (application,) in store.sql("SELECT id FROM base.node WHERE kind = 'Application' LIMIT 12"):
        where = f"r.kind = 'ACCOUNT_OF' AND b.id = '{application}'"
        same("accounts", ("id",), f"SELECT DISTINCT a.id {ends} WHERE {where}", application=application)
    for id_ in (TOKEN, *FOUR):
        held = f"r.kind IN ('HELD_BY', 'HAS_CREDENTIAL', 'STORES', 'SAME_SECRET') AND '{id_}' IN (a.id, b.id)"
        query = f"SELECT DISTINCT CASE a.id WHEN '{id_}' THEN b.id ELSE a.id END, r.kind {ends} WHERE {held}"
        same("copies", ("id", "how"), query, id=id_)
    for id_ in ("svc-bitbucket", "svc-aws-apps", "bitbucket:acme:user:reader"):
        query = f"SELECT b.id, r.gives {ends} WHERE r.kind = 'HAS_CREDENTIAL' AND a.id = '{id_}'"
        same("credentials-of", ("id", "acts_at"), query, id=id_)
        query = (
            MEMBERS + "SELECT DISTINCT b.id, r.gives, h.id FROM inside JOIN base.node a ON a.n = member JOIN base.node "
            "h ON h.n = holder JOIN base.relation r ON r.source = holder JOIN base.node b ON b.n = r.target "
            f"WHERE r.kind = 'ASSIGNED_TO' AND a.id = '{id_}' AND depth <= 6"
        )
        assert set(pushed.set(store, "rights", "id", "level", "through", id=id_)) == set(store.sql(query))
    query = f"SELECT b.id, a.id {ends} WHERE r.kind = 'HELD_BY' AND b.kind = 'Vendor'"
    held = [(row["vendor"], row["credential"]) for row in pushed.rows(store, "held-by-vendors") if row["now"]]
    assert sorted(held) == store.sql(query)
    same("plug-ins", ("plugin", "application"), f"SELECT a.id, b.id {ends} WHERE r.kind = 'INSTALLED_IN'")
    same("trusts", ("believes", "whom"), f"SELECT a.id, b.id {ends} WHERE r.kind = 'TRUSTS'")
    query = f"SELECT a.id {ends} WHERE r.kind = 'REACHABLE_FROM' AND b.id = 'internet'"
    same("internet", ("id",), query)
    query = f"""SELECT DISTINCT a.id, b.id {ends} WHERE r.kind = 'STORES' AND b.kind = 'Credential'
        AND a.provider <> 'derived' AND NOT b.hypothetical"""
    assert set(pushed.set(store, "stored-secrets", "place", "credential")) == set(store.sql(query))
    query = f"""SELECT DISTINCT b.id, a.id, r.gives {ends} WHERE r.kind IN ('ASSIGNED_TO', 'GRANTS')
        AND b.kind = 'Application' AND r.gives IN ('admin', 'system')"""
    assert set(pushed.set(store, "application-administrators", "application", "id", "level")) == set(store.sql(query))
    query = f"""SELECT b.id, count(DISTINCT a.id) {ends} WHERE r.kind = 'ASSIGNED_TO' AND b.kind = 'Application'
        GROUP BY 1 UNION ALL SELECT id, 0 FROM base.node WHERE kind = 'Application'
        AND n NOT IN (SELECT target FROM base.relation WHERE kind = 'ASSIGNED_TO')"""
    same("assigned-applications", ("id", "assigned"), query)
    same("dead-credentials", ("id", "why"), "SELECT id, dead FROM base.node WHERE kind = 'Credential' AND dead <> ''")
    same("credentials-without-owner", ("id",), f"SELECT id FROM base.node WHERE {living} AND owner IS NULL")
    cut = "2022-01-01"
    query = f"SELECT id FROM base.node WHERE {living} AND coalesce(list_max(versions).since < TIMESTAMP '{cut}', true)"
    same("unrotated-credentials", ("id",), query, before=cut)
    query = f"""SELECT id FROM base.node WHERE {living} AND coalesce(
        list_max(list_transform(last_used, lambda u: u."at")) < TIMESTAMP '{cut}', true)"""
    same("unused-credentials", ("id",), query, before=cut)
    query = (
        MEMBERS + "SELECT DISTINCT m.id, b.id, h.id FROM inside JOIN base.node m ON m.n = member JOIN base.node h "
        "ON h.n = holder JOIN base.relation r ON r.source = holder JOIN base.node b ON b.n = r.target "
        "WHERE r.kind = 'HAS_ROLE' AND b.kind = 'RoleAssignment' AND m.kind IN ('User', 'ServiceAccount') "
        "AND depth <= 6"
    )
    same("administrators", ("id", "role", "through"), query)


def test_who_has_a_right_over_source_code(pushed: Pushed) -> None:
    """Members of a group that may sign in read all of the case's source code; the organisation's is told apart."""
    members = pushed.rs1.members("bitbucket-read-all")
    case = pushed.set(pushed.rs1, "source-code", "id", "over", "level", "repositories")
    here = pushed.set(pushed.organisation, "source-code", "id", "over", "level", "repositories")
    public = pushed.set(pushed.organisation, "public-repositories", "id", "who", "levels")
    project, user = "bitbucket:acme:project:PAY", "bitbucket:acme:user:"

    assert {(id_, "bitbucket", "login", 11_904) for id_ in members} <= set(case)
    assert {one for one in here if one[1] == project and one[0].startswith(user)} == {
        (f"{user}{name}", project, level, 1) for name in ("reader", "nested") for level in ("read", "write")
    }
    assert (f"{user}chief", APP, "system", 2) in here
    assert public == [("bitbucket:acme:repo:OPEN/site", "bitbucket:acme:anyone", ["read"])]


@pytest.mark.parametrize("which", ["rs1", "organisation"])
def test_attack_steps(pushed: Pushed, which: str) -> None:
    """Steps, with all that they need, as the compiled graph has them."""
    store: Reference = getattr(pushed, which)
    steps, kinds = store.steps, store.kinds()
    ids = ("svc-bitbucket", "jira", "atlassian-01") if which == "rs1" else (REPOSITORY, TOKEN, APP)
    if which == "organisation":
        ids += ("bitbucket:acme:user:reader", "okta:acme:org")
    for id_ in ids:
        into = {(frozenset(row["needs"]), row["level"], row["possible"]) for row in _into(pushed, store, id_)}
        assert into == {(needs, level, possible) for _, needs, end, level, possible in steps if end == id_}
        several = {
            (frozenset((row["starts_from"], *row["all_of"])), row["level"], row["possible"])
            for row in pushed.rows(store, "requirements", id=id_)
        }
        assert several == {one for one in into if len(one[0]) > 1}
        out = pushed.set(store, "steps-out-of", "leads_to", "level", "possible", id=id_)
        assert set(out) == {
            (end, level, possible)
            for _, needs, end, level, possible in steps
            if any(one.rpartition("::")[0] == id_ for one in needs)
        }
    counted = Counter(technique for technique, *_ in steps)
    doubtful = Counter(technique for technique, _, _, _, possible in steps if possible)
    assert pushed.set(store, "techniques", "technique", "steps", "only_possible") == sorted(
        (technique, count, doubtful[technique]) for technique, count in counted.items()
    )
    assert len(pushed.rows(store, "possible-steps")) == doubtful.total()
    running = ("Host", "Device", "Pipeline", "Function")
    code = {(row["place"], frozenset(row["needs"]), row["possible"]) for row in pushed.rows(store, "code-on-hosts")}
    assert code == {
        (end, needs, possible) for _, needs, end, level, possible in steps if level == "exec" and kinds[end] in running
    }


def _into(pushed: Pushed, store: Reference, id_: str) -> list[dict[str, Any]]:
    return pushed.rows(store, "steps-into", id=id_)


def test_crown_jewels_and_controls(pushed: Pushed) -> None:
    """The last steps onto crown jewels, and how many steps each control stands before."""
    store = pushed.rs1
    jewels = {row[0] for row in store.sql("SELECT id FROM base.node WHERE sensitivity = 'crown_jewel'")}
    found = {
        (row["jewel"], row["level"], frozenset(row["needs"]), row["possible"])
        for row in pushed.rows(store, "crown-jewels")
    }
    behind = Counter(one.rpartition("::")[0] for _, needs, _, _, _ in store.steps if len(needs) > 1 for one in needs)
    controls = {row["id"]: row["steps_behind"] for row in pushed.rows(store, "controls")}

    assert found == {(end, level, needs, possible) for _, needs, end, level, possible in store.steps if end in jewels}
    assert set(controls) == {row[0] for row in store.sql("SELECT id FROM base.node WHERE kind = 'Control'")}
    assert all(count <= behind[control] for control, count in controls.items())
    assert controls["internal-access"] == behind["internal-access"]


def test_segments(pushed: Pushed) -> None:
    """What leads into each segment, and in how many steps, as a recursive query of the store finds it."""
    for (segment,) in pushed.rs1.sql("SELECT id FROM base.node WHERE kind = 'Segment' AND provider <> 'derived'"):
        said = pushed.rs1.sql(f"""
            WITH RECURSIVE way(n, steps) AS (
              SELECT n, 0 FROM base.node WHERE id = '{segment}'
              UNION
              SELECT r.source, w.steps + 1 FROM way w JOIN base.relation r ON r.target = w.n
              WHERE r.kind IN ('CONNECTS_TO', 'IN_SEGMENT') AND w.steps < 8)
            SELECT a.id, min(steps) FROM way JOIN base.node a USING (n)
            WHERE a.id <> '{segment}' AND a.provider <> 'derived' GROUP BY 1""")
        assert pushed.set(pushed.rs1, "segments-into", "id", "steps", segment=segment) == said


def test_what_was(pushed: Pushed) -> None:
    """Relations that are stated and do not hold, counted against what is stated and what holds."""
    rows = pushed.rows(pushed.rs1, "past")
    held = pushed.rs1.sql(
        "SELECT kind, count(DISTINCT split_part(id, '~', 1)) FROM base.relation WHERE source_instance <> 'derived' "
        "GROUP BY 1"
    )
    stated = pushed.rs1.answer("status")["relations"]
    missing = {kind: stated[kind] - dict(held).get(kind, 0) for kind in stated}

    assert Counter(row["relation"] for row in rows) == Counter({k: n for k, n in missing.items() if n})


def test_two_stores_stay_apart(pushed: Pushed) -> None:
    """The same ids in another store: every query that names one gives only what that store says."""
    for name, given, columns in (
        ("members", {"group": READERS}, ("id",)),
        ("copies", {"id": TOKEN}, ("id",)),
        ("held-by-vendors", {}, ("credential", "name")),
        ("credentials-without-owner", {}, ("id", "name")),
    ):
        both = [pushed.set(store, name, *columns, **given) for store in (pushed.organisation, pushed.second)]
        assert both[0] != both[1], name
    assert pushed.set(pushed.second, "members", "id", group=READERS) == [("robot",)]
    assert pushed.set(pushed.second, "copies", "id", id=TOKEN) == [("helper",), ("robot",)]
    nobody = "0" * 16
    for saved in pack.queries():
        given = {one.name: "internet" for one in saved.parameters if one.default is None}
        assert pack.run(pushed.connection, saved, given, nobody).rows == (), saved.name


def test_the_command(pushed: Pushed, tmp_path: Path) -> None:
    """A table for people, JSON by its schema, and CSV, all with the same rows."""
    schema = json.loads((ROOT / "graphscan" / "report" / "schemas" / "neo4j-query.json").read_text("utf-8"))
    words = ("neo4j", "query", "--owner", owner(pushed.rs1))
    for name, given in (("claim-path", ("-p", "claim=source-needs-a-person")), ("techniques", ())):
        files = (tmp_path / "rows.json", tmp_path / "rows.csv")
        done = pushed.database.run(
            *words, name, *given, "-o", "table", "-o", f"json={files[0]}", "-o", f"csv={files[1]}"
        )
        assert done.returncode == 0, done.stderr
        found = json.loads(files[0].read_text("utf-8"))
        jsonschema.validate(found, schema)
        lines = list(csv.DictReader(io.StringIO(files[1].read_text("utf-8"))))
        assert done.stdout.startswith(pack.query(name).title)
        assert list(lines[0]) == found["columns"]
        assert [row[found["columns"][0]] for row in lines] == [str(row[found["columns"][0]]) for row in found["rows"]]


def test_every_step_has_a_style(pushed: Pushed) -> None:
    """Each label and type that was pushed is in the style, or has the look of what is not."""
    style = (ROOT / "cypher" / "style" / "graphscan.grass").read_text("utf-8")
    labels = {row["label"] for row in pushed.database.read("MATCH (n) UNWIND labels(n) AS label RETURN DISTINCT label")}
    types = {row["type"] for row in pushed.database.read("MATCH ()-[r]->() RETURN DISTINCT type(r) AS type")}
    plain = {"Confidential", "Derived"}

    assert {one for one in labels if one[0].isupper() and f"node.{one} {{" not in style} <= plain
    assert {one for one in types if one.startswith("STEP_") and f"relationship.{one} {{" not in style} == set()


def test_the_queries_of_the_readme(pushed: Pushed) -> None:
    """What the walk tells people to paste runs, and finds something."""
    text = (ROOT / "cypher" / "README.md").read_text("utf-8")
    pasted = re.findall(r"```cypher\n(.*?)```", text, re.DOTALL)

    assert len(pasted) == 2
    for one in pasted:
        assert pushed.database.read(one, owner=owner(pushed.rs1), id="jira")
