"""What permissions on a space of Confluence come to, those that a role of the Cloud is made of included."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from graphscan.model import Observed, Record, Ref, Relation
from importers.atlassian.context import Context, text_of
from importers.atlassian.rights import LEVELS, permitted

_READS = frozenset({"read", "view", "use", "export", "export_content"})
_WRITES = frozenset(
    {
        *("create", "update", "edit", "delete", "delete_own", "copy", "move", "archive", "restore"),
        *("purge", "purge_version", "restrict", "restrict_content"),
    }
)
_ADMINISTERS = frozenset({"administer", "manage", "set_permissions"})
# Of the application, not of the space that they stand beside.
_ELSEWHERE = frozenset({"application", "userprofile"})
_ADMINS = "all-product-admins"

# Public functions


def level_of(operation: str, target: str) -> str:
    """
    Return the level that an operation on something in a space comes to, or an empty text where it is not known.

    Args:
        operation, target: `administer` and `space`, `create` and `page`, as permissions name them.
    """
    operation, target = operation.lower().replace("-", "_"), target.lower()
    if operation in _READS:
        return "read"
    if operation in _WRITES:
        return "write"
    if operation in _ADMINISTERS:
        # To administer pages, whatever that were, is less than to administer the space.
        return "admin" if target in ("space", "") else "write"
    return ""


@dataclass(frozen=True, slots=True)
class Level:
    """What a holder has: a level that is known (empty: none), and whether there is something that is not understood."""

    known: str = ""
    unclear: bool = False


def level_of_role(permissions: Any) -> Level:
    """Return what a role comes to, from ids of permissions (`create/page`)."""
    if not isinstance(permissions, list):
        return Level(unclear=True)
    found = [level_of(*text_of(one).partition("/")[::2]) for one in permissions]
    return Level(max((one for one in found if one), key=LEVELS.index, default=""), "" in found)


@dataclass(slots=True)
class SpaceRights:
    """
    Who may do what in each space, from one snapshot.

    Attributes:
        public: whether some space was said to be open to anyone, so that the interface tells such things.
    """

    context: Context
    public: bool = False
    _held: dict[tuple[Ref, str, Observed], tuple[str, str]] = field(default_factory=dict)

    def permission(self, holder: Ref, space: str, operation: str, target: str, where: str, observed: Observed) -> None:
        """Take down one permission."""
        if target.lower() in _ELSEWHERE:
            return
        level = level_of(operation, target)
        if not level:
            self.context.doubt(where, f"a permission of an unknown kind, {operation[:40]!r}: taken for possibly any")
        self.add(holder, space, Level(level, not level), where, observed)

    def add(self, holder: Ref, space: str, level: Level, where: str, observed: Observed = Observed.YES) -> None:
        """Take down what somebody has in a space."""
        if level.known:
            self._raise(holder, space, level.known, where, observed)
            self.public |= holder == self.context.ref("anyone") and observed is Observed.YES
        if level.unclear:
            self._raise(holder, space, "admin", where, Observed.POSSIBLE)

    def records(self) -> Iterator[Record]:
        """Yield a right for each level that somebody has in a space."""
        context = self.context
        for (holder, space, observed), (level, where) in self._held.items():
            known = self._held.get((holder, space, Observed.YES), ("", ""))[0]
            if observed is Observed.POSSIBLE and known and LEVELS.index(known) >= LEVELS.index(level):
                continue
            inner, below = context.ref("space", space), bool(known) and observed is Observed.POSSIBLE
            if holder == context.ref("app"):
                levels = LEVELS[LEVELS.index(known) + 1 if below else 0 : LEVELS.index(level) + 1]
                yield from (
                    Relation(
                        holder, "CONTAINS", inner, "admin", one, observed=observed, evidence=context.evidence(where)
                    )
                    for one in levels
                )
            else:
                yield from permitted(context, holder, inner, level, where, observed, known if below else "")

    def open_to_anyone(self, spaces: Iterable[str], where: str) -> Iterator[Record]:
        """Yield that anyone possibly reads each space: strangers are let in, and no permission says where."""
        for space in spaces:
            yield from permitted(
                self.context,
                self.context.ref("anyone"),
                self.context.ref("space", space),
                "read",
                where,
                Observed.POSSIBLE,
            )

    def _raise(self, holder: Ref, space: str, level: str, where: str, observed: Observed) -> None:
        place = (holder, space, observed)
        before = self._held.get(place, ("", ""))[0]
        if not before or LEVELS.index(level) > LEVELS.index(before):
            self._held[place] = (level, where)


def of_class(context: Context, name: str, where: str) -> tuple[Ref, Observed]:
    """Return who an access class is: anyone, whoever may use Confluence, whoever administers it."""
    name = name.lower().replace("_", "-")
    if name in ("anonymous-users", "anonymous"):
        return context.ref("anyone"), Observed.YES
    if name in ("all-licensed-users", "authenticated-users"):
        return context.ref("licensed"), Observed.YES
    if name == _ADMINS:
        return context.ref("app"), Observed.YES
    if name == "jsm-project-admins":
        return context.ref("licensed"), Observed.POSSIBLE  # some of them, and nobody says which
    context.doubt(where, f"a holder of an unknown kind, {name[:40]!r}: taken for possibly anyone")
    return context.ref("anyone"), Observed.POSSIBLE
