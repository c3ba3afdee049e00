"""Single values of facts: kinds, states, levels and properties. What every file has is read by `graphscan.compose`."""

from typing import Any

from graphscan.compose.fields import RefusedError, refuse
from graphscan.compose.problems import Problems, shown
from graphscan.compose.tree import Items, Map, Scalar, Tree
from graphscan.compose.values import text, words
from graphscan.kinds import DEAD_STATES, NODE_KINDS, RELATION_KINDS, canonical_level
from graphscan.select import LEVEL_WORDS, did_you_mean

_STATED = {name: kind for name, kind in RELATION_KINDS.items() if not kind.derived}

# Words for `state`. Closed here, because a misspelt `disabled` would leave an account alive and nobody would see it.
STATES = [
    *sorted(DEAD_STATES),
    *("active", "inactive", "retired", "staged", "provisioned", "pending", "locked_out", "password_expired"),
    *("archived", "unknown"),
]

# Names of properties that would hold the value of a secret.
_SECRET_NAMES = frozenset(
    {"password", "passwd", "passphrase", "secret", "secret_value", "client_secret", "token", "access_token"}
    | {"refresh_token", "api_token", "api_key", "private_key", "secret_key", "credential_value"}
)


node_kind = words(NODE_KINDS, "node kind")
state = words(STATES, "state")


def relation_kind(tree: Tree, problems: Problems) -> str:
    """Return a relation kind that may be stated."""
    word = text(tree, problems)
    if word in RELATION_KINDS and word not in _STATED:
        refuse(tree, problems, f"{word} is worked out, never stated", "state MEMBER_OF instead")
    if word not in _STATED:
        hint = did_you_mean(word, _STATED, "relation kinds")
        refuse(tree, problems, f"there is no relation kind {shown(word)}", hint)
    return word


def level(tree: Tree, problems: Problems) -> str:
    """Return the canonical name of a level of any kind; whether it fits is checked where the kind is known."""
    word = text(tree, problems)
    if word not in LEVEL_WORDS:
        hint = did_you_mean(word, sorted(LEVEL_WORDS)) or "levels stand in the table of kinds"
        refuse(tree, problems, f"there is no level {shown(word)}", hint)
    return canonical_level(word)


def properties(tree: Tree, problems: Problems) -> dict[str, Any]:
    """Return free properties: texts, and lists and mappings of texts. Names that mean a secret's value are refused."""
    if not isinstance(tree, Map):
        refuse(tree, problems, "properties must be a mapping of names to texts", "write it as `basis: interview`")
    good = True
    for name, key in tree.keys.items():
        if name.casefold().replace("-", "_") in _SECRET_NAMES:
            what = f"the property {shown(name)} would hold the value of a secret"
            problems.add(key.line, key.column, what, "facts describe secrets and never hold one")
            good = False
    if not good:
        raise RefusedError
    return {name: _plain(value, problems) for name, value in tree.values.items()}


# Private functions


def _plain(tree: Tree, problems: Problems) -> Any:
    if isinstance(tree, Scalar):
        if tree.absent:
            refuse(tree, problems, "a property has no value", "write one, or leave it out")
        return tree.text
    if isinstance(tree, Items):
        return [_plain(item, problems) for item in tree.items]
    return properties(tree, problems)
