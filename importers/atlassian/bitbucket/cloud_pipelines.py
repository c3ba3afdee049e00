"""Pipelines of Bitbucket Cloud: which of them run, what each is given, and as whom it signs in to a cloud."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from graphscan.model import (
    NOTHING_MISSING,
    Coverage,
    CoverageState,
    Enforced,
    Enforcement,
    Node,
    Observed,
    Record,
    Ref,
    Relation,
)
from importers.atlassian.bitbucket import cloud_endpoints as ends
from importers.atlassian.context import Context, identifier, text_of
from importers.atlassian.rights import PROVIDER, credential

# Names of plain variables that say a secret: its author may not have ticked "secured".
_SAYS_SECRET = re.compile(
    r"passw(or)?d|passphrase|(^|_)(pass|pwd|pw)(_|$)|secret|token|api_?key|private_?key|credential|access_key(?!_id)",
    re.I,
)
_UNTOLD = "what its secured variables and its key open: their values are never told"


@dataclass(slots=True)
class _Pipeline:
    """A pipeline, or one of a deployment environment; or any pipeline of a workspace, where `slug` is empty."""

    workspace: str
    slug: str = ""
    environment: str = ""  # its UUID
    name: str = ""
    seen: Observed = Observed.POSSIBLE  # until its configuration says that it runs
    secured: int = 0
    plain: list[str] = field(default_factory=list)
    where: str = ""


@dataclass(slots=True)
class Pipelines:
    """
    The pipelines of a snapshot.

    Who writes to a repository runs its pipeline: a new branch with a changed `bitbucket-pipelines.yml` is enough, and
    branch restrictions do not stop a new branch. Each is one of "any pipeline of the workspace", which holds the
    workspace's variables: none is stated once for each pipeline.
    """

    context: Context
    _found: dict[str, _Pipeline] = field(default_factory=dict)
    _workspaces: dict[str, str] = field(default_factory=dict)  # UUIDs
    _issuers: dict[str, str] = field(default_factory=dict)
    _repositories: dict[tuple[str, str], str] = field(default_factory=dict)  # UUIDs

    def workspace(self, slug: str, uuid: str) -> None:
        """Remember a workspace's UUID, which the audience of its pipelines is made of."""
        self._workspaces[slug] = uuid

    def repository(self, workspace: str, slug: str, uuid: str) -> None:
        """Remember a repository's UUID, which its pipeline's identity names."""
        self._repositories[workspace, slug] = uuid

    def oidc(self, row: Any, _where: str, ids: tuple[str, ...]) -> Iterator[Record]:
        """Take who signs for the pipelines of a workspace."""
        issuer = text_of(row.get("issuer"))
        if issuer:
            self._issuers[ids[0]] = issuer
        yield from ()

    def configuration(self, row: Any, where: str, ids: tuple[str, ...]) -> Iterator[Record]:
        """Take whether a repository's pipeline runs."""
        if row.get("enabled") is not False:
            pipeline = self._pipeline(ids, where)
            pipeline.seen = Observed.YES if row.get("enabled") is True else Observed.POSSIBLE
        yield from ()

    def environment(self, row: Any, where: str, ids: tuple[str, ...]) -> Iterator[Record]:
        """
        Map a deployment environment: its pipeline is that of the repository with more variables.

        Where only administrators may deploy, writing does not run it. The description does not name the restriction;
        where the server does not tell it either, it is unknown.
        """
        context, uuid = self.context, identifier(row, "uuid")
        pipeline = self._pipeline((*ids, uuid), where)
        pipeline.name = text_of(row.get("name")) or uuid
        pipeline.seen = self._pipeline(ids, where).seen
        here, repository = Ref(self._id(*ids, uuid)), context.ref("repo", "/".join(ids))
        said, restrictions = context.evidence(where), row.get("restrictions")
        only = restrictions.get("admin_only") if isinstance(restrictions, dict) else None
        guards: tuple[tuple[Ref, str], ...] = ()
        if only is not False:
            control = context.ref("deployment-restriction", f"{'/'.join(ids)}:{uuid}")
            yield Node(
                control.text,
                "Control",
                PROVIDER,
                "deployment_restriction",
                name=f"Only administrators deploy to {pipeline.name} of {'/'.join(ids)}",
                enforced=(Enforcement(Enforced.YES),) if only is True else (),
                evidence=said,
            )
            guards = ((control, "defeated"),)
            # Who administers the repository deploys, and lifts the restriction.
            yield Relation(repository, "CONTAINS", here, "admin", "exec", observed=pipeline.seen, evidence=said)
        yield Relation(repository, "CONTAINS", here, "write", "exec", guards, observed=pipeline.seen, evidence=said)

    def variable(self, row: Any, where: str, ids: tuple[str, ...]) -> Iterator[Record]:
        """
        Map a variable of a workspace, a repository or an environment. Its value is in no record.

        One that is not secured is a setting, and its name a property of the pipeline; where the name says a secret, it
        is possibly one.
        """
        context, key = self.context, identifier(row, "key")
        pipeline = self._pipeline(ids, where)
        secured = row.get("secured")
        if secured is False and not _SAYS_SECRET.search(key):
            pipeline.plain.append(key)
            return
        seen = Observed.YES if secured is True else Observed.POSSIBLE
        pipeline.secured += 1
        id_ = context.id("variable", "/".join([*ids, key]))
        node = credential(context, id_, "variable", {}, where, name=key)
        yield replace(node, properties={"secured": "yes" if secured is True else "no"})
        said = context.evidence(where)
        yield Relation(Ref(self._id(*ids)), "STORES", Ref(id_), "exec", observed=seen, evidence=said)

    def key_id(self, ids: tuple[str, ...]) -> str:
        """Return the node id of a repository's own SSH key, which its pipelines sign in with elsewhere."""
        return self.context.id("pipeline-key", "/".join(ids))

    def key_pair(self, row: Any, where: str, ids: tuple[str, ...]) -> Iterator[Record]:
        """Map the SSH key that a repository's pipelines have: what it opens is a key of somewhere else."""
        if not text_of(row.get("public_key")):
            return
        pipeline = self._pipeline(ids, where)
        pipeline.secured += 1
        yield credential(self.context, self.key_id(ids), "ssh_key", {}, where, name=f"SSH key of {'/'.join(ids)}")
        said = self.context.evidence(where)
        yield Relation(Ref(self._id(*ids)), "STORES", Ref(self.key_id(ids)), "exec", evidence=said)

    def finish(self, coverage: list[Coverage]) -> Iterator[Record]:
        """
        Yield the pipelines, those that possibly run because nothing was told included, and what of them was read.

        A row of `coverage` that says that all which a pipeline holds was read is taken back where it holds secured
        variables: what those open nobody told.
        """
        unread = {
            row.scope: row
            for row in coverage
            if row.relation == "STORES"
            and row.state is not CoverageState.COMPLETE
            and not row.error.startswith(NOTHING_MISSING)
        }
        for ids in self._repositories:
            if self._id(*ids) in unread and self._id(*ids) not in self._found:
                self._pipeline(ids, ends.PIPELINES.path)
        still = [ids for ids in self._repositories if self._id(*ids) not in self._found]
        for workspace in dict.fromkeys([*self._workspaces, *(workspace for workspace, _ in self._repositories)]):
            self._pipeline((workspace,), ends.WORKSPACE_VARIABLES.path)
        untold = [id_ for id_, one in self._found.items() if one.secured]
        coverage[:] = [
            replace(row, state=CoverageState.PARTIAL, error=_UNTOLD)
            if row.relation == "STORES" and row.state is CoverageState.COMPLETE and row.scope in untold
            else row
            for row in coverage
        ]
        for ids in still:
            # Who administers a repository may switch its pipelines on, and has what all of the workspace have.
            yield Relation(
                self.context.ref("repo", "/".join(ids)),
                "CONTAINS",
                Ref(self._id(ids[0])),
                "admin",
                "exec",
                observed=Observed.POSSIBLE,
                evidence=self.context.evidence(ends.PIPELINES.path),
            )
        for id_, one in self._found.items():
            yield from self._stated(id_, one)
            if id_ not in unread:
                state = CoverageState.UNAVAILABLE if one.secured else CoverageState.COMPLETE
                error = _UNTOLD if one.secured else ""
                yield Coverage("STORES", state, id_, one.where, self.context.at, error=error)

    # Private functions

    def _id(self, workspace: str, slug: str = "", environment: str = "", *_: str) -> str:
        if not slug:
            return self.context.id("pipelines", workspace)
        return self.context.id("pipeline", f"{workspace}/{slug}" + (f":{environment}" if environment else ""))

    def _pipeline(self, ids: tuple[str, ...], where: str) -> _Pipeline:
        workspace, slug, environment, *_ = (*ids, "", "")
        return self._found.setdefault(self._id(*ids), _Pipeline(workspace, slug, environment, where=where))

    def _stated(self, id_: str, one: _Pipeline) -> Iterator[Record]:
        """Yield a pipeline and what it is part of."""
        context, said = self.context, self.context.evidence(one.where)
        properties: dict[str, Any] = {"workspace": one.workspace}
        if self._issuers.get(one.workspace):
            properties["oidc_issuer"] = self._issuers[one.workspace]
        workspace = self._workspaces.get(one.workspace, "").strip("{}")
        if workspace:
            # A step may name others, and who writes the file names them: a role's own audience stops nobody.
            properties["oidc_default_audience"] = f"ari:cloud:bitbucket::workspace/{workspace}"
        uuid = self._repositories.get((one.workspace, one.slug), "")
        if uuid:
            properties["repository_uuid"] = uuid
        if one.environment:
            properties["environment_uuid"] = one.environment
        if one.plain:
            properties["plain_variables"] = ", ".join(sorted(one.plain))
        full = f"{one.workspace}/{one.slug}"
        name = f"Any pipeline of {one.workspace}" if not one.slug else f"Pipeline of {full}"
        name += f", {one.name}" if one.name else ""
        subtype = "workspace" if not one.slug else "environment" if one.environment else "pipeline"
        yield Node(id_, "Pipeline", PROVIDER, subtype, name=name, properties=properties, evidence=said)
        if not one.slug:
            return
        outer = self._id(one.workspace, one.slug) if one.environment else self._id(one.workspace)
        yield Relation(Ref(id_), "CONTAINS", Ref(outer), "exec", "exec", evidence=said)
        if not one.environment:
            repository = context.ref("repo", full)
            yield Relation(repository, "CONTAINS", Ref(id_), "write", "exec", observed=one.seen, evidence=said)
