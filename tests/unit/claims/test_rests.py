"""What a statement rests on, where controls hinder, accounts are dead, and what is left out has to stay out."""

from collections.abc import Callable

import pytest

from graphscan.analysis import names
from graphscan.analysis.session import Session
from graphscan.claims.certificate import Statement
from graphscan.claims.exported import DEFEATED
from graphscan.claims.rests import rests_on, survives
from graphscan.engine.reach import reach
from graphscan.store import Store
from importers.facts import read

FACTS = """
graphscan: facts/1
source: small
at: 2024-01-01T00:00:00Z
nodes:
  - {id: token, kind: Credential, subtype: api_token}
  - {id: old-key, kind: Credential, subtype: access_key, valid_to: 2023-06-01}
  - {id: dead-password, kind: Credential, subtype: password}
  - {id: robot, kind: ServiceAccount}
  - {id: gone, kind: User, state: deprovisioned}
  - {id: store, kind: Repository}
  - {id: app, kind: Application}
  - {id: other, kind: Application}
  - {id: wall, kind: Control, subtype: acl, enforced: "yes"}
  - {id: second, kind: Control, subtype: acl, enforced: "yes"}
  - {id: list, kind: Control, subtype: ip_block_list, enforced: "yes", effect: hinders}
  - {id: staff, kind: Group}
  - {id: vault, kind: Database, sensitivity: crown_jewel}
  - {id: safe, kind: Database, sensitivity: crown_jewel}
  - {id: shelf, kind: Database, sensitivity: crown_jewel}
  - {id: lone, kind: Database, sensitivity: crown_jewel}
relations:
  - {source: robot, kind: HAS_CREDENTIAL, target: token}
  - {source: gone, kind: HAS_CREDENTIAL, target: dead-password}
  - {source: robot, kind: ASSIGNED_TO, target: app, gives: login, guarded_by: [list]}
  - {sources: [app, other], kind: REACHABLE_FROM, target: internet}
  - {source: app, kind: CONTAINS, target: vault, needs: login, gives: read, guarded_by: [wall]}
  - {source: app, kind: CONTAINS, target: store, needs: login, gives: read}
  - {source: store, kind: STORES, target: old-key}
  - {source: old-key, kind: GRANTS, target: safe, needs: held, gives: read}
  - {source: gone, kind: ASSIGNED_TO, target: other, gives: login}
  - {source: robot, kind: MEMBER_OF, target: staff}
  - {source: other, kind: CONTAINS, target: shelf, needs: login, gives: read, guarded_by: [second]}
coverage:
  - {relation: REACHABLE_FROM, state: complete}
"""


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """Return the inventory opened at the time it was read."""
    folder = tmp_path_factory.mktemp("rests")
    (folder / "facts.yaml").write_text(FACTS)
    info, records = read([folder / "facts.yaml"])
    store = Store.open_or_create(folder / "store")
    store.write(info, records)
    return Session.open(folder / "store", info.at)


Ask = Callable[..., tuple[Statement, list[int]]]


@pytest.fixture
def ask(session: Session) -> Ask:
    """Return a function that makes a statement, which must hold."""

    def make(starts: list[str], targets: list[str], trust: tuple[str, ...] = ()) -> tuple[Statement, list[int]]:
        found = names.targets(session, targets)
        statement = Statement(
            claim="c",
            claim_sha256="",
            text="",
            starts=names.starts(session, starts).facts,
            targets=found.facts,
            blocked=tuple(session.graph.at(names.resolve(session, [one])[0].n, DEFEATED) for one in trust),
            trust=trust,
            absent=() if found.facts else tuple((view.node.id, view.level) for view in found.views),
        )
        held = reach(session.graph, statement.starts, may=True, blocked=statement.shut).held
        assert not held[list(statement.targets)].any()
        return statement, [one.n for one in names.resolve(session, starts)]

    return make


def test_a_control(session: Session, ask: Ask) -> None:
    """One control on the edge is the single point of failure; the one that hinders is neither listed nor counted."""
    told = rests_on(session, *ask(["token"], ["vault"]))
    assert [(line.control.id, line.steps, line.single) for line in told.controls] == [("wall", 1, True)]
    assert (told.depth.number, told.depth.exact, [one.id for one in told.depth.example]) == (1, True, ["wall"])
    assert told.depth.sorts == (("control", 1),)


def test_what_only_hinders_holds_nobody_off(session: Session, ask: Ask) -> None:
    """A claim that holds by trust in a hindrance alone has depth 0, and no blocker."""
    told = rests_on(session, *ask(["token"], ["store"], ("list",)))
    assert (told.depth.structural, told.depth.number, told.depth.exact) == (False, 0, True)
    assert told.controls == ()
    assert told.notes == ("nothing but what hinders stands in the way",)


def test_a_dead_credential_that_is_found_on_the_way(session: Session, ask: Ask) -> None:
    """A key that lies in code that is read is dead: were it not, the data would be open. It is named in a note."""
    told = rests_on(session, *ask(["token"], ["safe"]))
    assert told.depth.sorts == (("dead credential", 1),)
    assert [one.id for one in told.depth.example] == ["old-key"]
    assert any("old-key" in note for note in told.notes)
    assert told.controls == ()


def test_a_dead_account_comes_back_with_its_credential_alone(session: Session, ask: Ask) -> None:
    """In `from` the password of a deprovisioned user is held once its death fails, and needs the control beside it."""
    statement, nodes = ask(["token", "dead-password"], ["shelf"])
    told = rests_on(session, statement, nodes)
    assert told.depth.sorts == (("control", 1), ("dead credential", 1))
    assert [one.id for one in told.depth.example] == ["second", "dead-password"]
    alone, nodes = ask(["token"], ["shelf"])
    assert rests_on(session, alone, nodes).depth.structural


def test_nothing_leads_there(session: Session, ask: Ask) -> None:
    """Data that nothing opens is structurally apart, whether or not the graph has a fact for it."""
    assert rests_on(session, *ask(["token"], ["lone"])).depth.structural


def test_survival(session: Session, ask: Ask) -> None:
    """Trust in the wall does not survive the wall; trust in another control changes nothing."""
    told = survives(session, *_with(ask(["token"], ["vault"], ("wall",)), 1))
    assert told.holds is False
    assert [[one.id for one in some] for some in told.failing] == [["wall"]]
    assert survives(session, *_with(ask(["token"], ["vault"], ("second",)), 2)).holds is True
    assert survives(session, *_with(ask(["token"], ["vault"], ("wall",)), 0)).holds is True


def test_a_budget_that_ends_is_said(session: Session, ask: Ask) -> None:
    """With no budget the depth is a bound, and a note says that not every blocker was tried."""
    statement, nodes = ask(["token"], ["vault"])
    told = rests_on(session, statement, nodes, budget=-1)
    assert (told.depth.number, told.depth.exact) == (1, False)
    assert any("budget" in note for note in told.notes)
    trusted, nodes = ask(["token"], ["vault"], ("wall",))
    assert survives(session, trusted, 1, nodes, budget=-1).holds is None


def _with(asked: tuple[Statement, list[int]], most: int) -> tuple[Statement, int, list[int]]:
    return asked[0], most, asked[1]
