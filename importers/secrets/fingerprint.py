"""A secret's fingerprint: tells two findings of one value, and nothing of the value without the store's key."""

import hmac
import os
import secrets
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from graphscan.errors import ImportFailedError
from importers.secrets.reports import Finding

_BYTES = 32


class Fingerprint:
    """Makes fingerprints with one key: 32 hexadecimal digits of an HMAC-SHA-256 (RFC 2104)."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, finding: Finding) -> str:
        """Return the fingerprint of a finding's value; of one whose value was masked, that of its place."""
        said = f"value:{finding.value_sha1}" if finding.value_sha1 else f"place:{finding.place}"
        return hmac.new(self._key, said.encode("utf-8", "surrogatepass"), sha256).hexdigest()[:32]


def key_at(path: Path) -> bytes:
    """
    Return the key in a file of the store; the first who asks makes it, readable by its owner alone.

    Raises:
        ImportFailedError: it cannot be written or read, or is none.
    """
    try:
        with suppress(FileExistsError):
            part = path.with_name(f".{path.name}.{os.getpid()}.tmp")
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(secrets.token_bytes(_BYTES))
            try:
                os.link(part, path)  # whole or not at all, and never over another's
            finally:
                part.unlink()
        key = path.read_bytes()
    except OSError as error:
        raise ImportFailedError(
            f"the key for fingerprints {str(path)!r} cannot be used: {error.strerror}", "check who owns the store"
        ) from None
    if len(key) != _BYTES:
        raise ImportFailedError(
            f"{str(path)!r} is not a key", "delete it and import the scanners' reports again: fingerprints will change"
        )
    return key
