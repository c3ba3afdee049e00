"""Recorded replies of several small Okta organisations, stitched into one; read from beside the checkout."""

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.importers.servers.loopback import Answer, Handler, Request

RECORDINGS = Path(__file__).parents[4] / "shared" / "data" / "okta" / "recordings.jsonl.gz"
TOKEN = "00loopbackTokenOfTheCollectorItself0000042"
_LINK = re.compile(r"<([^>]*)>")

_Key = tuple[str, frozenset[tuple[str, str]]]


def recordings(path: Path = RECORDINGS) -> Iterator[dict[str, Any]]:
    """Yield the recorded exchanges in their order."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def handler(path: Path = RECORDINGS) -> Handler:
    """
    Return a server's handler: the last 200 for a path and query, else 404.

    A page size is a hint, so a recording that differs only in `limit` answers too. A next page that was not recorded is
    an empty list: in 43 of 45 cases nobody asked for it.
    """
    stored: dict[_Key, dict[str, Any]] = {}
    for one in recordings(path):
        if one["status"] == 200:
            stored[_key(one["path"], one["query"])] = one

    def handle(request: Request) -> Answer:
        if request.headers.get("Authorization") != f"SSWS {TOKEN}":
            return Answer.json({"errorCode": "E0000011", "errorSummary": "Invalid token provided"}, 401)
        without = {name: value for name, value in request.query.items() if name != "limit"}
        found = stored.get(_key(request.path, request.query)) or stored.get(_key(request.path, without))
        if found is None and "after" in request.query:
            return Answer.json([])
        if found is None:
            return Answer.json({"errorCode": "E0000007", "errorSummary": "Not found: Resource not found"}, 404)
        origin = f"http://{request.headers['Host']}"
        links = [("Link", _LINK.sub(lambda match: f"<{_moved(match[1], origin)}>", value)) for value in _links(found)]
        return Answer.json(_next_moved(found["body"], origin), 200, *links)

    return handle


# Private functions


def _key(path: str, query: Mapping[str, str]) -> _Key:
    return path, frozenset(query.items())


def _links(found: dict[str, Any]) -> list[str]:
    values: list[str] = found["headers"].get("Link", [])
    return values


def _moved(url: str, origin: str) -> str:
    parts = urlsplit(url)
    return f"{origin}{parts.path}" + (f"?{parts.query}" if parts.query else "")


def _next_moved(body: Any, origin: str) -> Any:
    links = body.get("_links") if isinstance(body, dict) else None
    following = links.get("next") if isinstance(links, dict) else None
    if isinstance(links, dict) and isinstance(following, dict) and isinstance(following.get("href"), str):
        moved = {**links, "next": {**following, "href": _moved(following["href"], origin)}}
        return {**body, "_links": moved}
    return body
