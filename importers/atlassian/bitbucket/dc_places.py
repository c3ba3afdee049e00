"""Bitbucket Data Center: what hangs on projects: webhooks with their secrets, branch restrictions, mirrors."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from graphscan.model import Enforced, Enforcement, Node, Observed, Record, Ref, Relation
from importers.atlassian.context import Context, identifier, object_of, text_of
from importers.atlassian.rights import PROVIDER

_SHOWN = 20  # names in a text


class Places:
    """
    What hangs on projects.

    Attributes:
        webhooks: their number, by project.
        mirrored: whether there is a mirror.
    """

    def __init__(self, context: Context) -> None:
        self.webhooks: Counter[str] = Counter()
        self.mirrored = False
        self._context = context
        self._seen: set[tuple[str, str]] = set()

    @property
    def copies(self) -> Ref:
        """What a mirror holds: one node for all mirrors and projects, or each mirror would hold each."""
        return self._context.ref("mirrored")

    def webhook(self, row: Any, where: str, ids: tuple[str, ...]) -> list[Record] | None:
        """Return the secrets of a webhook: what it is signed with, and what it signs in with where it is sent to."""
        context, number = self._context, identifier(row)
        if self._again("webhook", number):
            return None
        self.webhooks[ids[0]] += 1
        configuration, account = object_of(row, "configuration"), object_of(row, "credentials")
        name = f"the webhook {text_of(row.get('name')) or number} of {ids[0]}"
        about = {"url": text_of(row.get("url")), "active": "false" if row.get("active") is False else "true"}
        secrets = (
            ("webhook-secret", "webhook_secret", f"Secret of {name}", configuration.get("secret")),
            ("webhook-password", "password", f"Password of {name}", account.get("password") or account.get("username")),
        )
        made: list[Record] = []
        for sort, subtype, title, value in secrets:
            if not value:
                continue
            # When it was made nothing tells: the webhook's dates are those of its other settings as well.
            id_, said = context.id(sort, number), context.evidence(where)
            made.append(Node(id_, "Credential", PROVIDER, subtype, name=title, properties=about, evidence=said))
            # Whether who administers the project is shown it differs between versions.
            place = context.ref("project", ids[0])
            made.append(Relation(place, "STORES", Ref(id_), "admin", observed=Observed.POSSIBLE, evidence=said))
        return made

    def restriction(self, row: Any, where: str, ids: tuple[str, ...]) -> list[Record] | None:
        """
        Return a branch restriction, as inventory: it guards nothing.

        Who may write may still write to another branch, and a restricted one is reached from there by who merges; so
        that it stops writing as such would be a wrong "no path".
        """
        context, number = self._context, identifier(row)
        if self._again("restriction", number):
            return None
        matcher = object_of(row, "matcher")
        sort = text_of(object_of(matcher, "type").get("id"))
        branches = text_of(matcher.get("displayId")) or text_of(matcher.get("id"))
        kind = text_of(row.get("type")) or "of an unknown kind"
        about = {"type": kind, "matcher": sort, "branches": branches, "exempt": _exempt(row)}
        control, said = context.ref("branch-restriction", number), context.evidence(where)
        return [
            Node(
                control.text,
                "Control",
                PROVIDER,
                "branch_restriction",
                name=f"{kind} on {branches or 'branches'} of {ids[0]}",
                enforced=(Enforcement(Enforced.YES),),
                properties={name: value for name, value in about.items() if value},
                evidence=said,
            ),
            Relation(control, "APPLIES_TO", context.ref("project", ids[0]), evidence=said),
        ]

    def mirror(self, row: Any, where: str, _ids: tuple[str, ...]) -> list[Record] | None:
        """Return a mirror: a machine elsewhere that holds clones. Of which projects only the mirror tells."""
        context, number = self._context, identifier(row)
        if self._again("mirror", number):
            return None
        if row.get("enabled") is False:
            return []
        self.mirrored = True
        id_, said = context.id("mirror", number), context.evidence(where)
        about = {
            "address": text_of(row.get("baseUrl")),
            "version": text_of(row.get("productVersion")),
            "type": text_of(row.get("mirrorType")).lower(),
        }
        name = text_of(row.get("name"))
        return [
            Node(id_, "Host", PROVIDER, "mirror", name=name, properties=about, evidence=said),
            Relation(Ref(id_), "STORES", self.copies, "exec", "read", observed=Observed.POSSIBLE, evidence=said),
        ]

    def copied(self, projects: list[str], where: str) -> Iterator[Record]:
        """Yield what mirrors hold, possibly: every project."""
        if self.mirrored:
            said = self._context.evidence(where)
            yield Node(
                self.copies.text, "Project", PROVIDER, "mirrored", name="Projects that mirrors may hold", evidence=said
            )
            for project in projects:
                yield Relation(self.copies, "CONTAINS", Ref(project), "read", "read", evidence=said)

    # Private functions

    def _again(self, kind: str, number: str) -> bool:
        again = (kind, number) in self._seen
        self._seen.add((kind, number))
        return again


def _exempt(row: dict[str, Any]) -> str:
    """Return, as a text, who is exempt from a restriction: people, groups, and access keys by their ids."""
    parts = []
    for name in ("users", "groups", "accessKeys"):
        listed = row.get(name)
        found = [_name(one) for one in listed] if isinstance(listed, list) else []
        if found:
            more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
            parts.append(f"{name}: {', '.join(found[:_SHOWN])}{more}")
    return "; ".join(parts)


def _name(one: Any) -> str:
    if not isinstance(one, dict):
        return text_of(one)
    key = one.get("key")
    found = key.get("id") if isinstance(key, dict) else one.get("slug") or one.get("name")
    return str(found) if isinstance(found, str | int) else "?"
