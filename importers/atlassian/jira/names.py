"""What identifies a record, where a walk only looks at it."""

from typing import Any

from importers.atlassian.context import NotARecordError, identifier


def identifier_of(record: Any, name: str) -> str:
    """Return what identifies a record; empty where nothing can: the mapping counts it."""
    try:
        return identifier(record, name)
    except NotARecordError:
        return ""
