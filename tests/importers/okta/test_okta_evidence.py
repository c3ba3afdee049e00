"""
Rotation evidence: for each sort of Okta credential, what its record proves of its age, and what it does not.

The rows are those of the table in §5 of the reference on Okta. `lastUpdated` alone proves staleness and nothing else.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from graphscan.model import Node, Record
from importers.okta import agents, clients, directory, factors, hooks, org_settings, refresh_tokens, tokens
from importers.okta.context import Context
from importers.okta.signing_keys import KeyBook

READ = datetime(2024, 1, 1, tzinfo=UTC)
MADE, TURNED, TOUCHED, ENDS = (f"2023-0{month}-01T00:00:00.000Z" for month in (2, 4, 6, 9))
BEFORE, BETWEEN, AFTER = (datetime(2023, month, 1, tzinfo=UTC) for month in (1, 5, 7))


def at(text: str) -> datetime:
    """Return a date of the table."""
    return datetime.fromisoformat(text)


def state(credential: Node, moment: datetime) -> str:
    """
    Return what is proven of a credential that was taken at a moment, as the reference defines it.

    `rotated`: its value is younger. `stale`: its value is as old, and it may still be used. `dead`: it is used no more.
    `unknown`: nothing proves either.
    """
    if credential.state in ("disabled", "expired", "revoked"):
        return "dead"
    if credential.versions:
        return "rotated" if credential.versions[-1].since > moment else "stale"
    unchanged = credential.properties.get("unchanged_since")
    return "stale" if unchanged is not None and at(unchanged) <= moment else "unknown"


def app_key(context: Context, record: dict[str, Any]) -> Iterable[Record]:
    """Map a key of an application whose record names it as current."""
    book = KeyBook()
    signing = {"kid": "kid1", "lastRotated": TURNED, "nextRotation": ENDS}
    app = {"id": "0oa1", "signOnMode": "SAML_2_0", "credentials": {"signing": signing}}
    book.application(context, app, "apps")
    return list(book.app_key(context, record, "keys", "0oa1"))


def server_key(context: Context, record: dict[str, Any]) -> Iterable[Record]:
    """Map a key of an authorization server, whose own record dates the current one."""
    book = KeyBook()
    signing = {"kid": "kid1", "lastRotated": TURNED}
    book.server(context, {"id": "aus1", "credentials": {"signing": signing}}, "servers")
    return list(book.server_key(context, record, "keys", "aus1"))


def inline_key(context: Context, record: dict[str, Any]) -> Iterable[Record]:
    """Map a key that stands in an application's own record."""
    book = clients.ClientBook()
    settings = {"application_type": "service", "grant_types": ["client_credentials"], "jwks": {"keys": [record]}}
    app = {"id": "0oa1", "signOnMode": "OPENID_CONNECT", "settings": {"oauthClient": settings}}
    book.application(context, app, "apps")
    return list(book.records(context, []))


def password(context: Context, record: dict[str, Any]) -> Iterable[Record]:
    """Map a user whose password Okta holds."""
    provider = {"provider": {"type": "OKTA", "name": "OKTA"}, "password": {}}
    return directory.user(context, {"id": "00u1", "credentials": provider, **record}, "users")


@dataclass(frozen=True)
class Row:
    """One credential of the table: how it is mapped, and what its record proves."""

    name: str
    mapping: Callable[[Context, dict[str, Any]], Iterable[Record]]
    record: dict[str, Any]
    issued: str | None = None
    rotated: str | None = None
    used: str | None = None
    expires: str | None = None
    states: tuple[str, str, str] = ("unknown", "unknown", "unknown")


