"""Say on standard error what is being done, only on a terminal and only when it takes long."""

import sys
import threading
import time
from types import TracebackType
from typing import Self

from graphscan.printable import printable

LONG = 1.0  # seconds


class Progress:
    """
    A context in which calling it with a text names the work at hand.

    The line appears after a second, is overwritten by the next one and is gone when the context ends.
    """

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._text = ""
        self._drawn = False
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def __enter__(self) -> Self:
        if self._shown:
            self._timer = threading.Timer(LONG, self._draw)
            self._timer.daemon = True
            self._timer.start()
        return self

    def __call__(self, text: str) -> None:
        with self._lock:
            self._text = printable(text, 100)
        if self._shown and time.monotonic() - self._began >= LONG:
            self._draw()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
        with self._lock:
            if self._drawn:
                sys.stderr.write("\r\x1b[K")
                sys.stderr.flush()

    def _draw(self) -> None:
        with self._lock:
            if self._text:
                sys.stderr.write(f"\r\x1b[K{self._text} …")
                sys.stderr.flush()
                self._drawn = True
