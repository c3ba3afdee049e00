"""A vendor made from its own description of its interface, first of all Okta; read from beside the checkout."""

import gzip
import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from tests.importers.servers.loopback import Answer, Handler, Request

DESCRIPTION = Path(__file__).parents[4] / "shared" / "data" / "okta" / "openapi.json.gz"
TOKEN = "00loopbackTokenOfTheCollectorItself0000042"
# How bodies are made: from the documented examples, from the schemas, or from the schemas with values of enumerations
# that nobody documented.
Made = Literal["examples", "schemas", "unknown values"]
UNKNOWN = "SOMETHING_OF_NEXT_YEAR"
# Records of a listing that is made from schemas: of some so many that each sort comes with each of its types.
RECORDS = {"apps": 240, "policies": 20, "roles": 25}
_USUAL = 3
# Whatever the description calls by such a name holds a secret; each gets this value, to be searched for afterwards.
CANARY = "canaryInTheVendorsOwnShape"
# In lower case, without `_` and `-`.
_SECRETS = frozenset(
    {"clientsecret", "password", "privatekey", "secret", "token", "rawtoken", "accesstoken", "sharedsecret", "d"}
)
_DEEPEST = 9


class Description:
    """
    A vendor's description (OpenAPI 3), with its references resolved as they are met.

    Args:
        base:    what stands before its paths where they are served, as in `/rest`.
        deepest: objects of made values that are inside each other.
    """

    def __init__(self, path: Path = DESCRIPTION, base: str = "", deepest: int = _DEEPEST) -> None:
        with gzip.open(path, "rt", encoding="utf-8") as text:
            self.all: dict[str, Any] = json.load(text)
        self.all["paths"] = {base + one: what for one, what in self.all["paths"].items()}
        self._deepest = deepest
        # More literal parts first: `/groups/rules` is not the group `rules`.
        self.templates = sorted(self.all["paths"], key=lambda one: (one.count("{"), one))
        self._patterns = [(one, re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(one)))) for one in self.templates]

    def template(self, path: str) -> str | None:
        """Return the documented path that one is an instance of."""
        return next((one for one, pattern in self._patterns if pattern.fullmatch(path)), None)

    def body(self, template: str, made: Made) -> Any:
        """Return the body of a 200 answer."""
        examples = self.examples(template)
        if made == "examples" and examples:
            return self._together(examples)
        schema = self.schema(template)
        listed, records = self._listing(schema)
        if records is None:
            return self.value(schema, made, template)
        count = RECORDS.get(template.rpartition("/")[2], _USUAL)
        made_up = [self.value(records, made, f"{template}{number}") for number in range(count)]
        for number, record in enumerate(made_up):
            client = record.get("settings", {}).get("oauthClient") if template == "/api/v1/apps" else None
            if client and isinstance(client.get("grant_types"), list):
                client["grant_types"].append("refresh_token")  # one value of so many is drawn by chance
            if template == "/api/v1/devices" and isinstance(record, dict):
                record.pop("_embedded", None)  # as where the summary of users is left out
            if isinstance(record, dict) and "id" in record:
                record["id"] = f"{re.sub('[^a-z]', '', template.lower())[-6:]}{number:04}"
        return {listed: made_up} if listed else made_up

    def examples(self, template: str) -> list[Any]:
        """Return the documented bodies of a 200 answer."""
        content = self._content(template)
        examples = [self.followed(one).get("value") for one in content.get("examples", {}).values()]
        examples += [content["example"]] if "example" in content else []
        # Some have the name of an id in braces where an id would stand.
        return [json.loads(re.sub(r'"\{(\w+)\}"', r'"\1"', json.dumps(one))) for one in examples if one is not None]

    def schema(self, template: str) -> dict[str, Any]:
        """Return the schema of a 200 answer; empty where there is none."""
        found: dict[str, Any] = self.followed(self._content(template).get("schema", {}))
        return found

    def scopes(self, template: str) -> list[str]:
        """Return the OAuth scopes that a GET of a path needs."""
        security = self.all["paths"][template]["get"].get("security", [])
        return [scope for one in security for scope in one.get("oauth2", [])]

    def followed(self, item: Any) -> Any:
        """Return what a reference leads to, or the item itself."""
        while isinstance(item, dict) and "$ref" in item:
            found: Any = self.all
            for part in item["$ref"].split("/")[1:]:
                found = found[part.replace("~1", "/").replace("~0", "~")]
            item = found
        return item

    def value(self, schema: Any, made: Made, name: str = "", depth: int = 0) -> Any:
        """Return a value that fits a schema, but for unknown words where they are asked for."""
        schema = self.followed(schema)
        if not isinstance(schema, dict) or depth > self._deepest:
            return None
        if "enum" in schema:
            return UNKNOWN if made == "unknown values" else _one_of(schema["enum"], name, "enum")
        sorts = sorted(schema.get("discriminator", {}).get("mapping", {}).items())
        if sorts and depth == 0:
            word, there = _one_of(sorts, name, "sort")
            record = self.value({"$ref": there}, made, name, depth + 1)
            return record if made == "unknown values" else {**record, schema["discriminator"]["propertyName"]: word}
        for several in ("oneOf", "anyOf"):
            if several in schema:
                return self.value(_one_of(schema[several], name, several), made, name, depth + 1)
        if "properties" in schema or "allOf" in schema or schema.get("type") == "object":
            return self._object(schema, made, name, depth)
        match schema.get("type"):
            case "array":
                item = self.value(schema.get("items", {}), made, name, depth + 1)
                return [item] if item is not None else []
            case "boolean":
                return True
            case "integer" | "number":
                return 3
            case _:
                return _text(schema, name)

    # Private methods

    def _content(self, template: str) -> dict[str, Any]:
        replies = self.all["paths"][template]["get"]["responses"]
        content = self.followed(replies.get("200", {})).get("content", {})
        return next((one for sort, one in content.items() if sort.startswith("application/json")), {})

    def _listing(self, schema: Any) -> tuple[str, Any]:
        """Return the schema of a listing's records, and the member that holds them where the body is an object."""
        if schema.get("type") == "array":
            return "", schema["items"]
        for name, inner in schema.get("properties", {}).items():
            found = self.followed(inner)
            if not name.startswith("_") and isinstance(found, dict) and found.get("type") == "array":
                items = self.followed(found.get("items", {}))
                if isinstance(items, dict) and ("properties" in items or "allOf" in items or "oneOf" in items):
                    return name, found["items"]
        return "", None

    def _object(self, schema: dict[str, Any], made: Made, name: str, depth: int) -> Any:
        whole: dict[str, Any] = {}
        for part in schema.get("allOf", []):
            inner = self.followed(part)
            if "enum" in inner:  # a word with a description beside it
                return self.value(inner, made, name, depth + 1)
            value = self.value(inner, made, name, depth + 1)
            whole |= value if isinstance(value, dict) else {}
        for key, inner in schema.get("properties", {}).items():
            whole[key] = self.value(inner, made, f"{name} {key}", depth + 1)
        return {key: value for key, value in whole.items() if value is not None}

    @staticmethod
    def _together(examples: list[Any]) -> Any:
        """Return all records of several examples as one list, each id once; else the first example."""
        if not all(isinstance(one, list) for one in examples):
            return examples[0]
        found: dict[str, Any] = {}
        for record in (record for one in examples for record in one):
            found.setdefault(str(record.get("id", record)) if isinstance(record, dict) else str(record), record)
        return list(found.values())


