"""What a server may do to a collection: each ends whole, or marked incomplete with a reason, with all that was read."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from graphscan.errors import ImportFailedError
from graphscan.model import CoverageState, Node, Observed
from tests.importers.okta.conftest import Collected, Collector
from tests.importers.servers import small_org
from tests.importers.servers.loopback import Answer, Loopback, Request

USERS = "/api/v1/users"
USER_NODES = 8  # those of the small organisation that can be mapped, the deprovisioned one included


def users_of(got: Collected) -> int:
    """Return how many users were imported."""
    return sum(one.kind == "User" for one in got.nodes.values())


def on(path: str, answer: Answer, times: int = 99, **query: str) -> Callable[[Request], Answer | None]:
    """Return a fault: the first `times` requests of a path whose query holds these values get this answer."""

    def fault(request: Request) -> Answer | None:
        matches = request.path == path and all(request.query.get(name) == value for name, value in query.items())
        return answer if matches and request.number <= times else None

    return fault


FORBIDDEN = Answer.json({"errorCode": "E0000006", "errorSummary": "You do not have permission"}, 403)
HTML = Answer(200, b"<html><title>Sign in</title></html>", (("Content-Type", "text/html; charset=utf-8"),))
TOO_MANY = {"errorCode": "E0000047", "errorSummary": "API call exceeded rate limit"}


@pytest.mark.parametrize(
    ("answer", "state", "why"),
    [
        (FORBIDDEN, CoverageState.PARTIAL, "no permission"),
        (Answer(403, b""), CoverageState.PARTIAL, "denied (status 403)"),
        (HTML, CoverageState.PARTIAL, "a web page"),
        (Answer(200, b'[{"id": "00uada'), CoverageState.PARTIAL, "cannot be read"),
        (Answer(200, b"[]", (("Content-Type", "text/plain"),)), CoverageState.PARTIAL, "text/plain"),
        (Answer(200, b"", ()), CoverageState.PARTIAL, "was empty"),
        (Answer(200, b"[" * 100_000), CoverageState.PARTIAL, "cannot be read"),
        (Answer.json({"not": "a list"}), CoverageState.PARTIAL, "where a list was expected"),
        (Answer(500, b"oops"), CoverageState.PARTIAL, "status 500"),
        (Answer(302, b"", (("Location", "https://evil.example/login"),)), CoverageState.PARTIAL, "redirects are never"),
        (Answer(drop=True), CoverageState.PARTIAL, "could not be asked"),
        (Answer(200, b'[{"id": "00uada00000"}]' * 9, cut=20), CoverageState.PARTIAL, "could not be asked"),
    ],
)
def test_a_second_page_that_fails_keeps_the_first(
    small: Loopback, collector: Collector, answer: Answer, state: CoverageState, why: str
) -> None:
    """The first page's users are imported, the listing is partial, the reason is told, and the rest is read."""
    small.faults = on(USERS, answer, after="3")

    got = collector(small)

    assert not got.result.complete
    assert not got.info.complete
    row = got.row(USERS)
    assert (row.state, row.pages, row.records) == (state, 1, 3)
    assert why in row.error
    assert any(why in gap for gap in got.result.gaps)
    assert {"okta:acme:user:" + small_org.user_id(name) for name in ("ada", "ben", "cleo")} <= set(got.nodes)
    assert got.row("/api/v1/groups").state is CoverageState.COMPLETE


def test_users_that_could_not_be_listed_are_found_in_their_groups(small: Loopback, collector: Collector) -> None:
    """A denied list of users loses nobody who is in a group that could be read."""
    small.faults = lambda request: FORBIDDEN if request.path == USERS else None

    got = collector(small)

    assert got.row(USERS).state is CoverageState.DENIED
    assert users_of(got) == 7  # all but the deprovisioned one, whom no group lists


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ((("Retry-After", "7"),), 7.0),
        ((("X-Rate-Limit-Reset", "1700000030"), ("Date", "Tue, 14 Nov 2023 22:13:20 GMT")), 31.0),
        (
            (
                ("X-Rate-Limit-Reset", "1700000010"),
                ("X-Rate-Limit-Reset", "1700000030"),
                ("Date", "Tue, 14 Nov 2023 22:13:20 GMT"),
            ),
            31.0,
        ),
        ((), 4.0),
        ((("X-Rate-Limit-Reset", "soon"), ("Retry-After", "later")), 4.0),
        ((("Retry-After", "86400"),), 120.0),
        ((("Retry-After", "-5"),), 4.0),
    ],
)
def test_a_rate_limit_is_waited_out_as_the_server_asks(
    small: Loopback, collector: Collector, headers: tuple[tuple[str, str], ...], wait: float
) -> None:
    """One 429, with whatever headers, costs one wait of the right length and loses nothing."""
    refused = Answer(429, json.dumps(TOO_MANY).encode(), (("Content-Type", "application/json"), *headers))
    small.faults = on(USERS, refused, times=1, limit="200", after="3")

    got = collector(small)

    assert got.result.complete
    assert got.waits == [wait]
    assert users_of(got) == USER_NODES


