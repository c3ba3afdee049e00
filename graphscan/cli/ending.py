"""End the process when nobody reads its output any more."""

import os
import sys
from typing import NoReturn

BROKEN_PIPE = 141  # what a shell reports for a program that SIGPIPE ended


def hang_up() -> NoReturn:
    """End without a word."""
    # What is still buffered would fail again when the interpreter closes the stream, and would then be reported.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(BROKEN_PIPE)
