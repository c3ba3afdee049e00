"""Accounts, groups and holders of Jira Cloud, where a person is one node over all products."""

from collections.abc import Iterator
from typing import Any

from graphscan.model import Key, Node, Observed, Record, Ref, Relation
from importers.atlassian.context import Context, identifier, object_of, text_of
from importers.atlassian.jira.holders import Holders
from importers.atlassian.rights import PROVIDER

_APP, _CUSTOMER = "app", "customer"


class CloudHolders(Holders):
    """
    The holders of one site.

    Who signs in is whoever has a licence, and apps. Customers of a help desk sign in to its portal alone.

    Attributes:
        group_ids: of groups by their name in lower case.
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.logged_in = context.id("logged-in")
        self.group_ids: dict[str, str] = {}

    def group(self, holder: dict[str, Any], parameter: str) -> tuple[str, Observed] | None:
        """Return the group of a holder: by its id, else by its name."""
        told = object_of(holder, "group")
        name = text_of(told.get("name")) or parameter
        id_ = text_of(told.get("groupId")) or text_of(holder.get("value"))
        # `value` is the id, where the server fills it; some repeat the name there.
        id_ = self.group_ids.get(id_.lower(), id_) if id_ else self.group_ids.get(name.lower(), "")
        return (self.named("group", id_, name), Observed.YES) if id_ else None

    def user(self, holder: dict[str, Any], parameter: str) -> str:
        """Return the account of a holder."""
        told = object_of(holder, "user")
        id_ = text_of(told.get("accountId")) or text_of(holder.get("value")) or parameter
        return self.named("user", id_, text_of(told.get("displayName")))

    def customers(self) -> list[tuple[str, Observed]]:
        """Return customers, and whoever else asks through the portal: they read their own requests, possibly more."""
        return [(self.context.id("customers"), Observed.POSSIBLE), (self.logged_in, Observed.POSSIBLE)]

    def id(self, sort: str, identifier_: str) -> str:
        """Return the node of a user or group; an account has one over all products."""
        return self.context.account(identifier_) if sort == "user" else self.context.id(sort, identifier_)


class People:
    """
    The accounts and groups of one site.

    Attributes:
        described: nodes that were stated.
        customers: nodes of accounts that sign in to a help desk's portal alone.
        inactive:  nodes of accounts that this site calls inactive: possibly in this site alone.
    """

    def __init__(self, context: Context, holders: CloudHolders) -> None:
        self._context = context
        self._holders = holders
        self.described: set[str] = set()
        self.customers: set[str] = set()
        self.inactive: set[str] = set()

    def account(self, row: Any, where: str) -> list[Record] | None:
        """
        Return an account; None where it was said already.

        An address that its owner hides is not told. Whether one is verified, the organization alone knows; so is
        whether an inactive account is closed, or shut out of this site and alive in others.
        """
        context, id_ = self._context, identifier(row, "accountId")
        node = context.account(id_)
        if node in self.described:
            return None
        self.described.add(node)
        said, sort = context.evidence(where), text_of(row.get("accountType"))
        seen = Observed.YES
        if row.get("active") is False:
            self.inactive.add(node)
            seen = Observed.POSSIBLE
        email = text_of(row.get("emailAddress"))
        made: list[Record] = [
            Node(
                node,
                "ServiceAccount" if sort == _APP else "User",
                PROVIDER,
                sort if sort in (_APP, _CUSTOMER) else "account",
                name=text_of(row.get("displayName")) or id_,
                keys=(Key("email", email.lower(), verified=False),) if email else (),
                properties={
                    **({"account_type": sort} if sort == _APP else {}),
                    **({f"inactive_in_{context.name}": "yes"} if seen is Observed.POSSIBLE else {}),
                },
                evidence=said,
            )
        ]
        if sort == _CUSTOMER:
            self.customers.add(node)
            return [*made, Relation(Ref(node), "MEMBER_OF", context.ref("customers"), observed=seen, evidence=said)]
        if sort == _APP:
            population = Ref(self._holders.logged_in)
            made.append(Relation(Ref(node), "MEMBER_OF", population, observed=seen, evidence=said))
        return [*made, Relation(Ref(node), "ACCOUNT_OF", context.ref("app"), observed=seen, evidence=said)]

    def group(self, row: Any, where: str) -> list[Record] | None:
        """Return a group; None where it was said already."""
        context, id_ = self._context, identifier(row, "groupId")
        node, name = context.id("group", id_), text_of(row.get("name")) or id_
        if node in self.described:
            return None
        self.described.add(node)
        self._holders.group_ids[name.lower()] = id_
        keys = (Key("group_name", name),)
        return [Node(node, "Group", PROVIDER, "group", name=name, keys=keys, evidence=context.evidence(where))]

    def member(self, row: Any, where: str, group: str) -> list[Record]:
        """Return that an account is in a group. Where accounts cannot be listed, this describes them just as well."""
        made = self.account(row, where) or []
        return [*made, *self.belongs(self._context.account(identifier(row, "accountId")), group, where)]

    def belongs(self, node: str, group: str, where: str) -> list[Record]:
        """Return that an account or group is in a group; a customer gains nothing in Jira by it."""
        if node in self.customers:
            return []
        seen = Observed.POSSIBLE if node in self.inactive else Observed.YES
        return [Relation(Ref(node), "MEMBER_OF", Ref(group), observed=seen, evidence=self._context.evidence(where))]

    def populations(self, where: str) -> Iterator[Record]:
        """Yield whoever signs in, and the customers of help desks."""
        context, said = self._context, self._context.evidence(where)
        for kind, name in (("logged-in", "Anybody who signs in"), ("customers", "Customers, in the portal alone")):
            yield Node(context.id(kind), "Group", PROVIDER, "population", name=name, evidence=said)
        yield Relation(context.ref("licensed"), "MEMBER_OF", context.ref("logged-in"), evidence=said)
