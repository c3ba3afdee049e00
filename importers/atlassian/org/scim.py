"""
A user directory of an organization, as an identity provider fills it (SCIM 2.0).

Sources: https://developer.atlassian.com/cloud/admin/user-provisioning/rest/api-group-users/ and `api-group-groups/`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graphscan.model import Key, Node, Record, Ref, Relation
from importers.atlassian.context import Context, NotARecordError, identifier, text_of
from importers.atlassian.ids import is_name
from importers.atlassian.org.accounts import in_words
from importers.atlassian.rights import PROVIDER

_ATLASSIAN = "urn:scim:schemas:extension:atlassian-external:1.0"


@dataclass(slots=True)
class Directories:
    """
    The directories of a snapshot.

    A user is the Atlassian account that the directory is linked to; one without is of the directory alone. What the
    identity provider calls him (`userName`, `externalId`, the address) is the provider's to set.
    """

    context: Context
    _seen: dict[str, str] = field(default_factory=dict)
    _accounts: dict[tuple[str, str], str] = field(default_factory=dict)
    _groups: set[tuple[str, str]] = field(default_factory=set)

    def user(self, row: Any, where: str, ids: tuple[str, ...]) -> list[Record] | None:
        """Return a user; None where he was told before."""
        (directory,), id_ = ids, identifier(row)
        self._seen.setdefault(directory, where)
        if (directory, id_) in self._accounts:
            return None
        context, linked = self.context, row.get(_ATLASSIAN)
        account_id = linked.get("atlassianAccountId") if isinstance(linked, dict) else None
        if is_name(account_id):
            node = context.account(account_id)
        else:
            node = context.id("directory-user", f"{directory}/{id_}")
            context.doubt(where, "a user of a directory without an Atlassian account: joined with no product's")
        self._accounts[directory, id_] = node
        login, external, said = text_of(row.get("userName")), text_of(row.get("externalId")), context.evidence(where)
        email = _primary(row.get("emails"))
        keys = [Key("login", login.strip().lower())] if login.strip() else []
        keys += [Key("external_id", external)] if external.strip() else []
        keys += [Key("email", email)] if email else []
        # Whether the account lives, the organization knows.
        about = {"directory": context.id("directory", directory), "directory_active": in_words(row.get("active"))}
        return [
            Node(
                node,
                "User",
                PROVIDER,
                "account",
                name=text_of(row.get("displayName")) or login or id_,
                keys=tuple(keys),
                properties={name: value for name, value in about.items() if value},
                evidence=said,
            ),
            Relation(Ref(node), "ACCOUNT_OF", context.ref("directory", directory), evidence=said),
        ]

    def group(self, row: Any, where: str, ids: tuple[str, ...]) -> list[Record] | None:
        """Return a group with its members; None where it was told before."""
        (directory,), id_ = ids, identifier(row)
        self._seen.setdefault(directory, where)
        if (directory, id_) in self._groups:
            return None
        members = row.get("members", [])
        if members is not None and not isinstance(members, list):
            raise NotARecordError("`members` is not a list")
        self._groups.add((directory, id_))
        context, said = self.context, self.context.evidence(where)
        name, external = text_of(row.get("displayName")), text_of(row.get("externalId"))
        keys = [Key("group_name", name)] if name.strip() else []
        keys += [Key("external_id", external)] if external.strip() else []
        node = context.id("directory-group", f"{directory}/{id_}")
        about = {"directory": context.id("directory", directory)}
        made: list[Record] = [
            Node(node, "Group", PROVIDER, "group", name or id_, keys=tuple(keys), properties=about, evidence=said)
        ]
        for one in members or ():
            value = one.get("value") if isinstance(one, dict) else None
            account = self._accounts.get((directory, value)) if isinstance(value, str) else None
            if account is None:
                context.doubt(where, "a member of a directory's group that is no user of it: left out")
            else:
                made.append(Relation(Ref(account), "MEMBER_OF", Ref(node), evidence=said))
        return made

    def finish(self) -> Iterator[Record]:
        """Yield the directories."""
        for directory, where in self._seen.items():
            yield Node(
                self.context.id("directory", directory),
                "Application",
                PROVIDER,
                "directory",
                name=f"User directory {directory}",
                properties={"type": "scim"},
                evidence=self.context.evidence(where),
            )


# Private functions


def _primary(emails: Any) -> str:
    """Return the address that counts: the primary one, else the first."""
    given = [one for one in emails if isinstance(one, dict)] if isinstance(emails, list) else []
    given.sort(key=lambda one: one.get("primary") is not True)
    return next((text_of(one.get("value")).strip().lower() for one in given if text_of(one.get("value")).strip()), "")
