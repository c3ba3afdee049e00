"""Okta's token end point, which gives an access token for a signed assertion, and what only such a token may read."""

import base64
import json
import time
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

import jwt
from jwcrypto.jwk import JWK

from importers.okta.access import ACCESS
from importers.okta.auth import TOKEN_PATH
from tests.importers.servers import small_org
from tests.importers.servers.loopback import Answer, Loopback, Request
from tests.importers.servers.okta_replies import error

CLIENT, KEY_ID, NONCE = "0oagraphscan000000001", "key-1", "nonce-of-the-server-1"
KEY = JWK.generate(kty="RSA", size=2048, kid=KEY_ID)


def pem() -> str:
    """Return the private key of the service application as PEM."""
    return KEY.export_to_pem(private_key=True, password=None).decode()


def scopes_of(path: str) -> tuple[str, ...] | None:
    """Return the scopes that a path takes; None: no end point of ours."""
    parts = path.split("/")
    for endpoint, one in ACCESS.items():
        template = endpoint.partition("?")[0].split("/")
        if len(template) == len(parts) and all(
            a == b or a.startswith("{") for a, b in zip(template, parts, strict=True)
        ):
            if any(a.startswith("{") for a in template) and path in ACCESS:
                return ACCESS[path].scopes
            return one.scopes
    return None


@dataclass
class TokenOrg:
    """
    The small organisation, read with access tokens.

    Attributes:
        granted:  scopes that the application has.
        dpop:     whether the application has to prove that it holds a key.
        lasts:    seconds that a token is good for.
        good_for: requests that a token is good for.
        tokens:   those that were given, the newest last.
        trouble:  what a token request was refused for.
    """

    granted: frozenset[str] = field(default_factory=lambda: frozenset(s for one in ACCESS.values() for s in one.scopes))
    dpop: bool = False
    lasts: int = 3600
    good_for: int = 1_000_000
    tokens: list[str] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)
    _scopes: frozenset[str] = frozenset()
    _used: int = 0

    def server(self) -> Loopback:
        """Return it, not yet started; the token request is the only POST that passes."""
        return Loopback(self.handle, writes=frozenset({TOKEN_PATH}))

    def handle(self, request: Request) -> Answer:
        """Answer a token request, or a reading one that carries the newest token."""
        if request.path == TOKEN_PATH:
            return self._token(request)
        kind = "DPoP" if self.dpop else "Bearer"
        self._used += 1
        fresh = self.tokens and self._used <= self.good_for
        if not fresh or request.headers.get("Authorization") != f"{kind} {self.tokens[-1]}":
            return error(401, "E0000011", "Invalid token provided")
        if self.dpop and not self._proves(request, self.tokens[-1]):
            return error(401, "E0000011", "Invalid proof")
        needed = scopes_of(request.path)
        if needed and not set(needed) <= self._scopes:
            return error(403, "E0000006", "You do not have permission to perform the requested action")
        signed = {**request.headers, "Authorization": f"SSWS {small_org.TOKEN}"}
        return small_org.handle(Request(request.method, request.path, request.query, request.target, signed, 1))

    def _token(self, request: Request) -> Answer:
        form = dict(parse_qsl(request.body.decode()))
        try:
            self._check(form, f"http://{request.headers['Host']}{TOKEN_PATH}")
        except (jwt.InvalidTokenError, KeyError, ValueError) as wrong:
            self.trouble.append(str(wrong))
            return Answer.json({"error": "invalid_client", "error_description": "The assertion is not valid"}, 401)
        if self.dpop and "DPoP" not in request.headers:
            return Answer.json({"error": "invalid_dpop_proof", "error_description": "DPoP is required"}, 400)
        if self.dpop and not self._proves(request, "", NONCE):
            challenge = {"error": "use_dpop_nonce", "error_description": "Authorization server requires nonce"}
            return Answer.json(challenge, 400, ("dpop-nonce", NONCE))
        self._scopes = frozenset(form["scope"].split()) & self.granted
        if not self._scopes:
            return Answer.json({"error": "consent_required", "error_description": "No scope is allowed"}, 400)
        self._used = 0
        self.tokens.append(_token_text(len(self.tokens)))
        kind = "DPoP" if self.dpop else "Bearer"
        given = {"access_token": self.tokens[-1], "token_type": kind, "expires_in": self.lasts}
        return Answer.json({**given, "scope": " ".join(sorted(self._scopes))})

    def _check(self, form: dict[str, str], audience: str) -> None:
        """Verify the assertion as RFC 7523 has it. Raises InvalidTokenError, KeyError, ValueError."""
        if form["grant_type"] != "client_credentials" or "jwt-bearer" not in form["client_assertion_type"]:
            raise ValueError("another grant")
        public = KEY.export_to_pem().decode()
        needed = {"require": ["exp", "iss", "sub", "aud", "jti"]}
        claims = jwt.decode(form["client_assertion"], public, ["RS256"], audience=audience, options=needed)
        header = jwt.get_unverified_header(form["client_assertion"])
        if not claims["iss"] == claims["sub"] == CLIENT or claims["exp"] > time.time() + 3600:
            raise ValueError("of another client, or good for too long")
        if header.get("kid") not in (None, KEY_ID):
            raise ValueError("another key")
        if claims["jti"] in self._seen:
            raise ValueError("used before")
        self._seen.add(claims["jti"])

    def _proves(self, request: Request, token: str, nonce: str | None = None) -> bool:
        """Whether a request carries a proof of its own, for its method, address and token (RFC 9449)."""
        proof = request.headers.get("DPoP", "")
        header = jwt.get_unverified_header(proof)
        key: Any = jwt.PyJWK(header["jwk"]).key
        said = jwt.decode(proof, key, ["RS256"], options={"require": ["jti", "htm", "htu", "iat"]})
        fits = header["typ"] == "dpop+jwt" and set(header["jwk"]) == {"kty", "n", "e"} and said["jti"] not in self._seen
        self._seen.add(said["jti"])
        address = f"http://{request.headers['Host']}{request.path}"
        digest = base64.urlsafe_b64encode(sha256(token.encode()).digest()).decode().rstrip("=")
        bound = said.get("ath") == digest if token else "ath" not in said
        asked = nonce is None or said.get("nonce") == nonce
        return bool(fits and (said["htm"], said["htu"]) == (request.method, address) and bound and asked)


# Private functions


def _token_text(number: int) -> str:
    """Return a token that looks like none: only knowing it can hide it."""
    return f"canary.access.token.{number}.{base64.urlsafe_b64encode(json.dumps(number).encode()).decode()}xyz"
