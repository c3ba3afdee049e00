"""Refresh tokens: what an application keeps so that it goes on acting for a person who is not there."""

from collections.abc import Iterator
from typing import Any

from graphscan.model import LastUse, Node, Observed, Record, Ref, Relation, Version
from importers.okta.clients import is_oauth, level_of
from importers.okta.context import Context, identifier, state_of
from importers.okta.ids import is_okta_id, text_of

# One listing for each application, a row for each person who uses it: of more people it is not asked for.
MOST_USERS = 20_000
_PUBLIC = "none"
# Ways to get tokens by which no refresh token is given.
_WITHOUT = frozenset(
    {
        "authorization_code",
        "client_credentials",
        "implicit",
        "interaction_code",
        "password",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "urn:ietf:params:oauth:grant-type:saml2-bearer",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "urn:openid:params:grant-type:ciba",
        "urn:okta:params:oauth:grant-type:otp",
        "urn:okta:params:oauth:grant-type:oob",
        "http://auth0.com/oauth/grant-type/mfa-otp",
        "http://auth0.com/oauth/grant-type/mfa-oob",
    }
)


def keeps_tokens(record: dict[str, Any]) -> bool:
    """Whether an application is given refresh tokens, or may be: a way to get tokens that is in no list may be one."""
    grants = _part(record, "settings").get("grant_types")
    if not is_oauth(record) or not isinstance(grants, list):
        return False
    return any(one not in _WITHOUT for one in grants if isinstance(one, str))


def note(context: Context, record: dict[str, Any]) -> None:
    """Note whether an application needs more than the token itself to use it."""
    context.apps[record["id"]] = text_of(_part(record, "credentials").get("token_endpoint_auth_method"))


def refresh_token(context: Context, record: Any, where: str, app_id: str) -> Iterator[Record]:
    """
    Map a refresh token of an application for a person.

    `created` dates it. It gives what its scopes allow: the use of the organization's interface where they name it, else
    no more than reading one's own profile; and it is a sign-in to the application as that person. An application that
    signs in itself has to do so to use it, so that for such a one the token alone opens something only possibly.
    """
    id_ = identifier(record)
    status = state_of(record)
    created = context.date(record, "created", where)
    expires = context.date(record, "expiresAt", where)
    updated = context.date(record, "lastUpdated", where)
    listed = record.get("scopes")
    scopes = sorted({one for one in listed if isinstance(one, str)}) if isinstance(listed, list) else []
    owner = record.get("userId")
    user = context.ref("user", owner) if is_okta_id(owner) else None
    node = context.ref("refresh-token", id_)
    app = context.ref("app", app_id)
    evidence = context.evidence(where)
    properties: dict[str, Any] = {
        "okta_id": id_,
        "status": text_of(record.get("status")),
        "scopes": scopes,
        "issuer": text_of(record.get("issuer")),
        "app": app.text,
        "last_updated": updated.isoformat() if updated else "",
    }
    yield Node(
        node.text,
        "Credential",
        "okta",
        "oauth_grant",
        f"refresh token {id_}",
        valid_from=created,
        versions=(Version(created),) if created else (),
        expires_at=expires,
        last_used=(LastUse("okta", known=False),),
        owner=user.text if user is not None else None,
        state=status if status != "inactive" else "disabled",
        properties={name: value for name, value in properties.items() if value},
        evidence=evidence,
    )
    if user is None:
        context.doubt(where, "a refresh token names no person; it was imported and opens nothing")
        return
    alone = Observed.YES if context.apps.get(app_id) == _PUBLIC else Observed.POSSIBLE
    okta = [one for one in scopes if one.startswith("okta.")]
    level = level_of(okta) if okta else "api_read"
    yield Relation(user, "HAS_CREDENTIAL", node, gives=level, observed=alone, evidence=evidence)
    # The person's account stands behind it: a token of somebody who is gone opens nothing.
    yield Relation(
        node,
        "GRANTS",
        app,
        gives="login",
        guarded_by=((Ref(user.text), "api_read"),),
        observed=Observed.POSSIBLE,
        properties={"scopes": scopes},
        evidence=evidence,
    )


# Private functions


def _part(record: dict[str, Any], name: str) -> dict[str, Any]:
    """Return `settings.oauthClient` or `credentials.oauthClient`, or an empty one."""
    outer = record.get(name)
    inner = outer.get("oauthClient") if isinstance(outer, dict) else None
    return inner if isinstance(inner, dict) else {}
