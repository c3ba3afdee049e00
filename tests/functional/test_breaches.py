"""Six breaches, each with the question its defenders had, asked as they would: import the files, type the command."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graphscan.examples.breaches import breaches
from graphscan.model import Node, Relation
from importers.facts import read
from tests.functional.running import ROOT, Inside, graphscan

BASES = {"public", "secondary", "inferred", "invented"}
FILES = {one.name: one.files for one in breaches()}
FILES_TEXT = {name: files[0].read_text("utf-8") for name, files in FILES.items()}
Ask = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a store of each breach; read them, do not write to them."""
    folder = tmp_path_factory.mktemp("breaches")
    for name, files in FILES.items():
        made = graphscan("import", "facts", *files, "--store", folder / name)
        assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture
def ask(stores: Path, inside: Inside) -> Ask:
    """Return a way to ask one of the stores, which gives the JSON answer and expects the exit code."""

    def asked(breach: str, *words: str, code: int = 0) -> dict[str, Any]:
        ended = inside(*words, "--store", stores / breach, "-o", "json")
        assert ended.code == code, ended.err
        answer: dict[str, Any] = json.loads(ended.out)
        return answer

    return asked


def _ids(commands: list[list[str]]) -> set[str]:
    """Return the ids that commands name: what is no option, no date and no command."""
    words = {word.rpartition("=")[2] for words in commands for word in words[1:] if not word.startswith("--")}
    return {word for word in words if not word[0].isdigit()}


def states(answer: dict[str, Any]) -> dict[str, str]:
    """Return the state of each exposed credential."""
    return {one["id"]: one["state"] for one in answer["credentials"]}


def variant(
    inside: Inside, folder: Path, text: str, files: tuple[Path, ...], words: tuple[str, ...], code: int
) -> dict[str, Any]:
    """Return the answer of a store in which the first file of an example reads otherwise."""
    path = folder / "facts.yaml"
    path.write_text(text, "utf-8")
    made = inside("import", "facts", path, *files, "--store", folder / "store")
    assert made.code == 0, made.err
    ended = inside(*words, "--store", folder / "store", "-o", "json")
    assert ended.code == code, ended.err
    answer: dict[str, Any] = json.loads(ended.out)
    return answer


def reached(answer: dict[str, Any], kind: str) -> dict[str, str]:
    """Return how certainly each node of a kind is reached."""
    return {one["id"]: one["certainty"] for one in answer["reached"] if one["kind"] == kind}


# All of them


def test_each_breach_of_the_list_is_there() -> None:
    """The six that issue 5 names are installed, with whatever files they consist of."""
    assert set(FILES) == {"circleci", "drift", "heroku", "internet-archive", "tj-actions", "trivy"}
    assert [path.suffix for path in FILES["tj-actions"]] == [".yaml", ".csv", ".csv"]


@pytest.mark.parametrize("name", FILES)
def test_every_statement_says_what_it_is_based_on(name: str) -> None:
    """No invented value passes for a public one: each node and each relation carries its basis."""
    _, records = read(FILES[name])
    bases = [dict(one.properties).get("basis") for one in records if isinstance(one, Node | Relation)]

    assert bases
    assert set(bases) <= BASES


@pytest.mark.parametrize("name", FILES)
def test_the_header_tells_what_happened_and_what_to_ask(name: str) -> None:
    """A reader of the file alone learns the story, the question as a command, and what `basis` means."""
    head = FILES[name][0].read_text("utf-8").split("\ngraphscan: facts/1")[0]

    assert "question" in head
    assert "#   graphscan " in head
    assert "`basis`:" in head


def test_the_command_lists_them_and_names_their_files(inside: Inside) -> None:
    """`graphscan examples` has a line for each; with a name it prints the files, and nothing else."""
    assert [line.split()[0] for line in inside("examples").out.splitlines()] == sorted(FILES)
    assert inside("examples", "tj-actions").out.splitlines() == [str(path) for path in FILES["tj-actions"]]
    assert inside("examples", "solarwinds").code == 2


SECTIONS = (ROOT / "docs" / "breaches.md").read_text("utf-8").split("\n## ")[1:]


