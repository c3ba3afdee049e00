"""Which organisation to read, and how to sign in: a token or key comes from the environment or a file, never a flag."""

import re
from dataclasses import dataclass, field

from graphscan.errors import UsageError
from importers._origin import Origin
from importers.okta.auth import ServiceApp

TOKEN_VARIABLES = ("GRAPHSCAN_OKTA_TOKEN", "OKTA_API_TOKEN")
_VENDOR_DOMAINS = (".okta.com", ".oktapreview.com", ".okta-emea.com", ".okta-gov.com", ".okta.mil")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{8,4096}")


@dataclass(frozen=True, slots=True)
class OktaSettings:
    """
    One Okta organisation to read.

    Attributes:
        org_url: `https://acme.okta.com`; plain http only for this machine.
        token:   an API token; never shown, stored or logged. Empty where a service application reads.
        name:    the source instance becomes `okta:<name>`; empty: taken from the address.
        app:     the service application that reads, in place of a token.
    """

    org_url: str
    token: str = field(repr=False)
    name: str = ""
    app: ServiceApp | None = None

    def __post_init__(self) -> None:
        """Check all of it. Raises UsageError."""
        origin = Origin.pinned(self.org_url)
        first, _, rest = origin.host.partition(".")
        if first.endswith("-admin") and self.is_vendors_domain:
            raise UsageError(
                f"{self.org_url!r} is the address of the Admin Console",
                f"leave `-admin` out: https://{first.removesuffix('-admin')}.{rest}",
            )
        if self.app is not None and self.token:
            raise UsageError("there is an API token and a private key", "settle on one of them")
        if self.app is None and not _TOKEN.fullmatch(self.token):
            raise UsageError(
                "the Okta API token is empty or holds characters no token has",
                f"set {TOKEN_VARIABLES[0]} to the token alone",
            )
        name = self.name or _name_from(origin)
        if not _NAME.fullmatch(name):
            raise UsageError(
                f"{name!r} cannot name an organisation", "use lower-case letters, digits, `.`, `_` and `-`"
            )
        object.__setattr__(self, "name", name)

    @property
    def origin(self) -> Origin:
        """The one place that is asked."""
        return Origin.pinned(self.org_url)

    @property
    def is_vendors_domain(self) -> bool:
        """Whether the address is one of Okta's own, not a company's custom domain."""
        return self.origin.host.endswith(_VENDOR_DOMAINS)

    @property
    def source(self) -> str:
        """The source instance."""
        return f"okta:{self.name}"

    @property
    def signs_in_as(self) -> str:
        """How it signs in, to show."""
        if self.app is None:
            return "API token"
        return f"service application {self.app.client_id}" + (" with DPoP" if self.app.dpop else "")

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not appear in anything kept."""
        return (self.token,) if self.app is None else (self.app.key,)


# Private functions


def _name_from(origin: Origin) -> str:
    first, _, rest = origin.host.partition(".")
    return first if f".{rest}" in _VENDOR_DOMAINS else origin.host.replace(":", "-").strip("-")
