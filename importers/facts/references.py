"""References to nodes: by id, by key, or by exact provider, kind and name; resolved when sources are merged."""

from typing import Any

from graphscan.compose.fields import Field, Form, RefusedError, refuse, take
from graphscan.compose.problems import Problems, shown
from graphscan.compose.tree import Items, Scalar, Tree
from graphscan.compose.values import node_id, text
from graphscan.model import Ref
from importers.facts.values import node_kind


def reference(tree: Tree, problems: Problems) -> Ref:
    """Return a reference: an id, `{key: {type, value, scope}}`, `{provider, kind, name}`, or one of these as `~…`."""
    if isinstance(tree, Scalar):
        return _stored_form(tree, problems) if tree.text.startswith("~") else Ref(node_id(tree, problems))
    if isinstance(tree, Items):
        refuse(tree, problems, "one reference must stand here, not a list", "`sources` and `targets` take lists")
    if "key" in tree.values:
        outer = take(tree, {"key": Field(_key_of, {})}, problems, "a reference by key")
        if not outer.good:
            raise RefusedError
        found: Ref = outer.values["key"]
        return found
    named = take(tree, _NAMED, problems, "a reference by name")
    if not named.good:
        raise RefusedError
    return _named(tree, problems, **named.values)


# Private functions


def _key_of(tree: Tree, problems: Problems) -> Ref:
    taken = take(tree, _KEY, problems, "a key")
    if not taken.good:
        raise RefusedError
    return _keyed(tree, problems, **taken.values)


def _keyed(tree: Tree, problems: Problems, type: str, value: str, scope: str = "") -> Ref:  # noqa: A002
    if not type or not value or "|" in type + scope:
        refuse(
            tree, problems, "a key needs a type and a value, and no `|` in type or scope", "as {type: nameid, value: x}"
        )
    return Ref.key(type, value, scope)


def _named(tree: Tree, problems: Problems, provider: str, kind: str, name: str) -> Ref:
    if not provider or not name or "|" in provider:
        refuse(tree, problems, "a reference by name needs a provider without `|`, a kind and a name")
    return Ref.named(provider, kind, name)


def _stored_form(tree: Scalar, problems: Problems) -> Ref:
    form, *parts = tree.text.split("|", 3)
    if form == "~key" and len(parts) == 3:
        return _keyed(tree, problems, type=parts[0], scope=parts[1], value=parts[2])
    if form == "~name" and len(parts) == 3:
        kind = node_kind(Scalar(parts[1], tree.line, tree.column), problems)
        return _named(tree, problems, parts[0], kind, parts[2])
    if form == "~behind" and len(parts) > 1 and parts[0] in ("application", "account", "group"):
        return Ref.behind(parts[0], "|".join(parts[1:]))
    hint = "write ~key|TYPE|SCOPE|VALUE, ~name|PROVIDER|KIND|NAME or ~behind|SORT|NAME"
    return refuse(tree, problems, f"{shown(tree.text)} is not a reference", hint)


_TEXT: dict[str, Any] = {}
_KEY: Form = {"type": Field(text, _TEXT, True), "value": Field(text, _TEXT, True), "scope": Field(text, _TEXT)}
_NAMED: Form = {
    "provider": Field(text, _TEXT, True),
    "kind": Field(node_kind, _TEXT, True),
    "name": Field(text, _TEXT, True),
}
