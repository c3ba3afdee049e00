"""What a store knew at an earlier time: the imports that were in it then, as far as they are kept."""

import re
from datetime import datetime
from pathlib import Path

from graphscan.errors import StoreError
from graphscan.store.manifest import Manifest
from graphscan.store.records import ImportRecord
from graphscan.store.snapshot import Snapshot

DIGEST = re.compile(r"[0-9a-f]{8,64}")
_LISTED = 8


def by_time(path: Path, manifest: Manifest, at: datetime, kept: int) -> Snapshot:
    """
    Return what was known at a time: of each source the newest import that was stored by then.

    Args:
        kept: how many imports of a source are kept; where that many are, earlier ones may have been dropped.

    Raises:
        StoreError: nothing was stored by then, or what was is not kept any more.
    """
    found = _newest(manifest, at)
    for name, imports in sorted(manifest.sources.items()):
        if name not in {one.source for one in found} and len(imports) >= kept:
            raise StoreError(
                f"what was known of `{name}` at {_said(at)} is not kept any more: the store keeps {kept} imports of a "
                f"source, and the oldest of this one was stored at {_said(imports[-1].stored_at)}",
                "name a later time",
            )
    if not found:
        raise StoreError(f"nothing was in the store `{path}` at {_said(at)}", _choices(path, manifest))
    return Snapshot(path, tuple(found))


def by_digest(path: Path, manifest: Manifest, digest: str) -> Snapshot:
    """
    Return the state of the store with a digest, or with one that begins so.

    Raises:
        StoreError: there is none, or there are several.
    """
    found = {one.digest: one for _, one in every(path, manifest) if one.digest.startswith(digest)}
    if len(found) != 1:
        what = "no state of it" if not found else f"{len(found)} states of it"
        raise StoreError(f"the store `{path}` has {what} with the digest {digest}", _choices(path, manifest))
    return next(iter(found.values()))


def every(path: Path, manifest: Manifest) -> list[tuple[datetime, Snapshot]]:
    """Return every state that can still be told, with when it began, the newest first."""
    times = sorted({one.stored_at for imports in manifest.sources.values() for one in imports}, reverse=True)
    return [(at, Snapshot(path, tuple(_newest(manifest, at)))) for at in times]


# Private functions


def _newest(manifest: Manifest, at: datetime) -> list[ImportRecord]:
    """Return the newest import by a time of each source that has one, in order of name."""
    found = []
    for name in sorted(manifest.sources):
        imports = [one for one in manifest.sources[name] if one.stored_at <= at]
        if imports:
            found.append(imports[0])
    return found


def _choices(path: Path, manifest: Manifest) -> str:
    states = [f"{_said(at)} ({one.digest[:12]})" for at, one in every(path, manifest)]
    if not states:
        return "import something first"
    more = f" and {len(states) - _LISTED} earlier" if len(states) > _LISTED else ""
    return f"it changed at {', '.join(states[:_LISTED])}{more}"


def _said(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
