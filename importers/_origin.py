"""An origin (scheme, host, port): the one place an importer's requests may go."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from graphscan.errors import UsageError

_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port, normalised so that two spellings of one place are equal."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> "Origin":
        """Return the origin of any text; one that cannot be an address gives an origin equal to no real one."""
        try:
            parts = urlsplit(url)
            scheme, host = parts.scheme.lower(), (parts.hostname or "").rstrip(".")
            return cls(scheme, host, parts.port or _PORTS.get(scheme, 0))
        except ValueError:
            return cls("", "", 0)

    @classmethod
    def pinned(cls, url: str) -> "Origin":
        """
        Return the origin an operator means by an address.

        Raises:
            UsageError: no address, or one over plain http that is not this machine, or with more in it than a host.
        """
        try:
            parts = urlsplit(url.strip())
            origin = cls.of(url.strip())
        except ValueError:
            raise UsageError(f"{url!r} is not an address", "give one such as https://acme.okta.com") from None
        if origin.scheme not in _PORTS or not origin.host or not origin.port:
            raise UsageError(f"{url!r} is not an address", "give one such as https://acme.okta.com")
        if parts.username is not None or parts.password is not None:
            raise UsageError("the address holds a user name or password", "give the host alone")
        if parts.path not in ("", "/") or parts.query or parts.fragment:
            raise UsageError(f"{url!r} holds more than a host", f"give {origin}")
        if origin.scheme == "http" and not origin.is_loopback:
            raise UsageError(f"{url!r} is not encrypted; credentials are never sent over plain http", "use https")
        return origin

    @property
    def is_loopback(self) -> bool:
        """Whether the host is this machine."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS.get(self.scheme) else f":{self.port}"
        return f"{self.scheme}://{host}{port}"
