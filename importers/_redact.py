"""Take secret values out of what a vendor answered, before any of it is written, shown or kept."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

REDACTED = "[redacted]"
TOO_DEEP = "[nested too deeply]"
DEEPEST = 100  # no vendor's record comes near; JSON writers recurse, so what is kept must end somewhere

# Compared in lower case without `_` and `-`, so `client_secret`, `clientSecret` and `Client-Secret` are one name.
SECRET_KEYS = frozenset(
    {
        "accesstoken",
        "answer",  # of a security question
        "apikey",
        "apitoken",
        "authorization",
        "authscheme",  # of a hook: what it signs in with
        "headers",  # of a hook: names and values that its receiver asks for
        "clientassertion",
        "clientsecret",
        "idtoken",
        "password",
        "passphrase",
        "privatekey",
        "rawtoken",
        "refreshtoken",
        "secret",
        "secretaccesskey",
        "sessiontoken",
        "sharedsecret",
        "token",
    }
)
# Private parts of a JSON Web Key (RFC 7518 §6): `k` is a symmetric key, the rest belong to RSA and EC keys.
PRIVATE_JWK_PARTS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
# Below a secret's name these hold the secret itself or what it can be guessed from.
_PARTS_OF_A_SECRET = frozenset({"value", "answer", "salt", "hash"})

_NAMED_IN_TEXT = (
    r"(?:client_?secret|access_?token|refresh_?token|id_?token|api_?token|api_?key|raw_?token|shared_?secret"
    r"|private_?key|session_?token|password|passwd|secret|token)"
)
_IN_TEXT: tuple[tuple[re.Pattern[str], str], ...] = (
    # PEM blocks of private keys; one that was cut off is redacted to its end.
    (
        re.compile(
            r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----|\Z)",
            re.DOTALL,
        ),
        REDACTED,
    ),
    # Values of an Authorization header.
    (re.compile(r"\b(SSWS|Bearer|DPoP|Basic)\s+[A-Za-z0-9._~+/=-]{12,}"), rf"\1 {REDACTED}"),
    # JSON Web Tokens and Signatures.
    (re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"), REDACTED),
    # Tokens that can be told by their shape: Okta (42 characters, ids have 20), GitHub, GitLab, Slack, Atlassian.
    (re.compile(r"(?<![A-Za-z0-9_-])00[A-Za-z0-9_-]{40}(?![A-Za-z0-9_-])"), REDACTED),
    (re.compile(r"\b(?:gh[opsur]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,})"), REDACTED),
    (re.compile(r"\b(?:xox[abeoprs]-[A-Za-z0-9-]{10,}|ATATT[\w=-]{20,}|ATCTT[\w=-]{20,})"), REDACTED),
    # `https://user:password@host`
    (re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"), REDACTED),
    # `password=…` in a URL or a description, `"client_secret": "…"` in JSON kept as text.
    (re.compile(rf"\b({_NAMED_IN_TEXT})=[^\s&\"',;]+", re.IGNORECASE), rf"\1={REDACTED}"),
    (re.compile(rf'"({_NAMED_IN_TEXT})"(\s*:\s*)"(?:[^"\\]|\\.)*"', re.IGNORECASE), rf'"\1"\2"{REDACTED}"'),
)
# Almost no text holds a secret: one look for what every pattern above begins with spares it eleven.
_SUSPECT = re.compile(
    r"""[="]|BEGIN|SSWS|Bearer|DPoP|Basic|eyJ|gh[opsur]_|github_pat_|glpat-|xox|AT[AC]TT|://[^/]*@|00[A-Za-z0-9_-]{40}"""
)
# Of where a hook sends to, the host tells who is told; behind it stands as often a key as not.
_ORIGIN = re.compile(r"^([a-z]+://[^/?#]*)[/?#].+$", re.IGNORECASE | re.DOTALL)
_SHORTEST = 7  # `token=x`
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")

# Public functions


def redact_text(text: str, known: tuple[str, ...] = ()) -> str:
    """
    Return `text` with everything in it that looks like a secret replaced.

    Args:
        text:  anything a vendor wrote.
        known: values that are secret whatever they look like (our own token).
    """
    for value in known:
        if value and value in text:
            text = text.replace(value, REDACTED)
    if len(text) >= _SHORTEST and _SUSPECT.search(text):
        for pattern, instead in _IN_TEXT:
            text = pattern.sub(instead, text)
    # JSON allows half of a surrogate pair; no text encoding does, and a store must be able to write every name.
    return text if text.isascii() else _LONE_SURROGATES.sub("\ufffd", text)


def redact(value: Any, known: tuple[str, ...] = ()) -> Any:
    """
    Return parsed JSON without secret values; shape, names and everything public stay.

    An object under a secret's name (`"password": {…}`) is configuration: it stays and is redacted inside.
    Nesting is walked without recursion and cut at DEEPEST, so no depth of it can stop a collection.
    """
    holder: list[Any] = [None]
    todo: list[tuple[Any, Any, Any, bool, int]] = [(holder, 0, value, False, 0)]
    while todo:
        target, place, item, secret, depth = todo.pop()
        if depth > DEEPEST and isinstance(item, Mapping | list):
            target[place] = TOO_DEEP
        elif isinstance(item, Mapping):
            made: dict[str, Any] = {}
            target[place] = made
            private = "kty" in item
            # A variable's value is a secret as often as not, whatever its author ticked.
            secured = "secured" in item or str(item.get("type", "")).endswith("_variable")
            hook = "secret_set" in item or isinstance(item.get("events"), list)
            for name, inner in item.items():
                key = redact_text(name, known)
                if name == "uri" and isinstance(inner, str) and "?" in inner:
                    # What follows the address of a hook is as often its key as not.
                    inner = f"{inner.partition('?')[0]}?{REDACTED}"
                if name == "url" and hook and isinstance(inner, str):
                    inner = _ORIGIN.sub(rf"\1/{REDACTED}", inner)
                made[key] = None
                todo.append((made, key, inner, _is_secret(name, secret, private, secured), depth + 1))
        elif isinstance(item, list):
            target[place] = [None] * len(item)
            todo.extend((target[place], index, inner, secret, depth + 1) for index, inner in enumerate(item))
        elif item is None or isinstance(item, bool):
            target[place] = item
        elif secret:
            target[place] = REDACTED
        else:
            target[place] = redact_text(item, known) if isinstance(item, str) else item
    return holder[0]


# Private functions


def _is_secret(name: str, below_secret: bool, in_key: bool, in_secured: bool) -> bool:
    return (
        _names_a_secret(name)
        or (in_key and name in PRIVATE_JWK_PARTS)
        or (in_secured and name == "value")
        or (below_secret and name in _PARTS_OF_A_SECRET)
    )


@lru_cache(maxsize=10_000)
def _names_a_secret(name: str) -> bool:
    return name.lower().replace("_", "").replace("-", "") in SECRET_KEYS
