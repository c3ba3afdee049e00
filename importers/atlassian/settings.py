"""Which Atlassian instance to read, and how to sign in: a secret comes from the environment or a file, never a flag."""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from graphscan.errors import UsageError
from importers._origin import Origin

PRODUCTS = ("jira", "confluence", "bitbucket", "atlassian-org")
EXAMPLES = {
    "jira": "https://jira.acme.example",
    "confluence": "https://wiki.acme.example/confluence",
    "bitbucket": "https://git.acme.example",
    "atlassian-org": "https://api.atlassian.com",
}
FORMS = ("", "dc", "cloud")
CLOUD_SITE = ".atlassian.net"
BITBUCKET_CLOUD, ORGANIZATIONS = "api.bitbucket.org", "api.atlassian.com"
# What serves everybody, so that its address names no instance.
SHARED = frozenset({BITBUCKET_CLOUD, ORGANIZATIONS})
# What somebody may copy out of a browser, and where its API is.
_WEB_SITES = {
    "bitbucket.org": BITBUCKET_CLOUD,
    "www.bitbucket.org": BITBUCKET_CLOUD,
    "admin.atlassian.com": ORGANIZATIONS,
    "id.atlassian.com": ORGANIZATIONS,
}
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
_SEGMENT = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,99}")
# A page of the product, not the place where it is installed.
_A_PAGE = re.compile(r"rest|browse|secure|display|pages|spaces|dashboard|login|issues|.*\.(jspa?|action|html?)", re.I)
_TOKEN = re.compile(r"[\x21-\x7e]{8,8192}")
_PRINTABLE = re.compile(r"[^\x00-\x1f\x7f]{1,1024}")


@dataclass(frozen=True, slots=True)
class Bearer:
    """A token that is sent as such: a personal or HTTP access token, an OAuth access token, an organisation's key."""

    token: str = field(repr=False)

    def __post_init__(self) -> None:
        """Check it. Raises UsageError."""
        if not _TOKEN.fullmatch(self.token):
            raise UsageError(
                "the token is empty or holds characters no token has", "give the token alone, in the variable or file"
            )

    @property
    def says(self) -> str:
        """How it signs in, to show."""
        return "a token (Bearer)"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not appear in anything kept."""
        return (self.token,)


@dataclass(frozen=True, slots=True)
class Basic:
    """A user's name with a password, or a Cloud account's e-mail address with an API token of it."""

    user: str
    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        """Check it. Raises UsageError."""
        if not _PRINTABLE.fullmatch(self.user) or ":" in self.user:
            raise UsageError(f"{self.user!r} is no user name", "give the name that signs in; it holds no colon")
        if not _PRINTABLE.fullmatch(self.secret):
            raise UsageError("the password is empty or more than one line", "give the password alone")

    @property
    def says(self) -> str:
        """How it signs in, to show."""
        return f"{self.user} (Basic)"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not appear in anything kept: the secret, and what the header makes of both."""
        return (self.secret, b64encode(f"{self.user}:{self.secret}".encode()).decode("ascii"))


Credential = Bearer | Basic


@dataclass(frozen=True, slots=True)
class AtlassianSettings:
    """
    One instance to read.

    Attributes:
        product:    one of PRODUCTS.
        url:        scheme, host, port and the context path it is installed under; plain http only for this machine.
        name:       the source instance becomes `jira:<name>`; empty: taken from the address.
        credential: never shown, stored or logged.
        form:       `dc` or `cloud`; empty: the server is asked.
        options:    what a product's reader may be told beyond that, as in OPTIONS of options.py.
    """

    product: str
    url: str
    name: str
    credential: Credential
    form: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check all of it, and settle the address and the name. Raises UsageError."""
        if self.product not in PRODUCTS:
            raise UsageError(f"{self.product!r} is no product", f"use one of {', '.join(PRODUCTS)}")
        if self.form not in FORMS:
            raise UsageError(f"{self.form!r} is no form of a product", "use dc or cloud")
        if self.product == "atlassian-org":
            if self.form == "dc":
                raise UsageError("an organization is in the Cloud only", "leave --form out")
            if isinstance(self.credential, Basic):
                raise UsageError(
                    "an organization's API takes a key, no user and password", "make an API key at admin.atlassian.com"
                )
            object.__setattr__(self, "form", "cloud")
        url = address(self.product, self.url)
        object.__setattr__(self, "url", url)
        name = self.name or _name_from(self.product, Origin.of(url))
        if not _NAME.fullmatch(name):
            raise UsageError(f"{name!r} cannot name an instance", "use lower-case letters, digits, `.`, `_` and `-`")
        object.__setattr__(self, "name", name)

    @property
    def origin(self) -> Origin:
        """The one place that is asked."""
        return Origin.of(self.url)

    @property
    def base(self) -> str:
        """The context path, without a slash at its end; empty where it is installed at the root."""
        return urlsplit(self.url).path

    @property
    def source(self) -> str:
        """The source instance."""
        return f"{self.product}:{self.name}"

    @property
    def signs_in_as(self) -> str:
        """How it signs in, to show."""
        return self.credential.says

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not appear in anything kept."""
        return self.credential.secrets

    @property
    def is_vendors_host(self) -> bool:
        """Whether the address is one of the vendor's own: a Cloud site, or what serves every customer."""
        return self.origin.host in SHARED or self.origin.host.endswith(CLOUD_SITE)


def address(product: str, url: str) -> str:
    """
    Return the address an operator means, in one spelling: origin and context path.

    Raises:
        UsageError: no address, one over plain http that is not this machine, or one that leads to a page.
    """
    example = EXAMPLES[product]
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        raise UsageError(f"{url!r} is not an address", f"give one such as {example}") from None
    if parts.scheme.lower() not in ("http", "https") or not Origin.of(url.strip()).host:
        raise UsageError(f"{url!r} is not an address", f"give one such as {example}")
    if parts.query or parts.fragment:
        raise UsageError(f"{url!r} leads to a page", f"give the address the product is installed at, as in {example}")
    origin = Origin.pinned(f"{parts.scheme}://{parts.netloc}")
    if origin.host in _WEB_SITES:
        raise UsageError(
            f"{origin} is a web site, its API is elsewhere", f"give https://{_WEB_SITES[origin.host]} as the address"
        )
    segments = [one for one in parts.path.split("/") if one]
    if origin.host.endswith(CLOUD_SITE):
        # Of a Cloud site the products have fixed places, which the end points name themselves.
        segments = [] if segments in (["wiki"], ["jira"]) else segments
    for segment in segments:
        if not _SEGMENT.fullmatch(segment) or _A_PAGE.fullmatch(segment):
            raise UsageError(
                f"{url!r} leads to a page", f"give the address the product is installed at, as in {example}"
            )
    return f"{origin}{''.join(f'/{segment}' for segment in segments)}"


# Private functions


def _name_from(product: str, origin: Origin) -> str:
    if origin.host in SHARED:
        raise UsageError(
            f"{origin} serves many, and its name says nothing", f"give --name: the source becomes {product}:NAME"
        )
    return origin.host.removesuffix(CLOUD_SITE).replace(":", "-").strip("-").lower()
