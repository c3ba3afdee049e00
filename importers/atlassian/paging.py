"""How listings of Atlassian products go on. What a server says of the end is trusted; where it would lead is not."""

from typing import Any, TypeGuard
from urllib.parse import parse_qsl, quote, urlencode

from graphscan.errors import TransportError
from importers._http import Pager
from importers._reply import Reply
from importers.atlassian.product import Endpoint, Paging


def pager(endpoint: Endpoint) -> Pager:
    """Return how an end point's pages follow each other."""

    def whole(_reply: Reply, body: Any, _target: str, _records: int, so_far: int) -> str:
        total = body.get("total") if isinstance(body, dict) else None
        if _is_count(total) and so_far < total:
            raise TransportError(f"the server listed {so_far:,} of {total:,}, and has no next page")
        return ""

    def is_last_page(_reply: Reply, body: Any, target: str, _records: int, _so_far: int) -> str:
        if not isinstance(body, dict) or not isinstance(body.get("isLastPage"), bool):
            raise TransportError("the answer does not say whether it is the last page (`isLastPage`)")
        if body["isLastPage"]:
            return ""  # whatever `nextPageStart` says
        following, here = body.get("nextPageStart"), _number(target, "start")
        if not _is_count(following) or following <= here:
            raise TransportError("the server's pages never end: `nextPageStart` does not lead on")
        return _with(target, start=following)

    def start_at(_reply: Reply, body: Any, target: str, records: int, _so_far: int) -> str:
        if not isinstance(body, dict):
            return _if_full(target, records, "startAt", "maxResults")
        following = _number(target, "startAt") + records
        if body.get("isLast") is True:
            return ""
        total = body.get("total")
        if _is_count(total):
            if following >= total:
                return ""
            if not records:
                raise TransportError(f"the server listed {following:,} of {total:,}, and an empty page behind them")
            return _with(target, startAt=following)
        if body.get("isLast") is False:
            if not records:
                raise TransportError("the server's pages never end: an empty one says that it is not the last")
            return _with(target, startAt=following)
        asked = body.get("maxResults")
        return _with(target, startAt=following) if records and _is_count(asked) and records >= asked else ""

    def start_limit(_reply: Reply, body: Any, target: str, records: int, _so_far: int) -> str:
        links = body.get("_links") if isinstance(body, dict) else None
        if not isinstance(links, dict):
            return _if_full(target, records, "start", "limit")
        following = links.get("next")
        if not isinstance(following, str) or not following:
            return ""
        # Its path may lack the context path the server is installed under, or name another host: only where to start
        # is taken from it.
        said = dict(parse_qsl(following.partition("?")[2]))
        kept = {name: said[name] for name in ("start", "cursor") if name in said}
        if not kept:
            raise TransportError("the next page is named without where it starts")
        return _with(target, **kept)

    def cursor(_reply: Reply, body: Any, target: str, _records: int, _so_far: int) -> str:
        if not isinstance(body, dict) or body.get("isLast") is True:
            return ""
        following = body.get("nextCursor")
        if isinstance(following, int | str) and not isinstance(following, bool) and str(following):
            return _with(target, cursor=following)
        if body.get("isLast") is False:
            raise TransportError("the answer says that it is not the last page, and names no next one")
        return ""

    def named(_reply: Reply, body: Any, target: str, records: int, so_far: int) -> str:
        if not isinstance(body, dict):
            return ""
        for links in (body, body.get("links"), body.get("_links")):
            following = links.get("next") if isinstance(links, dict) else None
            following = following.get("href") if isinstance(following, dict) else following
            if isinstance(following, str) and following:
                return following
        size, most = body.get("size"), body.get("pagelen")
        if not _is_count(size) or not _is_count(most) or so_far >= size:
            return ""
        # Bitbucket's pipelines name no next page (their variables, environments): they count pages, and tell how many
        # records there are.
        if not records or records < most:
            raise TransportError(f"the server listed {so_far:,} of {size:,}, and has no next page")
        return _with(target, page=(_number(target, "page") or 1) + 1)

    def next_cursor(_reply: Reply, body: Any, target: str, _records: int, _so_far: int) -> str:
        if not isinstance(body, dict):
            return ""
        said = [links.get("next") for links in (body.get("links"), body.get("meta")) if isinstance(links, dict)]
        following = next((one for one in said if isinstance(one, str) and one), "")
        if "://" in following or "cursor=" in following:
            # An address: of it the cursor is taken and nothing else.
            following = dict(parse_qsl(following.partition("?")[2])).get("cursor", "")
            if not following:
                raise TransportError("the next page is named without where it starts")
        return _with(target, cursor=following) if following else ""

    def scim(_reply: Reply, body: Any, target: str, records: int, so_far: int) -> str:
        total = body.get("totalResults") if isinstance(body, dict) else None
        if not _is_count(total):
            raise TransportError("the answer does not say how many there are (`totalResults`)")
        if so_far >= total:
            return ""
        if not records:
            raise TransportError(f"the server listed {so_far:,} of {total:,}, and an empty page behind them")
        return _with(target, startIndex=so_far + 1)

    ways: dict[Paging, Pager] = {
        Paging.NONE: whole,
        Paging.IS_LAST_PAGE: is_last_page,
        Paging.START_AT: start_at,
        Paging.START_LIMIT: start_limit,
        Paging.CURSOR: cursor,
        Paging.NEXT: named,
        Paging.NEXT_CURSOR: next_cursor,
        Paging.SCIM: scim,
    }
    return ways[endpoint.paging]


# Names of the size of a page, by how a listing goes on.
LIMITS = {
    Paging.IS_LAST_PAGE: "limit",
    Paging.START_AT: "maxResults",
    Paging.START_LIMIT: "limit",
    Paging.CURSOR: "maxResults",
    Paging.NONE: "maxResults",
    Paging.NEXT: "pagelen",
    Paging.NEXT_CURSOR: "limit",
    Paging.SCIM: "count",
}

# Private functions


def _is_count(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _query(target: str) -> dict[str, str]:
    return dict(parse_qsl(target.partition("?")[2], keep_blank_values=True))


def _number(target: str, name: str) -> int:
    value = _query(target).get(name, "0")
    return int(value) if value.isdecimal() else 0


def _with(target: str, **changed: Any) -> str:
    query = {**_query(target), **{name: str(value) for name, value in changed.items()}}
    return f"{target.partition('?')[0]}?{urlencode(query, quote_via=quote)}"


def _if_full(target: str, records: int, start: str, limit: str) -> str:
    """Go on behind a page that is as long as was asked for; a bare list says nothing of its end."""
    asked = _number(target, limit)
    return _with(target, **{start: _number(target, start) + records}) if asked and records >= asked else ""
