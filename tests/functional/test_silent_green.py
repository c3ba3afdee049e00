"""What looks like a claim that holds and is none: each of these must come out red."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from graphscan.model import Node, Ref, Relation, SourceInfo
from graphscan.store import Store
from tests.functional.checking import checked, refused, stored
from tests.functional.running import Inside
from tests.techniques.fixture_files import FOLDER

AT = "2024-03-01T00:00:00Z"
FACTS = """\
graphscan: facts/1
source: plant
at: 2024-02-29T12:00:00Z
nodes:
  - {id: key, kind: Credential}
  - {id: robot, kind: ServiceAccount}
  - {id: intranet, kind: Application}
  - {id: payroll, kind: Application}
  - {id: handbook, kind: Wiki}
  - {id: salaries, kind: Database}
  - {id: lobby-screen, kind: Device}
  - {id: hard-key, kind: Control, enforced: "yes"}
relations:
  - {source: robot, kind: HAS_CREDENTIAL, target: key}
  - {source: robot, kind: ACCOUNT_OF, targets: [intranet, payroll]}
  - {sources: [intranet, payroll], kind: REACHABLE_FROM, target: internet}
  - {source: robot, kind: ASSIGNED_TO, target: intranet}
  - {source: robot, kind: ASSIGNED_TO, target: payroll, guarded_by: [hard-key]}
  - {source: intranet, kind: CONTAINS, target: handbook}
  - {source: payroll, kind: CONTAINS, target: salaries}
"""
HEAD = "graphscan: claims/1\n"


def claims(*claims: str, assumptions: str = "", waivers: str = "") -> str:
    """Return a claims file."""
    listed = "".join(f"  - {one}\n" for one in claims)
    return f"{HEAD}{assumptions}claims:\n{listed}{waivers}"


def claim(start: str = "{id: key}", to: str = "{id: salaries}", more: str = "") -> str:
    """Return a claim that nothing leads from one set to another; by default it holds, by the hard key."""
    return f"{{id: apart, text: Apart., severity: high, no_path: {{from: {start}, to: {to}}}{more}}}"


def waiver(edge: str, expires: str = "2024-03-31", more: str = "") -> str:
    """Return a waiver of the claim `apart`."""
    return (
        "waivers:\n"
        f'  - {{id: W-1, claim: apart, edges: ["{edge}"], reason: Later., approved_by: boss, ticket: T-1, '
        f'created: "2024-01-01", expires: "{expires}"{more}}}\n'
    )


ENTRY = "robot -generic.sign-in-> intranet"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Keep stores between tests by name: none of them is written to."""
    return {"folder": tmp_path_factory.mktemp("plant")}


@pytest.fixture
def plant(inside: Inside, kept: dict[str, Path]) -> Path:
    """Return the store of the plant."""
    if "plant" not in kept:
        kept["plant"] = stored(inside, kept["folder"], FACTS)
    return kept["plant"]


def test_what_is_green_to_begin_with(inside: Inside, plant: Path) -> None:
    """The claim that the others are changed from holds by one control, and its contrary fails."""
    green = checked(inside, plant, claims(claim()), "--as-of", AT, code=0)
    assert green.verdicts == {"apart": "PASS"}
    assert green.depth("apart") == {"control": 1}
    assert checked(inside, plant, claims(claim(to="{id: handbook}")), "--as-of", AT, code=1).verdicts == {
        "apart": "FAIL"
    }


@pytest.mark.parametrize(
    ("start", "to"),
    [
        ("{id: kee}", "{id: salaries}"),
        ("{kind: Credential, name: 'robot-*'}", "{id: salaries}"),
        ("{id: key}", "{kind: Database, label: payroll}"),
        ("{in: robots}", "{id: salaries}"),
    ],
)
def test_a_selector_matches_nothing(inside: Inside, plant: Path, start: str, to: str) -> None:
    """A set that matches nothing makes the claim vacuous, never true."""
    found = checked(inside, plant, claims(claim(start, to)), "--as-of", AT, code=3)
    assert found.only()["verdict"] == "VACUOUS"
    assert "matches nothing" in found.only()["reason"]


def test_a_set_has_shrunk(inside: Inside, plant: Path) -> None:
    """Fewer nodes than `at_least` are vacuous: an importer saw less than the last time."""
    sets = "define:\n  keys: {kind: Credential, at_least: 4}\n"
    found = checked(inside, plant, claims(claim("keys"), assumptions=sets), "--as-of", AT, code=3)
    assert found.only()["verdict"] == "VACUOUS"
    assert "at_least" in found.only()["reason"]


def test_a_misspelt_name_is_no_empty_set(inside: Inside, plant: Path) -> None:
    """A plain name that nothing has is an error that says what was probably meant."""
    said = refused(inside, plant, claims(claim("kee")), "--as-of", AT)
    assert "kee" in said
    assert "did you mean `key`" in said


