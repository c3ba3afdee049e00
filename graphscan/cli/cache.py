"""`graphscan cache clear`: remove what is kept only for speed."""

from graphscan.cli import options
from graphscan.cli.output import screen
from graphscan.errors import StoreError


def clear(store: options.Store = options.DEFAULT_STORE) -> None:
    """Remove what is kept only for speed.

    Compiled arrays and the completion list; nothing that was imported is touched.
    """
    from graphscan.store import Store

    Store.open(store)  # never delete below a folder that is not a store
    removed, size = 0, 0
    folder = store / "cache"
    if folder.is_symlink():
        raise StoreError(f"`{folder}` is a link, not a folder of the store", "remove the link yourself")
    try:
        # Deepest first, so that folders are empty when their turn comes.
        for path in sorted(folder.rglob("*"), reverse=True):
            if path.is_dir() and not path.is_symlink():
                path.rmdir()
            else:
                size += path.lstat().st_size
                path.unlink()
                removed += 1
    except OSError as refused:
        raise StoreError(
            f"`{refused.filename}` could not be removed: {refused.strerror}", "remove it yourself"
        ) from refused
    screen(f"Removed {removed:,} files, {size / 1e6:,.1f} MB; they are made again when they are needed.\n")
