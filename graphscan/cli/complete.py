"""
Shell completion of node ids, node names and technique ids.

Reads two sorted texts and nothing else: neither the store nor a library is opened, so that TAB answers at once.
"""

import os
import re
from itertools import islice
from pathlib import Path

import typer

from graphscan.cli import completion_index

MOST = 200  # more than this helps nobody
_ID_LINE = re.compile(r"--\s*id:\s*([a-z0-9.-]+)\s*$")


def complete_node(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return node ids and names that begin like the word at hand."""
    try:
        return completion_index.beginning_with(_store(ctx), incomplete, MOST)
    except (OSError, ValueError):
        return []


def complete_technique(ctx: typer.Context, incomplete: str) -> list[str]:  # noqa: ARG001 (typer's protocol)
    """Return technique ids, built in and of the user's folder, that begin like the word at hand."""
    built_in = Path(__file__).parent.parent / "techniques"
    own = [Path(one) for one in os.environ.get("GRAPHSCAN_TECHNIQUES", "").split(os.pathsep) if one]
    found: set[str] = set()
    for folder in (built_in, *own):
        for file in folder.rglob("*.sql"):
            try:
                with file.open(encoding="utf-8", errors="replace") as lines:
                    found.update(named[1] for line in islice(lines, 40) if (named := _ID_LINE.match(line)))
            except OSError:
                continue  # completion says nothing; the command itself will
    return sorted(one for one in found if one.startswith(incomplete))[:MOST]


def complete_node_or_technique(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return what either of the two above returns."""
    return [*complete_technique(ctx, incomplete), *complete_node(ctx, incomplete)][:MOST]


# Private functions


def _store(ctx: typer.Context) -> Path:
    """Return the store that the command line so far names."""
    named = ctx.params.get("store") or (ctx.parent and ctx.parent.params.get("store"))
    return Path(named or os.environ.get("GRAPHSCAN_STORE", ".graphscan"))
