"""Bitbucket Data Center: HTTP access tokens, SSH keys and access keys, and what each opens."""

from collections.abc import Iterator
from typing import Any

from graphscan.model import Node, Observed, Record, Ref, Relation
from importers.atlassian.context import Context, identifier, object_of, text_of
from importers.atlassian.rights import LEVELS, credential, reachable

# The highest level that a permission gives over what it is about.
GIVES = {f"{scope}_{level.upper()}": level for scope in ("PROJECT", "REPO") for level in LEVELS}
# Rights that open nothing by themselves: they are told, and lead nowhere.
NOTHING = frozenset({"PROJECT_CREATE", "REPO_CREATE", "PROJECT_VIEW", "USER_ADMIN"})


class Tokens:
    """Maps credentials of one instance; owners and places are named by the ids they were asked with."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._seen: set[str] = set()

    def of_user(self, row: Any, where: str, ids: tuple[str, ...]) -> Iterator[Record]:
        """Map a token of a person: it gives the lesser of its own right and its owner's."""
        context, node = self._context, self._node(row, where)
        yield from self._once(node)
        known, possible = _levels(row.get("permissions"))
        if self._odd(row, where) and known != "api_admin":
            possible = "api_admin"
        user, guards = context.ref("user", ids[0]), (reachable(context),)
        for level, seen in ((known, Observed.YES), (possible, Observed.POSSIBLE)):
            if level:
                said = context.evidence(where)
                yield Relation(
                    user, "HAS_CREDENTIAL", Ref(node.id), "held", level, guards, observed=seen, evidence=said
                )

    def of_place(self, row: Any, where: str, ids: tuple[str, ...]) -> Iterator[Record]:
        """Map a token of a project or repository: it has no owner whose rights could be less."""
        node = self._node(row, where)
        yield from self._once(node)
        listed = row.get("permissions")
        gives = [GIVES[one] for one in listed if isinstance(one, str) and one in GIVES] if _is_list(listed) else []
        odd = self._odd(row, where) or not _is_list(listed)
        highest = max(gives, key=LEVELS.index, default="")
        if highest:
            yield self._grant(Ref(node.id), ids, highest, where, Observed.YES)
        if odd and highest != "admin":
            yield self._grant(Ref(node.id), ids, "admin", where, Observed.POSSIBLE)

    def user_key(self, row: Any, where: str, ids: tuple[str, ...]) -> Iterator[Record]:
        """Map an SSH key of a person: git reads and writes as the person, and administers nothing."""
        context = self._context
        id_ = context.id("ssh-key", identifier(row))
        yield from self._once(credential(context, id_, "ssh_key", row, where, name=text_of(row.get("label"))))
        guards, said = (reachable(context),), context.evidence(where)
        yield Relation(
            context.ref("user", ids[0]), "HAS_CREDENTIAL", Ref(id_), "held", "api_write", guards, evidence=said
        )

    def access_key(self, row: Any, where: str, ids: tuple[str, ...]) -> Iterator[Record]:
        """Map an access key; one key may open several places."""
        key, permission = object_of(row, "key"), text_of(row.get("permission"))
        id_ = self._context.id("access-key", identifier(key))
        yield from self._once(credential(self._context, id_, "access_key", key, where, name=text_of(key.get("label"))))
        known = permission in GIVES
        seen = Observed.YES if known else Observed.POSSIBLE
        yield self._grant(Ref(id_), ids, GIVES[permission] if known else "write", where, seen)

    # Private functions

    def _odd(self, row: Any, where: str) -> bool:
        """Whether a token has a permission of an unknown kind, which is then possibly any."""
        listed = row.get("permissions")
        odd = [one for one in listed if one not in GIVES and one not in NOTHING] if _is_list(listed) else []
        for one in odd:
            unknown = f"a permission of an unknown kind, {text_of(one)[:40]!r}"
            self._context.doubt(where, f"{unknown}: taken for possibly any")
        return bool(odd)

    def _once(self, node: Node) -> Iterator[Node]:
        if node.id not in self._seen:
            self._seen.add(node.id)
            yield node

    def _node(self, row: Any, where: str) -> Node:
        id_ = self._context.id("token", identifier(row))
        return credential(self._context, id_, "access_token", row, where, name=text_of(row.get("name")))

    def _grant(self, key: Ref, ids: tuple[str, ...], level: str, where: str, seen: Observed) -> Relation:
        guards, said = (reachable(self._context),), self._context.evidence(where)
        return Relation(key, "GRANTS", place(self._context, ids), "held", level, guards, observed=seen, evidence=said)


def place(context: Context, ids: tuple[str, ...]) -> Ref:
    """Return the project, or the repository, that was asked about."""
    return context.ref("project", ids[0]) if len(ids) == 1 else context.ref("repo", "/".join(ids))


# Private functions


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and bool(value)


def _levels(permissions: Any) -> tuple[str, str]:
    """
    Return the level at which a token acts for its owner, as known and as possible.

    The token gives the lesser of its own right and its owner's. One that administers repositories but not projects is
    known to write: a level says nothing of where.
    """
    if not _is_list(permissions):
        return "", "api_admin"
    known_ones = [one for one in permissions if isinstance(one, str) and one in GIVES]
    highest = {
        scope: max((LEVELS.index(GIVES[one]) for one in known_ones if one.startswith(scope)), default=-1)
        for scope in ("PROJECT", "REPO")
    }
    # What a token may do to projects it may do to the repositories in them.
    low, high = sorted((highest["PROJECT"], max(highest.values())))
    names = ("api_read", "api_write", "api_admin")
    if high < 0:
        return "", ""
    if low == high:
        return names[high], ""
    known = names[min(high, 1)]
    return known, names[high] if names[high] != known else ""
