"""`check` as a user meets it: the verbs, assumptions, expected failures and what each verdict shows."""

from pathlib import Path

import pytest

from tests.functional.checking import Checked, checked, refused, stored
from tests.functional.running import Inside

AT = "2024-03-01T00:00:00Z"
# A robot with a key, and a person; a hard key, of a mechanism, before the payroll; a firewall that is not enforced.
FACTS = """\
graphscan: facts/1
source: plant
at: 2024-02-29T12:00:00Z
nodes:
  - {id: key, kind: Credential}
  - {id: spare, kind: Credential}
  - {id: password, kind: Credential}
  - {id: stick, kind: Credential}
  - {id: robot, kind: ServiceAccount}
  - {id: ann, kind: User}
  - {id: gate, kind: Application}
  - {id: yard, kind: Segment}
  - {id: intranet, kind: Application}
  - {id: payroll, kind: Application}
  - {id: handbook, kind: Wiki}
  - {id: salaries, kind: Database}
  - {id: mechanism, kind: Control, subtype: mechanism}
  - {id: hard-key, kind: Control, enforced: "yes"}
  - {id: firewall, kind: Control, enforced: "no"}
  - {id: alarm, kind: Control}
relations:
  - {source: robot, kind: HAS_CREDENTIAL, target: key}
  - {source: robot, kind: HAS_CREDENTIAL, target: spare}
  - {source: ann, kind: HAS_CREDENTIAL, target: password}
  - {source: robot, kind: ACCOUNT_OF, targets: [gate, intranet, payroll]}
  - {source: ann, kind: ACCOUNT_OF, target: intranet}
  - {source: gate, kind: REACHABLE_FROM, target: internet}
  - {source: robot, kind: ASSIGNED_TO, target: gate}
  - {source: gate, kind: CONNECTS_TO, target: yard, guarded_by: [firewall]}
  - {sources: [intranet, payroll], kind: REACHABLE_FROM, target: yard}
  - {sources: [robot, ann], kind: ASSIGNED_TO, target: intranet}
  - {source: robot, kind: ASSIGNED_TO, target: payroll, guarded_by: [hard-key]}
  - {source: intranet, kind: CONTAINS, target: handbook}
  - {source: payroll, kind: CONTAINS, target: salaries}
  - {source: hard-key, kind: INSTANCE_OF, target: mechanism}
  - {source: hard-key, kind: DEFEATED_BY, target: stick, needs: held, gives: defeated}
"""
ASSUMPTIONS = """\
  plain: {text: As it is., attacker: {id: key}}
  trusting: {text: The firewall holds., attacker: {id: key}, trust: [firewall]}
  broken: {text: The mechanism fails., attacker: {id: key}, distrust: [mechanism]}
  stolen: {text: The stick is stolen and the mechanism holds., attacker: {id: [key, stick]}, trust: [mechanism]}
  open: {text: The hard key fails., attacker: {id: key}, distrust: [hard-key]}
  closed: {text: Both hold., attacker: {id: key}, trust: [firewall, hard-key]}
"""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Keep the store between tests: none writes to it."""
    return {"folder": tmp_path_factory.mktemp("plant")}


@pytest.fixture
def plant(inside: Inside, kept: dict[str, Path]) -> Path:
    """Return the store of the plant."""
    if "plant" not in kept:
        kept["plant"] = stored(inside, kept["folder"], FACTS)
    return kept["plant"]


def claims(**verbs: str) -> str:
    """Return a claims file with all assumptions and some claims: id = verb and more keys."""
    listed = "".join(
        f"  - {{id: {id_.replace('_', '-')}, text: {id_}., severity: low, {said}}}\n" for id_, said in verbs.items()
    )
    return f"graphscan: claims/1\nassumptions:\n{ASSUMPTIONS}claims:\n{listed}"


def asked(inside: Inside, store: Path, *options: str, **verbs: str) -> Checked:
    """Check some claims."""
    return checked(inside, store, claims(**verbs), "--as-of", AT, *options)


def test_assumptions(inside: Inside, plant: Path) -> None:
    """Trust closes what is stated as open, whatever could defeat it; distrust opens what is stated as closed."""
    handbook, salaries = "no_path: {to: {id: handbook}}", "no_path: {to: {id: salaries}}"
    found = asked(
        inside,
        plant,
        plain=f"given: plain, {handbook}",
        trusting=f"given: trusting, {handbook}",
        payroll=f"given: plain, {salaries}",
        broken=f"given: broken, {salaries}",
        opened=f"given: open, {salaries}",
        with_stick="no_path: {from: {id: [key, stick]}, to: {id: salaries}}",
        stolen=f"given: stolen, {salaries}",
    )
    assert found.verdicts == {
        "plain": "FAIL",
        "trusting": "PASS",
        "payroll": "PASS",
        "broken": "FAIL",
        "opened": "FAIL",
        "with-stick": "FAIL",
        "stolen": "PASS",
    }
    assert "trusted although firewall is stated as not enforced" in " ".join(found.claims["trusting"]["notes"])
    assert "the attacker has what defeats it: hard-key" in " ".join(found.claims["stolen"]["notes"])
    assert [one["id"] for one in found.claims["plain"]["opened"]] == ["firewall"]
    # The attacker of the assumption counts as `from`, and says so.
    assert [one["role"] for one in found.claims["plain"]["sets"]] == ["attacker", "to"]


def test_survives(inside: Inside, plant: Path) -> None:
    """A claim that falls if one trusted control alone fails does not survive it, and the control is named."""
    found = asked(
        inside,
        plant,
        one="given: trusting, no_path: {to: {id: handbook}}, survives: 1",
        two="given: closed, no_path: {to: {id: salaries}}, survives: 1",
        both="given: closed, no_path: {to: {id: salaries}}, survives: 2",
    )
    assert found.verdicts == {"one": "FAIL", "two": "PASS", "both": "FAIL"}
    assert "firewall" in found.claims["one"]["reason"]
    assert "firewall and hard-key" in found.claims["both"]["reason"]


def test_only_via(inside: Inside, plant: Path) -> None:
    """Every path passes the gate; with the gate's own rights held it is passed by none."""
    found = asked(
        inside,
        plant,
        gate="only_via: {from: {id: key}, to: {id: handbook}, through: {id: gate}}",
        elsewhere="only_via: {from: {id: key}, to: {id: handbook}, through: {id: payroll}}",
        idle="only_via: {from: {id: key}, to: {id: salaries}, through: {id: gate}}",
        within="only_via: {from: {id: [key, yard]}, to: {id: handbook}, through: {id: gate}}",
    )
    assert found.verdicts == {"gate": "PASS", "elsewhere": "FAIL", "idle": "PASS", "within": "FAIL"}
    assert "nothing is reached through what must be passed either" in found.claims["idle"]["notes"]
    assert found.claims["gate"]["notes"] == []


