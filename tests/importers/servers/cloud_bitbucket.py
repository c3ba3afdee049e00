"""Bitbucket Cloud on this machine, in the shapes that the vendor's description and its servers have."""

from dataclasses import dataclass, field
from typing import Any

from tests.importers.servers.dc_org import parts
from tests.importers.servers.loopback import Answer, Request

CANARY = "canaryValueOfAVariable-0042"
_NOT_THERE = Answer.json({"type": "error", "error": {"message": "Resource not found"}}, 404)
_GONE = {"type": "error", "error": {"message": "CHANGE-2770 - Functionality has been deprecated"}}

Rights = list[tuple[str, str, str]]  # sort (`user` or `group`), name, permission


@dataclass
class Environment:
    """A deployment environment: whether only administrators deploy (None: not told), and its secured variables."""

    name: str
    admin_only: bool | None = False
    variables: list[str] = field(default_factory=list)


@dataclass
class Repo:
    """
    A repository.

    Attributes:
        pipelines: whether they run; None: never configured, which the server answers with 404.
        variables: whether each is secured, by name.
        key_pair:  the public key of its pipelines; empty: it has none.
        keys:      access keys: id and public key.
        hooks:     of each: its address, and whether it has a secret.
        branches:  branch restrictions: kind and pattern.
    """

    slug: str
    project: str
    private: bool = True
    rights: Rights = field(default_factory=list)
    pipelines: bool | None = None
    variables: dict[str, bool] = field(default_factory=dict)
    environments: list[Environment] = field(default_factory=list)
    key_pair: str = ""
    keys: dict[int, str] = field(default_factory=dict)
    hooks: list[tuple[str, bool]] = field(default_factory=list)
    branches: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Workspace:
    """A workspace: permissions of its members by name, its groups, and the rights in its projects."""

    slug: str
    members: dict[str, str] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    projects: dict[str, Rights] = field(default_factory=dict)
    repos: list[Repo] = field(default_factory=list)
    variables: dict[str, bool] = field(default_factory=dict)
    project_keys: dict[str, dict[int, str]] = field(default_factory=dict)
    hooks: list[tuple[str, bool]] = field(default_factory=list)


def uuid(name: str) -> str:
    """Return the UUID of whatever has a name."""
    return f"{{{name}-uuid}}"


def account(name: str) -> str:
    """Return somebody's node: one over all products."""
    return f"atlassian:account:557058:{name}"


