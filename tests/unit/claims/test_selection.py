"""What selectors of claims mean in a store: the same as plain Python says, each looked up once."""

from pathlib import Path

import pytest

from graphscan import kinds
from graphscan.analysis.session import Session
from graphscan.claims.load import load
from graphscan.claims.model import ClaimsFile
from graphscan.claims.select import Selected, Selection
from graphscan.errors import ClaimsError
from graphscan.store import Store
from importers.facts import read

FACTS = """
graphscan: facts/1
source: test
at: 2024-01-01
nodes:
  - {id: token, kind: Credential, subtype: api_token, labels: [prod, ci], properties: {issued_by: okta},
     valid_from: 2020-01-01, versions: [{since: 2023-10-19, evidence: config}]}
  - {id: old, kind: Credential, subtype: api_token, properties: {issued_by: vendor}, valid_to: 2020-01-01}
  - {id: key, kind: Credential, subtype: hardware_key, name: "the *key*"}
  - {id: ann, kind: User, name: Ann, state: active}
  - {id: bob, kind: User, name: Ann}
  - {id: staff, kind: Group, name: Staff}
  - {id: all, kind: Group}
  - {id: app, kind: Application, sensitivity: crown_jewel, provider: aws}
  - {id: app-2, kind: Application, provider: aws-2}
  - {id: host, kind: Host}
  - {id: core, kind: Segment, name: Core}
  - {id: db, kind: Database, sensitivity: confidential}
  - {id: 'CN=web,OU=x', kind: Host}
  - {id: helpdesk, kind: Vendor}
  - {id: mfa, kind: Control, subtype: otp, enforced: "yes"}
relations:
  - {source: ann, kind: MEMBER_OF, target: staff}
  - {source: staff, kind: MEMBER_OF, target: all}
  - {source: ann, kind: HAS_CREDENTIAL, target: token}
  - {source: app, kind: RUNS_ON, target: host}
  - {source: key, kind: HELD_BY, target: helpdesk}
  - {source: staff, kind: ASSIGNED_TO, target: app, gives: login, guarded_by: [mfa]}
  - {sources: [host, db], kind: IN_SEGMENT, target: core}
"""


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """Return a small inventory at an instant."""
    folder = tmp_path_factory.mktemp("selection")
    (folder / "facts.yaml").write_text(FACTS, encoding="utf-8")
    store = Store.open_or_create(folder / "store")
    store.write(*read([folder / "facts.yaml"]))
    return Session.open(folder / "store")


def file(folder: Path, selector: str, more: str = "") -> ClaimsFile:
    """Return a claims file with a set of one selector, a claim that uses it, and further sets."""
    path = folder / "c.yaml"
    sets = f"graphscan: claims/1\ndefine:\n  s: {selector}\n{more}"
    path.write_text(f"{sets}claims:\n- {{id: a, text: x, path: {{from: s, to: s}}}}\n", encoding="utf-8")
    return load([path])


def select(session: Session, folder: Path, selector: str, more: str = "") -> Selected:
    """Return what the set means."""
    claims = file(folder, selector, more)
    return Selection(session, claims.sets).resolve(claims.claims[0].args.to)


