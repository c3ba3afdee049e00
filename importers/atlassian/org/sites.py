"""
The products of an organization: by which names the settings say that they are read, and what its policies say of them.

The organization names a product by a resource such as `ari:cloud:jira-software::site/1f2e…`; the setting `sites` says
which instance that is (`jira:acme=1f2e…`). Without it, what is said of a product stays a property.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphscan.model import (
    Coverage,
    CoverageState,
    Effect,
    Enforced,
    Enforcement,
    Node,
    Observed,
    Record,
    Ref,
    Relation,
)
from importers.atlassian.context import Context, object_of, text_of
from importers.atlassian.ids import is_name
from importers.atlassian.rights import PROVIDER

ALLOW_LIST = "ip-allowlist"
_LONGEST = 500
# Who has them uses the product as everybody does; with the others one sees a part of it, or none.
_USES, _ADMINISTERS = frozenset({"atlassian/user", "atlassian/basic"}), "atlassian/admin"
_PARTLY = frozenset({"atlassian/guest", "atlassian/contributor", "atlassian/customer", "atlassian/stakeholder"})
# Not listed there: a workspace of Bitbucket has an allow-list of its own.
_OWN_LISTS = ("bitbucket",)


def named(settings: Iterable[Any]) -> dict[tuple[str, str], str]:
    """Return which source a resource is: by product and id of site or workspace."""
    found: dict[tuple[str, str], str] = {}
    for one in settings:
        source, equals, id_ = one.partition("=") if isinstance(one, str) else ("", "", "")
        if equals and id_:
            found[source.partition(":")[0], id_.strip("{}").lower()] = source
    return found


@dataclass(slots=True)
class Sites:
    """The products, as far as they are named, and the lists of addresses that were read."""

    context: Context
    _lists: list[tuple[bool | None, frozenset[str], str]] = field(default_factory=list)
    _resources: dict[str, None] = field(default_factory=dict)
    _of: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Take the settings."""
        self._of = named(self.context.options.get("sites", ()))

    def source(self, resource: str) -> str:
        """Return the source that a resource is read as; empty: the settings do not name it."""
        head, _, id_ = resource.rpartition("/")
        owner = head.removeprefix("ari:cloud:").partition(":")[0]
        return self._of.get((owner.partition("-")[0], id_.strip("{}").lower()), "")

    def policy(self, row: Any, where: str) -> tuple[Record, ...]:
        """Take a policy, where it is a list of addresses."""
        said = object_of(row, "attributes")
        if said.get("type") != ALLOW_LIST:
            return ()
        enabled = {"enabled": True, "disabled": False}.get(text_of(said.get("status")))
        if enabled is None:
            self.context.doubt(where, "a list of addresses of which it is not told whether it is in force")
        resources = said.get("resources")
        sure: set[str] = set()
        unsure: set[str] = set()
        for one in resources if isinstance(resources, list) else ():
            id_ = text_of(one.get("id")) if isinstance(one, dict) else ""
            if id_:
                self._resources[id_] = None
                applied = one.get("applicationStatus") in ("applied", "enabled")
                (sure if applied else unsure).add(id_)
        name = text_of(said.get("name"))
        self._lists.append((enabled, frozenset(sure), name))
        # In force somewhere where it is being put into force or taken away: nobody can say.
        self._lists.append((None if enabled else enabled, frozenset(unsure), name))
        if not isinstance(resources, list):
            self._lists.append((None, frozenset({"*"}), name))
        return ()

    def granted(self, group: Ref, row: Any, org: str, where: str) -> tuple[list[Record], str]:
        """Return what a role gives the members of a group, and the role in words."""
        roles = row.get("roles")
        held = {one for one in roles if isinstance(one, str)} if isinstance(roles, list) else set()
        resource = text_of(row.get("resourceId"))
        words = f"{', '.join(sorted(held))} of {resource}" if held else ""
        context, said = self.context, self.context.evidence(where)
        if "atlassian/org-admin" in held:
            sure = not resource or resource.lower().endswith(f"org/{org.lower()}")
            seen = Observed.YES if sure else Observed.POSSIBLE
            app = context.ref("app")
            return [Relation(group, "ASSIGNED_TO", app, "act_as.session", "admin", observed=seen, evidence=said)], words
        if is_name(resource):
            self._resources[resource] = None
        source = self.source(resource)
        if not source:
            return [], words
        target = Ref(f"{source}:app")
        guards = ((target, "reachable"),)
        made: list[Record] = []
        if held & (_USES | _PARTLY | {_ADMINISTERS}):
            seen = Observed.YES if held & (_USES | {_ADMINISTERS}) else Observed.POSSIBLE
            made.append(
                Relation(group, "ASSIGNED_TO", target, "api_read", "login", guards, observed=seen, evidence=said)
            )
        if _ADMINISTERS in held:
            made.append(Relation(group, "ASSIGNED_TO", target, "api", "admin", guards, evidence=said))
        return made, words

    def finish(self, coverage: list[Coverage], endpoint: str) -> Iterator[Record]:
        """Yield which products the organization has, and whether a list of addresses stands before each."""
        context, said = self.context, self.context.evidence(endpoint)
        org = context.ref("app")
        rows = [one for one in coverage if one.endpoint == endpoint]
        whole = bool(rows) and all(one.state is CoverageState.COMPLETE for one in rows)
        names = sorted({name for _, _, name in self._lists if name})
        yield Node(
            context.id(ALLOW_LIST),
            "Control",
            PROVIDER,
            "ip_allow_list",
            name=f"Lists of addresses of the organization {context.name}",
            effect=Effect.BLOCKS,
            properties={"policies": ", ".join(names)[:_LONGEST]} if names else {},
            evidence=said,
        )
        of = {"link": "organization"}
        for source in sorted(set(self._of.values())):
            yield Relation(Ref(f"{source}:app"), "TRUSTS", org, properties=of, evidence=said)
            enforced = self._enforced(source, whole)
            if enforced is not Enforced.UNKNOWN:
                yield Node(
                    f"{source}:{ALLOW_LIST}",
                    "Control",
                    PROVIDER,
                    "ip_allow_list",
                    enforced=(Enforcement(enforced),),
                    effect=Effect.BLOCKS,
                    evidence=said,
                )
        # A product that tells the id of its site is known by it.
        unnamed = [one for one in self._resources if not self.source(one) and "::site/" in one]
        for id_ in sorted({one.rpartition("/")[2] for one in unnamed}):
            if is_name(id_) and "|" not in id_:
                yield Relation(Ref.key("cloud_id", id_), "TRUSTS", org, properties=of, evidence=said)

    def unnamed(self) -> list[str]:
        """Return the resources that the settings do not name."""
        return sorted(one for one in self._resources if not self.source(one))

    # Private functions

    def _enforced(self, source: str, whole: bool) -> Enforced:
        """
        Return whether a list of addresses is in force before a product.

        Yes, where one stands before each resource that is known of it (a site of Jira is several); no, where all lists
        were read and none does.
        """
        states = {
            enabled
            for enabled, resources, _ in self._lists
            if any(one == "*" or self.source(one) == source for one in resources)
        }
        if True in states:
            behind = {one for enabled, resources, _ in self._lists if enabled for one in resources}
            known = {one for one in self._resources if self.source(one) == source}
            return Enforced.YES if known <= behind else Enforced.UNKNOWN
        own = source.partition(":")[0] in _OWN_LISTS
        return Enforced.NO if whole and not own and None not in states else Enforced.UNKNOWN
