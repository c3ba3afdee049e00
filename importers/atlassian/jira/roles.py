"""Roles of projects: one group for each role of each project, whose actors the project tells."""

from collections.abc import Iterator

from graphscan.model import Node, Observed, Record, Ref, Relation
from importers.atlassian.context import Context
from importers.atlassian.jira.holders import LEAD
from importers.atlassian.rights import PROVIDER


class Roles:
    """The roles of all projects of one instance."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._stated: set[tuple[str, str]] = set()
        self._leads: dict[str, str] = {}

    def led_by(self, key: str, who: str) -> None:
        """Take note of who leads a project: a node."""
        self._leads[key] = who

    def leads(self, anybody: str, where: str) -> Iterator[Record]:
        """
        Yield who leads each project in which that gives a right.

        Args:
            anybody: the node of those of whom one leads, where it is not told who.
        """
        said = self._context.evidence(where)
        for key in sorted(key for key, role in self._stated if role == LEAD):
            who = self._leads.get(key)
            seen = Observed.POSSIBLE if who is None else Observed.YES
            yield Relation(Ref(who or anybody), "MEMBER_OF", self.ref(key, LEAD), observed=seen, evidence=said)

    def anybody(self, key: str, role: str, anybody: str, where: str) -> Iterator[Record]:
        """Yield that whoever signs in, the node `anybody`, is possibly in a role: an actor of it was not understood."""
        said = self._context.evidence(where)
        yield Relation(Ref(anybody), "MEMBER_OF", self.ref(key, role), observed=Observed.POSSIBLE, evidence=said)

    def ref(self, key: str, role: str) -> Ref:
        """Return the group of a role in a project."""
        return self._context.ref("project-role", f"{key}:{role}")

    def state(self, key: str, role: str, where: str, name: str = "") -> Iterator[Record]:
        """
        Yield the group, where it was not stated before.

        One whose actors were not told is there as well: it holds what a scheme gives it, and who is in it is a gap.
        """
        if (key, role) not in self._stated:
            self._stated.add((key, role))
            said = self._context.evidence(where)
            name = f"{name or ('Lead' if role == LEAD else f'Role {role}')} of {key}"
            yield Node(self.ref(key, role).text, "Group", PROVIDER, "project_role", name=name, evidence=said)
