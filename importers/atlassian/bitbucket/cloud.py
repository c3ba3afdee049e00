"""Bitbucket Cloud: what its records say."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from graphscan import kinds
from graphscan.model import Coverage, CoverageState, Effect, Key, Node, Observed, Record, Ref, Relation, Sensitivity
from importers._http import Page
from importers.atlassian.bitbucket import cloud_endpoints as ends
from importers.atlassian.bitbucket.cloud_keys import Keys, key_name
from importers.atlassian.bitbucket.cloud_people import People
from importers.atlassian.bitbucket.cloud_pipelines import Pipelines
from importers.atlassian.bitbucket.cloud_walk import slug_of, walk
from importers.atlassian.context import Context, NotARecordError, identifier, object_of, text_of
from importers.atlassian.product import Endpoint, Product
from importers.atlassian.rights import PROVIDER, contained, no_content, permitted, reachable

# What a right over a project or repository gives; `create-repo` is writing, and making repositories besides.
_GIVES = {"read": "read", "write": "write", "create-repo": "write", "admin": "admin"}
_MEMBERS = frozenset({"member", "collaborator"})  # no right by itself

Way = Callable[[Any, str, tuple[str, ...]], Iterable[Record]]


class Mapper:
    """Maps one snapshot of Bitbucket Cloud."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._seen: set[tuple[str, ...]] = set()
        self._people = People(context)
        self._pipelines = Pipelines(context)
        self._keys = Keys(context, self._people)
        self._groups: dict[str, list[str]] = {}  # ids of groups of which all members were told, by workspace
        in_project, in_repository = partial(self._permission, "project"), partial(self._permission, "repo")
        self._ways: dict[str, Way] = {
            ends.USER.path: self._user,
            ends.PROFILE.path: self._user,
            ends.MINE.path: lambda _row, _where, _ids: (),
            ends.WORKSPACES.path: lambda _row, _where, _ids: (),
            ends.WORKSPACE.path: self._workspace,
            ends.MEMBERS.path: self._member,
            ends.PERMISSIONS.path: self._membership,
            ends.GROUPS.path: self._group,
            ends.PROJECTS.path: self._project,
            ends.REPOSITORIES.path: self._repository,
            ends.PROJECT_USERS.path: in_project,
            ends.PROJECT_GROUPS.path: in_project,
            ends.REPO_USERS.path: in_repository,
            ends.REPO_GROUPS.path: in_repository,
            ends.OIDC.path: self._pipelines.oidc,
            ends.PIPELINES.path: self._pipelines.configuration,
            ends.WORKSPACE_VARIABLES.path: self._pipelines.variable,
            ends.REPO_VARIABLES.path: self._pipelines.variable,
            ends.ENVIRONMENTS.path: self._pipelines.environment,
            ends.ENVIRONMENT_VARIABLES.path: self._pipelines.variable,
            ends.KEY_PAIR.path: self._key_pair,
            ends.PROJECT_KEYS.path: partial(self._keys.deploy_key, "project"),
            ends.REPO_KEYS.path: partial(self._keys.deploy_key, "repo"),
            ends.USER_KEYS.path: self._keys.user_key,
            ends.BRANCHES.path: self._keys.branches,
            ends.WORKSPACE_HOOKS.path: self._keys.hook,
            ends.REPO_HOOKS.path: self._keys.hook,
        }
        self._once: dict[str, Callable[[Any], str]] = {
            ends.PROJECTS.path: lambda row: identifier(row, "key"),
            ends.REPOSITORIES.path: _slug,
            ends.GROUPS.path: lambda row: identifier(row, "slug"),
            ends.ENVIRONMENTS.path: lambda row: identifier(row, "uuid"),
            ends.PROJECT_KEYS.path: key_name,
            ends.REPO_KEYS.path: key_name,
            ends.REPO_HOOKS.path: lambda row: identifier(row, "uuid"),
            ends.WORKSPACE_HOOKS.path: lambda row: identifier(row, "uuid"),
        }

    def record(self, endpoint: Endpoint, page: Page, row: Any, ids: tuple[str, ...]) -> Iterable[Record] | None:
        """Return what one record says, or None where it was said already."""
        if not isinstance(row, dict):
            raise NotARecordError("the record is not an object")
        path = endpoint.path
        if path in self._once:
            place = (path, self._once[path](row), *ids)
            if place in self._seen:
                return None
            self._seen.add(place)
        return list(self._people.settled(self._ways[path](row, page.path, ids)))

    def finish(self, coverage: list[Coverage]) -> Iterator[Record]:
        """Return the application, everybody, what waited for others, and what of it was told whole."""
        context = self._context
        where = ends.USER.path
        app, said = context.ref("app"), context.evidence(where)
        keys = (Key("base_url", f"{context.origin}{context.base}"),)
        name = f"Bitbucket Cloud {context.name}"
        form = {"form": "cloud"}
        yield Node(app.text, "Application", PROVIDER, "bitbucket", name, keys=keys, properties=form, evidence=said)
        allowed = context.ref("ip-allowlist")
        listed = f"Addresses that may use Bitbucket {context.name}"
        # Whether there is such a list is left unsaid, so that the organization's policies or a facts file can say it.
        yield Node(allowed.text, "Control", PROVIDER, "ip_allow_list", name=listed, effect=Effect.BLOCKS, evidence=said)
        yield Relation(app, "REACHABLE_FROM", Ref(kinds.INTERNET), guarded_by=((allowed, "defeated"),), evidence=said)
        licensed = context.ref("licensed")
        yield Node(licensed.text, "Group", PROVIDER, "population", name="Members of workspaces", evidence=said)
        yield Node(context.id("anyone"), "Group", PROVIDER, kinds.ANONYMOUS, name="Anyone", evidence=said)
        yield Relation(licensed, "ASSIGNED_TO", app, "api_read", "login", (reachable(context),), evidence=said)
        yield from self._people.finish()
        yield from self._keys.finish()
        yield from self._pipelines.finish(coverage)
        yield from self._members_told(coverage)
        inner = [one[1:] for one in sorted(self._seen) if one[0] == "project"]
        places = [context.id("workspace", one[1]) for one in sorted(self._seen) if one[0] == "workspace"]
        places += [context.id("project", "/".join(one)) for one in inner]
        yield from no_content(context, [app.text, *places])

    # Private functions

    def _members_told(self, coverage: list[Coverage]) -> Iterator[Coverage]:
        """Yield that members of groups are known, where the list of another workspace's groups was refused."""
        rows = [one for one in coverage if one.endpoint == ends.GROUPS.path]
        if any(one.state is not CoverageState.COMPLETE for one in rows):
            whole = {one.scope for one in rows if one.state is CoverageState.COMPLETE}
            for workspace, groups in self._groups.items():
                if workspace in whole:
                    for id_ in groups:
                        yield Coverage("MEMBER_OF", CoverageState.COMPLETE, id_, ends.GROUPS.path, self._context.at)

    def _user(self, row: Any, where: str, _ids: tuple[str, ...]) -> Iterable[Record]:
        self._people.ref(row, where)
        return ()

    def _workspace(self, row: Any, where: str, ids: tuple[str, ...]) -> Iterator[Record]:
        slug = text_of(row.get("slug")) or ids[0]  # it may have been asked for by its UUID
        self._pipelines.workspace(slug, text_of(row.get("uuid")))
        yield from self._workspace_node(slug, text_of(row.get("name")), where, text_of(row.get("uuid")).strip())

    def _workspace_node(self, slug: str, name: str, where: str, uuid: str = "") -> Iterator[Record]:
        """Yield a workspace, once. Whoever administered the whole would administer it: what a lost token may open."""
        if ("workspace", slug) in self._seen:
            return
        self._seen.add(("workspace", slug))
        context, said = self._context, self._context.evidence(where)
        workspace = context.ref("workspace", slug)
        keys = (Key("workspace_uuid", uuid.strip("{}").lower()),) if uuid.strip("{}") else ()
        yield Node(workspace.text, "Project", PROVIDER, "workspace", name=name or slug, keys=keys, evidence=said)
        yield Relation(context.ref("app"), "CONTAINS", workspace, "admin", "admin", evidence=said)

    def _member(self, row: Any, where: str, ids: tuple[str, ...]) -> Iterator[Record]:
        yield from self._workspace_node(ids[0], "", where)
        self._people.ref(row.get("user"), where)

    def _membership(self, row: Any, where: str, ids: tuple[str, ...]) -> Iterator[Record]:
        user, permission = self._people.ref(row.get("user"), where), text_of(row.get("permission"))
        yield from self._workspace_node(ids[0], "", where)
        if permission == "owner":
            yield from permitted(self._context, user, self._context.ref("workspace", ids[0]), "admin", where)
        elif permission not in _MEMBERS:
            self._context.doubt(where, f"a membership of an unknown kind, {permission[:40]!r}: possibly an owner's")
            workspace = self._context.ref("workspace", ids[0])
            yield from permitted(self._context, user, workspace, "admin", where, Observed.POSSIBLE)

    def _group_node(self, workspace: str, row: Any, where: str) -> Iterator[Record]:
        slug = identifier(row, "slug")
        if ("group", workspace, slug) not in self._seen:
            self._seen.add(("group", workspace, slug))
            id_, name = self._context.id("group", f"{workspace}/{slug}"), text_of(row.get("name")) or slug
            yield Node(id_, "Group", PROVIDER, "group", name=name, evidence=self._context.evidence(where))

    def _group(self, row: Any, where: str, ids: tuple[str, ...]) -> Iterator[Record]:
        context, slug = self._context, identifier(row, "slug")
        yield from self._group_node(ids[0], row, where)
        group, members = context.ref("group", f"{ids[0]}/{slug}"), row.get("members")
        told = isinstance(members, list)
        for one in members if isinstance(members, list) else []:
            try:
                user = self._people.ref(one, where)
            except NotARecordError as error:
                told = False
                context.doubt(where, f"a member of a group: {error}")
                continue
            yield Relation(user, "MEMBER_OF", group, evidence=context.evidence(where))
        if told:
            self._groups.setdefault(context.id("workspace", ids[0]), []).append(group.text)
        else:
            why = "not all members of the group are told"
            yield Coverage("MEMBER_OF", CoverageState.PARTIAL, group.text, ends.GROUPS.path, context.at, error=why)

    def _project(self, row: Any, where: str, ids: tuple[str, ...]) -> Iterator[Record]:
        yield from self._project_node(ids[0], row, where)

    def _project_node(self, workspace: str, row: Any, where: str) -> Iterator[Record]:
        """Yield a project, once: it is listed, and named by each of its repositories."""
        context, key = self._context, identifier(row, "key")
        if ("project", workspace, key) in self._seen:
            return
        self._seen.add(("project", workspace, key))
        yield from self._workspace_node(workspace, "", where)
        project, said = context.ref("project", f"{workspace}/{key}"), context.evidence(where)
        yield Node(project.text, "Project", PROVIDER, "project", name=text_of(row.get("name")) or key, evidence=said)
        # An owner of the workspace administers each; a token of his that reads, reads: so level by level.
        yield from contained(context, context.ref("workspace", workspace), project, where)

    def _repository(self, row: Any, where: str, ids: tuple[str, ...]) -> Iterator[Record]:
        context, workspace, slug = self._context, ids[0], _slug(row)
        repository = context.ref("repo", f"{workspace}/{slug}")
        public = row.get("is_private") is False
        self._pipelines.repository(workspace, slug, text_of(row.get("uuid")))
        yield Node(
            repository.text,
            "Repository",
            PROVIDER,
            "git",
            name=f"{workspace}/{slug}",
            sensitivity=Sensitivity.NONE if public else None,
            properties={"repository_uuid": row["uuid"]} if text_of(row.get("uuid")) else {},
            evidence=context.evidence(where),
        )
        project = row.get("project")
        if isinstance(project, dict):
            yield from self._project_node(workspace, project, where)
            outer = context.ref("project", f"{workspace}/{identifier(project, 'key')}")
        else:
            yield from self._workspace_node(workspace, "", where)
            outer = context.ref("workspace", workspace)
        yield from contained(context, outer, repository, where)
        if public:
            yield from permitted(context, context.ref("anyone"), repository, "read", where)

    def _permission(self, sort: str, row: Any, where: str, ids: tuple[str, ...]) -> Iterator[Record]:
        """Map a right over a project or a repository."""
        context, permission = self._context, text_of(row.get("permission"))
        place = context.ref(sort, "/".join(ids))
        if isinstance(row.get("group"), dict):
            yield from self._group_node(ids[0], row["group"], where)
            holder = context.ref("group", f"{ids[0]}/{identifier(row['group'], 'slug')}")
        else:
            holder = self._people.ref(object_of(row, "user"), where)
        if permission in _GIVES:
            yield from permitted(context, holder, place, _GIVES[permission], where)
        elif permission != "none":
            context.doubt(where, f"a permission of an unknown kind, {permission[:40]!r}: taken for possibly any")
            yield from permitted(context, holder, place, "admin", where, Observed.POSSIBLE)

    def _key_pair(self, row: Any, where: str, ids: tuple[str, ...]) -> Iterator[Record]:
        yield from self._pipelines.key_pair(row, where, ids)
        yield from self._keys.same(self._pipelines.key_id(ids), row.get("public_key"), where)


def _slug(row: Any) -> str:
    slug = slug_of(row)
    if not slug:
        raise NotARecordError("neither `slug` nor `full_name` names the repository")
    return slug


PRODUCT = Product(
    "bitbucket-cloud",
    "bitbucket",
    "Bitbucket Cloud",
    ends.ALL,
    ends.NOT_READ,
    walk,
    Mapper,
    options=frozenset({"workspaces"}),
    root="/2.0",
)
