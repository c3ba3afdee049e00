"""Which end points of Bitbucket Cloud are asked, in which order, and what is remembered between them."""

from dataclasses import dataclass, field
from typing import Any

from graphscan.errors import ImportFailedError
from graphscan.model import NOT_THERE, CoverageState
from importers._http import Outcome
from importers.atlassian.asking import Asking
from importers.atlassian.bitbucket import cloud_endpoints as ends
from importers.atlassian.ids import account, is_name
from importers.atlassian.product import Endpoint

Places = dict[tuple[str, ...], str]


@dataclass(slots=True)
class _Found:
    """What was seen so far; places are the ids that are asked with, and the node they stand for."""

    workspaces: Places = field(default_factory=dict)
    projects: Places = field(default_factory=dict)
    repositories: Places = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)  # account id, or nothing, by UUID
    myself: str = ""

    def seen(self, user: Any) -> None:
        """Remember a person, and his account where the record tells it."""
        uuid = _uuid(user)
        if uuid:
            self.people[uuid] = self.people.get(uuid, "") or _text(user, "account_id")


async def walk(ask: Asking) -> None:
    """
    Ask what decides most first. Raises ImportFailedError where nothing is answered.

    Of each repository six listings are asked for (who may use it, alone and by group, whether it has pipelines, its
    keys, hooks and branch restrictions), and four more where it has pipelines. The listing of effective rights, each
    user times each repository, is not asked for: explicit rights and groups say the same in far fewer rows.
    """
    found = _Found()
    me = await ask.one(ends.USER)
    if ask.reader.given_up:
        raise ImportFailedError(
            f"nothing could be read from {ask.reader.policy.origin}: {ask.first_error}",
            "check the address, the credential and the network",
        )
    found.myself = _uuid(me)
    found.seen(me)
    await _workspaces(ask, found)
    await _people(ask, found)
    await _places(ask, found)
    await _pipelines(ask, found)
    await _keys(ask, found)


# Private functions


async def _workspaces(ask: Asking, found: _Found) -> None:
    """Find out which workspaces there are: those that the settings name, else those that the account sees."""
    slugs: dict[str, None] = {}

    def each(record: Any) -> None:
        inner = record.get("workspace") if isinstance(record, dict) else None
        slug = _text(inner if isinstance(inner, dict) else record, "slug")
        if slug:
            slugs[slug] = None

    named = tuple(ask.option("workspaces") or ())
    if named:
        slugs = dict.fromkeys(named)
    elif not await ask.listing(ends.MINE, each=each) and not slugs:
        await ask.listing(ends.WORKSPACES, each=each)
    if not slugs:
        nothing = Outcome(ends.MINE.path, "", CoverageState.PARTIAL)
        nothing.error = "no workspace is seen by this account; name them with `workspaces`, or use another account"
        ask.book.add(ends.MINE.relation, nothing)
    called: dict[tuple[str, ...], str] = {(one,): one for one in slugs}

    def workspace(ids: tuple[str, ...], record: Any) -> None:
        called[ids] = _text(record, "slug") or ids[0]  # the settings may name it by its UUID

    await ask.series(ends.WORKSPACE, [(ids, ask.id("workspace", one)) for ids, one in called.items()], workspace)
    found.workspaces = {(one,): ask.id("workspace", one) for one in called.values()}


async def _people(ask: Asking, found: _Found) -> None:
    """Read who is in a workspace, who owns it, and its groups."""

    def member(_ids: tuple[str, ...], record: Any) -> None:
        found.seen(record.get("user") if isinstance(record, dict) else None)

    def group(_ids: tuple[str, ...], record: Any) -> None:
        members = record.get("members") if isinstance(record, dict) else None
        for one in members if isinstance(members, list) else []:
            found.seen(one)

    for endpoint in (ends.PERMISSIONS, ends.MEMBERS):
        await ask.series(endpoint, found.workspaces.items(), member)
    await ask.series(ends.GROUPS, found.workspaces.items(), group)


