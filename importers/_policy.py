"""What may be asked of a vendor, and how patiently: GET only, one origin, bounded waits and sizes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from graphscan.errors import TransportError
from graphscan.printable import printable
from importers._origin import Origin


@dataclass(frozen=True, slots=True)
class Policy:
    """
    What may be asked of a vendor, and how patiently.

    Attributes:
        origin:       the only scheme, host and port that requests go to.
        twins:        origins that the vendor uses for itself in links; what they name is asked of `origin` instead.
        token_path:   the one path that may be POSTed to, to turn a key into a token; None: none.
        timeout:      seconds for one request.
        max_bytes:    of one reply, after decompression.
        attempts:     tries of one request in all.
        longest_wait: seconds between two tries, whatever the server asks for.
        reserve:      share of a rate limit left to the tenant's other clients; 0 uses it up.
        in_flight:    requests that may be on their way at once.
        held_back:    bytes of replies that may wait in memory for an earlier one, so that pages keep their order.
        max_pages:    of one listing.
        secrets:      values that must not appear in anything kept (our own token).
        minted:       values that became secret on the way (access tokens); they are added while collecting.
    """

    origin: Origin
    twins: tuple[Origin, ...] = ()
    token_path: str | None = None
    timeout: float = 120.0
    max_bytes: int = 64 * 1024 * 1024
    attempts: int = 5
    longest_wait: float = 120.0
    reserve: float = 0.1
    in_flight: int = 6
    held_back: int = 64 * 1024 * 1024
    max_pages: int = 100_000
    secrets: tuple[str, ...] = field(default=(), repr=False)
    minted: list[str] = field(default_factory=list, repr=False, compare=False)

    @property
    def hidden(self) -> tuple[str, ...]:
        """Return every value that must not appear in anything kept."""
        return (*self.secrets, *self.minted)

    def check(self, method: str, url: str) -> None:
        """Refuse whatever is not a GET of the origin, or the one token call. Raises TransportError."""
        here = Origin.of(url)
        if here != self.origin:
            raise TransportError(f"a request to {printable(str(here))} was refused; only {self.origin} is asked")
        token_call = method == "POST" and self.token_path is not None and urlsplit(url).path == self.token_path
        if method != "GET" and not token_call:
            raise TransportError(f"a {printable(method, 20)} request was refused", "graphscan only reads")

    def next_page(self, link: str, path: str) -> str:
        """
        Return path and query of the next page on our origin.

        Raises:
            TransportError: the link leads to another origin, or to something other than the listing it continues.
        """
        parts = urlsplit(link)
        if parts.netloc or parts.scheme:
            there = Origin.of(link)
            if there != self.origin and there not in self.twins:
                raise TransportError(
                    f"the next page is said to be at {printable(str(there), 100)} and was not followed",
                    "if that is the tenant's own address, collect from it instead",
                )
        if parts.path != path:
            raise TransportError(f"the next page is said to be {printable(parts.path, 100)!r} and was not followed")
        return f"{parts.path}?{parts.query}"


def proxy_for(policy: Policy, proxies: Callable[[], dict[str, str]] = getproxies) -> str | None:
    """Return the proxy the environment names for the origin; this machine is never asked through one."""
    origin = policy.origin
    if origin.is_loopback or proxy_bypass(origin.host):
        return None
    return proxies().get(origin.scheme) or proxies().get("all")
