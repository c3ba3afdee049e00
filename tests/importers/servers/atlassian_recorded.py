"""
Hand-written answers of Jira, its service desk and Bitbucket, as one server for each; read from beside the checkout.

They are a library's own test data. Bitbucket Server's are under version `1.0`, which newer servers answer under
`latest` as well. There is none of its list of all repositories: those of the project that has some stand for it.
"""

import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from tests.importers.servers.loopback import Answer, Request

RESPONSES = Path(__file__).parents[4] / "shared" / "data" / "atlassian" / "responses.jsonl.gz"
# Sizes of a page are hints: an answer that differs only in them answers too.
_SIZES = frozenset({"limit", "pagelen", "maxResults"})
_ALL_REPOSITORIES, _OF_ONE = "/rest/api/1.0/repos", "/rest/api/1.0/projects/PRJ/repos"

_Key = tuple[str, frozenset[tuple[str, str]]]


def responses(path: Path = RESPONSES) -> Iterator[dict[str, Any]]:
    """Yield the answers to GETs, in their order."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from (one for one in map(json.loads, lines) if one["method"] == "GET")


class Recorded:
    """
    Answers as was recorded of one of them, else 404.

    Attributes:
        asked: paths that were recorded and asked for.
    """

    def __init__(self, product: str) -> None:
        self.asked: set[str] = set()
        self._stored = {_key(one["path"], one["query"]): one for one in responses() if one["product"] == product}

    def __call__(self, request: Request) -> Answer:
        """Answer one request."""
        if not request.headers.get("Authorization", "").startswith(("Bearer ", "Basic ")):
            return Answer.json({"errors": [{"message": "not signed in"}]}, 401)
        path = unquote(request.path).replace("/latest/", "/1.0/")
        path = _OF_ONE if path == _ALL_REPOSITORIES else path
        query = {name: value for name, value in request.query.items() if name not in _SIZES}
        found = self._stored.get(_key(path, query))
        if found is None:
            return Answer.json({"errors": [{"message": "not recorded"}]}, 404)
        self.asked.add(path)
        return Answer.json(found["body"], found["status"])


def _key(path: str, query: Mapping[str, str]) -> _Key:
    return path, frozenset(query.items())
