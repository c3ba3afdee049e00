"""Bitbucket Data Center: the directories that accounts come from, and which of their passwords are kept here."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from graphscan.model import Evidence, Node, Observed, Record, Relation
from importers.atlassian.context import Context, NotARecordError, identifier, text_of
from importers.atlassian.rights import PROVIDER
from importers.atlassian.sign_on import rows_in, said

INTERNAL, DELEGATED, UNKNOWN = "internal", "delegated", "unknown"
# What the sort of a directory is called, by a part of it; the first that fits. The names of the vendor's enumeration
# (INTERNAL, CROWD, CONNECTOR, DELEGATING, AZURE_AD), and how the administration shows them.
_SORTS = (
    ("delegat", DELEGATED),
    ("internal", INTERNAL),
    ("crowd", "crowd"),
    ("azure", "azure"),
    ("entra", "azure"),
    ("connector", "ldap"),
    ("ldap", "ldap"),
    ("active directory", "ldap"),
)


class Directories:
    """The directories of one instance, by the name that accounts call them by: nothing tells them another id."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._sorts: dict[str, str] = {}
        self._active: dict[str, tuple[str, Evidence]] = {}
        # Of each directory, what the records of its accounts say: whether details and groups are changed here.
        self._details: dict[str, set[bool]] = defaultdict(set)
        self._groups: dict[str, set[bool]] = defaultdict(set)

    def listed(self, body: Any, where: str, _ids: tuple[str, ...]) -> list[Record]:
        """Return the directories in an answer: a page, a list, or one of them. One that is none is counted."""
        if isinstance(body, dict) and body.get("isLastPage") is False:
            self._context.doubt(where, "not all directories were listed")
        made: list[Record] = []
        for row in rows_in(body):
            try:
                made += self._directory(row, where)
            except NotARecordError as error:
                self._context.doubt(where, f"a directory was left out: {error}")
        return made

    def account(self, row: dict[str, Any], made_at_sign_in: bool) -> Observed | None:
        """
        Return whether an account has a password in the product; None: it has not, another directory keeps it.

        Args:
            row:             its record.
            made_at_sign_in: an assertion made it: it has a password only where an administrator gave it one.
        """
        directory = text_of(row.get("directoryName")).lower()
        for name, found in (("mutableDetails", self._details), ("mutableGroups", self._groups)):
            if isinstance(row.get(name), bool):
                found[directory].add(row[name])
        sort = self._sorts.get(directory)
        if sort is not None and sort not in (INTERNAL, UNKNOWN):
            return None
        own = sort == INTERNAL or (sort is None and INTERNAL in directory)
        return Observed.YES if own and not made_at_sign_in else Observed.POSSIBLE

    def trusted(self) -> Iterator[Relation]:
        """
        Yield that the product takes the word of each active directory; to be asked when all accounts were seen.

        `writable`: whether passwords are set from here, in the directory itself. Where signing in alone is left to
        another directory they are not. `groups`: whether it is from here who is in which.
        """
        for key, (name, evidence) in self._active.items():
            sort = self._sorts[key]
            link = {"link": "directory", "sort": sort}
            details, groups = self._details[key], self._groups[key]
            if sort in (INTERNAL, DELEGATED):
                link |= {"writable": "true" if sort == INTERNAL else "false", "groups": "true"}
            else:
                link |= {"writable": "true" if True in details else "false"} if details else {}
                link |= {"groups": "true" if True in groups else "false"} if groups else {}
            yield Relation(
                self._context.ref("app"),
                "TRUSTS",
                self._context.ref("directory", name),
                properties=link,
                evidence=evidence,
            )

    # Private functions

    def _directory(self, row: Any, where: str) -> Iterator[Record]:
        context, name = self._context, identifier(row, "name")
        if name.lower() in self._sorts:
            return
        called = text_of(row.get("type"))
        own = INTERNAL in name.lower()
        sort = next((sort for part, sort in _SORTS if part in called.lower()), "" if called else INTERNAL * own)
        if not sort or (own and sort != INTERNAL):
            sort = UNKNOWN  # nothing tells it, or its name and its sort contradict each other
        active = said(row, "isActive", "active")
        self._sorts[name.lower()] = sort
        evidence = context.evidence(where)
        about = {"type": sort, "called": called, "active": "false" if active is False else "true"}
        if active is not False:
            self._active[name.lower()] = (name, evidence)
        yield Node(
            context.id("directory", name),
            "Application",
            PROVIDER,
            "directory",
            name=name,
            properties=about,
            evidence=evidence,
        )