def _given(keys: str) -> str:
    return f"assumptions:\n  day: {{text: A day., attacker: {{id: key}}, {keys}}}\n"


def test_a_misspelt_control(inside: Inside, plant: Path) -> None:
    """A control that there is not is an error at its place in the file, in either list; so is one in both."""
    for keys in ("trust: [hard-kee]", "distrust: [hard-kee]", "trust: [robot]"):
        text = claims(claim(more=", given: day"), assumptions=_given(keys))
        said = refused(inside, plant, text, "--as-of", AT)
        assert "claims.yaml:3:" in said
        assert keys.partition("[")[2].rstrip("]") in said
    text = claims(claim(more=", given: day"), assumptions=_given("trust: [hard-key], distrust: [hard-key]"))
    assert "both trusts and distrusts" in refused(inside, plant, text, "--as-of", AT)


def test_stale_data(inside: Inside, plant: Path) -> None:
    """Data older than an assumption allows prove nothing; a path over them is shown all the same."""
    given = _given("fresh: {'*plant': 6h}")
    held = checked(inside, plant, claims(claim(more=", given: day"), assumptions=given), "--as-of", AT, code=3)
    assert held.only()["verdict"] == "UNKNOWN"
    assert "12 hours before" in held.only()["reason"]
    assert [(one["source_instance"], one["state"]) for one in held.only()["gaps"]] == [("facts:plant", "stale")]
    assert held.only()["rests_on"] is None
    text = claims(claim(to="{id: handbook}", more=", given: day"), assumptions=given)
    assert checked(inside, plant, text, "--as-of", AT, code=1).only()["verdict"] == "FAIL"
    fresh = claims(claim(more=", given: day"), assumptions=_given("fresh: {'*plant': 24h}"))
    assert checked(inside, plant, fresh, "--as-of", AT, code=0).only()["verdict"] == "PASS"


def test_a_source_is_missing(inside: Inside, plant: Path) -> None:
    """A source that must be fresh and was never read is no fresh source."""
    given = _given("fresh: {okta: 24h}")
    found = checked(inside, plant, claims(claim(more=", given: day"), assumptions=given), "--as-of", AT, code=3)
    assert found.only()["verdict"] == "UNKNOWN"
    assert "nothing was read from `okta`" in found.only()["reason"]


def test_a_page_was_denied(inside: Inside, tmp_path: Path) -> None:
    """What a denied page could have listed leads there possibly: unknown, with the page named."""
    denied = (
        "{relation: STORES, scope: handbook, state: denied, endpoint: GET /wiki/api/v2/pages, error: '403 Forbidden'}"
    )
    store = stored(inside, tmp_path, f"{FACTS}coverage:\n  - {denied}\n")
    found = checked(inside, store, claims(claim()), "--as-of", AT, code=3).only()
    assert found["verdict"] == "UNKNOWN"
    assert "GET /wiki/api/v2/pages" in found["reason"]
    assert [(one["relation"], one["scope"], one["state"]) for one in found["gaps"]] == [
        ("STORES", "handbook", "denied")
    ]
    assert found["path"]["certainty"] == "possible"


def test_a_waiver_has_expired(inside: Inside, plant: Path) -> None:
    """A live waiver excuses the only way; the day after its last it excuses nothing, and is named."""
    text = claims(claim(to="{id: handbook}"), waivers=waiver(ENTRY))
    last = checked(inside, plant, text, "--as-of", AT, "--today", "2024-03-31", code=0)
    assert last.only()["verdict"] == "WAIVED"
    assert last.only()["waivers"][0]["state"] == "used"
    assert last.answer["warnings"] == [
        "waiver W-1 expires today",
        "waivers and expected failures are held against 2024-03-31",
    ]
    late = checked(inside, plant, text, "--as-of", AT, "--today", "2024-04-01", code=1)
    assert late.only()["verdict"] == "FAIL"
    assert "waiver W-1 expired on 2024-03-31 and is still needed" in late.only()["reason"]


@pytest.mark.parametrize(
    ("to", "edge", "state"),
    [
        # The claim holds: there is nothing to excuse.
        ("{id: salaries}", ENTRY, "idle"),
        # It fails, but not by this step.
        ("{id: handbook}", "payroll -CONTAINS-> salaries", "idle"),
        ("{id: handbook}", "robot -generic.sign-on-> intranet", "unmatched"),
        ("{id: handbook}", "robot -generic.sign-in-> intranat", "unmatched"),
    ],
)
def test_a_waiver_of_a_step_that_does_not_matter(inside: Inside, plant: Path, to: str, edge: str, state: str) -> None:
    """A waiver that excuses nothing makes its claim fail, whatever else holds, until it is removed."""
    found = checked(inside, plant, claims(claim(to=to), waivers=waiver(edge)), "--as-of", AT, code=1)
    assert found.only()["verdict"] == "FAIL"
    assert found.only()["waivers"][0]["state"] == state
    assert "remove it" in found.only()["reason"]
    if state == "unmatched":
        assert f"steps there are: {ENTRY}" in found.only()["reason"]


