"""Which administrator roles are asked for, of whom, and with which targets."""

from collections.abc import Callable
from typing import Any

from graphscan.model import CoverageState
from importers.okta import endpoints as ends
from importers.okta.asking import Asking, filled
from importers.okta.ids import group_of_assignee, is_okta_id, node_id

_Wanted = tuple[str, str, str, Callable[[Any], None]]


async def read_roles(ask: Asking, users: list[str], groups: list[str], clients: list[str]) -> set[tuple[str, str]]:
    """Read who holds which administrator role over what; return the holders as (`user`, `group` or `client`, id)."""
    holders: dict[str, None] = {}

    def assignee(record: Any) -> None:
        if isinstance(record, dict) and is_okta_id(record.get("id")):
            holders[record["id"]] = None

    listed = await ask.read(ends.ASSIGNEES, ends.ASSIGNEES, assignee)
    roles: dict[tuple[str, str, str], dict[str, Any]] = {}
    extra_groups: dict[str, None] = {}

    def of_user(user: str, role: Any) -> None:
        group = group_of_assignee(role)
        if group is not None and isinstance(role, dict):
            # Held by way of a group: what it reaches is asked of the group, even if the group's list stays closed.
            extra_groups[group] = None
            roles["group", group, str(role.get("id"))] = role
        elif isinstance(role, dict):
            roles["user", user, str(role.get("id"))] = role

    def of_group(group: str, role: Any) -> None:
        if isinstance(role, dict):
            roles["group", group, str(role.get("id"))] = role

    def of_client(client: str, role: Any) -> None:
        if isinstance(role, dict):
            roles["client", client, str(role.get("id"))] = role

    if listed.state is CoverageState.COMPLETE:
        # Of a user who is not in the list nothing more is asked: what the list says is said of the organisation.
        ask.book.add("HAS_ROLE", listed, node_id(ask.name, "org"))
        await ask.series("HAS_ROLE", ends.USER_ROLES, "user", holders, of_user)
    else:
        # The short way is closed: ask for each user, and say so. Only if that fails too is it a gap.
        everyone = dict.fromkeys([*users, *holders])
        fine = await ask.series("HAS_ROLE", ends.USER_ROLES, "user", everyone, of_user)
        if fine and everyone:
            ask.book.notes[ends.USER_ROLES] = (
                f"asked for each user, because {ends.ASSIGNEES} was refused: {listed.error}"
            )
        else:
            ask.book.add("HAS_ROLE", listed)
    await ask.series("HAS_ROLE", ends.GROUP_ROLES, "group", dict.fromkeys([*groups, *extra_groups]), of_group)
    ask.rests_on("HAS_ROLE", ends.GROUP_ROLES, ends.GROUPS)
    await ask.series("HAS_ROLE", ends.CLIENT_ROLES, "client", clients, of_client)
    ask.rests_on("HAS_ROLE", ends.CLIENT_ROLES, ends.APPS)
    await _targets(ask, roles)
    return {(kind, holder) for kind, holder, _ in roles}


# Private functions


async def _targets(ask: Asking, roles: dict[tuple[str, str, str], dict[str, Any]]) -> None:
    sets: dict[str, None] = {}
    custom: dict[str, None] = {}
    wanted: dict[str, list[_Wanted]] = {}
    for (kind, holder, assignment), role in roles.items():
        if not is_okta_id(assignment):
            continue
        if is_okta_id(role.get("resource-set")):
            sets[role["resource-set"]] = None
        if is_okta_id(role.get("role")) and role.get("type") == "CUSTOM":
            custom[role["role"]] = None
        type_ = role.get("type")
        asked = []
        if type_ in ends.ROLES_WITH_GROUP_TARGETS:
            asked.append(ends.GROUP_TARGETS[kind])
        if type_ in ends.ROLES_WITH_APP_TARGETS:
            asked.append(ends.APP_TARGETS[kind])
        scope = node_id(ask.name, f"role:{kind}:{holder}", assignment)
        for endpoint in asked:
            path = filled(endpoint, holder, assignment)
            wanted.setdefault(endpoint, []).append((path, "SCOPED_TO", scope, _pass))
    for endpoint, targets in wanted.items():
        await ask.many(endpoint, targets)
    await ask.series("SCOPED_TO", ends.RESOURCES, "resource-set", sets)
    await ask.series("HAS_ROLE", ends.PERMISSIONS, "custom-role", custom)


def _pass(_record: Any) -> None:
    """Want nothing of a record but that it is kept."""
