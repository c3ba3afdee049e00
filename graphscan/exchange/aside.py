"""Write beside a file and rename, so that nobody ever reads half an export."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def aside(*files: Path) -> Iterator[list[Path]]:
    """
    Give a path beside each file to write to; put all in place once all are whole, or none after an error.

    Files that belong together are never of two exports, whenever the process ends: all but the first are taken away
    before the first is replaced.

    Raises:
        OSError: one cannot be written, or is a folder.
    """
    beside: list[Path] = []
    try:
        for file in files:
            if file.is_dir():
                raise IsADirectoryError(errno.EISDIR, "it is a folder", str(file))
            handle, part = tempfile.mkstemp(prefix=f".{file.name[:50]}-", dir=file.parent)
            os.close(handle)
            beside.append(Path(part))
        yield beside
        mask = os.umask(0)
        os.umask(mask)
        for part_of in beside:
            part_of.chmod(0o666 & ~mask)
        for file in files[1:]:
            file.unlink(missing_ok=True)
        for part_of, file in zip(beside, files, strict=True):
            part_of.replace(file)
    finally:
        for part_of in beside:
            part_of.unlink(missing_ok=True)
