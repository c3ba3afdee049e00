"""Ids and canary secrets of the small organisation."""

# Not real: they mark where a secret would stand, and must never be seen again.
CANARIES = {
    "client_secret": "canary-client-secret-7f3a",
    "password": "canary-password-91bd",
    "jwk": "canaryPrivateExponent",
    "pem": "canaryPemBody",
    "ssws": "00canaryCanaryCanaryCanaryCanaryCanaryCana",
    "jwt": "eyJjYW5hcnkiOiJjYW5hcnkifQ.eyJjYW5hcnkiOjF9.canarysignature",
    "shared": "canary-shared-secret-55",
}


def user_id(name: str) -> str:
    """Return a user's id, as long as Okta's."""
    return f"00u{name:0<17}"


def group_id(name: str) -> str:
    """Return a group's id."""
    return f"00g{name:0<17}"


def app_id(name: str) -> str:
    """Return an application's id."""
    return f"0oa{name:0<17}"


def token_id(name: str) -> str:
    """Return a token's id."""
    return f"00T{name:0<17}"


OFFICE, BLOCKED, VPN = "nzooffice00000000001", "nzoblocked0000000009", "nzovpn00000000000002"
CLOSED, ABROAD = "nzoclosed00000000003", "nzoabroad00000000004"
GHOST = user_id("ghost")  # owns a token and is in no list
