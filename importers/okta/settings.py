"""Which organisation to read, and with which token: that comes from the environment or a file, never from a flag."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from graphscan.errors import UsageError
from importers._origin import Origin

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
        token:   an API token; never shown, stored or logged.
        name:    the source instance becomes `okta:<name>`; empty: taken from the address.
    """

    org_url: str
    token: str = field(repr=False)
    name: str = ""

    def __post_init__(self) -> None:
        """Check all of it. Raises UsageError."""
        origin = Origin.pinned(self.org_url)
        first, _, rest = origin.host.partition(".")
        if first.endswith("-admin") and self.is_vendors_domain:
            raise UsageError(
                f"{self.org_url!r} is the address of the Admin Console",
                f"leave `-admin` out: https://{first.removesuffix('-admin')}.{rest}",
            )
        if not _TOKEN.fullmatch(self.token):
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

    @classmethod
    def from_environment(
        cls,
        org_url: str,
        name: str = "",
        token_file: Path | None = None,
        environment: Mapping[str, str] = os.environ,
    ) -> "OktaSettings":
        """
        Take the token from a file, else from GRAPHSCAN_OKTA_TOKEN, else from OKTA_API_TOKEN.

        Raises:
            UsageError: there is no token, or something of the rest cannot be meant.
        """
        if token_file is not None:
            try:
                token = token_file.read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                why = error.strerror if isinstance(error, OSError) else "it is not text"
                raise UsageError(f"the token file {str(token_file)!r} cannot be read: {why}") from None
            return cls(org_url, token, name)
        for variable in TOKEN_VARIABLES:
            if environment.get(variable, "").strip():
                return cls(org_url, environment[variable].strip(), name)
        raise UsageError(
            "there is no Okta API token",
            f"set {TOKEN_VARIABLES[0]} (a token is never taken from the command line: others can see it there)",
        )


# Private functions


def _name_from(origin: Origin) -> str:
    first, _, rest = origin.host.partition(".")
    return first if f".{rest}" in _VENDOR_DOMAINS else origin.host.replace(":", "-").strip("-")
