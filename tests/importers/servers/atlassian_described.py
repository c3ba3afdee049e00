"""
An Atlassian server made from the vendor's own descriptions of its interfaces; read from beside the checkout.

What the descriptions lack is in `atlassian_undescribed`. Some describe the record of a listing as if it were the
answer: there, as many as in other listings stand where the importer expects them.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from json import dumps
from pathlib import Path
from typing import Any

from importers._reply import inner_of
from importers.atlassian.product import Endpoint, Paging, Product
from tests.importers.servers.atlassian_undescribed import NAMED, OBJECTS, RECORDS, WORDS
from tests.importers.servers.loopback import Answer, Request
from tests.importers.servers.spec_mock import CANARY, Description, Made

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "atlassian"
# The files that describe a product, with what stands before their paths.
FILES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "jira-dc": (("jira-dc", "/rest"),),
    "confluence-dc": (("confluence-dc", ""),),
    "bitbucket-dc": (("bitbucket-dc", "/rest"),),
    "jira-cloud": (("jira-cloud", ""),),
    "confluence-cloud": (("confluence-cloud", "/wiki/api/v2"), ("confluence-cloud-v1", "")),
    "bitbucket-cloud": (("bitbucket-cloud", "/2.0"),),
}
MADE: tuple[Made, ...] = ("examples", "schemas", "unknown values")
COUNT = 3  # records of a listing
# What no record should hold, and every record does here.
_PLANTED = dict.fromkeys(("password", "secret", "token", "privateKey", "client-secret", "accessToken"), CANARY)
_DEEPEST = 5  # a repository has an origin that has an origin
# What identifies a record; of the second and those behind it, another than the documented sample.
_NAMES = ("id", "key", "slug", "name", "uuid", "accountId", "account_id", "groupId", "full_name", "username")


class Described:
    """
    Answers GETs of a product as described.

    Attributes:
        asked:  the end points that were asked for, by their paths.
        absent: those of them that are not there.
    """

    def __init__(self, product: Product, made: Made, base: str = "") -> None:
        self.asked: set[str] = set()
        self.absent: set[str] = set()
        self._made = made
        self._base = base
        self._descriptions = descriptions(product.importer)
        # Those that a query tells apart, and more literal parts, first: `/group/member` is not the group `member`.
        ends = sorted(product.endpoints, key=lambda one: (-len(one.query), one.path.count("{"), one.path))
        self._ends = [(one, re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(plain(one))))) for one in ends]
        self._bodies: dict[str, Any] = {}

    def __call__(self, request: Request) -> Answer:
        """Answer one request."""
        if not request.headers.get("Authorization", "").startswith(("Bearer ", "Basic ")):
            return Answer.json({"errorMessages": ["not signed in"]}, 401)
        endpoint = self._endpoint(request)
        if endpoint is None:
            return Answer.json({"message": "not found"}, 404)
        self.asked.add(endpoint.path)
        if endpoint.path not in self._bodies:
            self._bodies[endpoint.path] = self._body(endpoint)
        body = self._bodies[endpoint.path]
        if body is None:
            self.absent.add(endpoint.path)
        return Answer.json({"message": "not found"}, 404) if body is None else Answer.json(body)

    def served(self) -> str:
        """Return all that was answered."""
        return dumps(self._bodies)

    def _endpoint(self, request: Request) -> Endpoint | None:
        path = request.path.removeprefix(self._base)
        for endpoint, pattern in self._ends:
            fits = all(
                request.query.get(name) == value or (value.startswith("{") and name in request.query)
                for name, value in endpoint.query.items()
            )
            if pattern.fullmatch(path) and fits:
                return endpoint
        return None

    def _body(self, endpoint: Endpoint) -> Any:
        """Return the body of an answer; None: not there."""
        path = plain(endpoint)
        found = described(self._descriptions, path)
        if found is None and self._made == "examples":
            return None
        if path in OBJECTS:
            return OBJECTS[path]
        if found is None or not found[0].schema(found[1]):
            return _wrapped(endpoint, {}, self._hand_made(path)) if path in RECORDS else None
        description, template = found
        examples = description.examples(template)
        sample = examples[0] if self._made == "examples" and examples else None
        whole = description.value(description.schema(template), self._made, template) if sample is None else sample
        if not endpoint.listing:
            return _filled(self._worded(whole, 0, path))
        if sample is None:
            records = self._records(endpoint, description, template)
        else:
            listed = inner_of(sample, endpoint.wrapped)
            # The sample of a listing may be that of one record.
            records = listed if isinstance(listed, list) else [sample]
        return _filled(_wrapped(endpoint, whole, [self._worded(one, n, path) for n, one in enumerate(records)]))

    def _worded(self, record: Any, number: int, path: str) -> Any:
        """Return a record with the words and members that its description does not state."""
        if not isinstance(record, dict):
            return record
        words = WORDS[path](number % COUNT) if path in WORDS and self._made != "unknown values" else {}
        names = NAMED[path](number % COUNT) if path in NAMED else {}
        said = {**words, **names, **record} if self._made == "examples" else {**record, **words, **names}
        return {**_PLANTED, **said}

    def _records(self, endpoint: Endpoint, description: Description, template: str) -> list[Any]:
        if plain(endpoint) in RECORDS:
            return self._hand_made(plain(endpoint))
        schema = description.schema(template)
        inner = schema
        for name in endpoint.wrapped.split(".") if endpoint.wrapped else ():
            inner = description.followed(_members(description, inner).get(name, {}))
        # Described as one record, though it is a list of them.
        item = inner["items"] if inner.get("type") == "array" else schema
        return [_numbered(description.value(item, self._made, template), number) for number in range(COUNT)]

    @staticmethod
    def _hand_made(path: str) -> list[Any]:
        return [RECORDS[path](number) for number in range(COUNT)]


def plain(endpoint: Endpoint) -> str:
    """Return an end point's path without what only tells it from another."""
    return endpoint.path.partition("?")[0]


