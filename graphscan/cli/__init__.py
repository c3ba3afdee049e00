"""The command line: one command a file; whatever is heavy is imported by the command that needs it, when it runs."""

from graphscan.cli.run import main

__all__ = ["main"]
