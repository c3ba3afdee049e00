"""
What every Data Center product answers though no description names it: its plug-ins and its application links.

The plug-in manager's list and the list behind the page of application links are what the products' own pages show to
administrators. What they list is stated. That they list nothing, refuse or are not there says nothing, so the gaps
stay, for an operator to close: an interface that nobody promises may leave out what it likes. Sources: the plug-in
manager's media type as in the vendor's guide to installing apps by REST; `ListApplicationLinksUIResource` of the
application links plug-in, whose members are `application` and the class names in `configuredInboundAuthenticators`.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any

from graphscan.model import Node, Observed, Record, Ref, Relation
from importers.atlassian.asking import Asking
from importers.atlassian.context import Context, NotARecordError, identifier, object_of, text_of
from importers.atlassian.ids import is_name
from importers.atlassian.product import Endpoint
from importers.atlassian.rights import PROVIDER

PLUG_INS = Endpoint("/rest/plugins/1.0/", "INSTALLED_IN", wrapped="plugins", optional=True)
LINKS = Endpoint("/rest/applinks/latest/listApplicationlinks", "TRUSTS", wrapped="list", optional=True)
ALL = (PLUG_INS, LINKS)

# Plug-ins in which an administrator writes code that the server runs. Of others nothing is known.
_SCRIPTING = frozenset(
    {
        "com.onresolve.jira.groovy.groovyrunner",
        "com.onresolve.confluence.groovy.groovyrunner",
        "com.onresolve.stash.groovy.groovyrunner",
    }
)
# With these the other side says as whom it comes; with others it comes as whoever agreed, or as one fixed account.
_IMPERSONATES = ("TwoLeggedOAuthWithImpersonationAuthenticationProvider", "TrustedAppsAuthenticationProvider")


async def ask(asking: Asking) -> None:
    """Ask for both."""
    app = asking.id("app")
    for endpoint in ALL:
        await privileged(asking, asking.listing(endpoint, scope=app))


async def privileged(asking: Asking, asked: Awaitable[Any]) -> None:
    """
    Ask for what only an administrator, or a system administrator, is told.

    To others some versions answer 401, which elsewhere says that the credential is worth nothing. Where it was accepted
    before, that refuses this and no more: nothing else would be asked, and the collection kept as one that broke off.
    """
    accepted = not asking.reader.given_up
    await asked
    if accepted and asking.reader.given_up.startswith("not logged in"):
        asking.reader.given_up = ""


def ways(context: Context) -> dict[str, Callable[[Any, str, tuple[str, ...]], Iterable[Record]]]:
    """Return what to do with a record of each, by the end point's path."""

    def plug_in(row: Any, where: str, _ids: tuple[str, ...]) -> Iterator[Record]:
        key = identifier(row, "key")
        # The server's own hundreds of parts are no plug-ins that somebody chose.
        if row.get("userInstalled") is False:
            return
        running, vendor = row.get("enabled"), row.get("vendor")
        about = {
            "version": text_of(row.get("version")),
            "vendor": text_of(vendor.get("name")) if isinstance(vendor, dict) else "",
            "enabled": str(running).lower() if isinstance(running, bool) else "",
        }
        if key in _SCRIPTING:
            # Whether only system administrators edit scripts is left unsaid: nothing tells it, and an operator may.
            about["runs_scripts"] = "true"
        id_, said = context.id("plugin", key), context.evidence(where)
        yield Node(
            id_,
            "Application",
            PROVIDER,
            "plug-in",
            name=text_of(row.get("name")) or key,
            properties={name: value for name, value in about.items() if value},
            evidence=said,
        )
        if running is not False:
            seen = Observed.YES if running is True else Observed.POSSIBLE
            yield Relation(Ref(id_), "INSTALLED_IN", context.ref("app"), observed=seen, evidence=said)

    def link(row: Any, where: str, _ids: tuple[str, ...]) -> Iterator[Record]:
        other = object_of(row, "application")
        addresses = [text_of(other.get(name)).strip().rstrip("/") for name in ("displayUrl", "rpcUrl")]
        told = list(dict.fromkeys(one for one in addresses if "://" in one and "|" not in one and is_name(one)))
        if not told:
            raise NotARecordError("`application` has no address")
        inbound = row.get("configuredInboundAuthenticators")
        # An empty list: this application goes there, and takes nobody's word.
        if isinstance(inbound, list) and not inbound:
            return
        about = {"link": "app_link", "name": text_of(other.get("name"))}
        if isinstance(inbound, list):
            acts = any(isinstance(one, str) and one.endswith(_IMPERSONATES) for one in inbound)
            about["impersonation"] = "true" if acts else "false"
        for one in told:
            yield Relation(
                context.ref("app"),
                "TRUSTS",
                Ref.key("base_url", one),
                observed=Observed.YES if isinstance(inbound, list) else Observed.POSSIBLE,
                properties=about,
                evidence=context.evidence(where),
            )

    return {PLUG_INS.path: plug_in, LINKS.path: link}
