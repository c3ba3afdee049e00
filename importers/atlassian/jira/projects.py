"""A project of Jira with its issues, in both forms alike."""

from typing import Any

from graphscan.model import Node, Record, Relation
from importers.atlassian.context import Context, text_of
from importers.atlassian.rights import PROVIDER


def project(context: Context, row: Any, key: str, where: str) -> list[Record]:
    """Return a project, the tracker of its issues that are not restricted, and who opens it besides its scheme."""
    said, name = context.evidence(where), text_of(row.get("name")) or key
    node, issues = context.ref("project", key), context.ref("issues", key)
    return [
        Node(node.text, "Project", PROVIDER, "jira_project", name=name, evidence=said),
        Node(issues.text, "Tracker", PROVIDER, "issues", name=f"Issues of {key}", evidence=said),
        *(Relation(node, "CONTAINS", issues, level, level, evidence=said) for level in ("read", "write")),
        # Whoever administers Jira changes the project's scheme, and so reads and writes in it.
        Relation(context.ref("app"), "CONTAINS", node, "admin", "admin", evidence=said),
    ]
