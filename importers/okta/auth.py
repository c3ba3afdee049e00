"""
How a collection signs in: with an API token, or as a service application with a private key.

The second is OAuth's client credentials with a signed assertion (RFC 7523), through the SDK's own code: one POST, to
TOKEN_PATH, whose access token is used until it ends or is refused once. With DPoP (RFC 9449) each request is signed as
well, so that a token that is seen on the way is of no use.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from graphscan.errors import UsageError
from importers.okta.access import SCOPES

TOKEN_PATH = "/oauth2/v1/token"  # noqa: S105 - an address
KEY_VARIABLE = "GRAPHSCAN_OKTA_PRIVATE_KEY"
_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{4,100}")
_SCOPE = re.compile(r"[A-Za-z0-9._:-]{1,100}")
_RSA_PARTS = ("kty", "n", "e", "d", "p", "q", "dp", "dq", "qi", "kid")
_KEY_ADVICE = "give an RSA private key as PEM or as a JSON Web Key, without a passphrase"


@dataclass(frozen=True, slots=True)
class ServiceApp:
    """
    A service application that reads with a private key.

    Attributes:
        client_id: of the application.
        key:       an RSA private key, PEM or JSON Web Key; never shown, stored or logged.
        scopes:    what to ask for; a service application needs an administrator role besides.
        key_id:    which of the application's keys it is, where the key itself does not say.
        dpop:      sign each request, as the application may be set to demand.
    """

    client_id: str
    key: str = field(repr=False)
    scopes: tuple[str, ...] = SCOPES
    key_id: str = ""
    dpop: bool = False

    def __post_init__(self) -> None:
        """Check all but whether the key is one, which takes the SDK. Raises UsageError."""
        if not _CLIENT_ID.fullmatch(self.client_id):
            raise UsageError(
                f"{self.client_id!r} is no client id", "it begins with 0oa and stands with the application"
            )
        wrong = [scope for scope in self.scopes if not _SCOPE.fullmatch(scope)]
        if wrong or not self.scopes:
            raise UsageError(f"{wrong[0]!r} is no scope" if wrong else "no scope is asked for", f"as in {SCOPES[0]}")
        writing = [scope for scope in self.scopes if scope.endswith(".manage")]
        if writing:
            raise UsageError(f"the scope {writing[0]} changes things", "graphscan only reads; ask for .read")
        if "ENCRYPTED" in self.key or not self.key.strip().startswith(("{", "-----BEGIN")):
            raise UsageError("the private key cannot be read", _KEY_ADVICE)

    def for_sdk(self) -> Any:
        """
        Return the key as the SDK takes it, once it is shown to be one.

        Raises:
            UsageError: it is none, or of a sort the SDK cannot sign with.
        """
        from okta.jwt import JWT

        try:
            key: Any = self.key.strip()
            if key.startswith("{"):
                # The SDK takes members that are texts only, and fails on the lists that a JWK may hold as well.
                parts = json.loads(key)
                key = {name: parts[name] for name in _RSA_PARTS if isinstance(parts.get(name), str)}
            read: Any = JWT.get_PEM_JWK  # the SDK states no types
            read(key)
        except Exception:
            # Whatever a library says of a key may quote it.
            raise UsageError("the private key cannot be read", _KEY_ADVICE) from None
        return key


def refused(status: int, body: str) -> tuple[str, bool]:
    """Return what a refused token request means, and whether another try may help."""
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    said = said if isinstance(said, dict) else {}
    code = str(said.get("error") or said.get("errorCode") or f"status {status}")
    why = str(said.get("error_description") or said.get("errorSummary") or "")
    advice = {
        "invalid_client": "the client id, the key or its key id is not the application's",
        "invalid_scope": "a scope asked for is not granted to the application",
        "consent_required": "no scope asked for is granted to the application",
        "invalid_dpop_proof": "the application demands DPoP: set dpop",
    }.get(code, "")
    text = ": ".join(part for part in (f"Okta gives no access token ({code})", why, advice) if part)
    return text, status == 429 or status >= 500