def test_only_from(inside: Inside, plant: Path) -> None:
    """Who has an allowed account's credential is allowed; another credential of an account is not allowed with one."""
    found = asked(
        inside,
        plant,
        accounts="only_from: {allowed: {id: [robot, ann]}, to: {id: handbook}}",
        keys="only_from: {allowed: {id: [key, password]}, to: {id: handbook}}",
        all_keys="only_from: {allowed: {id: [key, spare, password]}, to: {id: handbook}}",
        named="only_from: {from: {id: [key, stick]}, allowed: {id: key}, to: {id: handbook}}",
    )
    assert found.verdicts == {"accounts": "PASS", "keys": "FAIL", "all-keys": "PASS", "named": "PASS"}
    assert found.claims["keys"]["path"]["heads"][0]["id"] == "spare"


def test_path(inside: Inside, plant: Path) -> None:
    """A positive control holds where everything asked for is reached, shows how, and fails where one is not."""
    found = asked(
        inside,
        plant,
        reached="path: {from: {id: key}, to: {id: handbook}}",
        one_of_two="path: {from: {id: key}, to: {id: [handbook, salaries]}}",
    )
    assert found.verdicts == {"reached": "PASS", "one-of-two": "FAIL"}
    assert found.claims["reached"]["path"]["tails"][0]["id"] == "handbook"
    assert "1 of 2 targets cannot be reached" in found.claims["one-of-two"]["reason"]


def test_at_most(inside: Inside, plant: Path) -> None:
    """The union counts unless each start is to be held alone; a share is rounded down."""
    to = "to: {id: [gate, intranet, handbook, salaries]}"
    both = "from: {id: [key, password]}"
    found = asked(
        inside,
        plant,
        count=f"at_most: {{{both}, {to}, count: 3}}",
        fewer=f"at_most: {{{both}, {to}, count: 2}}",
        share=f"at_most: {{{both}, {to}, share: '74%'}}",
        alone=f"at_most: {{from: {{id: password}}, {to}, count: 0}}",
        each=f"at_most: {{{both}, {to}, count: 2, each: true}}",
        each_more=f"at_most: {{{both}, {to}, count: 3, each: true}}",
    )
    assert found.verdicts == {
        "count": "PASS",
        "fewer": "FAIL",
        "share": "FAIL",
        "alone": "PASS",
        "each": "FAIL",
        "each-more": "PASS",
    }
    assert "3 targets are reached" in found.claims["fewer"]["reason"]
    assert {head["id"] for one in found.claims["each"]["families"] for head in one["heads"]} == {"key"}


