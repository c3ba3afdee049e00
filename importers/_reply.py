"""What one HTTP reply says: its JSON, its next page, how long it asks to wait, why it is a refusal."""

import json
import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from graphscan.errors import TransportError
from graphscan.model import CoverageState
from graphscan.printable import printable
from importers._redact import redact_text

_LINK = re.compile(r"<([^>]*)>([^<]*)")
_REL_NEXT = re.compile(r"""rel\s*=\s*["']?next\b""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: status, headers as (name, value) pairs (a name may come twice), and the raw body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """Return the last value of a header, or an empty string."""
        values = self.headers_of(name)
        return values[-1] if values else ""

    def headers_of(self, name: str) -> list[str]:
        """Return all values of a header. Okta sends `Link` twice: self, then next."""
        return [value for key, value in self.headers if key.lower() == name.lower()]


@dataclass(frozen=True, slots=True)
class Refusal:
    """
    Why a reply is not what was asked for.

    Attributes:
        fatal: nothing else will be answered either; asking on would only fill the tenant's log.
    """

    state: CoverageState
    why: str
    fatal: bool = False


def parsed(reply: Reply) -> Any:
    """
    Return the reply's JSON.

    Raises:
        TransportError: it is empty, a web page, of another type, cut short, or nested beyond reason.
    """
    kind = reply.header("Content-Type").split(";")[0].strip().lower()
    if not reply.body.strip():
        raise TransportError(f"the answer (status {reply.status}) was empty where JSON was expected")
    if kind not in ("application/json", "text/json") and not kind.endswith("+json"):
        what = "a web page" if "html" in kind else printable(kind, 60) or "something without a content type"
        raise TransportError(
            f"the server answered {what} (status {reply.status}) where JSON was expected",
            "you may be not logged in, and this a sign-in page; or the address is wrong, or a proxy stands in between",
        )
    try:
        return json.loads(reply.body)
    except (ValueError, RecursionError) as error:
        raise TransportError(
            f"the JSON of the answer cannot be read: {printable(str(error), 80)} ({len(reply.body):,} bytes came)"
        ) from None


def records_of(body: Any, wrapped: str | None) -> list[Any]:
    """Return the list in a body, or in what `wrapped` names. Raises TransportError where there is none."""
    inner = inner_of(body, wrapped)
    if not isinstance(inner, list):
        what = {dict: "an object", str: "a text", type(None): "nothing"}.get(type(inner), "a number")
        raise TransportError(f"the answer holds {what} where a list was expected")
    return inner


def inner_of(body: Any, wrapped: str | None) -> Any:
    """Return the member that a path (`value`, `jwks.keys`) names, as far as there are objects; else the body itself."""
    for name in wrapped.split(".") if wrapped else ():
        body = body.get(name) if isinstance(body, dict) else body
    return body


def next_link(reply: Reply, body: Any) -> str:
    """Return the address of the next page from the `Link` headers or the body's `_links`; empty at the end."""
    for value in reply.headers_of("Link"):
        for address, rest in _LINK.findall(value):
            if _REL_NEXT.search(rest):
                return str(address)
    links = body.get("_links") if isinstance(body, dict) else None
    following = links.get("next") if isinstance(links, dict) else None
    href = following.get("href") if isinstance(following, dict) else following
    return href if isinstance(href, str) else ""


def plain_refusal(reply: Reply) -> Refusal:
    """Say what a status other than 200 means where the vendor's own words add nothing."""
    status = reply.status
    if status in (401, 403):
        return Refusal(CoverageState.DENIED, f"denied (status {status})", fatal=status == 401)
    if status in (404, 405, 410, 501):
        return Refusal(CoverageState.UNAVAILABLE, f"not there (status {status})")
    if 300 <= status < 400:
        there = printable(redact_text(reply.header("Location")), 100) or "nowhere"
        return Refusal(CoverageState.PARTIAL, f"redirected to {there} (status {status}); redirects are never followed")
    if status == 429:
        return Refusal(CoverageState.PARTIAL, "the rate limit was still exhausted after several waits (status 429)")
    return Refusal(CoverageState.PARTIAL, f"the server answered with status {status}")


def seconds_asked(reply: Reply, now: float) -> float | None:
    """
    Return how long the server asks to wait: `Retry-After`, or `X-Rate-Limit-Reset` by the server's own clock.

    Args:
        now: epoch seconds, used where the reply has no usable `Date`.
    """
    date = _moment(reply.header("Date"))
    today = now if date is None else date
    after = reply.header("Retry-After")
    if after:
        seconds = number(after)
        if seconds is None:
            moment = _moment(after)
            seconds = None if moment is None else moment - today
        if seconds is not None:
            return max(seconds, 0.0)
    resets = [at for at in map(number, reply.headers_of("X-Rate-Limit-Reset")) if at is not None]
    return max(max(resets) - today + 1.0, 0.0) if resets else None


def number(text: str) -> float | None:
    """Return a header's number, or None where it holds none that could be meant."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < 1e12 else None


# Private functions


def _moment(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp() if text else None
    except (ValueError, TypeError, OverflowError):
        return None