def test_a_rate_limit_without_end_is_a_gap_not_a_crash(small: Loopback, collector: Collector) -> None:
    """429 for ever, without headers, ends after bounded waits with the listing marked."""
    small.faults = on(USERS, Answer(429, b"", ()))

    got = collector(small, attempts=3)

    assert not got.result.complete
    assert "rate limit" in got.row(USERS).error
    assert max(got.waits) <= 120
    assert len(got.waits) == 2 * 2  # two listings at this path, two waits each


def test_a_share_of_the_rate_limit_is_left_to_others(small: Loopback, collector: Collector) -> None:
    """When less than a tenth of the limit is left, the next call to that end point waits for the reset."""

    def nearly_exhausted(request: Request) -> Answer | None:
        if request.path != "/api/v1/groups":
            return None
        answer = small.handler(request)
        limits = (
            ("X-Rate-Limit-Limit", "100"),
            ("X-Rate-Limit-Remaining", "3"),
            ("X-Rate-Limit-Reset", "1700000030"),
            ("Date", "Tue, 14 Nov 2023 22:13:20 GMT"),
        )
        return Answer(answer.status, answer.body, (*answer.headers, *limits))

    small.faults = nearly_exhausted

    got = collector(small)

    assert got.result.complete
    assert len(got.waits) == 1
    assert 25 < got.waits[0] <= 31


@pytest.mark.parametrize("answer", [Answer(503, b""), Answer(drop=True), Answer(200, b"[1, 2, 3]", cut=3)])
def test_a_passing_fault_is_tried_again(small: Loopback, collector: Collector, answer: Answer) -> None:
    """An error that a second try does not meet leaves no trace but a wait."""
    small.faults = on("/api/v1/groups", answer, times=2)

    got = collector(small)

    assert got.result.complete
    assert got.waits[0] == 1.0
    assert users_of(got) == USER_NODES


def test_a_server_that_stops_answering_is_not_asked_for_ever(small: Loopback, collector: Collector) -> None:
    """After three listings without any answer the rest is marked, not tried, and what was read is kept."""
    answered = ("/api/v1/org", "/api/v1/meta/types/user", USERS)
    small.faults = lambda request: None if request.path in answered else Answer(drop=True)

    got = collector(small, attempts=2)

    assert users_of(got) == USER_NODES
    assert "not asked: the server stopped answering" in got.row("/api/v1/iam/assignees/users").error
    # Three listings, two tries each; aiohttp itself repeats a GET once where a kept connection was closed.
    assert sum(request.path not in answered for request in small.seen) <= 3 * 2 * 2


def test_a_token_that_is_revoked_in_the_middle_stops_the_asking(small: Loopback, collector: Collector) -> None:
    """After a 401 nothing more is asked; what was read stays, and the rest says why it is missing."""
    revoked = Answer.json({"errorCode": "E0000011", "errorSummary": "Invalid token provided"}, 401)
    small.faults = on("/api/v1/apps", revoked)

    got = collector(small)

    assert users_of(got) == USER_NODES
    assert small.seen[-1].path == "/api/v1/apps"
    assert "API token is not valid" in got.row("/api/v1/iam/assignees/users").error


def test_a_feature_without_a_licence_is_a_gap_of_that_feature_only(small: Loopback, collector: Collector) -> None:
    """E0000015 comes with status 401, and does not mean that the token is bad."""
    unlicensed = Answer.json({"errorCode": "E0000015", "errorSummary": "You do not have permission"}, 401)
    small.faults = on("/api/v1/api-tokens", unlicensed)

    got = collector(small)

    assert got.row("/api/v1/api-tokens").state is CoverageState.DENIED
    assert "E0000015" in got.row("/api/v1/api-tokens").error
    assert got.row("/api/v1/groups").state is CoverageState.COMPLETE