@dataclass
class BitbucketCloud:
    """
    Answers as Bitbucket Cloud does for an administrator of each workspace.

    Attributes:
        me:        who asks; only his own SSH keys are told.
        ssh:       SSH keys by person.
        plain:     people of whom members and rights tell no account, as the description has it; their profile does.
        old:       whether the old list of workspaces still answers, and the new one does not yet.
        most:      records on one page.
    """

    workspaces: list[Workspace]
    me: str = "boss"
    ssh: dict[str, str] = field(default_factory=dict)
    plain: frozenset[str] = frozenset()
    old: bool = False
    most: int = 3
    origin: str = ""

    def __call__(self, request: Request) -> Answer:
        """Answer one request."""
        if not request.headers.get("Authorization", "").startswith(("Bearer ", "Basic ")):
            return Answer.json({"type": "error", "error": {"message": "Access denied."}}, 401)
        self.origin = f"http://{request.headers['Host']}"
        said = self._answer(request, [one.slug for one in self.workspaces])
        if said is None:
            return _NOT_THERE
        return said if isinstance(said, Answer) else Answer.json(said)

    def _answer(self, request: Request, slugs: list[str]) -> Any:
        if request.path.startswith("/1.0/groups/"):
            found = self._workspace(request.path.removeprefix("/1.0/groups/"))
            return None if found is None else [self._group(one, who) for one, who in found.groups.items()]
        match parts(request.path, "/2.0"):
            case ["user"]:
                return self._user(self.me)
            case ["user", "workspaces"] if not self.old:
                listed = [{"type": "workspace_access", "administrator": True, "workspace": {"slug": s}} for s in slugs]
                return self._page(request, listed)
            case ["workspaces"]:
                named = [{"type": "workspace", "slug": one, "uuid": uuid(one), "name": one} for one in slugs]
                return self._page(request, named) if self.old else Answer.json(_GONE, 410)
            case ["users", one, "ssh-keys"] if one == uuid(self.me):
                key = self.ssh.get(self.me)
                record = {"uuid": uuid(f"key-{self.me}"), "key": key, "created_on": "2020-01-01T00:00:00+00:00"}
                return self._page(request, [record] if key else [])
            case ["users", _, "ssh-keys"]:
                return Answer.json({"type": "error", "error": {"message": "Access denied"}}, 403)
            case ["users", one] if one != uuid("ghost"):
                return self._user(one.removeprefix("{").removesuffix("-uuid}"), whole=True)
            case ["workspaces", slug, *rest] if (found := self._workspace(slug)) is not None:
                return self._of_workspace(request, found, rest)
            case ["repositories", slug, *rest] if (found := self._workspace(slug)) is not None:
                if not rest:
                    return self._page(request, [self._repo(found, one) for one in found.repos])
                repo = next((one for one in found.repos if one.slug == rest[0]), None)
                return None if repo is None else self._of_repo(request, repo, rest[1:])
        return None

    def _of_workspace(self, request: Request, found: Workspace, rest: list[str]) -> Any:
        match rest:
            case []:
                return {"type": "workspace", "slug": found.slug, "uuid": uuid(found.slug), "name": found.slug.upper()}
            case ["members"]:
                members = [{"type": "workspace_membership", "user": self._user(one)} for one in found.members]
                return self._page(request, members)
            case ["permissions"]:
                held = [{"permission": what, "user": self._user(one)} for one, what in found.members.items()]
                return self._page(request, held)
            case ["projects"]:
                return self._page(request, [{"key": one, "name": f"Project {one}"} for one in found.projects])
            case ["projects", key, "permissions-config", sort] if key in found.projects:
                return self._rights(request, found.projects[key], sort)
            case ["projects", key, "deploy-keys"]:
                return self._page(request, [self._key(*one) for one in found.project_keys.get(key, {}).items()])
            case ["hooks"]:
                return self._page(request, [self._hook(found.slug, *one) for one in enumerate(found.hooks)])
            case ["pipelines-config", "variables"]:
                return self._counted(request, found.variables)
            case ["pipelines-config", "identity", "oidc", ".well-known", "openid-configuration"]:
                there = f"workspaces/{found.slug}/pipelines-config/identity/oidc"
                return {"issuer": f"https://api.bitbucket.org/2.0/{there}"}
        return None

    def _of_repo(self, request: Request, repo: Repo, rest: list[str]) -> Any:
        match rest:
            case ["permissions-config", sort]:
                return self._rights(request, repo.rights, sort)
            case ["pipelines_config"]:
                enabled = {"type": "repository_pipelines_configuration", "enabled": repo.pipelines}
                return None if repo.pipelines is None else enabled
            case ["pipelines_config", "variables"]:
                return self._counted(request, repo.variables)
            case ["pipelines_config", "ssh", "key_pair"]:
                pair = {"type": "pipeline_ssh_key_pair", "public_key": repo.key_pair, "private_key": CANARY}
                return pair if repo.key_pair else None
            case ["environments"]:
                return self._page(request, [self._environment(one) for one in repo.environments])
            case ["deployments_config", "environments", id_, "variables"]:
                found = next(one for one in repo.environments if uuid(one.name) == id_)
                return self._counted(request, dict.fromkeys(found.variables, True))
            case ["deploy-keys"]:
                return self._page(request, [self._key(*one) for one in repo.keys.items()])
            case ["hooks"]:
                return self._page(request, [self._hook(repo.slug, *one) for one in enumerate(repo.hooks)])
            case ["branch-restrictions"]:
                rules = [{"id": n, "kind": kind, "pattern": p} for n, (kind, p) in enumerate(repo.branches)]
                return self._page(request, rules)
        return None

    def _workspace(self, name: str) -> Workspace | None:
        return next((one for one in self.workspaces if name in (one.slug, uuid(one.slug))), None)

    def _page(self, request: Request, items: list[Any]) -> dict[str, Any]:
        """Return one page; the next is named, as it is everywhere but in pipelines."""
        number = int(request.query.get("page") or 1)
        page = items[(number - 1) * self.most : number * self.most]
        said = {"size": len(items), "page": number, "pagelen": self.most, "values": page}
        following = f"{self.origin}{request.path}?pagelen={self.most}&page={number + 1}"
        return said if number * self.most >= len(items) else {**said, "next": following}

    def _counted(self, request: Request, variables: dict[str, bool]) -> dict[str, Any]:
        """Return one page of variables: their pages are counted, and no next one is named."""
        named = [self._variable(key, secured) for key, secured in variables.items()]
        return {name: value for name, value in self._page(request, named).items() if name != "next"}

    @staticmethod
    def _variable(key: str, secured: bool) -> dict[str, Any]:
        value = {} if secured else {"value": CANARY}
        return {"type": "pipeline_variable", "uuid": uuid(key), "key": key, "secured": secured, **value}

    def _rights(self, request: Request, rights: Rights, sort: str) -> Any:
        held: list[Any] = []
        for kind, name, permission in rights:
            if f"{kind}s" == sort:
                holder = self._user(name) if kind == "user" else {"type": "group", "slug": name, "name": name}
                held.append({"type": f"repository_{kind}_permission", "permission": permission, kind: holder})
        return self._page(request, held)

    def _user(self, name: str, whole: bool = False) -> dict[str, Any]:
        said = {"type": "user", "display_name": name, "uuid": uuid(name)}
        return said if name in self.plain and not whole else {**said, "account_id": f"557058:{name}"}

    def _group(self, name: str, people: list[str]) -> dict[str, Any]:
        return {"name": name, "slug": name, "permission": "read", "members": [self._user(one) for one in people]}

    @staticmethod
    def _repo(workspace: Workspace, repo: Repo) -> dict[str, Any]:
        named = {"type": "repository", "full_name": f"{workspace.slug}/{repo.slug}", "uuid": uuid(repo.slug)}
        return {**named, "is_private": repo.private, "project": {"key": repo.project, "name": repo.project}}

    @staticmethod
    def _key(id_: int, public: str) -> dict[str, Any]:
        return {"id": id_, "key": public, "label": f"key {id_}", "added_on": "2021-02-03T04:05:06+00:00"}

    @staticmethod
    def _hook(place: str, number: int, hook: tuple[str, bool]) -> dict[str, Any]:
        named = {"uuid": uuid(f"hook-{place}-{number}"), "url": hook[0], "secret_set": hook[1], "secret": CANARY}
        return {**named, "active": True, "events": ["repo:push"], "created_at": "2021-01-01T00:00:00+00:00"}

    @staticmethod
    def _environment(one: Environment) -> dict[str, Any]:
        said = {"type": "deployment_environment", "uuid": uuid(one.name), "name": one.name}
        only = {"type": "deployment_restrictions_configuration", "admin_only": one.admin_only}
        return said if one.admin_only is None else {**said, "restrictions": only}
