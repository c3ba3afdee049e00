"""Whose things are in a database that several stores share: each store has an id of its own."""

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from graphscan.errors import StoreError
from graphscan.store import OWNER_ID


def owner_of_store(store: Path) -> str:
    """
    Return the id of a store; the first who asks makes it. A copy of a store has the same.

    Raises:
        StoreError: it cannot be written or read, or is none.
    """
    path = store / OWNER_ID
    try:
        if not path.exists():
            part = path.with_name(f".{path.name}.{os.getpid()}.tmp")
            part.write_text(secrets.token_hex(8), encoding="ascii")
            try:
                with suppress(FileExistsError):
                    os.link(part, path)  # whole or not at all, and never over another's
            finally:
                part.unlink()
        found = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"the id of the store `{path}` cannot be used: {error}", "check who owns the store") from None
    if not re.fullmatch(r"[0-9a-f]{16}", found):
        raise StoreError(
            f"`{path}` is not the id of a store", "delete it; what was pushed before then counts as another store's"
        )
    return found