def test_a_next_page_elsewhere_is_never_fetched(small: Loopback, collector: Collector) -> None:
    """A Link to another host is refused with a message, and that host hears nothing, least of all the token."""
    with Loopback(lambda _request: Answer.json([])) as elsewhere:
        link = ("Link", f'<{elsewhere.url}{USERS}?after=3>; rel="next"')
        small.faults = on(USERS, Answer.json(small_org.USERS[:3], 200, link), limit="200")

        got = collector(small)

        assert elsewhere.seen == []
    assert "was not followed" in got.row(USERS).error
    assert got.row(USERS).state is CoverageState.PARTIAL


def test_a_next_page_of_another_listing_is_never_fetched(small: Loopback, collector: Collector) -> None:
    """A Link to another path of the same host is refused too: it is not the listing that was asked for."""
    link = ("Link", f'<{small.url}/api/v1/sessions/me>; rel="next"')
    small.faults = on("/api/v1/groups", Answer.json(small_org.GROUPS[:1], 200, link))

    got = collector(small)

    assert "was not followed" in got.row("/api/v1/groups").error
    assert not any(one.path == "/api/v1/sessions/me" for one in small.seen)


def test_a_redirect_is_never_followed(small: Loopback, collector: Collector) -> None:
    """A redirect to another host is a gap, and that host hears nothing."""
    with Loopback(lambda _request: Answer.json([])) as elsewhere:
        small.faults = on("/api/v1/groups", Answer(302, b"", (("Location", f"{elsewhere.url}/x"),)))

        got = collector(small)

        assert elsewhere.seen == []
    assert "never followed" in got.row("/api/v1/groups").error


def _endless(fresh: bool, same: bool, empty: bool = False) -> Callable[[Request], Answer | None]:
    def fault(request: Request) -> Answer | None:
        if request.path != "/api/v1/groups":
            return None
        after = int(request.query.get("after", "0")) + 1 if fresh else 1
        number = 1 if same else after
        page: list[Any] = [] if empty else [{"id": small_org.group_id(f"g{number}x"), "profile": {"name": "g"}}]
        origin = f"http://{request.headers['Host']}"
        return Answer.json(page, 200, ("Link", f'<{origin}{request.path}?after={after}>; rel="next"'))

    return fault


@pytest.mark.parametrize(
    "fault",
    [_endless(fresh=False, same=False), _endless(fresh=True, same=True), _endless(fresh=True, same=True, empty=True)],
    ids=["the same link", "fresh links to one page", "fresh links to nothing"],
)
def test_pages_without_end_are_ended(
    small: Loopback, collector: Collector, fault: Callable[[Request], Answer | None]
) -> None:
    """A pager that leads nowhere is recognised soon, and said."""
    small.faults = fault

    got = collector(small)

    assert "never end" in got.row("/api/v1/groups").error
    assert sum(one.path == "/api/v1/groups" for one in small.seen) < 110


def test_more_pages_than_allowed_are_a_gap(small: Loopback, collector: Collector) -> None:
    """A listing that always brings something new is ended by the limit on pages."""
    small.faults = _endless(fresh=True, same=False)

    got = collector(small, max_pages=20)

    assert got.row("/api/v1/groups").pages == 20
    assert got.row("/api/v1/groups").state is CoverageState.PARTIAL


def test_an_answer_too_large_is_not_read_into_memory(small: Loopback, collector: Collector) -> None:
    """A reply past the limit is a gap of its listing only."""
    small.faults = on("/api/v1/groups", Answer.json([{"id": "00g1", "pad": "x" * 200_000}]))

    got = collector(small, max_bytes=100_000)

    assert "more than 100,000 bytes" in got.row("/api/v1/groups").error
    assert users_of(got) == USER_NODES


def test_an_object_listed_twice_is_imported_once(small: Loopback, collector: Collector) -> None:
    """Pages that overlap, as they do when the directory changes meanwhile, make no second node or relation."""

    def twice(request: Request) -> Answer | None:
        if request.path == USERS and "filter" in request.query:
            changed = {**small_org.USERS[0], "status": "SUSPENDED"}
            return Answer.json([small_org.USERS[1], changed, *small_org.DEPROVISIONED])
        return None

    small.faults = twice

    got = collector(small)

    nodes = [one.id for one in got.records if isinstance(one, Node)]
    assert len(nodes) == len(set(nodes))
    assert len({one.id for one in got.relations}) == len(got.relations)
    assert got.nodes["okta:acme:user:" + small_org.user_id("ada")].state == "active"
    assert any("different content" in one.reason for one in got.not_understood)


