"""Keys of Bitbucket Cloud: of repositories, projects and people; hooks and branch restrictions, to be looked at."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from graphscan.model import Enforced, Enforcement, Node, Record, Ref, Relation
from importers.atlassian.bitbucket.cloud_people import People
from importers.atlassian.context import Context, identifier, text_of
from importers.atlassian.rights import PROVIDER, credential, reachable

_KINDS = ("ssh-", "ecdsa-", "sk-")  # how the kind of a public key begins


@dataclass(slots=True)
class Keys:
    """The keys of a snapshot. One public key in two places is one secret: who has it for one has it for the other."""

    context: Context
    people: People
    _first: dict[str, str] = field(default_factory=dict)  # the credential that a public key was first met as
    _branches: dict[tuple[str, ...], dict[str, list[str]]] = field(default_factory=dict)
    _where: dict[tuple[str, ...], str] = field(default_factory=dict)

    def deploy_key(self, sort: str, row: Any, where: str, ids: tuple[str, ...]) -> Iterator[Record]:
        """Map an access key of a project or repository: it reads. In the Cloud none writes."""
        # Its number is not known to be one among those of all places.
        context, id_ = self.context, self.context.id("access-key", "/".join([*ids, key_name(row)]))
        name = text_of(row.get("label")) or text_of(row.get("comment"))
        about = {**row, "expiresAt": row.get("expires_on")}
        yield credential(context, id_, "access_key", about, where, name=name, created="added_on", used="last_used")
        place, said = context.ref(sort, "/".join(ids)), context.evidence(where)
        yield Relation(Ref(id_), "GRANTS", place, "held", "read", (reachable(context),), evidence=said)
        yield from self.same(id_, row.get("key"), where)

    def user_key(self, row: Any, where: str, ids: tuple[str, ...]) -> Iterator[Record]:
        """Map an SSH key of a person: git reads and writes as the person, and administers nothing."""
        context, id_ = self.context, self.context.id("ssh-key", identifier(row, "uuid"))
        name = text_of(row.get("label")) or text_of(row.get("comment"))
        about = {**row, "expiresAt": row.get("expires_on")}
        yield credential(context, id_, "ssh_key", about, where, name=name, created="created_on", used="last_used")
        yield Relation(
            self.people.by_uuid(ids[0], where),
            "HAS_CREDENTIAL",
            Ref(id_),
            "held",
            "api_write",
            (reachable(context),),
            evidence=context.evidence(where),
        )
        yield from self.same(id_, row.get("key"), where)

    def same(self, id_: str, public: Any, where: str) -> Iterator[Relation]:
        """Yield that a key was met before, in another place."""
        body = _body(public)
        first = self._first.setdefault(body, id_) if body else id_
        if first != id_:
            yield Relation(Ref(first), "SAME_SECRET", Ref(id_), evidence=self.context.evidence(where))

    def hook(self, row: Any, where: str, ids: tuple[str, ...]) -> Iterator[Record]:
        """
        Map a hook whose messages are signed: its secret is a credential that somewhere else trusts. No record tells it.

        Of the address only the host is kept: what follows it is as often a key as not.
        """
        if row.get("secret_set") is not True:
            return
        context, uuid = self.context, identifier(row, "uuid")
        place = context.id("workspace" if len(ids) == 1 else "repo", "/".join(ids))
        id_ = context.id("webhook-secret", f"{'/'.join(ids)}:{uuid}")
        name = text_of(row.get("description")) or f"Webhook of {'/'.join(ids)}"
        node = credential(context, id_, "webhook_secret", row, where, name=name, created="created_at", used="")
        active = "no" if row.get("active") is False else "yes"
        # When the hook was made says nothing of when its secret was set.
        properties = {"of": place, "sends_to": _host(text_of(row.get("url"))), "active": active}
        yield replace(node, versions=(), properties=properties)

    def branches(self, row: Any, where: str, ids: tuple[str, ...]) -> Iterator[Record]:
        """Take a branch restriction. They are told, and stop nothing: any branch runs the pipeline."""
        kind = text_of(row.get("kind")) or "of an unknown kind"
        pattern = text_of(row.get("pattern")) or text_of(row.get("branch_type")) or "*"
        self._branches.setdefault(ids, {}).setdefault(kind, []).append(pattern)
        self._where[ids] = where
        yield from ()

    def finish(self) -> Iterator[Record]:
        """Yield the branch restrictions of each repository, as one control that applies to it."""
        context = self.context
        for ids, found in self._branches.items():
            full, said = "/".join(ids), context.evidence(self._where[ids])
            control = context.ref("branch-restrictions", full)
            yield Node(
                control.text,
                "Control",
                PROVIDER,
                "branch_restriction",
                name=f"Branch restrictions of {full}",
                enforced=(Enforcement(Enforced.YES),),
                properties={kind: ", ".join(sorted(set(patterns))) for kind, patterns in sorted(found.items())},
                evidence=said,
            )
            yield Relation(control, "APPLIES_TO", context.ref("repo", full), evidence=said)


def key_name(row: Any) -> str:
    """Return what an access key is known by: its number, or, as the description has none, its public key's digest."""
    body = _body(row.get("key")) or text_of(row.get("key"))
    return sha256(body.encode()).hexdigest()[:16] if row.get("id") is None and body else identifier(row)


# Private functions


def _body(public: Any) -> str:
    """Return what tells a public key from others, without its comment; empty: it is none."""
    parts = public.split() if isinstance(public, str) else []
    return parts[1] if len(parts) >= 2 and parts[0].startswith(_KINDS) else ""


def _host(url: str) -> str:
    """Return scheme and host of an address; empty where it has none."""
    try:
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.hostname}" if parts.hostname else ""
    except ValueError:
        return ""
