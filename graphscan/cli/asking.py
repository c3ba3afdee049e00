"""Open a session of analysis from the options that every analysis takes."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphscan.cli.options import instant, known
from graphscan.printable import printable

if TYPE_CHECKING:
    from graphscan.analysis.session import Session


# The options of a question with what-if edits, by the names that a command gives its parameters.
ASKED = ("store", "as_of", "snapshot", "rotated", "revoke", "defeated", "enforced", "without", "remove", "techniques")


def session_options(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return of a command's parameters those that `open_session` takes."""
    return {name: given[name] for name in ASKED}


def open_session(
    store: Path,
    progress: Callable[[str], None],
    *,
    as_of: str | None = None,
    snapshot: str | None = None,
    rotated: list[str] | None = None,
    revoke: list[str] | None = None,
    defeated: list[str] | None = None,
    enforced: list[str] | None = None,
    without: list[str] | None = None,
    remove: list[str] | None = None,
    techniques: list[Path] | None = None,
) -> "Session":
    """
    Return a session at the instant asked for, of what was known when it is asked for, with the edits asked for.

    Raises:
        UsageError:       `as_of` is not a time, or `snapshot` neither that nor a digest.
        UnknownNameError: an edit names what is not there.
        StoreError:       the store cannot be read.
    """
    at, then = instant(as_of), known(snapshot)
    from graphscan.analysis.session import Edits, Session

    edits = Edits(
        rotated=tuple(rotated or ()),
        revoked=tuple(revoke or ()),
        defeated=tuple(defeated or ()),
        enforced=tuple(enforced or ()),
        without=tuple(without or ()),
        removed=tuple(remove or ()),
    )
    pinned = None
    if then is not None:
        from graphscan.store import Store

        pinned = Store.open(store).snapshot(then)
    session = Session.open(store, at, edits, progress, tuple(techniques or ()), pinned)
    warn(session)
    return session


def warn(session: "Session") -> None:
    """Say on standard error what the user should know of how the session was opened."""
    if session.warning:
        sys.stderr.write(f"graphscan: {printable(session.warning)}\n")
