"""
An organization of Atlassian Cloud: who its accounts are, what their tokens and its keys open, and who administers it.

What an administrator does with it, atlassian.organization-admin says: managed accounts are members of a group.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from graphscan import kinds
from graphscan.model import Coverage, CoverageState, Effect, Enforced, Enforcement, Key, Node, Record, Ref, Relation
from importers._http import Page
from importers._reply import Refusal, Reply
from importers.atlassian.context import Context, NotARecordError, identifier, object_of, text_of
from importers.atlassian.explain import explain as explained
from importers.atlassian.explain import message
from importers.atlassian.ids import is_name
from importers.atlassian.org import endpoints as ends
from importers.atlassian.org import keys
from importers.atlassian.org.accounts import SSO, TWO_STEP, Accounts, in_words
from importers.atlassian.org.scim import Directories
from importers.atlassian.org.sites import Sites
from importers.atlassian.org.walk import walk
from importers.atlassian.product import Endpoint, Product
from importers.atlassian.rights import PROVIDER, no_content

_LONGEST = 1000


class Mapper:
    """Maps one snapshot of an organization, or of directories of it."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._accounts = Accounts(context)
        self._sites = Sites(context)
        self._directories = Directories(context)
        self._org: dict[str, str] = {}
        self._read = False
        self._credentials: set[str] = set()
        self._domains: dict[str, str] = {}
        self._groups: dict[str, tuple[dict[str, str], str]] = {}
        self._names: dict[str, str] = {}
        self._ways: dict[str, Callable[[Any, str, tuple[str, ...]], Iterable[Record] | None]] = {
            ends.ORGS.path: self._organization,
            ends.ORG.path: lambda row, where, ids: self._organization(object_of(row, "data"), where, ids),
            ends.MANAGED.path: lambda row, where, _ids: self._accounts.listed(row, where, managed=True),
            ends.USERS.path: lambda row, where, _ids: self._accounts.listed(row, where, managed=False),
            ends.ADMINISTRATORS.path: self._administrator,
            ends.API_TOKENS.path: self._token,
            ends.API_KEYS.path: self._key,
            ends.SERVICE_ACCOUNTS.path: lambda row, where, _ids: self._accounts.service(row, where),
            ends.GROUPS.path: self._group,
            ends.MEMBERS.path: lambda row, where, ids: self._accounts.member(row, context.ref("group", ids[-1]), where),
            ends.GROUP_ROLES.path: self._role,
            ends.POLICIES.path: lambda row, where, _ids: self._sites.policy(row, where),
            ends.DOMAINS.path: self._domain,
            ends.DIRECTORY_USERS.path: self._directories.user,
            ends.DIRECTORY_GROUPS.path: self._directories.group,
        }

    def record(self, endpoint: Endpoint, page: Page, row: Any, ids: tuple[str, ...]) -> Iterable[Record] | None:
        """Return what one record says, or None where it was said already."""
        if not isinstance(row, dict):
            raise NotARecordError("the record is not an object")
        self._read = self._read or endpoint in ends.OF_ORGANIZATION
        return self._ways[endpoint.path](row, page.path, ids)

    def finish(self, coverage: list[Coverage]) -> Iterator[Record]:
        """Return the organization, its groups and controls, and what nobody can tell."""
        yield from self._directories.finish()
        if not self._read and not any(one.endpoint == ends.ORG.path and one.pages for one in coverage):
            return
        context, where = self._context, ends.ORG.path
        app, managed, said = context.ref("app"), context.ref("managed"), context.evidence(where)
        name = self._org.get("name") or f"Organization {context.name}"
        unnamed = ", ".join(self._sites.unnamed())[:_LONGEST]
        about = {
            "form": "cloud",
            "org_id": self._org.get("id", ""),
            "domains": ", ".join(f"{one} ({status})" for one, status in sorted(self._domains.items()))[:_LONGEST],
            "sites_without_a_name": unnamed,
        }
        yield Node(
            app.text,
            "Application",
            PROVIDER,
            "organization",
            name=name,
            properties={key: value for key, value in about.items() if value},
            evidence=said,
        )
        # Its administration is on the internet for everybody; lists of addresses stand before products.
        yield Relation(app, "REACHABLE_FROM", Ref(kinds.INTERNET), evidence=said)
        yield Node(managed.text, "Group", PROVIDER, "managed", name=f"Managed accounts of {name}", evidence=said)
        yield from self._controls(name)
        for id_, (properties, asked) in self._groups.items():
            named = self._names[id_]
            yield Node(
                context.id("group", id_),
                "Group",
                PROVIDER,
                "group",
                name=named,
                keys=(Key("group_name", named),),
                properties=properties,
                evidence=context.evidence(asked),
            )
        yield from self._accounts.finish()
        yield from self._sites.finish(coverage, ends.POLICIES.path)
        yield from no_content(context, [app.text])

    # Private functions

    def _controls(self, name: str) -> Iterator[Node]:
        """Yield what stands before passwords. Authentication policies are not listed: a facts file says what is so."""
        context, said = self._context, self._context.evidence(ends.USERS.path)
        blocks = Effect.BLOCKS
        title = f"Single sign-on enforced for managed accounts of {name}"
        yield Node(context.id(SSO), "Control", PROVIDER, "sso_only", title, effect=blocks, evidence=said)
        if self._accounts.two_step:
            yield Node(
                context.id(TWO_STEP),
                "Control",
                PROVIDER,
                "mfa",
                name="Two-step verification of accounts that have switched it on",
                enforced=(Enforcement(Enforced.YES),),
                effect=blocks,
                evidence=said,
            )

    def _organization(self, row: Any, _where: str, _ids: tuple[str, ...]) -> Iterable[Record] | None:
        id_ = identifier(row)
        if self._org.get("id") == id_:
            return None
        said = row.get("attributes")
        self._org = {"id": id_, "name": text_of(said.get("name")) if isinstance(said, dict) else ""}
        return ()

    def _administrator(self, row: Any, where: str, _ids: tuple[str, ...]) -> list[Record]:
        """Return who administers: a person who signs in, since tokens of accounts do not open the organization."""
        context, id_ = self._context, identifier(row, "accountId")
        made = self._accounts.listed(row, where, managed=False) or []
        who, said = Ref(context.account(id_)), context.evidence(where)
        return [
            *made,
            Relation(who, "ASSIGNED_TO", context.ref("app"), "act_as.session", "admin", evidence=said),
        ]

    def _token(self, row: Any, where: str, _ids: tuple[str, ...]) -> list[Record] | None:
        owner, made = keys.token(self._context, row, where)
        told = text_of(row["user"].get("name"))
        self._accounts.mentioned(owner, told, where)
        return self._once(f"token {identifier(row)}", made)

    def _key(self, row: Any, where: str, ids: tuple[str, ...]) -> list[Record] | None:
        maker = row.get("createdBy")
        if isinstance(maker, dict) and is_name(maker.get("id")):
            self._accounts.mentioned(maker["id"], text_of(maker.get("name")), where)
        return self._once(f"key {identifier(row)}", keys.key(self._context, row, ids[0], where))

    def _once(self, what: str, made: list[Record]) -> list[Record] | None:
        if what in self._credentials:
            return None
        self._credentials.add(what)
        return made

    def _group(self, row: Any, where: str, _ids: tuple[str, ...]) -> Iterable[Record] | None:
        id_ = identifier(row)
        if id_ in self._groups:
            return None
        synced = row.get("externalSynced")
        about = {
            "directory": text_of(row.get("directoryId")),
            "synced": in_words(synced),
            "managed_by": text_of(row.get("managedBy")),
        }
        self._groups[id_] = ({name: value for name, value in about.items() if value}, where)
        self._names[id_] = text_of(row.get("name")) or id_
        return ()

    def _role(self, row: Any, where: str, ids: tuple[str, ...]) -> list[Record]:
        org, group = ids
        made, words = self._sites.granted(self._context.ref("group", group), row, org, where)
        if words and group in self._groups:
            properties = self._groups[group][0]
            properties["roles"] = "; ".join(filter(None, (properties.get("roles"), words)))[:_LONGEST]
        return made

    def _domain(self, row: Any, _where: str, _ids: tuple[str, ...]) -> Iterable[Record]:
        said = object_of(row, "attributes")
        name, claim = text_of(said.get("name")), said.get("claim")
        if not name:
            raise NotARecordError("`name` is missing")
        self._domains[name] = text_of(claim.get("status")) if isinstance(claim, dict) else "unknown"
        return ()


def explain(reply: Reply, body: Any) -> Refusal | None:
    """Say what a refusal means: 401 is also the answer to a key that is good and lacks a scope (ADMIN-401-2)."""
    if reply.status != 401:
        return explained(reply, body)
    errors = body.get("errors") if isinstance(body, dict) else None
    codes = [one.get("code") for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []
    said = " ".join([*(one for one in codes if isinstance(one, str)), message(body)])
    if "scope" not in said.lower() and "ADMIN-401-2" not in said:
        return explained(reply, body)
    return Refusal(CoverageState.DENIED, f"the key lacks the scope for it: {said.strip()[:200]}")


PRODUCT = Product(
    "atlassian-org",
    "atlassian-org",
    "Atlassian Cloud organization",
    ends.ALL,
    ends.NOT_READ,
    walk,
    Mapper,
    explain=explain,
    options=frozenset({"org_id", "sites", "directories"}),
    root="/admin",
)
