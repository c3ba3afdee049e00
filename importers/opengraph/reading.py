"""
Read a file of OpenHound's Okta collector; what is not mapped is counted and named.

Two things of the format are undone here. A role that is limited to a resource set is limited to what the set holds. And
an application that signs in by itself is an account beside the application: only accounts hold roles and credentials.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graphscan.kinds import INTERNET, RELATION_KINDS
from graphscan.model import (
    Coverage,
    CoverageState,
    Evidence,
    EvidenceKind,
    Node,
    NotUnderstood,
    Observed,
    Record,
    Ref,
    Relation,
    SourceInfo,
)
from importers.opengraph import mapping
from importers.opengraph.ends import Ends, NoEndError, text
from importers.opengraph.mapping import EdgeOf
from importers.opengraph.nodes import node_of, own_id, permissions_of, role_of

_WHERE = "an OpenGraph file does not say what its collector could not read"
_SAID = "a role assignment in the file says so: graphscan derives it"
# Of these the file tells what there is, and never that there is no more. What comes with an object itself (what
# contains it, what keeps its secret) has no gap of its own: it would make all possible, whatever the file says.
ASKED = (
    *("ACCOUNT_OF", "APPLIES_TO", "ASSIGNED_TO", "CREATED_BY", "HAS_CREDENTIAL", "HAS_ROLE", "HELD_BY", "MEMBER_OF"),
    *("SAME_PERSON", "SCOPED_TO", "SIGNS_IN_AS", "TRUSTS"),
)


def read(nodes: list[Any], edges: list[Any], name: str, file: Path) -> tuple[SourceInfo, Iterator[Record]]:
    """
    Return the source `opengraph:NAME` and its records.

    Args:
        nodes, edges: as they stand in the file.
        file:         where they come from, for evidence; its date is when they were read from the vendor.
    """
    at = datetime.fromtimestamp(file.stat().st_mtime, UTC).replace(microsecond=0)
    info = SourceInfo(f"opengraph:{name}", "opengraph", at, complete=False)
    return info, _Reading(at, file.name).records(nodes, edges)


# Private functions


class _Reading:
    def __init__(self, at: datetime, file: str) -> None:
        self._evidence = Evidence(EvidenceKind.CONFIG, file, at)
        self._at = at
        self._out: list[Record] = []
        self._left: dict[tuple[str, str], int] = {}
        self._nodes: dict[str, Node] = {}  # by the file's ids
        self._own: dict[str, Node] = {}  # by ours
        self._ends = Ends()
        self._stated: set[str] = set()
        self._edges: set[tuple[str, str, str]] = set()
        self._roles: dict[str, set[str]] = {}  # holder → types of the roles he has assignments of
        self._scopes: dict[str, list[str]] = {}  # role assignment → what it is limited to
        self._sets: dict[str, dict[str, set[str]]] = {}  # resource set → what is in it → itself, members
        self._permissions: dict[str, list[str]] = {}
        self._types: dict[str, str] = {}
        self._inside: dict[str, str] = {}  # application → organization
        self._clients: dict[str, str] = {}  # application → its account
        self._special: Mapping[str, Callable[[str, str, str], None]] = {
            **dict.fromkeys(mapping.PAIRWISE, self._pairwise),
            **dict.fromkeys(mapping.CLIENT_OF, self._client_of),
            **dict.fromkeys(mapping.IN_SET, self._in_set),
            mapping.CONTAINS: self._contains,
            mapping.SCOPED: self._scoped,
            mapping.HOLDS: self._holds,
        }

    def records(self, nodes: list[Any], edges: list[Any]) -> Iterator[Record]:
        """Yield all: what was mapped, what can be missing, and the counts of what was left."""
        for one in nodes:
            yield from self._taken("node", one, self._node)
        # Who holds which role is asked before edges that say the same in another way.
        late = {*mapping.PAIRWISE, mapping.HAS_ROLE}
        for now in (False, True):
            for one in edges:
                kind = one.get("kind") if isinstance(one, dict) else None
                if (isinstance(kind, str) and kind in late) is now:
                    yield from self._taken("edge", one, self._edge)
        self._limits()
        yield from self._out
        for relation in ASKED:
            yield Coverage(relation, CoverageState.PARTIAL, at=self._at, error=_WHERE)
        for (where, reason), count in sorted(self._left.items()):
            yield NotUnderstood(where, reason, count)

    def _taken(self, what: str, one: Any, take: Callable[[Mapping[str, Any]], None]) -> Iterator[Record]:
        where, reason = what, "is no object"
        try:
            if isinstance(one, dict):
                kind = one["kinds"][0] if what == "node" and one["kinds"] else one.get("kind", "")
                where, reason = f"{what} {text(kind)[:60]}" if kind else what, ""
                take(one)
        except NoEndError as error:
            reason = str(error)
        except (KeyError, TypeError, ValueError, AttributeError):
            reason = "is not written as the format says"
        if reason:
            self._left[where, reason] = self._left.get((where, reason), 0) + 1
        yield from self._out
        self._out.clear()

    # Nodes

    def _node(self, one: Mapping[str, Any]) -> None:
        kinds = [text(kind) for kind in one["kinds"]]
        id_, about = text(one["id"]), one.get("properties") or {}
        said = next((mapping.NODES[kind] for kind in kinds if kind in mapping.NODES), None)
        if said is None:
            left = next((kind for kind in kinds if kind in mapping.LEFT_NODES), "")
            if left:
                self._permissions[id_] = permissions_of(about)
                self._types[id_] = "custom" if left == "Okta_CustomRole" else role_of(about, id_)
            raise NoEndError(mapping.LEFT_NODES.get(left, mapping.NOT_MAPPED))
        if id_ in self._nodes:
            raise NoEndError("its id is that of another node of the file")
        self._nodes[id_] = self._add(node_of(id_, about, said, self._evidence))
        self._ends.add(id_, kinds, about)
        if said.subtype == "org" and said.provider == "okta":
            self._state(self._nodes[id_].id, EdgeOf("REACHABLE_FROM"), INTERNET)
        if said.kind == "RoleAssignment":
            self._scopes[id_] = []

    def _add(self, node: Node) -> Node:
        if node.id not in self._own:
            self._own[node.id] = node
            self._out.append(node)
        return self._own[node.id]

    # Edges

    def _edge(self, one: Mapping[str, Any]) -> None:
        kind = text(one["kind"])
        if kind in mapping.LEFT_EDGES:
            raise NoEndError(mapping.LEFT_EDGES[kind])
        if kind == mapping.HAS_ROLE:
            self._has_role(one)
            return
        take = self._special.get(kind)
        if take is None and kind not in mapping.EDGES:
            raise NoEndError(mapping.NOT_MAPPED)
        start, end = self._end(one["start"]), self._end(one["end"])
        if (kind, start, end) in self._edges:
            raise NoEndError("said before in the same file")
        if take is not None:
            take(kind, start, end)
        for said in mapping.EDGES.get(kind, ()):
            source, target = (end, start) if said.turned else (start, end)
            self._state(self._principal(source, said), said, self._nodes[target].id)
        self._edges.add((kind, start, end))

    def _end(self, said: Mapping[str, Any]) -> str:
        id_, foreign = self._ends.resolve(said)
        if foreign is not None and id_ not in self._nodes:
            self._nodes[id_] = self._add(node_of(id_, foreign.said, foreign.of, self._evidence))
        return id_

    def _contains(self, _kind: str, start: str, end: str) -> None:
        org, node = self._nodes[start], self._nodes[end]
        self._is(org.subtype == "org")
        said = mapping.CONTAINED.get((node.kind, node.subtype))
        self._is(said is not None or node.kind in mapping.OF_THE_ORG)
        if said is not None:
            source, target = (node, org) if said.turned else (org, node)
            self._state(source.id, said, target.id)
        if (node.kind, node.subtype) == ("Application", "app"):
            self._inside[end] = org.id
        elif node.kind == "ServiceAccount":
            # Its scopes are all that an integration needs, and which were granted is not told.
            role = self._role(end, "scopes", "granted_scopes", "scopes of a service integration", [])
            self._state(node.id, EdgeOf("HAS_ROLE", needs="api", observed=Observed.POSSIBLE), role)
            self._state(role, EdgeOf("SCOPED_TO"), org.id)

    def _client_of(self, _kind: str, start: str, end: str) -> None:
        credential, node = self._nodes[start], self._nodes[end]
        # Which scopes were granted is not told, and so what the interface does for it is possible.
        said = EdgeOf("HAS_CREDENTIAL", gives="api_write", observed=Observed.POSSIBLE)
        self._state(self._principal(end, said), said, credential.id)
        if node.kind == "Application" and credential.subtype == "client_secret":
            self._state(node.id, EdgeOf("STORES", needs="admin"), credential.id)

    def _holds(self, _kind: str, start: str, end: str) -> None:
        said = EdgeOf("HAS_ROLE", needs="api")
        self._state(self._principal(start, said), said, self._nodes[end].id)
        self._roles.setdefault(start, set()).add(self._nodes[end].subtype)

    def _scoped(self, _kind: str, start: str, end: str) -> None:
        self._is(start in self._scopes)
        self._state(self._nodes[start].id, EdgeOf("SCOPED_TO"), self._nodes[end].id)
        self._scopes[start].append(end)

    def _in_set(self, kind: str, start: str, end: str) -> None:
        """Take what a resource set holds; it is stated at the end, for a group and its members are one relation."""
        self._is(self._nodes[start].kind == "Scope")
        self._sets.setdefault(start, {}).setdefault(end, set()).add(mapping.IN_SET[kind])

    def _has_role(self, one: Mapping[str, Any]) -> None:
        """Take a role that somebody holds; over what, assignments say, and where there is none it may be everything."""
        start, role = self._end(one["start"]), text(one["end"]["value"])
        if self._roles.get(start):
            raise NoEndError(_SAID)
        type_ = self._types.get(role, "")
        node = self._role(start, role, type_, type_ or "a role", self._permissions.get(role, []))
        said = EdgeOf("HAS_ROLE", needs="api")
        self._state(self._principal(start, said), said, node)
        for org in self._orgs():
            known = Observed.YES if type_ == "super_admin" else Observed.POSSIBLE
            self._state(node, EdgeOf("SCOPED_TO", observed=known), org)

    def _pairwise(self, kind: str, start: str, end: str) -> None:
        type_, permission = mapping.PAIRWISE[kind]
        if type_ in self._roles.get(start, ()):
            raise NoEndError(_SAID)
        said = EdgeOf("HAS_ROLE", needs="api")
        holder = self._principal(start, said)
        role = self._role(start, kind, type_, kind.partition("_")[2], [permission] if permission else [])
        self._state(holder, said, role)
        self._state(role, EdgeOf("GRANTS" if kind == mapping.READS_CLIENTS else "SCOPED_TO"), self._nodes[end].id)

    # What is stated once all was read

    def _limits(self) -> None:
        for set_, inside in self._sets.items():
            for member, how in inside.items():
                self._listed(self._nodes[set_].id, member, how)
        for role, targets in self._scopes.items():
            sets = [one for one in targets if self._nodes[one].kind == "Scope"]
            for one in sets:
                # Techniques ask what a right is limited to, not for sets of it.
                for member, how in self._sets.get(one, {}).items():
                    self._listed(self._nodes[role].id, member, how)
            if not targets or any(one not in self._sets for one in sets):
                for org in self._orgs():
                    self._state(self._nodes[role].id, EdgeOf("SCOPED_TO", observed=Observed.POSSIBLE), org)
        for application, account in self._clients.items():
            if application in self._inside:
                self._state(account, EdgeOf("ACCOUNT_OF"), self._inside[application])

    def _listed(self, source: str, member: str, how: set[str]) -> None:
        of = (("of", " and ".join(sorted(how))),) if how != {"itself"} else ()
        self._state(source, EdgeOf("SCOPED_TO", said=of), self._nodes[member].id)

    # What all of these need

    def _state(self, source: str, said: EdgeOf, target: str) -> None:
        """State a relation, once. Raises NoEndError where the vocabulary does not have it between such ends."""
        kind = RELATION_KINDS[said.relation]
        ends = self._own[source].kind, "Segment" if target == INTERNET else self._own[target].kind
        self._is(ends[0] in kind.sources and ends[1] in kind.targets)
        relation = Relation(
            Ref(source),
            said.relation,
            Ref(target),
            said.needs,
            said.gives,
            observed=said.observed,
            properties=dict(said.said),
            evidence=self._evidence,
        )
        if relation.id not in self._stated:
            self._stated.add(relation.id)
            self._out.append(relation)

    def _is(self, allowed: bool) -> None:
        if not allowed:
            raise NoEndError("an end is of a kind that the relation cannot have")

    def _orgs(self) -> list[str]:
        return [one.id for one in self._nodes.values() if one.subtype == "org" and one.provider == "okta"]

    def _role(self, holder: str, which: str, type_: str, name: str, permissions: list[str]) -> str:
        """Return a role assignment that the file has not as a node."""
        said = {"permissions": permissions} if permissions else {}
        # Behind a sign that no id keeps, so that no two holders and roles make one id.
        key = f"{holder}/{which}" if "/" not in holder else f"{len(holder)}|{holder}/{which}"
        id_ = own_id(key, "opengraph-role")
        node = Node(id_, "RoleAssignment", "okta", type_, name, properties=said, evidence=self._evidence)
        return self._add(node).id

    def _principal(self, id_: str, said: EdgeOf) -> str:
        """Return who acts: a node itself, or of an application the account that it signs in with."""
        node = self._nodes[id_]
        if node.kind != "Application" or said.relation not in ("HAS_CREDENTIAL", "HAS_ROLE"):
            return node.id
        if id_ not in self._clients:
            own = own_id(id_, "opengraph-client")
            account = Node(own, "ServiceAccount", "okta", "service_app", node.name, evidence=self._evidence)
            self._clients[id_] = self._add(account).id
        return self._clients[id_]