@lru_cache
def descriptions(importer: str) -> list[Description]:
    """Return the descriptions of a product."""
    return [Description(FOLDER / f"{name}.json.gz", base, _DEEPEST) for name, base in FILES.get(importer, ())]


def described(among: list[Description], path: str) -> tuple[Description, str] | None:
    """Return the description that has a path, with its template there, whatever its places are called."""
    for one in among:
        for template in one.templates:
            if re.sub(r"\{\w+\}", "{}", template) == re.sub(r"\{\w+\}", "{}", path):
                return one, template
    return None


# Private functions


def _members(description: Description, schema: Any) -> dict[str, Any]:
    schema = description.followed(schema)
    found: dict[str, Any] = dict(schema.get("properties", {}))
    for part in schema.get("allOf", []):
        found |= _members(description, part)
    return found


def _numbered(record: Any, number: int) -> Any:
    """Return a record that is another than the documented sample."""
    if not isinstance(record, dict) or number == 0:
        return record
    made = dict(record)
    for name in _NAMES:
        value = made.get(name)
        if isinstance(value, str) and value:
            made[name] = f"{value[:-1]}{number}}}" if value.endswith("}") else f"{value}{number}"
        elif isinstance(value, int) and not isinstance(value, bool):
            made[name] = value + number
    return made


def _wrapped(endpoint: Endpoint, whole: Any, records: list[Any]) -> Any:
    """Return a body that holds these records, and says that it is the only page."""
    if not endpoint.wrapped:
        return records
    *outer, last = endpoint.wrapped.split(".")
    # Samples name a next page on a host of the documentation.
    ended = ("next", "nextPage", "nextCursor")
    body = {name: value for name, value in (whole if isinstance(whole, dict) else {}).items() if name not in ended}
    inner = body
    for name in outer:
        inner = inner.setdefault(name, {})
    inner[last] = records
    body |= {name: len(records) for name in ("total", "size") if name in body}
    body |= {name: True for name in ("isLast", "isLastPage") if name in body}
    if endpoint.paging is Paging.IS_LAST_PAGE:
        body["isLastPage"] = True
    for name in ("links", "_links"):
        if isinstance(body.get(name), dict):
            body[name] = {name: value for name, value in body[name].items() if name != "next"}
    return body


def _filled(value: Any) -> Any:
    """Return a body in which the value of a secured variable is the one to be searched for."""
    if isinstance(value, dict):
        made = {name: _filled(inner) for name, inner in value.items()}
        return {**made, "value": CANARY} if made.get("secured") is True and "value" in made else made
    return [_filled(one) for one in value] if isinstance(value, list) else value