def ids(session: Session, selected: Selected) -> list[str]:
    """Return the ids of what was selected."""
    rows = session.con.execute(
        "SELECT id FROM base.node WHERE n IN (SELECT unnest(?::BIGINT[])) ORDER BY id", [selected.nodes.tolist()]
    ).fetchall()
    return [row[0] for row in rows]


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("token", ["token"]),
        ("Staff", ["staff"]),
        ("'\"CN=web,OU=x\"'", ["CN=web,OU=x"]),
        ("{id: 'CN=web,OU=x'}", ["CN=web,OU=x"]),
        ("kind=User", ["ann", "bob"]),
        ("{kind: User}", ["ann", "bob"]),
        ("{kind: User, state: active}", ["ann"]),
        ("{kind: [User, Host]}", ["CN=web,OU=x", "ann", "bob", "host"]),
        ("[kind=User, host, {id: host}]", ["ann", "bob", "host"]),
        ("{name: Ann}", ["ann", "bob"]),
        ("{id: 'app*'}", ["app", "app-2"]),
        ("{id: 'app?2'}", ["app-2"]),
        ("{id: ['app', 'd?']}", ["app", "db"]),
        ("{provider: 'aws*', not: {id: app}}", ["app-2"]),
        (r"{name: 'the \**\*'}", ["key"]),
        (r"{name: 'the \*'}", []),
        ("{label: [prod, none]}", ["token"]),
        ("{label: [prod], not: {label: ci}}", []),
        ("{kind: Credential, not: {property: {issued_by: vendor}}}", ["key", "token"]),
        ("{property: {issued_by: [okta, vendor]}}", ["old", "token"]),
        ("{in: staff}", ["ann"]),
        ("{in: all}", ["ann", "staff"]),
        ("{zone: core}", ["db", "host"]),
        ("{zone: Core, kind: Host}", ["host"]),
        ("{zone: 'c*'}", ["db", "host"]),
        ("{sensitivity: [confidential, crown_jewel]}", ["app", "db"]),
        ("{any: [kind=User, {zone: core}], not: [bob, host]}", ["ann", "db"]),
        ("{kind: Group, any: [staff, ann]}", ["staff"]),
        ("{not: {not: {kind: User}}}", ["ann", "bob"]),
        ("{kind: Database, sensitivity: none}", []),
        ("{holder: helpdesk}", ["key"]),
        ('{kind: Credential, rotated: ">=2023-10-18"}', ["token"]),
        ('{kind: Credential, rotated: ">= 2023-10-20T00:00:00Z"}', []),
        ("{rotated: none, subtype: hardware_key}", ["key"]),
        ('{created: ["<2020-01-02", ">=2024-01-01"]}', ["token"]),
        ("{guarded_by: [otp, hardware_key], kind: Application}", ["app"]),
        ("{kind: Application, guarded_by: mfa}", ["app"]),
    ],
)
def test_selectors_mean_what_they_say(session: Session, tmp_path: Path, selector: str, expected: list[str]) -> None:
    """Keys join by AND, lists by OR; a name, a pattern, a group, a zone and a property match what they should."""
    found = select(session, tmp_path, selector)

    assert ids(session, found) == expected
    assert bool(found.vacuous) == (not expected)


def test_not_alone_means_everything_else(session: Session, tmp_path: Path) -> None:
    """What is only left out of is all that there is, the internet among it; what was derived is not."""
    left = ids(
        session,
        select(session, tmp_path, "{not: {kind: [User, Credential, Host, Group, Application, Vendor, Control]}}"),
    )

    assert left == ["core", "db", kinds.INTERNET]


def test_levels_stay_with_their_nodes(session: Session, tmp_path: Path) -> None:
    """Each alternative has its own level, a set hands its levels on, and a level around `any` counts for all in it."""
    more = "  t: {any: [{id: app, level: admin}, {id: host, level: exec}]}\n"

    def levels(selector: str) -> set[tuple[str, str | None]]:
        found = select(session, tmp_path, selector, more)
        by_number = dict(session.con.execute("SELECT n, id FROM base.node").fetchall())
        assert len(found) == len(list(found))
        return {(by_number[n], level) for n, level in found}

    assert levels("[t, app::login, db]") == {("app", "admin"), ("app", "login"), ("host", "exec"), ("db", None)}
    assert levels("{any: [host, app-2], kind: Host, level: exec}") == {("host", "exec")}
    assert levels("{any: [ann, bob::mfa], level: mfa}") == {("ann", "mfa"), ("bob", "mfa")}


