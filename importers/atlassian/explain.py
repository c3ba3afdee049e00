"""What an Atlassian error reply means, from whichever product it is."""

from typing import Any

from graphscan.model import CoverageState
from importers._records import text_of
from importers._reply import Refusal, Reply

# Bitbucket Data Center refuses its administration to tokens, whatever their owner may do (BSERV-10482).
_ADMINISTRATION = "/admin/"


def explain(reply: Reply, body: Any) -> Refusal | None:
    """Say what a refusal means; None where nothing can be added to the status."""
    said = message(body)
    because = f": {said}" if said else ""
    seraph = reply.header("X-Seraph-LoginReason").upper()
    if reply.status == 401 or (reply.status == 403 and "AUTHENTICATED_FAILED" in seraph):
        return Refusal(
            CoverageState.DENIED, f"not logged in: the server does not accept the credential{because}", fatal=True
        )
    if reply.status == 403 and "AUTHENTICATION_DENIED" in seraph:
        return Refusal(
            CoverageState.DENIED, "not logged in: the server wants a CAPTCHA answered for this account", fatal=True
        )
    if reply.status == 403:
        return Refusal(CoverageState.DENIED, f"the credential has no permission for it{because}")
    if reply.status in (404, 405, 410, 501):
        return Refusal(CoverageState.UNAVAILABLE, f"not there{because}")
    return Refusal(CoverageState.PARTIAL, f"the server answered with status {reply.status}{because}") if said else None


def message(body: Any) -> str:
    """
    Return the words of an error body, in one line.

    Jira: `errorMessages`, `errors` by field; Confluence: `message`; Bitbucket Data Center: a list `errors`; Bitbucket
    Cloud: `error.message`; the organization: `errors` with `title` and `detail`, or `message`.
    """
    if not isinstance(body, dict):
        return ""
    found: list[str] = []
    messages = body.get("errorMessages")
    found += [text_of(one) for one in messages] if isinstance(messages, list) else []
    errors = body.get("errors")
    if isinstance(errors, dict):
        found += [f"{name}: {text_of(said)}" for name, said in errors.items()]
    if isinstance(errors, list):
        for one in errors:
            if isinstance(one, dict):
                found.append(text_of(one.get("message")) or text_of(one.get("detail")) or text_of(one.get("title")))
    error = body.get("error")
    if isinstance(error, dict):
        found.append(text_of(error.get("message")))
    found.append(text_of(body.get("message")))
    return "; ".join(dict.fromkeys(one.strip() for one in found if one.strip()))[:200]
