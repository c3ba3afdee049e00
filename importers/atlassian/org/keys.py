"""API tokens of managed accounts and API keys of an organization: what each opens, as far as its record tells."""

from dataclasses import replace
from typing import Any

from graphscan.model import Node, Observed, Record, Ref, Relation
from importers.atlassian.context import Context, identifier, object_of, text_of
from importers.atlassian.ids import account, is_name, safe
from importers.atlassian.rights import credential, reachable

TOKEN = "atlassian:token:"  # noqa: S105 - what node ids begin with
# What the first word of a scope lets its token do, as far as levels of an account can say it.
_VERBS = {"read": "api_read", "search": "api_read", "write": "api_write", "delete": "api_write", "admin": "api_admin"}
_RISING = ("api_read", "api_write", "api_admin", "api")
_STATES = {"allowed": None, "blocked": "disabled", "revoked": "revoked", "expired": "expired"}


def token(context: Context, row: dict[str, Any], where: str) -> tuple[str, list[Record]]:
    """
    Return whose an API token is, by account id, and what its record says.

    A token without scopes acts as its account over every interface. What one with scopes opens is possible only: its
    scopes are of one product, and the levels of an account know no products.
    """
    id_, account_id = identifier(row), identifier(object_of(row, "user"))
    scopes = row.get("scopes")
    known = isinstance(scopes, list) and not scopes
    node = f"{TOKEN}{safe(id_)}"
    use = Relation(
        Ref(account(account_id)),
        "HAS_CREDENTIAL",
        Ref(node),
        "held",
        _highest(scopes),
        observed=Observed.YES if known else Observed.POSSIBLE,
        evidence=context.evidence(where),
    )
    return account_id, [_credential(context, node, "api_token", row, where), use]


def key(context: Context, row: dict[str, Any], org: str, where: str) -> list[Record]:
    """
    Return what an organization's API key opens: without scopes it administers the organization.

    One with scopes reads it, and what else its scopes let it do is possible up to administration.
    """
    node = context.id("api-key", identifier(row))
    app, scopes, said = context.ref("app"), row.get("scopes"), context.evidence(where)
    guards = (reachable(context),)
    made: list[Record] = [_credential(context, node, "api_key", row, where)]
    whole = isinstance(scopes, list) and not scopes
    reads = isinstance(scopes, list) and all(isinstance(one, str) and one.startswith("read:") for one in scopes)
    if not reads or whole:
        # A resource other than this organization: a key of some other sort, of which nothing is documented.
        resource = text_of(row.get("resource"))
        surely = whole and (not resource or resource.endswith(f"org/{org}"))
        observed = Observed.YES if surely else Observed.POSSIBLE
        made.append(Relation(Ref(node), "GRANTS", app, "held", "admin", guards, observed=observed, evidence=said))
    if scopes:
        made.append(Relation(Ref(node), "GRANTS", app, "held", "login", guards, evidence=said))
    maker = row.get("createdBy")
    if isinstance(maker, dict) and is_name(maker.get("id")):
        made.append(Relation(Ref(node), "CREATED_BY", Ref(account(maker["id"])), evidence=said))
    return made


# Private functions


def _credential(context: Context, node: str, subtype: str, row: dict[str, Any], where: str) -> Node:
    made = credential(
        context, node, subtype, row, where, name=text_of(row.get("label")), created="createdAt", used="lastActiveAt"
    )
    status, scopes = text_of(row.get("status")).lower(), row.get("scopes")
    if status and status not in _STATES:
        context.doubt(where, f"an unknown state of a token, {status[:40]!r}: taken as alive")
    named = sorted(one for one in scopes if isinstance(one, str)) if isinstance(scopes, list) else None
    told = "unread" if named is None else " ".join(named)[:1000] or "none"
    return replace(made, state=_STATES.get(status), properties={"scopes": told})


def _highest(scopes: Any) -> str:
    """Return the highest level that some of the scopes gives; all of the account's where they are not told, or none."""
    if not isinstance(scopes, list) or not scopes:
        return "api"
    levels = [_VERBS.get(one.partition(":")[0], "api") if isinstance(one, str) else "api" for one in scopes]
    return max(levels, key=_RISING.index)
