"""Traps of Atlassian servers and of their client library, by name, over real HTTP."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from graphscan.errors import ImportFailedError
from graphscan.model import CoverageState
from importers._http import Outcome, Page, Reader
from importers.atlassian.client import connected
from importers.atlassian.collect import detect, policy_for
from importers.atlassian.explain import explain, message
from importers.atlassian.paging import pager
from importers.atlassian.product import Endpoint, Paging
from importers.atlassian.settings import AtlassianSettings, Basic, Bearer
from tests.importers.atlassian.collected import TOKEN
from tests.importers.servers.loopback import Answer, Handler, Loopback, Request

LISTING = {
    Paging.IS_LAST_PAGE: Endpoint("/rest/api/latest/repos", "CONTAINS", Paging.IS_LAST_PAGE, "values", 2),
    Paging.START_AT: Endpoint("/rest/api/2/group/member", "MEMBER_OF", Paging.START_AT, "values", 2),
    Paging.START_LIMIT: Endpoint("/rest/api/space", "CONTAINS", Paging.START_LIMIT, "results", 2),
    Paging.CURSOR: Endpoint("/rest/api/2/user/list", "ACCOUNT_OF", Paging.CURSOR, "values", 2),
    Paging.NEXT: Endpoint("/2.0/repositories", "CONTAINS", Paging.NEXT, "values", 2),
    Paging.NONE: Endpoint("/rest/api/2/groups/picker", "MEMBER_OF", Paging.NONE, "groups", 2),
}


def outcome_of(
    handler: Handler, endpoint: Endpoint, credential: Bearer | Basic | None = None
) -> tuple[Outcome, list[Page], list[Request]]:
    """Read one listing from a server on this machine."""
    pages: list[Page] = []

    async def once(settings: AtlassianSettings) -> Outcome:
        policy = policy_for(settings)
        async with connected(settings, policy) as send:
            reader = Reader(policy, send, pages.append, explain, sleep=_at_once)
            limit = {"limit": str(endpoint.limit)} if endpoint.limit else {}
            return await reader.read(
                endpoint.path, endpoint.path, limit, endpoint.wrapped, pager=pager(endpoint), listing=endpoint.listing
            )

    with Loopback(handler) as server:
        settings = AtlassianSettings("jira", server.url, "acme", credential or Bearer(TOKEN), "dc")
        found = asyncio.run(once(settings))
        return found, pages, list(server.seen)


def paged(count: int, envelope: Callable[[int, list[Any]], Any]) -> Handler:
    """Return a server of numbered records, two on a page, with an envelope around each page."""

    def answer(request: Request) -> Answer:
        where = request.query
        first = int(where.get("start") or where.get("startAt") or where.get("cursor") or 0)
        return Answer.json(envelope(first, [{"id": number} for number in range(first, min(first + 2, count))]))

    return answer


ENVELOPES: dict[Paging, Callable[[int, list[Any]], Any]] = {
    Paging.IS_LAST_PAGE: lambda first, page: {"isLastPage": first + 2 >= 5, "nextPageStart": first + 2, "values": page},
    Paging.START_AT: lambda first, page: {"startAt": first, "total": 5, "maxResults": 2, "values": page},
    Paging.START_LIMIT: lambda first, page: {
        "results": page,
        "_links": {"next": f"/elsewhere?start={first + 2}&limit=2"} if first + 2 < 5 else {},
    },
    Paging.CURSOR: lambda first, page: {"isLast": first + 2 >= 5, "nextCursor": str(first + 2), "values": page},
    Paging.NEXT: lambda first, page: {
        "values": page,
        **({"next": f"/2.0/repositories?start={first + 2}"} if first + 2 < 5 else {}),
    },
}


@pytest.mark.parametrize("paging", list(ENVELOPES))
def test_each_listing_is_read_to_its_end(paging: Paging) -> None:
    """Five records on three pages, in each way a product pages; the last page says that it is the last."""
    found, pages, seen = outcome_of(paged(5, ENVELOPES[paging]), LISTING[paging])
    assert (found.state, found.records, len(pages), len(seen)) == (CoverageState.COMPLETE, 5, 3, 3)


def test_a_last_page_ends_though_it_names_a_next_one() -> None:
    """`isLastPage` is trusted, whatever `nextPageStart` says: the library would go on for ever."""

    def answer(_request: Request) -> Answer:
        return Answer.json({"isLastPage": True, "nextPageStart": 2, "values": [{"id": 1}]})

    found, _, seen = outcome_of(answer, LISTING[Paging.IS_LAST_PAGE])
    assert (found.state, len(seen)) == (CoverageState.COMPLETE, 1)


@pytest.mark.parametrize(
    ("paging", "body"),
    [
        (Paging.IS_LAST_PAGE, {"isLastPage": False, "nextPageStart": 0, "values": [{"id": 1}]}),
        (Paging.IS_LAST_PAGE, {"isLastPage": False, "nextPageStart": 2, "values": [{"id": 1}]}),
        (Paging.IS_LAST_PAGE, {"values": [{"id": 1}]}),
        (Paging.START_AT, {"isLast": False, "values": [{"id": 1}]}),
        (Paging.START_AT, {"total": 9, "values": []}),
        (Paging.CURSOR, {"isLast": False, "nextCursor": "x", "values": [{"id": 1}]}),
        (Paging.CURSOR, {"isLast": False, "values": [{"id": 1}]}),
        (Paging.START_LIMIT, {"results": [{"id": 1}], "_links": {"next": "/rest/api/space?start=2"}}),
        (Paging.NEXT, {"values": [{"id": 1}], "next": "/2.0/repositories?page=2"}),
        (Paging.NONE, {"total": 40, "groups": [{"name": "a"}]}),
    ],
)
def test_a_listing_without_an_end_ends_and_is_told(paging: Paging, body: dict[str, Any]) -> None:
    """Pages that never end, or that the server says are not all, are partial: never whole, never for ever."""
    found, _, seen = outcome_of(lambda _request: Answer.json(body), LISTING[paging])
    assert found.state is CoverageState.PARTIAL
    assert found.error
    assert len(seen) <= 3


def test_a_foreign_next_gets_no_request() -> None:
    """A link to another host is not followed, so the credential is not sent there."""
    with Loopback(lambda _request: Answer.json({"values": []})) as other:
        body = {"values": [{"id": 1}], "next": f"{other.url}/2.0/repositories?page=2"}
        for credential in (Bearer(TOKEN), Basic("reader", "passwordOfTheReader")):
            found, _, _ = outcome_of(lambda _request: Answer.json(body), LISTING[Paging.NEXT], credential)
            assert found.state is CoverageState.PARTIAL
            assert "was not followed" in found.error
        assert other.seen == []


def test_a_redirect_is_not_followed() -> None:
    """Neither to another host nor to a sign-in page of the same."""
    with Loopback(lambda _request: Answer.json([])) as other:
        moved = Answer(302, b"", (("Location", f"{other.url}/login"),))
        found, _, seen = outcome_of(lambda _request: moved, LISTING[Paging.NONE])
        assert found.state is CoverageState.PARTIAL
        assert "redirect" in found.error
        assert (len(seen), other.seen) == (1, [])


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(200, b"<html><form>Log in</form></html>", (("Content-Type", "text/html"),)), "not logged in"),
        (Answer(200, b"", (("Content-Type", "application/json"),)), "empty"),
        (Answer(200, b"hello", (("Content-Type", "text/plain"),)), "JSON was expected"),
        (Answer.json("a text"), "a text where a list was expected"),
        (Answer.json({"groups": None}), "nothing where a list was expected"),
        (Answer.json({}), "nothing where a list was expected"),
        (Answer.json({"errorMessages": ["no such thing"]}, 404), "no such thing"),
        (Answer.json({"message": "not for you", "statusCode": 403}, 403), "not for you"),
        (Answer.json({"errors": [{"message": "go away"}]}, 401), "not logged in"),
        (Answer(200, b'{"groups": [', (("Content-Type", "application/json"),)), "cannot be read"),
    ],
)
def test_what_is_no_listing_is_an_error_in_words(answer: Answer, said: str) -> None:
    """A sign-in page with status 200, nothing, a text: an error that says so, where the library returns a value."""
    found, pages, _ = outcome_of(lambda _request: answer, LISTING[Paging.NONE])
    assert found.state is not CoverageState.COMPLETE
    assert said in found.error
    assert pages == []


def test_waits_are_bounded() -> None:
    """`Retry-After: 1800` is not slept through, and the request is repeated a few times only."""
    busy = Answer(429, b"{}", (("Content-Type", "application/json"), ("Retry-After", "1800")))
    found, _, seen = outcome_of(lambda _request: busy, LISTING[Paging.NONE])
    assert found.state is CoverageState.PARTIAL
    assert "rate limit" in found.error
    assert len(seen) == 5


def test_credentials_are_sent_as_they_are_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    """A token as Bearer, a user as Basic; neither `.netrc` nor a cookie adds anything."""
    monkeypatch.setenv("NETRC", "/nowhere")

    def answer(_request: Request) -> Answer:
        return Answer(
            200, json.dumps({"groups": []}).encode(), (("Content-Type", "application/json"), ("Set-Cookie", "a=b"))
        )

    _, _, (first, *_) = outcome_of(answer, LISTING[Paging.NONE])
    assert first.headers["Authorization"] == f"Bearer {TOKEN}"
    _, _, (first, *_) = outcome_of(answer, LISTING[Paging.NONE], Basic("reader", "pass word"))
    assert first.headers["Authorization"].startswith("Basic ")
    assert "Cookie" not in first.headers


@pytest.mark.parametrize(
    ("product", "path", "body", "importer"),
    [
        ("jira", "/rest/api/2/serverInfo", {"deploymentType": "Server", "version": "11.3.8"}, "jira-dc"),
        ("jira", "/rest/api/2/serverInfo", {"deploymentType": "Cloud", "version": "1001"}, "jira-cloud"),
        ("confluence", "/rest/api/server-information", {"version": "10.2"}, "confluence-dc"),
        ("confluence", "/wiki/rest/api/settings/systemInfo", {"cloudId": "c"}, "confluence-cloud"),
        ("bitbucket", "/rest/api/latest/application-properties", {"version": "10.4"}, "bitbucket-dc"),
        ("bitbucket", "/2.0/user", {"uuid": "{u}"}, "bitbucket-cloud"),
    ],
)
def test_the_server_says_which_form_it_is(product: str, path: str, body: dict[str, Any], importer: str) -> None:
    """Data Center and Cloud are told apart by asking."""

    def answer(request: Request) -> Answer:
        return Answer.json(body) if request.path == path else Answer.json({"message": "no"}, 404)

    with Loopback(answer) as server:
        assert detect(AtlassianSettings(product, server.url, "acme", Bearer(TOKEN))) == importer


def test_a_server_that_is_something_else() -> None:
    """What answers as neither is said, with what was asked; a refused credential is said as such."""
    with Loopback(lambda _request: Answer.json({"message": "no"}, 404)) as server:
        settings = AtlassianSettings("bitbucket", server.url, "acme", Bearer(TOKEN))
        with pytest.raises(Exception, match="answers neither as bitbucket Data Center nor"):
            detect(settings)
    with Loopback(lambda _request: Answer.json({}, 401)) as server:
        settings = AtlassianSettings("bitbucket", server.url, "acme", Bearer(TOKEN))
        with pytest.raises(ImportFailedError, match="not logged in"):
            detect(settings)


def test_words_of_every_product() -> None:
    """Error bodies of five products come to one line."""
    assert message({"errorMessages": ["a"], "errors": {"field": "b"}}) == "a; field: b"
    assert message({"errors": [{"message": "a", "exceptionName": None}]}) == "a"
    assert message({"type": "error", "error": {"message": "a"}}) == "a"
    assert message({"statusCode": 403, "message": "a"}) == "a"
    assert message({"errors": [{"title": "a"}]}) == "a"
    assert message(["a"]) == ""


async def _at_once(_seconds: float) -> None:
    return None