@pytest.mark.parametrize("section", SECTIONS, ids=[section.split(",")[0] for section in SECTIONS])
def test_the_page_quotes_what_the_commands_print(
    section: str, stores: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every sentence that docs/breaches.md quotes is in the answer to the commands above it."""
    monkeypatch.setenv("COLUMNS", "400")
    commands = [line.split()[1:] for line in section.split("```")[1].strip().splitlines()]
    (name,) = {name for name in FILES if all(word in FILES_TEXT[name] for word in _ids(commands))}
    printed = " ".join(" ".join(inside(*words, "--store", stores / name).out for words in commands).split())
    quoted = "\n".join(line[2:] for line in section.splitlines() if line.startswith(">")).split("\n\n")

    assert quoted
    for sentence in quoted:
        assert " ".join(sentence.split()) in printed


# B7: we use this vendor, so what did we store there?


LEAKED_AT_CIRCLECI = {"aws-terraform-key", "checkout-key", "docker-password", "github-grant", "npm-token"}
CIRCLECI = ("--since", "2022-12-16", "--until", "2023-01-04", "--as-of", "2023-01-06")


def test_circleci_what_we_stored_there(ask: Ask) -> None:
    """What lies in pipelines that run there, in contexts, and with the vendor itself; not what is in our own vault."""
    answer = ask("circleci", "select", "holder=v:circleci")

    assert {one["id"] for one in answer["nodes"]} == LEAKED_AT_CIRCLECI | {"aws-deploy-key", "old-heroku-key"}


def test_circleci_what_is_not_proven_dead(ask: Ask) -> None:
    """A rotation within the exposure, a ticket and silence prove nothing; a replacement after it does."""
    answer = ask("circleci", "incident", "--exposed", "holder=v:circleci", *CIRCLECI, code=1)

    assert set(answer["missed"]) == LEAKED_AT_CIRCLECI
    assert states(answer)["aws-deploy-key"] == "DEAD"
    assert states(answer)["docker-password"] == "UNVERIFIED"


def test_circleci_the_vendor_by_name_gives_the_same(ask: Ask) -> None:
    """An incident names a vendor, and the tool turns that into our list; what was revoked years before is not on it."""
    answer = ask("circleci", "incident", "--exposed", "v:circleci", *CIRCLECI, code=1)

    assert set(answer["missed"]) == LEAKED_AT_CIRCLECI
    assert set(states(answer)) == LEAKED_AT_CIRCLECI | {"aws-deploy-key"}


def test_circleci_the_plan_is_the_order(ask: Ask) -> None:
    """The mass rotation begins with what closes most, names each missed credential once, and ends with nothing open."""
    order = ask("circleci", "incident", "--exposed", "holder=v:circleci", *CIRCLECI, code=1)["order"]

    assert order[0]["node"]["id"] in ("aws-terraform-key", "github-grant")
    assert sorted(one["node"]["id"] for one in order) == sorted(LEAKED_AT_CIRCLECI)
    assert [one["left"] for one in order][-1] == 0
    assert [one["closes"] for one in order] == sorted((one["closes"] for one in order), reverse=True)


# B8: which users granted which application what, and how far does it go?


def test_heroku_the_grants_that_the_vendor_held(ask: Ask) -> None:
    """Three users' grants, and neither its other token nor what another vendor held."""
    answer = ask("heroku", "select", "subtype=oauth_grant,holder=v:heroku")

    assert {one["id"] for one in answer["nodes"]} == {"grant-ann-heroku", "grant-bo-heroku", "grant-robot-heroku"}


def test_heroku_one_grant_of_three_opens_production(ask: Ask) -> None:
    """The grant with all scopes goes through the organization to the key; the one for public code does not."""
    answer = ask("heroku", "blast", "v:heroku")

    assert reached(answer, "Repository") == {"repo-npm-infra": "known", "repo-service": "known", "repo-docs": "known"}
    assert reached(answer, "Bucket") == {"npm-packages": "known"}
    assert reached(answer, "Database") == {"npm-users": "known"}
    assert [one["control"]["id"] for one in answer["blocked_by"]] == ["app-approval"]
    (only,) = ask("heroku", "blast", "v:heroku", "--revoke", "grant-ann-heroku")["routes"]
    assert {one["id"] for one in only["tails"]} == {"repo-service"}


def test_heroku_approval_of_applications_held(ask: Ask) -> None:
    """Without the restriction, the robot's grant would have opened the other organization's crown jewel."""
    answer = ask("heroku", "blast", "v:heroku", "--defeated", "app-approval")

    assert reached(answer, "Repository")["repo-payments"] == "known"


# B15: are tokens of retired integrations alive, and would our address limits have held?


def test_drift_same_token_opposite_outcomes(ask: Ask) -> None:
    """Okta's token is stopped by its allow-list; Zscaler's works though its integration is retired."""
    answer = ask("drift", "blast", "v:drift")

    assert reached(answer, "Tracker") == {
        "cloudflare-cases": "known",
        "zscaler-cases": "known",
        "other-cases": "possible",
    }
    blockers = {one["control"]["id"]: one["enforced"] for one in answer["blocked_by"]}
    assert blockers == {"okta-allow-list": "yes", "other-allow-list": "unknown"}
    assert reached(answer, "Credential")["cloudflare-case-tokens"] == "known"


def test_drift_from_the_vendors_own_addresses_no_limit_holds(ask: Ask) -> None:
    """An allow-list names the vendor's addresses: from there it is met, and all four are open for certain."""
    answer = ask("drift", "blast", "v:drift", "drift-egress")

    assert reached(answer, "Tracker") == dict.fromkeys(
        ("okta-cases", "cloudflare-cases", "zscaler-cases", "other-cases"), "known"
    )
    assert answer["blocked_by"] == []


def test_drift_an_end_of_the_token_is_what_ends_it(ask: Ask) -> None:
    """Revoking the retired integration's token closes it; the integration's own state never did."""
    answer = ask("drift", "blast", "v:drift", "--revoke", "zscaler-drift-token")

    assert "zscaler-cases" not in reached(answer, "Tracker")


# B13: after the disclosure, which tokens in those repositories still work?


def test_internet_archive_reading_the_code_exposed_what_is_in_it(ask: Ask) -> None:
    """The leaked token and one of those in the repository were replaced; the other is alive, and opens every ticket."""
    answer = ask(
        "internet-archive",
        *("incident", "--exposed", "gl", "--since", "2022-12-01", "--until", "2024-10-09", "--as-of", "2024-10-20"),
        code=1,
    )

    assert states(answer) == {"gl": "DEAD", "tw": "DEAD", "zd": "MISSED"}
    (missed,) = (one for one in answer["credentials"] if one["missed"])
    assert missed["how"] == "reached"
    # Anyone could read the file with the token, so the path begins before it.
    way = ["dev-server-config", "gl", "gitlab-user", "source-code", "zd"]
    assert [step["gives"]["id"] for step in missed["path"]] == way
    assert [one["id"] for one in answer["residual"]] == ["zendesk-tickets"]


# B14: stolen in December, used in March: what is dormant and exposed?


DORMANT = ("incident", "--exposed", "sonar-findbugs-pr", "--since", "2024-12-06", "--until", "2024-12-06")


@pytest.mark.parametrize("day", ["2024-12-06", "2025-01-15", "2025-03-10"])
def test_tj_actions_exposure_does_not_age_out(ask: Ask, day: str) -> None:
    """On the day of the theft, weeks later and on the eve of its use, the same 221 credentials are exposed."""
    answer = ask("tj-actions", *DORMANT, "--as-of", day, code=1)

    assert len(answer["missed"]) == answer["exposed"] == 221
    assert Counter(one["how"] for one in answer["credentials"]) == {"held": 1, "reached": 220}


def test_tj_actions_before_the_theft_nothing_is_exposed(ask: Ask) -> None:
    """The token lay there since 28 November; on the 30th nobody had taken it."""
    answer = ask("tj-actions", *DORMANT, "--as-of", "2024-11-30")

    assert (answer["exposed"], answer["missed"]) == (0, [])


def test_tj_actions_pinned_it_would_have_been_three(inside: Inside, tmp_path: Path) -> None:
    """Whoever names a commit runs what he named: then only the three maintainers' tokens are exposed."""
    text, rest = FILES["tj-actions"][0].read_text("utf-8"), FILES["tj-actions"][1:]
    assert text.count("    enforced: no\n") == 1
    answer = variant(inside, tmp_path, text.replace("    enforced: no\n", "    enforced: yes\n"), rest, DORMANT, 1)

    assert set(answer["missed"]) == {"pat-spotbugs", "pat-reviewdog", "pat-tj-bot"}


def test_tj_actions_what_one_token_opens(ask: Ask) -> None:
    """With the first token, 220 further credentials; pinned to a commit, two."""
    open_to_all = ask("tj-actions", "blast", "pat-spotbugs", "--as-of", "2025-01-15")
    pinned = ask("tj-actions", "blast", "pat-spotbugs", "--as-of", "2025-01-15", "--enforced", "pinned-to-commit")

    assert Counter(reached(open_to_all, "Credential").values()) == {"known": 220}
    assert set(reached(pinned, "Credential")) == {"pat-reviewdog", "pat-tj-bot"}


# B17: did the rotation finish, and was any new secret visible to the intruder meanwhile?


ROTATED = (
    "incident",
    "--exposed",
    "pat-org",
    "--since",
    "2026-02-28",
    "--until",
    "2026-02-28",
    "--as-of",
    "2026-03-18",
)


def test_trivy_the_new_token_was_read_with_the_old_one(ask: Ask) -> None:
    """B was replaced while A still read its store: the new B is out, and the answer names A to be replaced first."""
    answer = ask("trivy", *ROTATED, code=1)

    assert states(answer) == {"pat-org": "DEAD", "pat-release": "RE-EXPOSED"}
    (again,) = (one for one in answer["credentials"] if one["missed"])
    assert again["replace_first"] == ["pat-org"]
    assert {one["id"] for one in answer["residual"]} == {"trivy-action", "setup-trivy"}


def test_trivy_a_before_b_leaves_nothing(inside: Inside, tmp_path: Path) -> None:
    """With A replaced an hour before B instead of six hours after it, both are proven dead."""
    text = FILES["trivy"][0].read_text("utf-8")
    assert text.count("2026-03-01T16:00:00Z") == 1
    answer = variant(inside, tmp_path, text.replace("2026-03-01T16:00:00Z", "2026-03-01T09:00:00Z"), (), ROTATED, 0)

    assert states(answer) == {"pat-org": "DEAD", "pat-release": "DEAD"}
