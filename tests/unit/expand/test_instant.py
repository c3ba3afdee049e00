"""What takes part at an instant, and what edits change: each scenario a tenant, all asked in a few inventories."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from graphscan.analysis.session import Session
from graphscan.expand.edits import Edits
from graphscan.expand.run import expand
from graphscan.model import SourceInfo
from graphscan.store import Store
from tests.inventory import READ, World, facts, merged, tenant

PASSWORD = """
nodes:
  - {id: ann, kind: User%(ann)s}
  - {id: pw, kind: Credential%(pw)s}
  - {id: app, kind: Application%(app)s}
  - {id: pin, kind: Control%(pin)s}
  - {id: key, kind: Credential}
  - {id: code, kind: Repository}
relations:
  - {source: ann, kind: HAS_CREDENTIAL, target: pw%(has)s}
  - {source: ann, kind: ASSIGNED_TO, target: app%(assigned)s}
  - {source: app, kind: REACHABLE_FROM, target: internet%(reachable)s}
  - {source: code, kind: STORES, target: pw%(stores)s}
"""


def password(**changes: str) -> str:
    """Return a person with a password and an application, some entries having further fields."""
    names = ("ann", "pw", "app", "pin", "has", "assigned", "reachable", "stores")
    return PASSWORD % {name: f", {changes[name]}" if name in changes else "" for name in names}


GUARDED = {"assigned": "guarded_by: [pin]"}
NO_EDITS = Edits()
KNOWN, POSSIBLE, NEVER = "known", "possible", "never"


@dataclass(frozen=True)
class Scenario:
    """Whether `target` is reached from `start` at an instant, after edits of ids of this tenant."""

    name: str
    text: str
    outcome: str
    at: str = "2024-01-01"
    start: tuple[str, ...] = ("pw",)
    target: str = "app::login"
    edits: Edits = NO_EDITS


def guarded(**pin: str) -> str:
    stated = ", ".join(f"{key}: {value}" for key, value in pin.items())
    return password(**GUARDED, **({"pin": stated} if stated else {}))


ENFORCED = (
    'enforced: [{value: "no", valid_to: 2023-03-01}, {value: "yes", valid_from: 2023-03-01, valid_to: 2023-09-01}]'
)
WINDOW = "valid_from: 2023-03-01, valid_to: 2023-09-01"

SCENARIOS = [
    Scenario("plain", password(), KNOWN),
    # Validity is half-open, of nodes and of relations.
    *(
        Scenario(f"{part} {at}", password(**{part: WINDOW}), KNOWN if inside else NEVER, at)
        for part in ("ann", "pw", "app", "has", "assigned", "reachable")
        for at, inside in (
            ("2023-02-28T23:59:59", False),
            ("2023-03-01", True),
            ("2023-08-31T23:59:59", True),
            ("2023-09-01", False),
        )
    ),
    Scenario("not expired yet", password(pw="expires_at: 2023-09-01"), KNOWN, "2023-08-31T23:59:59"),
    Scenario("expired", password(pw="expires_at: 2023-09-01"), NEVER, "2023-09-01"),
    # A state without dates is believed from when the source was read; one with an end, from that end on.
    *(
        Scenario(f"{part} {state}", password(**{part: f"state: {state}"}), NEVER)
        for part in ("pw", "ann")
        for state in ("disabled", "deprovisioned", "suspended", "deleted", "revoked", "expired")
    ),
    *(
        Scenario(f"{part} {state}", password(**{part: f"state: {state}"}), KNOWN)
        for part, state in (
            ("pw", "active"),
            ("ann", "locked_out"),
            ("ann", "staged"),
            ("app", "retired"),
            ("app", "disabled"),
            ("app", "deleted"),
            ("app", "inactive"),
        )
    ),
    Scenario("state before the source was read", password(pw="state: revoked"), KNOWN, "2023-11-30T23:59:59"),
    Scenario("state when the source was read", password(pw="state: revoked"), NEVER, "2023-12-01"),
    Scenario("state with an end, before", password(pw="state: revoked, valid_to: 2023-09-01"), KNOWN, "2023-08-01"),
    Scenario("state with an end, after", password(pw="state: revoked, valid_to: 2023-09-01"), NEVER, "2023-09-01"),
    Scenario(
        "a disabled owner kills the credential",
        password(ann="state: disabled"),
        NEVER,
        start=("code::read",),
        target="pw::held",
    ),
    Scenario(
        "a shared credential outlives one of its owners",
        password(ann="state: disabled").replace("nodes:", "nodes:\n  - {id: bob, kind: User}")
        + "  - {source: bob, kind: HAS_CREDENTIAL, target: pw}\n",
        KNOWN,
        target="bob::act_as",
    ),
    # Controls.
    Scenario("enforced", guarded(enforced='"yes"'), NEVER),
    Scenario("not enforced", guarded(enforced='"no"'), KNOWN),
    Scenario("absent", guarded(enforced="absent"), KNOWN),
    Scenario("unknown", guarded(enforced="unknown"), POSSIBLE),
    Scenario("not stated", guarded(), POSSIBLE),
    Scenario("a mechanism holds by default", guarded(subtype="mechanism"), NEVER),
    Scenario("hinders", guarded(enforced='"yes"', effect="hinders"), KNOWN),
    Scenario("hinders, not stated", guarded(effect="hinders"), KNOWN),
    Scenario("a control that ended", guarded(enforced='"yes"', valid_to="2023-06-01"), KNOWN),
    Scenario("before it ended", guarded(enforced='"yes"', valid_to="2023-06-01"), NEVER, "2023-05-31"),
    Scenario("a control not there yet", guarded(enforced='"yes"', valid_from="2023-06-01"), KNOWN, "2023-05-31"),
    Scenario("a control marked disabled", guarded(enforced='"yes"', state="disabled"), NEVER),
    *(
        Scenario(f"enforcement at {at}", password(**GUARDED, pin=ENFORCED), outcome, at)
        for at, outcome in (
            ("2023-02-28T23:59:59", KNOWN),
            ("2023-03-01", NEVER),
            ("2023-08-31T23:59:59", NEVER),
            ("2023-09-01", POSSIBLE),
        )
    ),
    Scenario(
        "a guard that is dead",
        password(assigned="guarded_by: [key]").replace(
            "key, kind: Credential", "key, kind: Credential, state: revoked"
        ),
        NEVER,
        start=("pw", "key"),
    ),
    Scenario("a guard that is held", password(assigned="guarded_by: [key]"), KNOWN, start=("pw", "key")),
    # What was not read.
    Scenario(
        "nothing says from where",
        password().replace("REACHABLE_FROM, target: internet", "OWNED_BY, target: ann"),
        POSSIBLE,
    ),
    Scenario(
        "reachability read completely",
        password().replace("REACHABLE_FROM, target: internet", "OWNED_BY, target: ann")
        + "coverage:\n  - {relation: REACHABLE_FROM, scope: app, complete: true}\n",
        NEVER,
    ),
    Scenario(
        "reachability of another read completely",
        password().replace("REACHABLE_FROM, target: internet", "OWNED_BY, target: ann")
        + "coverage:\n  - {relation: REACHABLE_FROM, scope: code, complete: true}\n",
        POSSIBLE,
    ),
    Scenario(
        "reachable from a segment only",
        password().replace("nodes:", "nodes:\n  - {id: lan, kind: Segment}").replace("target: internet", "target: lan"),
        NEVER,
    ),
    Scenario(
        "led to from elsewhere",
        password().replace("REACHABLE_FROM, target: internet", "OWNED_BY, target: ann")
        + "  - {source: code, kind: CONNECTS_TO, target: app}\n",
        NEVER,
    ),
    Scenario("a possible relation", password(assigned="observed: possible"), POSSIBLE),
    Scenario("an assumed relation", password(assigned="observed: assumed"), POSSIBLE),
    Scenario("a hypothetical node", password(app="hypothetical: true"), POSSIBLE),
    # Stored copies.
    Scenario("a copy of the only version", password(), KNOWN, start=("code::read",), target="pw::held"),
    *(
        Scenario(
            f"a copy, {name}",
            password(pw=f"versions: [{versions}]", stores="stored_at: 2023-04-01"),
            outcome,
            start=("code::read",),
            target="pw::held",
        )
        for name, versions, outcome in (
            ("replaced before", "{since: 2023-01-01}, {since: 2023-03-01}", KNOWN),
            ("replaced after", "{since: 2023-01-01}, {since: 2023-05-01}", NEVER),
            ("replaced later than the instant", "{since: 2023-01-01}, {since: 2024-05-01}", KNOWN),
            ("overlap goes on", "{since: 2023-01-01}, {since: 2023-05-01, overlap_until: 2024-02-01}", KNOWN),
            ("overlap ended", "{since: 2023-01-01}, {since: 2023-05-01, overlap_until: 2023-06-01}", NEVER),
        )
    ),
    Scenario(
        "a copy of unknown age of a replaced secret",
        password(pw="versions: [{since: 2023-01-01}, {since: 2023-05-01}]"),
        KNOWN,
        start=("code::read",),
        target="pw::held",
    ),
    # Edits.
    Scenario(
        "--rotated and an old copy",
        password(stores="stored_at: 2023-04-01"),
        NEVER,
        start=("code::read",),
        target="pw::held",
        edits=Edits(rotated=("pw",)),
    ),
    Scenario(
        "--rotated and a copy that is kept current",
        password(),
        KNOWN,
        start=("code::read",),
        target="pw::held",
        edits=Edits(rotated=("pw",)),
    ),
    Scenario("--revoke a credential", password(), NEVER, edits=Edits(revoked=("pw",))),
    Scenario("--revoke its owner", password(), NEVER, edits=Edits(revoked=("ann",))),
    Scenario(
        "--revoke and the copies",
        password(),
        NEVER,
        start=("code::read",),
        target="pw::held",
        edits=Edits(revoked=("pw",)),
    ),
    Scenario("--defeated", guarded(enforced='"yes"'), KNOWN, edits=Edits(defeated=("pin",))),
    Scenario("--defeated what is unknown", guarded(), KNOWN, edits=Edits(defeated=("pin",))),
    Scenario("--enforced what is not", guarded(enforced='"no"'), NEVER, edits=Edits(enforced=("pin",))),
    Scenario("--enforced what is unknown", guarded(), NEVER, edits=Edits(enforced=("pin",))),
    Scenario(
        "--enforced what ended", guarded(enforced='"yes"', valid_to="2023-06-01"), NEVER, edits=Edits(enforced=("pin",))
    ),
    Scenario("--enforced what hinders", guarded(effect="hinders"), KNOWN, edits=Edits(enforced=("pin",))),
    Scenario("--without a control", guarded(enforced='"yes"'), KNOWN, edits=Edits(without=("pin",))),
    Scenario("--without an account", password(), NEVER, edits=Edits(without=("ann",))),
    Scenario("--without an application", password(), NEVER, edits=Edits(without=("app",))),
    Scenario(
        "--without the segment from which alone it is reached",
        password().replace("nodes:", "nodes:\n  - {id: lan, kind: Segment}").replace("target: internet", "target: lan"),
        NEVER,
        start=("pw",),
        edits=Edits(without=("lan",)),
    ),
    Scenario(
        "--without the console's policy opens the console",
        "nodes:\n  - {id: ann, kind: User}\n  - {id: org, kind: Application, provider: okta, subtype: org}\n"
        '  - {id: policy, kind: Control, subtype: sign_on_policy, enforced: "yes"}\nrelations:\n'
        "  - {source: ann, kind: ACCOUNT_OF, target: org}\n  - {source: policy, kind: APPLIES_TO, target: org}\n"
        "  - {source: org, kind: REACHABLE_FROM, target: internet}\n",
        KNOWN,
        start=("ann::act_as",),
        target="ann::api",
        edits=Edits(without=("policy",)),
    ),
    Scenario(
        "--without a mechanism is no way in",
        "nodes:\n  - {id: ann, kind: User}\n  - {id: otp, kind: Credential, subtype: factor}\n"
        "  - {id: relay, kind: Control, subtype: mechanism}\nrelations:\n"
        "  - {source: ann, kind: HAS_CREDENTIAL, target: otp, gives: mfa}\n"
        "  - {source: otp, kind: INSTANCE_OF, target: relay}\n",
        NEVER,
        start=("ann::act_as",),
        target="ann::mfa",
        edits=Edits(without=("relay",)),
    ),
]


def moved(edits: Edits, before: str) -> dict[str, tuple[str, ...]]:
    ids = {one.name: getattr(edits, one.name) for one in fields(edits) if one.name != "revived"}
    return {name: tuple(before + id_ for id_ in values) for name, values in ids.items()}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], World]:
    """Return a function from an instant to the inventory of all scenarios at that instant, each with its edits."""
    built: dict[str, World] = {}

    def at(instant: str) -> World:
        if instant not in built:
            folder = tmp_path_factory.mktemp("instant")
            chosen = [(f"{n}/", one) for n, one in enumerate(SCENARIOS) if one.at == instant]
            records = [r for before, one in chosen for r in tenant(facts(folder, one.text), before)]
            edits = {
                name: tuple(id_ for before, one in chosen for id_ in moved(one.edits, before)[name])
                for name in moved(Edits(), "")
            }
            when = datetime.fromisoformat(instant).replace(tzinfo=UTC)
            asked = [before + one.target for before, one in chosen]
            built[instant] = World.build(folder, records, asked=asked, at=when, edits=Edits(**edits))
        return built[instant]

    return at


@pytest.mark.parametrize("number", range(len(SCENARIOS)), ids=[one.name for one in SCENARIOS])
def test_scenario(world: Callable[[str], World], number: int) -> None:
    """What is reached at the instant after the edits is known, possible or neither, as stated."""
    one, before = SCENARIOS[number], f"{number}/"
    found = world(one.at)
    dead = {row[0] for row in found.con.execute("SELECT id FROM base.node JOIN death USING (n)").fetchall()}
    start = [before + id_ for id_ in one.start if before + id_.split("::")[0] not in dead]
    known = found.holds(found.reach(start), before + one.target)
    possible = found.holds(found.reach(start, may=True), before + one.target)

    assert possible or not known
    assert (KNOWN if known else POSSIBLE if possible else NEVER) == one.outcome


def test_why_dead(world: Callable[[str], World]) -> None:
    """Each node that takes no part has a reason in words, with the moment where there is one."""
    found = world("2024-01-01")
    reasons = dict(found.con.execute("SELECT id, reason FROM base.node JOIN death USING (n)").fetchall())
    by_name = {one.name: f"{n}/" for n, one in enumerate(SCENARIOS)}

    assert reasons[by_name["--revoke a credential"] + "pw"] == "revoked by --revoke"
    assert reasons[by_name["--without an account"] + "ann"] == "left out by --without"
    assert reasons[by_name["pw revoked"] + "pw"] == "revoked"
    assert "its account is dead: " in reasons[by_name["ann disabled"] + "pw"]
    assert "(disabled)" in reasons[by_name["ann disabled"] + "pw"]


def test_a_state_is_believed_from_the_last_source(tmp_path: Path) -> None:
    """Where several sources state a credential and one calls it revoked without a date, it dies with the later one."""
    taken = {"facts:0": datetime(2023, 3, 1, tzinfo=UTC), "facts:1": datetime(2023, 9, 1, tzinfo=UTC)}
    dead = {}
    for month in (2, 6, 10):
        folder = tmp_path / str(month)
        folder.mkdir()
        sources = facts(folder, password()), facts(folder, password(pw="state: revoked"), "late")
        con = merged(folder, *sources)
        expand(con, [], datetime(2023, month, 1, tzinfo=UTC), Edits(), taken)
        dead[month] = con.execute("SELECT id FROM base.node JOIN death USING (n)").fetchall()

    assert dead == {2: [], 6: [], 10: [("pw",)]}


def test_a_session_tells_instants_apart_by_when_sources_were_read(tmp_path: Path) -> None:
    """A state without a date divides time where its source was read, though nothing else begins or ends there."""
    store = Store.open_or_create(tmp_path / "store")
    store.write(SourceInfo("facts:test", "facts", READ), facts(tmp_path, password(pw="state: revoked")))

    before, after = (Session.open(store.path, READ + timedelta(days=days)) for days in (-1, 1))

    assert before.folder != after.folder
    assert after.con.execute("SELECT dead FROM base.node WHERE id = 'pw'").fetchall() == [("revoked",)]
    assert before.con.execute("SELECT dead FROM base.node WHERE id = 'pw'").fetchall() == [(None,)]