def test_too_few_are_said_with_both_numbers(session: Session, tmp_path: Path) -> None:
    """A set that matches less than it must makes the selectors that use it vacuous, however deep it stands in them."""
    more = "  t: {kind: User, at_least: 3}\n"
    text = "the set `t` has 2 nodes, and `at_least` says 3"

    assert select(session, tmp_path, "{kind: User, at_least: 2}").vacuous == ""
    assert select(session, tmp_path, "[t, host]", more).vacuous == text
    assert select(session, tmp_path, "{kind: User, any: t}", more).vacuous == text
    assert select(session, tmp_path, "{kind: Group, not: t}", more).vacuous == text
    assert select(session, tmp_path, "{kind: Wiki}").vacuous == "the set `s` has 0 nodes, and `at_least` says 1"
    file(tmp_path, "{kind: User}")
    path = tmp_path / "c.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("to: s", "to: {kind: Wiki, id: w}"), encoding="utf-8")
    claims = load([path])
    assert (
        Selection(session, claims.sets).resolve(claims.claims[0].args.to).vacuous == "`kind=Wiki,id=w` matches nothing"
    )


@pytest.mark.parametrize(
    ("selector", "problems"),
    [
        (
            "[tokne, host, hsot]",
            ["3:7: `tokne` is no set, and nothing has that id or name (did you mean `token`?)", "3:20: `hsot`"],
        ),
        ("tt", ["3:6: `tt` is no set, and nothing has that id or name"]),
        ("Ann", ["3:6: 2 nodes are named `Ann` (write {name: Ann} for all of them, or the id of one)"]),
        (
            "{id: app, level: exec}",
            ["something of kind Application, which has no level `exec` (its levels are reachable"],
        ),
    ],
)
def test_names_that_are_not_there(session: Session, tmp_path: Path, selector: str, problems: list[str]) -> None:
    """A misspelt word is an error with its place, never an empty set; so is a name that several have."""
    with pytest.raises(ClaimsError) as caught:
        select(session, tmp_path, selector)

    assert len(caught.value.problems) == len(problems)
    for one, part in zip(caught.value.problems, problems, strict=True):
        assert part in str(one)


def test_all_that_is_wrong_in_all_claims_is_said(session: Session, tmp_path: Path) -> None:
    """Every misspelt word of every selector is a problem at its own place, and what is right is none."""
    path = tmp_path / "c.yaml"
    path.write_text(
        "graphscan: claims/1\nclaims:\n- {id: a, text: x, no_path: {from: tokne, to: [hsot, host]}}\n"
        "- {id: b, text: x, only_via: {from: token, to: host, through: {id: app, level: exec}}}\n",
        encoding="utf-8",
    )
    file = load([path])

    found = Selection(session, file.sets).wrong(file.claims)

    assert [(one.line, one.column, one.what.partition("`")[2].partition("`")[0]) for one in found] == [
        (3, 36, "tokne"),
        (3, 48, "hsot"),
        (4, 63, "id=app,level=exec"),
    ]


def test_what_is_written_twice_is_looked_up_once(session: Session, tmp_path: Path) -> None:
    """Fifty claims with the same selectors ask the store as often as two do."""

    class Counted:
        def __init__(self, con: object) -> None:
            self.con, self.count = con, 0

        def execute(self, *args: object) -> object:
            self.count += 1
            return self.con.execute(*args)  # type: ignore[attr-defined]

    def asked(claims: int) -> int:
        lines = "".join(
            f"- {{id: c{number}, text: x, no_path: {{from: s, to: [{{kind: Host, zone: core}}, token]}}}}\n"
            for number in range(claims)
        )
        path = tmp_path / "many.yaml"
        path.write_text(
            f"graphscan: claims/1\ndefine: {{s: {{label: prod, not: {{id: x}}}}}}\nclaims:\n{lines}", "utf-8"
        )
        loaded = load([path])
        con = Counted(session.con)
        fresh = Session(**{name: getattr(session, name) for name in session.__dataclass_fields__})
        fresh.__dict__["con"] = con
        selection = Selection(fresh, loaded.sets)
        for claim in loaded.claims:
            for one in (claim.args.start, claim.args.to):
                assert one is not None
                assert selection.resolve(one).count
        return con.count

    assert asked(50) == asked(2) > 0