def test_a_waiver_by_glob_grows(inside: Inside, plant: Path) -> None:
    """A glob excuses as many steps as it says; one more, and it excuses none."""
    for most, verdict in ((2, "WAIVED"), (1, "FAIL")):
        text = claims(
            claim(to="{id: handbook}"), waivers=waiver("robot -generic.sign-in-> *", more=f", at_most: {most}")
        )
        found = checked(inside, plant, text, "--as-of", AT).only()
        assert (found["verdict"], found["waivers"][0]["state"]) == (verdict, "used" if verdict == "WAIVED" else "grown")


def test_a_failure_that_rests_on_an_absence_nobody_read(inside: Inside, tmp_path: Path) -> None:
    """A password reset needs that the user is no administrator: where that was not read, neither FAIL nor PASS."""
    fixture = YAML(typ="safe").load(FOLDER / "okta.reset-credentials.yaml")["facts"]
    text = claims(claim("{id: desk}", '"ann::act_as"'))
    for unread, verdict in ((None, "FAIL"), ("crew", "UNKNOWN")):
        facts = {"graphscan": "facts/1", "source": "okta", "at": "2024-02-29T12:00:00Z", **fixture}
        facts["coverage"] = [
            one for one in fixture["coverage"] if (one["relation"], one["scope"]) != ("HAS_ROLE", unread)
        ]
        store = stored(inside, tmp_path / verdict, json.dumps(facts))
        assert checked(inside, store, text, "--as-of", AT).only()["verdict"] == verdict


def test_every_claim_is_filtered_out(inside: Inside, plant: Path) -> None:
    """A claim that is asked for and not there is an error, alone or beside one that is there."""
    for more in ((), ("--claim", "apart")):
        said = refused(inside, plant, claims(claim()), "--as-of", AT, "--claim", "apartt", *more)
        assert "there is no claim `apartt`" in said
        assert "did you mean `apart`" in said


def test_nothing_to_check(inside: Inside, plant: Path, tmp_path: Path) -> None:
    """A folder without claims files, and files without claims, are errors."""
    empty = tmp_path / "claims"
    empty.mkdir()
    refused(inside, plant, empty)
    (empty / "none.yaml").write_text(f"{HEAD}claims: []\n", "utf-8")
    refused(inside, plant, empty)
    refused(inside, plant, tmp_path / "elsewhere.yaml")


def test_nobody_can_begin(inside: Inside, plant: Path) -> None:
    """`only_from` of whom nobody is left is vacuous."""
    verb = "only_from: {from: {id: key}, allowed: {id: robot}, to: {id: handbook}}"
    text = claims(f"{{id: apart, text: Apart., severity: low, {verb}}}")
    found = checked(inside, plant, text, "--as-of", AT, code=3).only()
    assert (found["verdict"], "all that could begin is allowed" in found["reason"]) == ("VACUOUS", True)


def test_a_via_of_a_technique_that_there_is_not(inside: Inside, plant: Path) -> None:
    """A misspelt technique under `via` is an error, not a failure for another reason."""
    text = claims(
        claim(to="{id: handbook}", more=', expect: fail, until: "2024-12-31", ticket: T-2, via: [generic.sign-on]')
    )
    assert "did you mean `generic.sign-in`" in refused(inside, plant, text, "--as-of", AT)


def test_reaching_is_not_access(inside: Inside, plant: Path) -> None:
    """An application that can merely be talked to is not reached; asked for at that level it is."""
    assert checked(inside, plant, claims(claim(to="{id: payroll}")), "--as-of", AT).only()["verdict"] == "PASS"
    found = checked(inside, plant, claims(claim(to='"payroll::reachable"')), "--as-of", AT).only()
    assert found["verdict"] == "FAIL"
    assert "whatever `from` is" in " ".join(found["notes"])
    assert found["path"]["heads"][0]["id"] == "internet"


def test_data_of_another_time(inside: Inside, tmp_path: Path) -> None:
    """What a source says of the day it was read proves nothing of a year before; facts say what held when."""
    for importer, verdict in (("okta", "UNKNOWN"), ("facts", "PASS")):
        store = tmp_path / importer / "store"
        read = datetime(2024, 2, 29, 12, tzinfo=UTC)
        records = [Node("key", "Credential"), Node("robot", "ServiceAccount"), Node("salaries", "Database")]
        owns = Relation(Ref("robot"), "HAS_CREDENTIAL", Ref("key"))
        Store.open_or_create(store).write(SourceInfo("plant", importer, read), [*records, owns])
        for moment, said in (("2024-02-29T00:00:00Z", "PASS"), ("2023-03-01", verdict)):
            found = checked(inside, store, claims(claim()), "--as-of", moment).only()
            assert found["verdict"] == said
            assert ("do not say how things stood then" in found["reason"]) is (said == "UNKNOWN")