def test_no_new_path(inside: Inside, tmp_path: Path) -> None:
    """Only pairs that the earlier snapshot lacks count; an old way to an old target is no news."""
    store = stored(inside, tmp_path, FACTS)
    before = asked(inside, store, one="path: {from: {id: key}, to: {id: gate}}").answer["snapshot"]
    verb = f"no_new_path: {{from: {{id: [key, password]}}, to: {{id: [handbook, salaries]}}, since: '{before}'}}"
    assert asked(inside, store, new=verb).verdicts == {"new": "PASS"}
    stored(inside, tmp_path, FACTS.replace("at: 2024-02-29", "at: 2024-03-01").replace(", guarded_by: [hard-key]", ""))
    found = asked(inside, store, new=verb)
    assert found.verdicts == {"new": "FAIL"}
    assert "1 pair of start and target is new" in found.claims["new"]["reason"]
    assert found.claims["new"]["path"]["tails"][0]["id"] == "salaries"
    never = verb.replace(before, "ab" * 32)
    assert "claim `new`" in refused(inside, store, claims(new=never), "--as-of", AT)


def test_expected_failures(inside: Inside, plant: Path) -> None:
    """A known failure is told apart; it is red once it holds, fails for another reason, or its date has passed."""
    expect = 'expect: fail, until: "2024-04-01", ticket: T-1'
    fails, holds = "no_path: {from: {id: key}, to: {id: handbook}}", "no_path: {from: {id: key}, to: {id: salaries}}"
    verbs = {
        "known": f"{fails}, {expect}",
        "mended": f"{holds}, {expect}",
        "as_said": f"{fails}, {expect}, via: [CONNECTS_TO]",
        "otherwise": f"{fails}, {expect}, via: [host.disk-read]",
    }
    found = asked(inside, plant, "--today", "2024-04-01", **verbs)
    assert found.verdicts == {"known": "XFAIL", "mended": "XPASS", "as-said": "XFAIL", "otherwise": "FAIL"}
    assert "for another reason than expected" in found.claims["otherwise"]["reason"]
    assert found.answer["warnings"][0] == "claim known is expected to fail only until 2024-04-01, today"
    assert found.answer["exit_code"] == 1
    late = asked(inside, plant, "--today", "2024-04-02", **verbs)
    assert late.verdicts == {"known": "FAIL", "mended": "XPASS", "as-said": "FAIL", "otherwise": "FAIL"}
    assert asked(inside, plant, "--today", "2024-04-01", known=verbs["known"]).answer["exit_code"] == 0


def test_a_waiver_excuses_one_of_two_ways(inside: Inside, plant: Path) -> None:
    """What is left is shown as failing, past what is waived; a waiver of what all ways share excuses all."""
    verb = "no_path: {from: {id: [key, password, yard]}, to: {id: handbook}}"
    for edge, verdict in (
        ("robot -generic.sign-in-> intranet", "FAIL"),
        ("intranet -CONTAINS-> handbook", "WAIVED"),
        ("intranet::login -structural:CONTAINS-> handbook::read", "WAIVED"),
    ):
        waiver = (
            f'waivers:\n  - {{id: W-1, claim: one, edges: ["{edge}"], reason: Later., approved_by: boss, ticket: T-1, '
            'created: "2024-01-01", expires: "2024-03-31"}\n'
        )
        found = checked(inside, plant, claims(one=verb) + waiver, "--as-of", AT).only()
        assert (found["verdict"], found["waivers"][0]["state"]) == (verdict, "used")
        assert ("past what is waived" in found["reason"]) is (verdict == "FAIL")
        heads = {head["id"] for one in found["families"] for head in one["heads"]}
        assert ("key" in heads) is (verdict == "WAIVED")


def test_a_waiver_of_a_path_that_is_asked_for(inside: Inside, plant: Path) -> None:
    """There is nothing to excuse where a path is to be there."""
    waiver = (
        'waivers:\n  - {id: W-1, claim: one, edges: ["a -b-> c"], reason: Later., approved_by: boss, ticket: T-1, '
        'created: "2024-01-01", expires: "2024-03-31"}\n'
    )
    said = refused(inside, plant, claims(one="path: {from: {id: key}, to: {id: handbook}}") + waiver, "--as-of", AT)
    assert "asks for a path" in said


@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit", "github", "markdown"])
def test_the_exit_code_is_that_of_every_format(inside: Inside, plant: Path, form: str, tmp_path: Path) -> None:
    """0, 1 and 3 do not depend on how the answer is written; a failure comes before what is undecided."""
    fails, holds = "no_path: {from: {id: key}, to: {id: handbook}}", "no_path: {from: {id: key}, to: {id: salaries}}"
    vacuous = "no_path: {from: {id: kee}, to: {id: salaries}}"
    for verbs, code in (
        ({"one": holds}, 0),
        ({"one": holds, "two": vacuous}, 3),
        ({"one": fails, "two": vacuous}, 1),
    ):
        path = tmp_path / "claims.yaml"
        path.write_text(claims(**verbs), "utf-8")
        ended = inside("check", path, "--store", plant, "--as-of", AT, "-o", form)
        assert ended.code == code
        assert inside("check", path, "--store", plant, "--as-of", AT, "-o", form, "--exit-zero").code == 0