DATED = {"created": MADE, "lastUpdated": TOUCHED}
ROWS = [
    Row(
        "password",
        password,
        {"passwordChanged": TURNED, "lastUpdated": TOUCHED},
        rotated=TURNED,
        states=("rotated", "stale", "stale"),
    ),
    Row("password never set", password, {"passwordChanged": None, "lastUpdated": TOUCHED}),
    Row(
        "API token",
        lambda c, r: tokens.api_token(c, r, "w"),
        {"id": "00T1", "userId": "00u1", "expiresAt": "2024-02-01T00:00:00.000Z", **DATED},
        issued=MADE,
        rotated=MADE,
        used=TOUCHED,
        states=("rotated", "stale", "stale"),
    ),
    Row(
        "client secret",
        lambda c, r: clients.ClientBook().secret(c, r, "w", "0oa1"),
        {"id": "ocs1", "status": "ACTIVE", **DATED},
        issued=MADE,
        rotated=MADE,
        states=("rotated", "stale", "stale"),
    ),
    Row(
        "client secret that is switched off",
        lambda c, r: clients.ClientBook().secret(c, r, "w", "0oa1"),
        {"id": "ocs1", "status": "INACTIVE", **DATED},
        issued=MADE,
        rotated=MADE,
        states=("dead", "dead", "dead"),
    ),
    Row(
        "client key",
        lambda c, r: clients.ClientBook().key(c, r, "w", "0oa1"),
        {"id": "pks1", "kid": "kid1", "status": "ACTIVE", **DATED},
        issued=MADE,
        rotated=MADE,
        states=("rotated", "stale", "stale"),
    ),
    Row("client key in the application's record", inline_key, {"kid": "kid1", "kty": "RSA"}),
    Row(
        "app signing key",
        app_key,
        {"kid": "kid1", "expiresAt": ENDS, **DATED},
        issued=MADE,
        rotated=MADE,
        states=("rotated", "stale", "stale"),
    ),
    Row(
        "app signing key that was never listed with a date",
        app_key,
        {"kid": "kid1", "lastUpdated": TOUCHED},
        rotated=TURNED,
        states=("rotated", "stale", "stale"),
    ),
    Row("app signing key that is not the current one", app_key, {"kid": "kid2", "lastUpdated": TOUCHED}),
    Row(
        "identity provider's key",
        lambda c, r: KeyBook().provider_key(c, r, "w"),
        {"kid": "kid1", "expiresAt": ENDS, **DATED},
        issued=MADE,
        rotated=MADE,
        states=("rotated", "stale", "stale"),
    ),
    Row(
        "authorization server's key",
        server_key,
        {"kid": "kid1", "status": "ACTIVE"},
        rotated=TURNED,
        states=("rotated", "stale", "stale"),
    ),
    Row("authorization server's next key", server_key, {"kid": "kid2", "status": "NEXT"}),
    Row(
        "authorization server's former key",
        server_key,
        {"kid": "kid3", "status": "EXPIRED"},
        states=("dead", "dead", "dead"),
    ),
    Row(
        "refresh token",
        lambda c, r: refresh_tokens.refresh_token(c, r, "w", "0oa1"),
        {"id": "oar1", "userId": "00u1", "status": "ACTIVE", "expiresAt": ENDS, **DATED},
        issued=MADE,
        rotated=MADE,
        expires=ENDS,
        states=("rotated", "stale", "stale"),
    ),
    Row(
        "factor",
        lambda c, r: factors.factor(c, r, "w", "00u1"),
        {"id": "fac1", "factorType": "push", "status": "ACTIVE", "lastVerified": TURNED, **DATED},
        issued=MADE,
        rotated=MADE,
        used=TURNED,
        states=("rotated", "stale", "stale"),
    ),
    Row(
        "directory agent",
        lambda c, r: agents.pool(c, r, "w"),
        {"id": "0oa1", "type": "AD", "agents": [{"id": "a531", "lastConnection": int(at(TURNED).timestamp() * 1000)}]},
        used=TURNED,
    ),
    Row(
        "hook",
        lambda c, r: hooks.inline_hook(c, r, "w"),
        {"id": "cal1", "status": "ACTIVE", "channel": {"config": {"authScheme": {"type": "HEADER"}}}, **DATED},
        issued=MADE,
        states=("unknown", "unknown", "stale"),
    ),
    Row(
        "log stream",
        lambda c, r: hooks.log_stream(c, r, "w"),
        {"id": "0oa1", "type": "splunk_cloud_logstreaming", **DATED},
        issued=MADE,
        states=("unknown", "unknown", "stale"),
    ),
    Row(
        "password in a vault",
        lambda c, r: org_settings.service_account(c, r, "w"),
        {"id": "a747", "statusDetail": "ROTATED", **DATED},
        states=("unknown", "unknown", "stale"),
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_a_record_proves(row: Row) -> None:
    """Each column of the table is where a reader of the store looks for it; no change proves staleness only."""
    context = Context("acme", READ)
    made = [one for one in row.mapping(context, row.record) if isinstance(one, Node) and one.kind == "Credential"]
    (credential,) = made

    assert credential.valid_from == (at(row.issued) if row.issued else None)
    assert [one.since for one in credential.versions] == ([at(row.rotated)] if row.rotated else [])
    (used,) = credential.last_used
    assert (used.at, used.known) == ((at(row.used), True) if row.used else (None, False))
    assert credential.expires_at == (at(row.expires) if row.expires else None)
    assert tuple(state(credential, moment) for moment in (BEFORE, BETWEEN, AFTER)) == row.states


def test_a_busy_tokens_last_use_is_no_rotation() -> None:
    """A token that is used every day is as old as on its first; its sliding end kills it once it has passed."""
    used = {"id": "00T1", "userId": "00u1", "created": MADE, "lastUpdated": TOUCHED}

    def mapped(expires: str) -> Node:
        return next(
            one
            for one in tokens.api_token(Context("acme", READ), {**used, "expiresAt": expires}, "w")
            if isinstance(one, Node)
        )

    assert [one.since for one in mapped("2024-01-15T00:00:00.000Z").versions] == [at(MADE)]
    assert mapped("2024-01-15T00:00:00.000Z").expires_at is None
    assert mapped(ENDS).expires_at == at(ENDS)


@pytest.mark.parametrize("provider", ["ACTIVE_DIRECTORY", "FEDERATION", "LDAP", "SOCIAL", "IMPORT"])
def test_a_password_that_okta_does_not_hold_is_not_dated_by_okta(provider: str) -> None:
    """Where another directory holds the password, no credential of Okta's is stated, and so none is called fresh."""
    record = {"id": "00u1", "credentials": {"provider": {"type": provider}}, "passwordChanged": None}

    made = directory.user(Context("acme", READ), record, "users")

    assert not any(isinstance(one, Node) and one.kind == "Credential" for one in made)