def test_roles_are_asked_for_each_user_where_the_list_of_administrators_is_closed(
    small: Loopback, collector: Collector
) -> None:
    """A refused /iam/assignees/users costs more calls, not the answer, and the row says so."""
    small.faults = on("/api/v1/iam/assignees/users", FORBIDDEN)

    got = collector(small)

    assert got.result.complete
    assert "asked for each user" in got.row("/api/v1/users/{userId}/roles").error
    assert got.related("HAS_ROLE", "okta:acme:user:" + small_org.user_id("ada"))


def test_a_closed_end_point_is_not_asked_once_for_every_user(small: Loopback, collector: Collector) -> None:
    """After five refusals in a row the rest of a series is marked without being asked, each with its scope."""
    small.faults = lambda request: FORBIDDEN if "/roles" in request.path or "/iam/" in request.path else None

    got = collector(small)

    asked = [one for one in small.seen if one.path.startswith("/api/v1/users/") and one.path.endswith("/roles")]
    rows = [one for one in got.coverage if one.endpoint == "/api/v1/users/{userId}/roles" and one.scope]
    assert len(asked) == 5
    assert len(rows) == USER_NODES - 1
    assert all(row.state is CoverageState.DENIED for row in rows)
    assert "not asked" in rows[-1].error or "not asked" in rows[0].error
    # What a service integration may do its own end point says.
    assert not [one for one in got.related("HAS_ROLE") if ":integration:" not in one.source.text]


def test_targets_that_could_not_be_read_may_be_everything(small: Loopback, collector: Collector) -> None:
    """A denied target list is not an empty one: the whole organisation becomes possible, not known."""
    small.faults = lambda request: FORBIDDEN if "/targets/" in request.path or "/resources" in request.path else None

    got = collector(small)

    holders = [("user", "gus", "IFIFAX2BIRGUSTQ"), ("user", "hana", "irb1hana000000000001")]
    for kind, name, assignment in holders:
        node = f"okta:acme:role:{kind}:{small_org.user_id(name)}:{assignment}"
        (scoped,) = got.related("SCOPED_TO", node)
        assert scoped.target.text == "okta:acme:org"
        assert scoped.observed is Observed.POSSIBLE
    assert got.row("/api/v1/iam/resource-sets/{resourceSetId}/resources").state is CoverageState.DENIED


def test_members_that_could_not_be_read_stay_assigned_to_their_applications(
    small: Loopback, collector: Collector
) -> None:
    """Where a group's members are hidden, accounts that exist through a group are stated for their users."""
    group = small_org.group_id("engineering")
    small.faults = on(f"/api/v1/groups/{group}/users", FORBIDDEN)

    got = collector(small)

    app = "okta:acme:app:" + small_org.app_id("jira")
    assert len(got.related("ASSIGNED_TO", "okta:acme:user:" + small_org.user_id("eve"), app)) == 1
    assert got.row("/api/v1/groups/{groupId}/users", f"okta:acme:group:{group}").state is CoverageState.DENIED
    assert got.row("/api/v1/groups/{groupId}/users").state is CoverageState.PARTIAL


def test_nothing_readable_at_all_writes_no_snapshot(small: Loopback, collector: Collector) -> None:
    """A token that may read nothing, or an address that is no Okta, fails with the first reason."""
    for answer, why in ((FORBIDDEN, "no permission"), (HTML, "a web page")):
        small.faults = lambda _request, answer=answer: answer  # type: ignore[misc]

        with pytest.raises(ImportFailedError, match=why):
            collector(small)

    assert list(collector.folder.iterdir()) == []


def test_a_vendors_words_cannot_carry_escapes_or_secrets_into_a_message(small: Loopback, collector: Collector) -> None:
    """An error summary is untrusted text: escapes are shown as text, secrets are redacted, and it is cut."""
    said = f"\x1b[31mred\x1b[0m SSWS {small_org.CANARIES['ssws']} " + "long " * 500
    small.faults = on("/api/v1/groups", Answer.json({"errorCode": "E0000006", "errorSummary": said}, 403))

    error = collector(small).row("/api/v1/groups").error

    assert "\x1b" not in error
    assert small_org.CANARIES["ssws"] not in error
    assert len(error) < 400