async def _places(ask: Asking, found: _Found) -> None:
    """Read projects and repositories, and who may do what there."""

    def project(ids: tuple[str, ...], record: Any) -> None:
        key = _text(record, "key")
        if key:
            found.projects[(*ids, key)] = ask.id("project", f"{ids[0]}/{key}")

    def repository(ids: tuple[str, ...], record: Any) -> None:
        slug = slug_of(record)
        if slug:
            found.repositories[(*ids, slug)] = ask.id("repo", f"{ids[0]}/{slug}")

    await ask.series(ends.PROJECTS, found.workspaces.items(), project)
    await ask.series(ends.REPOSITORIES, found.workspaces.items(), repository)

    def holder(_ids: tuple[str, ...], record: Any) -> None:
        found.seen(record.get("user") if isinstance(record, dict) else None)

    def profile(_ids: tuple[str, ...], record: Any) -> None:
        found.seen(record)

    for endpoint in (ends.PROJECT_GROUPS, ends.PROJECT_USERS):
        await ask.series(endpoint, found.projects.items(), holder)
    for endpoint in (ends.REPO_GROUPS, ends.REPO_USERS):
        await ask.series(endpoint, found.repositories.items(), holder)
    # Not each record tells the Atlassian account that a person is in every product.
    unknown = [one for one, account_id in found.people.items() if not account_id]
    await ask.series(ends.PROFILE, [((one,), ask.id("user", one)) for one in unknown], profile)


async def _pipelines(ask: Asking, found: _Found) -> None:
    """Read whose pipelines run, and what they are given; of those that do not run nothing more is asked."""
    together = {ids: ask.id("pipelines", ids[0]) for ids in found.workspaces}
    await ask.series(ends.OIDC, together.items())
    await ask.series(ends.WORKSPACE_VARIABLES, together.items())
    each = {ids: ask.id("pipeline", "/".join(ids)) for ids in found.repositories}
    running: dict[tuple[str, ...], None] = {}

    def configured(ids: tuple[str, ...], record: Any) -> None:
        if isinstance(record, dict) and record.get("enabled") is not False:
            running[ids] = None

    await ask.series(ends.PIPELINES, each.items(), configured)
    _nothing_there(ask, ends.PIPELINES)
    asked = ask.book.entries.get((ends.PIPELINES.relation, ends.PIPELINES.path), {})
    untold = {
        scope for scope, outcomes in asked.items() if any(one.state is not CoverageState.COMPLETE for one in outcomes)
    }
    wanted = {ids: scope for ids, scope in each.items() if ids in running or scope in untold}
    await ask.series(ends.REPO_VARIABLES, wanted.items())
    environments: Places = {}

    def environment(ids: tuple[str, ...], record: Any) -> None:
        uuid = _uuid(record)
        if uuid:
            environments[(*ids, uuid)] = ask.id("pipeline", f"{'/'.join(ids)}:{uuid}")

    await ask.series(ends.ENVIRONMENTS, wanted.items(), environment)
    await ask.series(ends.ENVIRONMENT_VARIABLES, environments.items())
    await ask.series(ends.KEY_PAIR, wanted.items())
    _nothing_there(ask, ends.KEY_PAIR)


async def _keys(ask: Asking, found: _Found) -> None:
    """Read keys, hooks and branch restrictions. Of people, an account is told its own keys alone."""
    await ask.series(ends.PROJECT_KEYS, found.projects.items())
    await ask.series(ends.REPO_KEYS, found.repositories.items())
    if found.myself:
        mine = found.people.get(found.myself, "")
        await ask.listing(ends.USER_KEYS, found.myself, scope=account(mine) if mine else ask.id("user", found.myself))
    # Each row speaks of the control alone: a repository is no less open where its branch restrictions are not told.
    await ask.series(ends.BRANCHES, [(ids, ask.id("branch-restrictions", "/".join(ids))) for ids in found.repositories])
    await ask.series(ends.WORKSPACE_HOOKS, found.workspaces.items())
    await ask.series(ends.REPO_HOOKS, found.repositories.items())


def slug_of(record: Any) -> str:
    """Return what a repository is called in addresses: the description tells its full name, the server its slug too."""
    return _text(record, "slug") or _text(record, "full_name").rpartition("/")[2]


def _text(record: Any, name: str) -> str:
    value = record.get(name) if isinstance(record, dict) else None
    return value if is_name(value) else ""


def _uuid(record: Any) -> str:
    return _text(record, "uuid")


def _nothing_there(ask: Asking, endpoint: Endpoint) -> None:
    """Take "not there" of some for the answer that it is: a repository has no pipelines, or they have no key."""
    for outcomes in ask.book.entries.get((endpoint.relation, endpoint.path), {}).values():
        for one in outcomes:
            if one.error.startswith(NOT_THERE):
                one.state, one.error = CoverageState.COMPLETE, ""
