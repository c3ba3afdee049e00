"""Confluence Data Center over HTTP: spaces, groups in groups, and what was refused."""

from pathlib import Path

import pytest

from graphscan.model import Coverage, CoverageState, Enforced, Node, Observed, Record, Ref, Relation
from tests.importers.atlassian.collected import INTERNET, Read, closed, read, world
from tests.importers.servers.dc_confluence import Confluence
from tests.importers.servers.dc_org import DataCenter, Person, Space, Team
from tests.inventory import World, tenant

C, BASE = "confluence:acme", "/confluence"
FACTS = [f"{C}:space:{key}::{level}" for key in ("SEC", "RUN") for level in ("read", "write", "admin")]
FACTS += [f"{C}:app::{level}" for level in ("login", "admin", "system")]


def organisation() -> DataCenter:
    """Return a small server: a closed space, and one that anyone reads."""
    return DataCenter(
        people=[
            *(Person(one) for one in ("owner", "reader", "nested", "admin", "root", "nobody")),
            Person("gone", active=False),
        ],
        teams={"readers": Team(["reader", "gone"], ["inner"]), "inner": Team(["nested"], ["readers"])},
        wiki_globals=[
            ("group", "readers", "use"),
            ("user", "admin", "administer"),
            ("user", "root", "system_administrator"),
            ("user", "owner", "of_next_year"),
        ],
        spaces=[
            Space("SEC", [("group", "readers", "read"), ("user", "owner", "administer"), ("user", "owner", "read")]),
            Space("RUN", [("anonymous", "", "read"), ("user", "reader", "create")]),
        ],
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Return the server, read by an administrator."""
    return read(tmp_path_factory.mktemp("wiki"), "confluence", Confluence(organisation()), BASE)


@pytest.fixture(scope="module")
def opened(whole: Read, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return what it opens."""
    return world(tmp_path_factory.mktemp("opened"), whole, FACTS, local_login=True)


def reached(opened: World, start: str, may: bool = False) -> set[str]:
    """Return which of the facts a start reaches from the internet, in short."""
    found = opened.reach([start, INTERNET], may=may)
    return {one.removeprefix(f"{C}:").replace("::", " ") for one in FACTS if opened.holds(found, one)}


PUBLIC = {"space:RUN read"}
READS = {*PUBLIC, "space:SEC read", "app login"}


@pytest.mark.parametrize(
    ("start", "opens"),
    [
        (f"{C}:user:reader::api_read", READS),
        (f"{C}:user:reader::api", {*READS, "space:RUN write"}),
        (f"{C}:user:nested::api", READS),  # through groups that hold each other
        (f"{C}:password:nested", READS),
        (f"{C}:user:owner::api", {*PUBLIC, "space:SEC read", "space:SEC write", "space:SEC admin"}),
        (f"{C}:user:admin::api", {*PUBLIC, "app login", "app admin"}),
        (f"{C}:user:admin::api_admin", PUBLIC),  # a token administers objects, not the application
        (f"{C}:user:root::api", {*PUBLIC, "app login", "app admin", "app system"}),
        (f"{C}:user:nobody::api", PUBLIC),
        (INTERNET, PUBLIC),
    ],
)
def test_what_each_person_opens(opened: World, start: str, opens: set[str]) -> None:
    """A space's administrator is not Confluence's; what is open to anyone asks only that Confluence can be reached."""
    assert reached(opened, start) == opens


def test_an_administrator_possibly_takes_every_space(opened: World) -> None:
    """He can give himself the right; that he did so nobody tells."""
    assert "space:SEC admin" in reached(opened, f"{C}:user:admin::api", may=True)


def test_the_inactive_open_nothing(whole: Read) -> None:
    """A deactivated account is dead and has no password."""
    nodes = {one.id: one for one in whole.records if isinstance(one, Node)}
    assert nodes[f"{C}:user:gone"].state == "disabled"
    assert f"{C}:password:gone" not in nodes


def test_what_was_refused_is_possible(tmp_path: Path) -> None:
    """A 403 is a row that says so; what it could tell is possible, and without it nothing else is."""
    # What it is of, and whether somebody without any right is then possibly let in; None: it says nothing of him.
    refused = {
        "/user/list": ("ACCOUNT_OF", None),
        "/member": ("MEMBER_OF", True),
        "/groupmember": ("MEMBER_OF", True),
        "/api/permissions": ("ASSIGNED_TO", True),
        "/permissions": ("ASSIGNED_TO", True),
        "/api/space": ("CONTAINS", None),
        "nothing": ("", False),
    }
    app, sec = f"{C}:app", f"{C}:space:SEC::read"
    scopes = [("STORES", f"{C}:space:{key}") for key in ("SEC", "RUN")]
    scopes += [(kind, app) for kind in ("INSTALLED_IN", "RUNS_ON", "TRUSTS")]
    said: list[Record] = [Coverage(relation, CoverageState.COMPLETE, scope) for relation, scope in scopes]
    said.append(Relation(Ref(app), "REACHABLE_FROM", Ref(INTERNET)))
    sources: list[list[Record]] = [[Node(INTERNET, "Segment")]]
    for number, (part, (relation, possible)) in enumerate(refused.items()):
        whole = read(tmp_path / str(number), "confluence", closed(Confluence(organisation()), part), BASE)
        rows = [one for one in whole.coverage(relation) if one.failed and "permission" in one.error]
        assert (bool(rows), whole.result.complete) == (part != "nothing", part == "nothing"), part
        if possible is not None:
            sources += [tenant(some, f"{number}-") for some in (whole.records, said)]
    expected = {number: one for number, (_, one) in enumerate(refused.values()) if one is not None}
    opened = World.build(tmp_path, *sources, asked=[f"{number}-{sec}" for number in expected])
    for number, possible in expected.items():
        found = opened.reach([f"{number}-{C}:user:nobody::api", INTERNET], may=True)
        assert opened.holds(found, f"{number}-{sec}") is possible, number


def test_what_single_sign_on_leaves_to_passwords(tmp_path: Path) -> None:
    """Where form, fallback and Basic are shut, passwords are; an account that an assertion made perhaps has none."""
    for local, enforced in ((True, Enforced.NO), (False, Enforced.YES), (None, None)):
        server = Confluence(organisation(), local_login=local, made=("Nested",))
        whole = read(tmp_path / str(local), "confluence", server, BASE)
        nodes = {one.id: one for one in whole.records if isinstance(one, Node)}
        said = [one.value for one in nodes[f"{C}:local-login-disabled"].enforced]
        assert said == ([] if enforced is None else [enforced])
        assert whole.result.complete
        seen = {one.source.text: one.observed for one in whole.relations("HAS_CREDENTIAL")}
        doubtful = [one for one, observed in seen.items() if observed is Observed.POSSIBLE]
        assert doubtful == ([] if local is None else [f"{C}:user:nested"])
        trusts = [one.target.text for one in whole.relations("TRUSTS")]
        assert trusts == ([] if local is None else [f"{C}:idp:1"])
        assert ("idp_issuer" in {key.type for key in nodes[f"{C}:app"].keys}) is (local is not None)


def test_webhooks_are_counted_and_their_passwords_not_kept(whole: Read) -> None:
    """A webhook is inventory: where it calls and with what is nobody's way in."""
    (app,) = [one for one in whole.records if isinstance(one, Node) and one.id == f"{C}:app"]
    assert app.properties["webhooks"] == "1"
    assert b"hook-Pa55word" not in whole.result.path.read_bytes()


def test_the_context_path_stands_before_every_address(whole: Read) -> None:
    """It is part of each request, and of the address by which the product is found."""
    assert all(one.startswith(f"{BASE}/rest/") for one in whole.seen)
    (app,) = [one for one in whole.records if isinstance(one, Node) and one.id == f"{C}:app"]
    assert app.keys[0].value.endswith(BASE)
