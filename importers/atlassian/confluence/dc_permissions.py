"""Permissions of Confluence Data Center: who holds which, on a space and over the application."""

from collections.abc import Iterable, Iterator
from typing import Any

from graphscan.model import Observed, Record, Ref, Relation
from importers.atlassian.confluence.cloud_rights import Level, SpaceRights
from importers.atlassian.context import Context, NotARecordError, identifier, object_of, text_of
from importers.atlassian.rights import reachable

# What operations on a space come to, without `_` and `-`; those of the application are below. The interface's own
# words, and those of the page of permissions. What is not here is possibly any.
_LEVELS = {
    "read": "read",
    "view": "read",
    "viewspace": "read",
    "use": "read",
    "export": "read",
    "exportspace": "read",
    "exportpage": "read",
    "create": "write",
    "update": "write",
    "edit": "write",
    "editspace": "write",
    "editblog": "write",
    "comment": "write",
    "createattachment": "write",
    "delete": "write",
    "removepage": "write",
    "removeblog": "write",
    "removecomment": "write",
    "removeattachment": "write",
    "removemail": "write",
    "removeowncontent": "write",
    "copy": "write",
    "move": "write",
    "archive": "write",
    "restore": "write",
    "purge": "write",
    "purgeversion": "write",
    "restrict": "write",
    "restrictcontent": "write",
    "setpagepermissions": "write",
    "administer": "admin",
    "setspacepermissions": "admin",
    "setpermissions": "admin",
}
_GLOBAL = {
    "use": "login",
    "usereconfluence": "login",
    "administer": "admin",
    "administrateconfluence": "admin",
    "sysadmin": "system",
    "systemadministrator": "system",
    "administersystem": "system",
}
_ADMINISTERS = frozenset(word for word, level in _GLOBAL.items() if level != "login")
_HARMLESS = frozenset(
    {
        *("create", "createspace", "personalspace", "createpersonalspace", "archive", "updateuserstatus"),
        *("browse", "browseusers", "viewuserprofiles", "profileattachments"),
    }
)
_USERS = frozenset({"known", "unknown", "user", ""})  # an unknown user is one that is gone


class Permissions:
    """The permissions of one instance, taken down as they come and stated at the end."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._rights = SpaceRights(context)
        self._globals: dict[tuple[Ref, str], tuple[Observed, str]] = {}

    def over_application(self, row: Any, where: str, _ids: tuple[str, ...]) -> Iterable[Record]:
        """Take down a right over the application. What is sure is not possible besides: each is stated at the end."""
        operation = _operation(row)
        holder, observed = self._subject(row, where)
        if operation in _HARMLESS:
            return ()
        if holder == self._context.ref("anyone") and observed is Observed.YES and operation not in _ADMINISTERS:
            return ()  # anonymous use is said space by space, and strangers are let in to nothing else
        levels = [_GLOBAL[operation]] if operation in _GLOBAL else ["login", "system"]
        if operation not in _GLOBAL:
            observed = Observed.POSSIBLE
            unknown = f"a permission of an unknown kind, {operation[:40]!r}"
            self._context.doubt(where, f"{unknown}: taken for possibly a system administrator's")
        for level in levels:
            if self._globals.get((holder, level), (Observed.POSSIBLE,))[0] is not Observed.YES:
                self._globals[holder, level] = (observed, where)
        return ()

    def on_space(self, row: Any, where: str, ids: tuple[str, ...]) -> Iterable[Record]:
        """Take down a right on a space."""
        operation = _operation(row)
        holder, observed = self._subject(row, where)
        target = text_of(object_of(row, "operation").get("targetType")).lower()
        level = _LEVELS.get(operation, "")
        if not level:
            unknown = f"a permission of an unknown kind, {operation[:40]!r}"
            self._context.doubt(where, f"{unknown}: taken for possibly any")
        # To create comments or attachments is writing; reading is said of the space alone.
        if level == "admin" and target not in ("space", ""):
            level = "write"
        self._rights.add(holder, ids[0], Level(level, not level), where, observed)
        return ()

    def records(self) -> Iterator[Record]:
        """Yield all, each once."""
        context = self._context
        app, licensed, guards = context.ref("app"), context.ref("licensed"), (reachable(context),)
        for (holder, level), (observed, page) in self._globals.items():
            said = context.evidence(page)
            if level == "login":
                yield Relation(holder, "MEMBER_OF", licensed, observed=observed, evidence=said)
            else:
                yield Relation(holder, "ASSIGNED_TO", app, "api", level, guards, observed=observed, evidence=said)
        yield from self._rights.records()

    # Private functions

    def _subject(self, row: Any, where: str) -> tuple[Ref, Observed]:
        """Return who holds a permission: of nobody in particular it is anyone, or any account."""
        subject = object_of(row, "subject")
        kind = text_of(subject.get("type")).lower()
        if kind == "group":
            name = identifier(subject, "name" if subject.get("name") else "displayName")
            return self._context.ref("group", name), Observed.YES
        if kind in ("anonymous", "anyone") or not subject:
            return self._context.ref("anyone"), Observed.YES
        if kind == "unlicensed":  # whoever has an account and no licence: not listed anywhere
            return self._context.ref("anyone"), Observed.POSSIBLE
        if kind in _USERS or text_of(subject.get("userKey")):
            return self._context.ref("user", user_key(subject)), Observed.YES
        self._context.doubt(where, f"a holder of an unknown kind, {kind[:40]!r}: taken for possibly anyone")
        return self._context.ref("anyone"), Observed.POSSIBLE


def user_key(row: Any) -> str:
    """Return what identifies an account. Raises NotARecordError where nothing does."""
    if not isinstance(row, dict):
        raise NotARecordError("the record is not an object")
    for name in ("userKey", "username"):
        if text_of(row.get(name)):
            return identifier(row, name)
    return identifier(row, "displayName")


# Private functions


def _operation(row: Any) -> str:
    key = text_of(object_of(row, "operation").get("operationKey"))
    return key.lower().replace("_", "").replace("-", "")