def handler(made: Made, path: Path = DESCRIPTION) -> Handler:
    """Return a server's handler that answers every documented GET, and 404 to any other."""
    description = Description(path)

    def handle(request: Request) -> Answer:
        if request.headers.get("Authorization") != f"SSWS {TOKEN}":
            return Answer.json({"errorCode": "E0000011", "errorSummary": "Invalid token provided"}, 401)
        template = description.template(request.path)
        if template is None:
            return Answer.json({"errorCode": "E0000007", "errorSummary": "Not found: Resource not found"}, 404)
        return Answer.json(_whole(description.body(template, made)))

    return handle


# Private functions


def _one_of(choices: list[Any], *names: str) -> Any:
    """Return one of several, the same each time for the same names."""
    return choices[int.from_bytes(sha256(" ".join(names).encode()).digest()[:4], "big") % len(choices)]


def _whole(body: Any) -> Any:
    """Return a body that says it is the only page: examples name a next one on a host of the documentation."""
    links = body.get("_links") if isinstance(body, dict) else None
    if isinstance(links, dict) and "next" in links:
        return {**body, "_links": {name: link for name, link in links.items() if name != "next"}}
    return body


def _text(schema: dict[str, Any], name: str) -> str:
    if schema.get("format") == "date-time":
        return "2024-05-06T07:08:09.000Z"
    if schema.get("format") == "uri":
        return "https://acme.example/made"
    if re.sub("[_-]", "", name.rpartition(" ")[2].lower()) in _SECRETS:
        return CANARY
    example = schema.get("example")
    if isinstance(example, str) and example:
        return example
    return f"made{re.sub('[^A-Za-z0-9]', '', name)[-24:]}"
