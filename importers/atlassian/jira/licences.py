"""Application roles of Jira: whose members may use it, and populations that grants are made to."""

from collections.abc import Iterable, Iterator
from typing import Any

from graphscan import kinds
from graphscan.model import Node, Record, Ref, Relation
from importers.atlassian.context import Context, text_of
from importers.atlassian.jira.holders import Holders
from importers.atlassian.rights import PROVIDER, reachable


def licence(context: Context, holders: Holders, row: Any, groups: Iterable[str], where: str) -> list[Record]:
    """
    Return an application role: its groups may use that application, and so Jira.

    Args:
        groups: their nodes.
    """
    said, licensed, key = context.evidence(where), context.ref("licensed"), text_of(row.get("key"))
    if not key:
        return [Relation(Ref(one), "MEMBER_OF", licensed, evidence=said) for one in groups]
    holders.applications.add(key)
    role, name = context.ref("application-role", key), text_of(row.get("name")) or key
    return [
        Node(role.text, "Group", PROVIDER, "population", name=f"Users of {name}", evidence=said),
        Relation(role, "MEMBER_OF", licensed, evidence=said),
        *(Relation(Ref(one), "MEMBER_OF", role, evidence=said) for one in groups),
    ]


def populations(context: Context, where: str) -> Iterator[Record]:
    """Yield those that a licence lets in, and anyone."""
    said, licensed = context.evidence(where), context.ref("licensed")
    yield Node(licensed.text, "Group", PROVIDER, "population", name="Licensed users", evidence=said)
    yield Node(context.id("anyone"), "Group", PROVIDER, kinds.ANONYMOUS, name="Anyone", evidence=said)
    guards = (reachable(context),)
    yield Relation(licensed, "ASSIGNED_TO", context.ref("app"), "api_read", "login", guards, evidence=said)
