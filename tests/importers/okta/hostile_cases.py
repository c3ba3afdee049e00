"""What a hostile or broken Okta may do to a collection, case by case, with what the command line must then say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphscan.printable import printable
from importers.okta.ids import is_okta_id
from tests.importers.servers import small_org
from tests.importers.servers.loopback import Answer, Handler, Request
from tests.importers.servers.okta_replies import error, paged
from tests.importers.servers.small_org_ids import group_id, user_id
from tests.importers.servers.small_org_writes import DESK_ID

USERS, GROUPS, ZONES = "/api/v1/users", "/api/v1/groups", "/api/v1/zones"
ASSIGNEES = "/api/v1/iam/assignees/users"
ALL_USERS = 8  # of the small organisation
BIG = "n" * 10_000_000
EVIL = "http://127.0.0.1:1"  # nobody listens there; asking it would end in another message


def clean(request: Request) -> Answer:
    """Answer as the small organisation does, without the records that no importer can read."""
    listed = {USERS: small_org.USERS, GROUPS: small_org.GROUPS}.get(request.path)
    if listed is None or "filter" in request.query or "Authorization" not in request.headers:
        return small_org.handle(request)
    return paged(
        request, [one for one in listed if isinstance(one, dict) and is_okta_id(one.get("id"))], small_org.PAGE
    )


@dataclass(frozen=True, slots=True)
class Case:
    """
    One case.

    Attributes:
        answer: what is answered instead of what the organisation would; None: that.
        words:  what the command says, of lines and spaces apart.
        code:   0: complete; 3: marked incomplete.
        users:  how many of the users are imported nevertheless.
        steps:  `collect okta` and `import snapshot`, rather than `import okta` alone.
    """

    answer: Callable[[Request], Answer | None] = lambda _request: None
    words: tuple[str, ...] = ()
    code: int = 3
    users: int = ALL_USERS
    steps: bool = False
    handler: Handler = clean
    environment: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)


def at(path: str, answer: Answer, times: int = 99, **query: str) -> Callable[[Request], Answer | None]:
    """Return what answers the first requests of a path with this query."""

    def instead(request: Request) -> Answer | None:
        wanted = request.path == path and all(request.query.get(name) == value for name, value in query.items())
        return answer if wanted and request.number <= times else None

    return instead


def _second(answer: Answer, times: int = 99) -> Callable[[Request], Answer | None]:
    return at(USERS, answer, times, after="3")


def _linked(path: str, link: str, rows: list[Any]) -> Callable[[Request], Answer | None]:
    def instead(request: Request) -> Answer | None:
        if request.path != path or "filter" in request.query:
            return None
        after = int(request.query.get("after", "0")) + 1
        place = link.format(origin=f"http://{request.headers['Host']}", path=path, after=after)
        return Answer.json(rows, 200, ("Link", f'<{place}>; rel="next"'))

    return instead


def _linked_inside(request: Request) -> Answer | None:
    """Name a next page in the body for ever, as Jira does with `nextPageStart`, and Okta below /iam."""
    if request.path != ASSIGNEES:
        return None
    after = int(request.query.get("after", "0")) + 1
    place = f"http://{request.headers['Host']}{ASSIGNEES}?after={after}"
    return Answer.json({"value": [{"id": user_id("ada")}], "_links": {"next": {"href": place}}})


def _big(request: Request) -> Answer | None:
    """Give a user and a group a name of ten million signs, wherever they are listed."""
    if request.path == GROUPS:
        first = {**small_org.GROUPS[0], "profile": {"name": BIG}}
        return paged(request, [first, *[one for one in small_org.GROUPS[1:] if isinstance(one, dict)]], 99)
    if request.path == USERS and "filter" not in request.query:
        people = [one for one in small_org.USERS if isinstance(one, dict) and is_okta_id(one.get("id"))]
        first = {**people[0], "profile": {**people[0]["profile"], "firstName": BIG, "login": BIG}}
        return paged(request, [first, *people[1:]], 99)
    return None


def _again(other: Mapping[str, Any]) -> Callable[[Request], Answer | None]:
    """List the first users once more at the end, the first of them changed."""

    def instead(request: Request) -> Answer | None:
        if request.path != USERS or "filter" in request.query:
            return None
        people = [one for one in small_org.USERS if isinstance(one, dict) and is_okta_id(one.get("id"))]
        return paged(request, [*people, {**people[0], **other}, people[1]], 3)

    return instead


def _administrators(request: Request) -> Answer | None:
    """Ben works at the help desk, without targets; hana is a super administrator through a group and nothing else."""
    roles = {
        "ben": [small_org._role("HELP_DESK_ADMIN", DESK_ID, "USER", "ben")],
        "hana": [small_org._OWNERS],
    }
    for name, held in roles.items():
        if request.path == f"/api/v1/users/{user_id(name)}/roles":
            return Answer.json(held)
    return None


FORBIDDEN = error(403, "E0000006", "You do not have permission")
NO_PERMISSION = f"at {USERS}: the token's owner has no permission for it (E0000006"
HTML = Answer(200, b"<html><title>Sign in</title></html>", (("Content-Type", "text/html"),))
TOO_MANY = b'{"errorCode": "E0000047", "errorSummary": "API call exceeded rate limit"}'
JSON = ("Content-Type", "application/json")
STRAY = "okta:\n  client:\n    orgUrl: https://evil.okta.example\n    token: stray\n    authorizationMode: Bearer\n"

HOSTILE: dict[str, Case] = {
    "nothing wrong": Case(code=0, steps=True),
    "a poison record": Case(
        words=("Not understood 2 records", f"1 at {USERS}: `id` is missing or is not an Okta id"),
        handler=small_org.handle,
    ),
    "403 mid-paging": Case(_second(FORBIDDEN), (NO_PERMISSION,), steps=True),
    "429 without headers": Case(at(GROUPS, Answer(429, b"", ()), 1), code=0),
    "an empty 403": Case(at(ZONES, Answer(403, b"", ())), (f"at {ZONES}: denied (status 403)",)),
    "HTML with 200": Case(at("/api/v1/idps", HTML), ("/api/v1/idps", "a web page")),
    "a next page on another host": Case(
        _linked(GROUPS, EVIL + "{path}?after={after}", small_org.GROUPS[:1]), (f"at {GROUPS}:", "was not followed")
    ),
    "a next page without end": Case(
        _linked(GROUPS, "{origin}{path}?after={after}", small_org.GROUPS[:1]),
        (f"at {GROUPS}: the server's pages never end",),
    ),
    # The short list of administrators never ends, so each user is asked for his roles: nothing is missing.
    "nextPageStart without end": Case(_linked_inside, code=0),
    "lastUpdated is use": Case(code=0),
    "empty targets are everything": Case(_administrators, code=0),
    "the barrier of administrators": Case(_administrators, code=0),
    "proxies and okta.yaml": Case(
        code=0,
        environment={
            **dict.fromkeys(("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"), EVIL),
            "OKTA_CLIENT_ORGURL": "https://evil.okta.example",
            "OKTA_CLIENT_TOKEN": "stray",
        },
        files={"okta.yaml": STRAY, ".okta/okta.yaml": STRAY},
    ),
}
FAULTS: dict[str, Case] = {
    "403 on page 2 of members": Case(
        at(f"/api/v1/groups/{group_id('everyone')}/users", FORBIDDEN, after="3"),
        ("MEMBER_OF partial", "/api/v1/groups/{groupId}/users", "the token's owner has no permission for it"),
    ),
    "429 with headers": Case(_second(Answer(429, TOO_MANY, (JSON, ("Retry-After", "1"))), 1), code=0),
    "a dropped connection, once": Case(_second(Answer(drop=True), 2), code=0),
    "a dropped connection": Case(_second(Answer(drop=True)), (f"at {USERS}:", "could not be asked")),
    "truncated JSON": Case(_second(Answer(200, b'[{"id": "00uada', (JSON,))), ("cannot be read",)),
    "a wrong content type": Case(_second(Answer(200, b"[]", (("Content-Type", "text/plain"),))), ("text/plain",)),
    "a next page of another listing": Case(
        _linked(GROUPS, "{origin}/api/v1/sessions/me?after={after}", small_org.GROUPS[:1]),
        (f"at {GROUPS}:", "was not followed"),
    ),
    "ids listed twice": Case(_again({}), code=0),
    "ids listed twice, and not the same": Case(
        _again({"status": "SUSPENDED"}), (f"1 at {USERS}: listed twice with different content",)
    ),
    "a name of 10 MB": Case(_big, code=0, steps=True),
}
CASES = HOSTILE | FAULTS
TOKEN = small_org.TOKEN


def plain(text: str) -> str:
    """Return a text without its line breaks, and without anything a terminal would obey."""
    assert printable(text.replace("\n", " "), len(text) + 1) == text.replace("\n", " ")
    return " ".join(text.split())
