"""Who holds a grant of a permission scheme or sees a level of issue security: the kinds of holder that Jira knows."""

from collections.abc import Iterator
from typing import Any

from graphscan.model import Node, Observed, Record
from importers.atlassian.context import Context, object_of, text_of
from importers.atlassian.rights import PROVIDER

# Holders that depend on the issue: somebody, of some issues.
_OF_SOME_ISSUES = frozenset({"reporter", "assignee", "userCustomField", "groupCustomField"})
_CUSTOMERS = "sd.customer.portal.only"
LEAD = "lead"


class Holders:
    """
    The holders of one instance of Data Center.

    Attributes:
        applications: keys of the application roles whose groups were told (`jira-software`).
        people:       nodes of users and groups that somebody named, with what he called them. Those that no listing
                      describes still hold what they were given.
        logged_in:    the node of whoever can sign in.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.applications: set[str] = set()
        self.people: dict[str, tuple[str, str]] = {}
        self.logged_in = context.id("licensed")

    @property
    def everybody(self) -> tuple[str, ...]:
        """Return the nodes of populations that anybody who signs in belongs to."""
        return (self.context.id("anyone"), self.logged_in)

    def of(self, holder: dict[str, Any], where: str) -> list[tuple[str, Observed]]:
        """Return the nodes that a holder stands for. Project roles are not among them: `role`."""
        kind, parameter = text_of(holder.get("type")), text_of(holder.get("parameter"))
        if kind == "group":
            return [self.group(holder, parameter) or self._unknown(where, "a group that is not listed")]
        if kind == "user":
            return [(self.user(holder, parameter), Observed.YES)]
        if kind == "anyone":
            return [(self.context.id("anyone"), Observed.YES)]
        if kind == "applicationRole":
            return [self._application(parameter, where)]
        if kind == _CUSTOMERS:
            return self.customers()
        if kind not in _OF_SOME_ISSUES:
            return [self._unknown(where, f"of an unknown kind, {kind[:40]!r}")]
        # Whoever reported an issue reads it: of which issues, and who, nothing says here.
        return [(self.logged_in, Observed.POSSIBLE)]

    def group(self, holder: dict[str, Any], parameter: str) -> tuple[str, Observed] | None:
        """Return the group of a holder, by its name; None where it cannot be told which it is."""
        name = text_of(object_of(holder, "group").get("name")) or parameter
        # A grant to the group of an empty name is one to anyone.
        return (self.named("group", name) if name else self.context.id("anyone")), Observed.YES

    def user(self, holder: dict[str, Any], parameter: str) -> str:
        """Return the account of a holder: by its key."""
        return self.named("user", text_of(object_of(holder, "user").get("key")) or parameter)

    def customers(self) -> list[tuple[str, Observed]]:
        """Return who the customers of a help desk may be: of some issues, and which accounts, nothing says."""
        return [(self.logged_in, Observed.POSSIBLE)]

    def named(self, sort: str, identifier: str, name: str = "") -> str:
        """Return the node of a user or group that is named, and remember it."""
        id_ = self.id(sort, identifier)
        self.people.setdefault(id_, (sort, name or identifier))
        return id_

    def id(self, sort: str, identifier: str) -> str:
        """Return the node of a user or group."""
        return self.context.id(sort, identifier)

    def undescribed(self, described: set[str], where: str) -> Iterator[Record]:
        """Yield the users and groups that were named somewhere and described nowhere."""
        for id_, (sort, name) in self.people.items():
            if id_ not in described:
                kind, subtype = ("Group", "group") if sort == "group" else ("User", "account")
                yield Node(id_, kind, PROVIDER, subtype, name=name, evidence=self.context.evidence(where))

    def _application(self, key: str, where: str) -> tuple[str, Observed]:
        if not key:
            return self.logged_in, Observed.YES
        if key in self.applications:
            return self.context.id("application-role", key), Observed.YES
        return self._unknown(where, "an application of which no groups are known")

    def _unknown(self, where: str, what: str) -> tuple[str, Observed]:
        self.context.doubt(where, f"a holder that is {what}: taken for anybody who signs in, possibly")
        return self.logged_in, Observed.POSSIBLE


def role_of(holder: dict[str, Any]) -> str:
    """Return the id of the project role that a holder is, whoever leads it among them; empty: it is something else."""
    if text_of(holder.get("type")) == "projectLead":
        return LEAD
    if text_of(holder.get("type")) != "projectRole":
        return ""
    return str(object_of(holder, "projectRole").get("id") or holder.get("parameter") or holder.get("value") or "")
