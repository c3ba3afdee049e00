"""
Single sign-on of a Data Center product: whose word it takes, and whether a password still signs in beside it.

The same plug-in serves Jira, Confluence and Bitbucket (`/rest/authconfig`); the vendor describes it for Bitbucket.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from graphscan.model import READ_WHOLE, Coverage, CoverageState, Enforced, Key, Node, Observed, Record, Relation
from importers.atlassian.asking import Asking
from importers.atlassian.context import Context, NotARecordError, identifier, text_of
from importers.atlassian.product import Endpoint, Paging
from importers.atlassian.rights import PROVIDER
from importers.atlassian.undocumented import privileged

_CONFIG = "/rest/authconfig/latest"

SSO = Endpoint(f"{_CONFIG}/sso", "DEFEATED_BY", listing=False, optional=True)
BASIC = Endpoint("/rest/basicauth/latest/config", "DEFEATED_BY", listing=False, optional=True)
PROVIDERS = Endpoint(f"{_CONFIG}/idps", "TRUSTS", Paging.IS_LAST_PAGE, "results", 1000, optional=True)
# Described as one account, and answered as a list of them.
MADE_AT_SIGN_IN = Endpoint(f"{_CONFIG}/jit-users", "TRUSTS", listing=False, optional=True)

_LINKS = {"SAML": "saml", "OIDC": "oidc"}


async def ask(asking: Asking) -> None:
    """Ask for all four. A server that tells a system administrator alone refuses these to others, and no more."""
    app, local_login = asking.id("app"), asking.id("local-login-disabled")
    await privileged(asking, asking.one(SSO, scope=local_login))
    await privileged(asking, asking.one(BASIC, scope=local_login))
    await privileged(asking, asking.listing(PROVIDERS, scope=app))
    await privileged(asking, asking.one(MADE_AT_SIGN_IN, scope=app))


class SignOn:
    """
    What was told of one instance's single sign-on.

    Attributes:
        made: names of the accounts that an assertion made, in lower case: whether they have a password is not told.
    """

    def __init__(self, context: Context) -> None:
        self.made: set[str] = set()
        self._context = context
        self._form: bool | None = None  # whether the login form is shown
        self._fallback: bool | None = None  # whether it is still there for who asks for it (`?auth_fallback`)
        self._basic: bool | None = None  # whether Basic authentication is let in
        self._keys: dict[Key, None] = {}
        self._seen: set[str] = set()

    @property
    def ways(self) -> "Mapping[str, Callable[[Any, str, tuple[str, ...]], Iterable[Record] | None]]":
        """Return what takes the records of each end point."""
        return {
            SSO.path: self.setting,
            BASIC.path: self.basic,
            PROVIDERS.path: self.provider,
            MADE_AT_SIGN_IN.path: self.accounts,
        }

    def setting(self, row: Any, _where: str, _ids: tuple[str, ...]) -> tuple[Record, ...]:
        """Take what the configuration says of the login form."""
        self._form = said(row, "show-login-form", "showLoginForm")
        self._fallback = said(row, "enable-authentication-fallback", "enableAuthenticationFallback")
        return ()

    def basic(self, row: Any, _where: str, _ids: tuple[str, ...]) -> tuple[Record, ...]:
        """Take what the configuration says of Basic authentication."""
        self._basic = _allows_basic(row)
        return ()

    def accounts(self, body: Any, where: str, _ids: tuple[str, ...]) -> tuple[Record, ...]:
        """Take the accounts that were made when somebody signed in. One that is none is counted."""
        for row in rows_in(body):
            try:
                self.made.add(identifier(row, "username").lower())
            except NotARecordError as error:
                self._context.doubt(where, f"an account made at sign-in was left out: {error}")
        return ()

    def provider(self, row: Any, where: str, _ids: tuple[str, ...]) -> list[Record] | None:
        """Return an identity provider and, where it is switched on, that the product takes its word."""
        context, number = self._context, identifier(row)
        if number in self._seen:
            return None
        sort = text_of(_of(row, "sso-type", "ssoType")).upper()
        enabled = said(row, "enabled")
        if sort == "NONE":
            enabled = False
        keys = list(_keys(row, sort))
        idp, evidence = context.ref("idp", number), context.evidence(where)
        about = {"enabled": {True: "true", False: "false", None: "unknown"}[enabled], "type": sort.lower()}
        address = text_of(_of(row, "sso-url", "ssoUrl")) or text_of(_of(row, "crowd-url", "crowdUrl"))
        if address:
            about["address"] = address
        made: list[Record] = [
            Node(
                idp.text,
                "Application",
                PROVIDER,
                "identity_provider",
                name=text_of(row.get("name")) or f"Identity provider {number}",
                keys=tuple(keys),
                properties=about,
                evidence=evidence,
            )
        ]
        if enabled is not False:
            seen = Observed.YES if enabled else Observed.POSSIBLE
            link = {"link": _LINKS.get(sort, sort.lower() or "unknown"), **_just_in_time(row)}
            made.append(Relation(context.ref("app"), "TRUSTS", idp, observed=seen, properties=link, evidence=evidence))
            self._keys |= dict.fromkeys(keys)
        self._seen.add(number)
        return made

    def local_login(self) -> Enforced:
        """
        Return whether passwords are stopped.

        The form must be hidden, also from who asks for it, and Basic refused; and all of that must be known.
        """
        ways = (self._form, self._fallback, self._basic)
        if any(ways):
            return Enforced.NO
        return Enforced.YES if all(one is False for one in ways) else Enforced.UNKNOWN

    def keys(self, coverage: list[Coverage]) -> Iterator[Key]:
        """
        Yield whom the product says that it trusts, by which applications that lead to it are told apart.

        Nothing where the list is not whole, or none is switched on: a plug-in of somebody else may sign people in, and
        a product that seemed to trust nobody would be out of reach.
        """
        rows = [one for one in coverage if one.endpoint == PROVIDERS.path]
        if rows and all(one.state is CoverageState.COMPLETE or one.error == READ_WHOLE for one in rows):
            yield from self._keys


def said(row: dict[str, Any], *names: str) -> bool | None:
    """Return the first of some members that is yes or no."""
    return next((row[name] for name in names if isinstance(row.get(name), bool)), None)


def rows_in(body: Any) -> list[Any]:
    """Return the records in an answer whose form is not described: a page, a list, or one record."""
    found = body.get("values", body) if isinstance(body, dict) else body
    return found if isinstance(found, list) else [found]


# Private functions


def _of(row: dict[str, Any], *names: str) -> Any:
    return next((row[name] for name in names if row.get(name) is not None), None)


def _keys(row: dict[str, Any], sort: str) -> Iterator[Key]:
    issuer = text_of(_of(row, "sso-issuer", "ssoIssuer") if sort != "OIDC" else _of(row, "issuer-url", "issuerUrl"))
    if issuer.strip():
        yield Key("idp_issuer", issuer.strip())
    client = text_of(_of(row, "client-id", "clientId")).strip()
    parts = _origin(issuer)
    if sort == "OIDC" and client and parts:
        yield Key("client_id", client, parts)


def _origin(address: str) -> str:
    try:
        parts = urlsplit(address.strip())
        return f"{parts.scheme}://{parts.netloc}".lower() if parts.scheme and parts.netloc else ""
    except ValueError:
        return ""


def _just_in_time(row: dict[str, Any]) -> dict[str, str]:
    """Return whether an assertion makes accounts, and which part of it says in which groups they are."""
    given = _of(row, "jit-configuration", "jitConfiguration")
    if given is None:
        return {"jit": "unknown"}
    if not isinstance(given, dict):
        raise NotARecordError("`jit-configuration` is not an object")
    switched = said(given, "user-provisioning-enabled", "userProvisioningEnabled")
    groups = text_of(_of(given, "mapping-groups", "mappingGroups")).strip()
    if groups.startswith("${") and groups.endswith("}"):
        groups = groups[2:-1].strip()
    about = {"jit": {True: "true", False: "false", None: "unknown"}[switched]}
    return {**about, "groups_claim": groups} if groups and switched is not False else about


def _allows_basic(row: dict[str, Any]) -> bool | None:
    """Return whether Basic authentication is let in: for everything, or for a path or a user."""
    blocked = said(row, "block-requests", "blockRequests")
    if blocked is None:
        return said(row, "allowBasicAuth")
    listed = [row.get(name) for name in ("allowed-paths", "allowed-users", "allowedPaths", "allowedUsers")]
    return not blocked or any(isinstance(one, list) and one for one in listed)
