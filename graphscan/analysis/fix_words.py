"""What an operator can do, in words: of which relations a source can be made to say otherwise, and how."""

from graphscan.analysis.results import NodeView

# Relation kinds that somebody set up and can take away again. The others say how things are built (ACCOUNT_OF,
# CONTAINS, RUNS_ON, IN_SEGMENT, INSTANCE_OF), what happened (CREATED_BY, DERIVED_FROM, HELD_BY: a copy that was handed
# out cannot be called back), or are closed at one of their ends (HAS_CREDENTIAL: revoke it; APPLIES_TO: enforce it).
REMOVABLE = {
    "MEMBER_OF": "Take {source} out of {target}",
    "HAS_ROLE": "Take the admin role {target} from {source}",
    "ASSIGNED_TO": "Unassign {target} from {source}",
    "SCOPED_TO": "Take {target} out of the targets of {source}",
    "STORES": "Delete the copy of {target} in {source}",
    "REACHABLE_FROM": "Close the way from {target} to {source}",
    "CONNECTS_TO": "Close the way from {source} on to {target}",
    "INSTALLED_IN": "Uninstall {source} from {target}",
    "DEPENDS_ON": "Let {source} no longer run what {target} publishes",
    "TRUSTS": "End the trust of {source} in {target}",
    "GRANTS": "Take {target} from what {source} opens",
    "OWNED_BY": "Take the ownership of {source} from {target}",
    "SIGNS_IN_AS": "End the sign-on of {source} as {target}",
    "SAME_SECRET": "Give {source} and {target} different values",
    "DEFEATED_BY": "Let {target} no longer meet {source}",
}
_NODES = {
    "rotate": "Rotate {node}, and end the old value",
    "revoke": "Revoke {node}",
    "disable": "Disable {node}",
    "enforce": "Enforce {node}",
    "uninstall": "Uninstall the plug-in {node}",
}
# What has no value of its own that could be replaced: it is ended.
ENDED = {
    "session": "End the session {node}",
    "factor": "Remove the factor {node}",
    "oauth_grant": "Withdraw the grant {node}",
    "implant": "Remove the implant {node}",
}


def of_node(sort: str, node: NodeView) -> str:
    """Return the sentence for a fix of a node; its name is as untrusted as everywhere."""
    pattern = ENDED.get(node.subtype, _NODES[sort]) if sort == "revoke" else _NODES[sort]
    return pattern.format(node=_named(node))


def of_relation(kind: str, source: NodeView, target: NodeView) -> str:
    """Return the sentence for the removal of a relation."""
    return REMOVABLE[kind].format(source=_named(source), target=_named(target))


# Private functions


def _named(node: NodeView) -> str:
    """Return an id, with the name where only that tells a person what it is."""
    if node.name and ":" in node.id and node.name not in node.id:
        return f"“{node.name[:60]}” ({node.id})"
    return node.id
