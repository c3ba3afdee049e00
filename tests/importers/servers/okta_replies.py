"""How Okta answers: pages and errors."""

from typing import Any

from tests.importers.servers.loopback import Answer, Request


def paged(request: Request, rows: list[Any], size: int) -> Answer:
    """Return a page of rows as Okta would: with two Link headers, or `_links.next` below /iam."""
    start = int(request.query.get("after", "0"))
    page, more = rows[start : start + size], start + size < len(rows)
    origin = f"http://{request.headers['Host']}"
    query = "&".join(
        f"{name}={value.replace(' ', '%20').replace(chr(34), '%22')}"
        for name, value in {**request.query, "after": str(start + size)}.items()
    )
    following = f"{origin}{request.path}?{query}"
    wrapper = {"iam/assignees/users": "value", "resources": "resources", "permissions": "permissions"}
    for ending, name in wrapper.items():
        if request.path.endswith(ending) and "/iam/" in request.path:
            links: dict[str, Any] = {"self": {"href": f"{origin}{request.target}"}}
            if more:
                # Below /iam, Okta's own links may name the Admin Console's host; the test's has no such twin.
                links["next"] = {"href": following}
            return Answer.json({name: page, "_links": links})
    headers = [("Link", f'<{origin}{request.target}>; rel="self"')]
    if more:
        headers.append(("Link", f'<{following}>; rel="next"'))
    return Answer.json(page, 200, *headers)


def error(status: int, code: str, summary: str) -> Answer:
    """Return an error as Okta words it."""
    return Answer.json({"errorCode": code, "errorSummary": summary, "errorId": "oae1"}, status)
