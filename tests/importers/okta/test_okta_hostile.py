"""
The command line against a hostile or broken server, each case in a process of its own.

Each ends in a complete import (exit code 0) or in one that is marked incomplete (3) with a sentence that a person can
act on; never in a traceback, never with the loss of what the store held. The cases are in `hostile_cases.py`; how the
importer meets each inside is tried in `test_okta_faults.py`.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from graphscan.analysis.status import merged
from graphscan.model import NO_FAILURE, READ_WHOLE
from graphscan.store import Store
from importers.okta.coverage import LEFT_OUT, NOT_THERE
from tests.functional.running import graphscan
from tests.importers.okta.hostile_cases import BIG, CASES, FAULTS, HOSTILE, TOKEN, Case, plain
from tests.importers.servers.loopback import Loopback
from tests.importers.servers.small_org_ids import token_id
from tests.importers.servers.small_org_writes import DESK_ID, SUPER_ID, role_node, user

BEFORE = "graphscan: facts/1\nsource: before\nat: 2024-01-02T03:04:05Z\nnodes:\n  - {id: kept, kind: Credential}\n"
DESK = role_node("user", "ben", DESK_ID)


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a case: the exit codes, all that was said, and the store."""

    codes: list[int]
    out: str
    err: str
    store: Path
    snapshot: Path

    def select(self, sql: str) -> list[tuple[Any, ...]]:
        """Return rows of the merged view."""
        return merged(Store.open(self.store)).execute(sql).fetchall()


Get = Callable[[str], Ran]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Get]:
    """Return what came of a case; those of all tests that were chosen run a few at a time."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "before.yaml").write_text(BEFORE, "utf-8")
    made = graphscan("import", "facts", folder / "before.yaml", "--store", folder / "store")
    assert made.returncode == 0, made.stderr
    wanted = {name for name in CASES if any(name in item.name for item in request.session.items)} | {"nothing wrong"}
    with ThreadPoolExecutor(3) as pool:
        started: dict[str, Future[Ran]] = {}
        for number, (name, case) in enumerate(CASES.items()):
            if name in wanted:
                started[name] = pool.submit(_run, case, folder / f"case{number}", folder / "store")

        def get(name: str) -> Ran:
            if name not in started:
                started[name] = pool.submit(_run, CASES[name], folder / f"more{len(started)}", folder / "store")
            return started[name].result()

        yield get


def _run(case: Case, folder: Path, before: Path) -> Ran:
    """Run the commands of a case in a folder of its own, with a store that holds something already."""
    for name, text in case.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    folder.mkdir(exist_ok=True)
    store, snapshot = folder / "store", folder / "acme.snapshot"
    shutil.copytree(before, store)
    with Loopback(case.handler) as server:
        server.faults = case.answer
        words = ("--org-url", server.url, "--name", "acme")
        environment = {"GRAPHSCAN_OKTA_TOKEN": TOKEN, "HOME": str(folder), "TMPDIR": str(folder), **case.environment}
        if case.steps:
            ended = [graphscan("collect", "okta", snapshot, *words, cwd=folder, env=environment)]
            ended.append(graphscan("import", "snapshot", snapshot, "--store", store, cwd=folder, env=environment))
        else:
            ended = [graphscan("import", "okta", *words, "--store", store, cwd=folder, env=environment)]
        assert server.seen, ended[0].stderr
    return Ran(
        [one.returncode for one in ended],
        "".join(one.stdout for one in ended),
        "".join(one.stderr for one in ended),
        store,
        snapshot,
    )


@pytest.mark.parametrize("name", CASES)
def test_a_case_ends_whole_or_marked(ran: Get, name: str) -> None:
    """The exit code is right, the words are said, nothing was raised, and the store holds what it held, and more."""
    case, got = CASES[name], ran(name)

    assert got.codes == [case.code] * len(got.codes), got.out + got.err
    said = plain(got.out)
    for words in case.words:
        assert words in said, f"{words!r} is not in {got.out}"
    assert ("The source was not read completely" in said) == (case.code == 3)
    assert "Traceback" not in got.out + got.err
    assert "internal error" not in got.err
    assert not list(got.store.parent.glob("graphscan-*.txt")), "a report of a crash was left"
    assert TOKEN not in got.out + got.err
    assert len(got.out) < 20_000, "a name was printed whole"
    assert all(Store.open(got.store).history(source) for source in ("facts:before", "okta:acme"))
    assert got.select("SELECT count(*) FROM base.node WHERE id = 'kept'") == [(1,)]
    people = got.select(
        "SELECT count(*) FROM base.node WHERE kind = 'User' AND declared AND id LIKE 'okta:acme:user:%'"
    )
    assert people == [(case.users,)]


def test_the_eleven_hostile_cases_and_the_faults_are_all_there() -> None:
    """Eleven cases of the reference, one of them in two forms of paging, and one in which nothing is wrong."""
    assert len(HOSTILE) == 11 + 1 + 1
    assert len(FAULTS) == 10


def test_what_is_no_failure_is_told_apart_by_its_words() -> None:
    """The importer's reasons that tell of no failure begin as the command line knows them."""
    for reason in (LEFT_OUT, NOT_THERE, READ_WHOLE):
        assert reason.startswith(NO_FAILURE)


def test_a_tokens_last_update_dates_its_use_alone(ran: Get) -> None:
    """In the store, only `created` dates the secret; `lastUpdated` is when it was last used."""
    (row,) = ran("lastUpdated is use").select(
        "SELECT list_transform(versions, lambda one: strftime(one.since, '%Y-%m-%d')), "
        "list_transform(last_used, lambda one: strftime(one.\"at\", '%Y-%m-%d')) "
        f"FROM base.node WHERE id = 'okta:acme:api-token:{token_id('ben')}'"
    )

    assert row == (["2022-03-04"], ["2023-11-21"])


def test_a_role_without_targets_is_for_the_whole_organisation(ran: Get) -> None:
    """An empty list of targets becomes the organisation itself, known."""
    rows = ran("empty targets are everything").select(
        "SELECT target.id, observed FROM base.relation JOIN base.node source ON source.n = relation.source "
        "JOIN base.node target ON target.n = relation.target "
        f"WHERE relation.kind = 'SCOPED_TO' AND source.id = '{DESK}'"
    )

    assert rows == [("okta:acme:org", "yes")]


def test_a_help_desk_stops_at_administrators_until_their_role_is_gone(ran: Get) -> None:
    """`blast` from the help desk's role takes over who has no role; a super administrator only without the role."""
    store = ran("the barrier of administrators").store
    supers = {"ada": role_node("user", "ada", SUPER_ID), "hana": role_node("group", "owners", SUPER_ID)}

    def reached(*more: str) -> set[str]:
        ended = graphscan("blast", DESK, "--store", store, "-o", "json", *more)
        assert ended.returncode == 0, ended.stderr
        return {one["id"] for one in json.loads(ended.stdout)["reached"] if one["level"] == "act_as"}

    held = reached()
    gone = {name: reached("--without", role) for name, role in supers.items()}

    assert user("eve") in held
    for name, then in gone.items():
        assert user(name) not in held
        assert user(name) in then


def test_a_name_of_ten_megabytes_is_kept_whole(ran: Get) -> None:
    """The name is in the store to its last sign, and one line of it on the screen."""
    got = ran("a name of 10 MB")

    assert got.select(f"SELECT count(*) FROM base.node WHERE len(name) = {len(BIG)}") == [(2,)]
