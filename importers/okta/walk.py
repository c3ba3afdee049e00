"""Which end points of an organisation are asked, in which order, and what is remembered between them (ids only)."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from graphscan.errors import ImportFailedError
from graphscan.model import CoverageState
from importers._http import Outcome, Progress, Reader
from importers.okta import endpoints as ends
from importers.okta.coverage import CoverageBook
from importers.okta.ids import group_of_assignee, is_okta_id, node_id

# After this many refusals in a row of one end point, and no answer, the rest of its calls are not made.
_HOPELESS = 5


class Walk:
    """One collection: which end points are asked in which order, and what is remembered between them (ids only)."""

    def __init__(self, reader: Reader, book: CoverageBook, progress: Progress, name: str) -> None:
        self.reader = reader
        self.book = book
        self.progress = progress
        self.name = name
        self.records = 0
        self.first_error = ""

    async def everything(self) -> None:
        """Ask what decides most first, so that a collection that breaks off has it."""
        await self._read(ends.ORG, ends.ORG, listing=False)
        if self.reader.given_up:
            raise ImportFailedError(
                f"nothing could be read from {self.reader.policy.origin}: {self.first_error}",
                "check the address, the token and the network",
            )
        users = await self._ids("ACCOUNT_OF", ends.USERS)
        await self._ids("ACCOUNT_OF", ends.DEPROVISIONED)
        await self._ids("HAS_CREDENTIAL", ends.API_TOKENS)
        groups = await self._ids("MEMBER_OF", ends.GROUPS)
        apps = await self._ids("ASSIGNED_TO", ends.APPS)
        await self._roles(users, groups)
        await self._series("MEMBER_OF", ends.GROUP_USERS, "group", groups)
        await self._series("ASSIGNED_TO", ends.APP_GROUPS, "app", apps)
        await self._series("ASSIGNED_TO", ends.APP_USERS, "app", apps)

    async def _read(
        self,
        endpoint: str,
        path: str,
        wrapped: str | None = None,
        each: Callable[[Any], None] = lambda _record: None,
        listing: bool = True,
    ) -> Outcome:
        query = {"limit": ends.LIMITS[endpoint]} if endpoint in ends.LIMITS else {}
        if endpoint == ends.DEPROVISIONED:
            query["filter"] = 'status eq "DEPROVISIONED"'
        outcome = await self.reader.read(endpoint, path, query, wrapped, each, listing)
        self.records += outcome.records
        self.first_error = self.first_error or outcome.error
        return outcome

    async def _ids(self, relation: str, endpoint: str) -> list[str]:
        """Read one listing of the whole organisation; return the ids it names, each once."""
        found: dict[str, None] = {}

        def each(record: Any) -> None:
            identifier = record.get("id") if isinstance(record, dict) else None
            if is_okta_id(identifier):
                found[identifier] = None
                self.progress(endpoint, len(found), None)

        outcome = await self._read(endpoint, endpoint.partition("?")[0], each=each)
        self.book.add(relation, outcome)
        return list(found)

    async def _series(
        self,
        relation: str,
        endpoint: str,
        kind: str,
        ids: Iterable[str],
        each: Callable[[str, Any], None] = lambda _id, _record: None,
    ) -> bool:
        """Read one listing for each of many objects; return whether all went well."""
        wanted = list(ids)
        refused: Outcome | None = None
        in_a_row = 0
        answered, fine = False, True
        for done, identifier in enumerate(wanted):
            self.progress(endpoint, done, len(wanted))
            if refused is not None and in_a_row >= _HOPELESS and not answered:
                outcome = Outcome(endpoint, "", refused.state, refused.status)
                outcome.error = f"not asked, after {_HOPELESS} refusals: {refused.error}"
            else:
                path = _filled(endpoint, identifier)
                outcome = await self._read(endpoint, path, each=partial(each, identifier))
            if outcome.pages:
                answered = True
            if outcome.state is CoverageState.DENIED:
                refused, in_a_row = outcome, in_a_row + 1
            fine = fine and outcome.state is CoverageState.COMPLETE
            self.book.add(relation, outcome, node_id(self.name, kind, identifier))
        return fine

    async def _roles(self, users: list[str], groups: list[str]) -> None:
        """Read who holds which administrator role over what."""
        holders: dict[str, None] = {}

        def assignee(record: Any) -> None:
            if isinstance(record, dict) and is_okta_id(record.get("id")):
                holders[record["id"]] = None

        listed = await self._read(ends.ASSIGNEES, ends.ASSIGNEES, "value", assignee)
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

        if listed.state is CoverageState.COMPLETE:
            self.book.add("HAS_ROLE", listed)
            await self._series("HAS_ROLE", ends.USER_ROLES, "user", holders, of_user)
        else:
            # The short way is closed: ask for each user, and say so. Only if that fails too is it a gap.
            everyone = dict.fromkeys([*users, *holders])
            fine = await self._series("HAS_ROLE", ends.USER_ROLES, "user", everyone, of_user)
            if fine and everyone:
                self.book.notes[ends.USER_ROLES] = (
                    f"asked for each user, because {ends.ASSIGNEES} was refused: {listed.error}"
                )
            else:
                self.book.add("HAS_ROLE", listed)
        await self._series("HAS_ROLE", ends.GROUP_ROLES, "group", dict.fromkeys([*groups, *extra_groups]), of_group)
        await self._targets(roles)

    async def _targets(self, roles: dict[tuple[str, str, str], dict[str, Any]]) -> None:
        sets: dict[str, None] = {}
        custom: dict[str, None] = {}
        for done, ((kind, holder, assignment), role) in enumerate(roles.items()):
            self.progress("role targets", done, len(roles))
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
            for endpoint in asked:
                outcome = await self._read(endpoint, _filled(endpoint, holder, assignment))
                self.book.add("SCOPED_TO", outcome, node_id(self.name, f"role:{kind}:{holder}", assignment))
        for resource_set in sets:
            outcome = await self._read(ends.RESOURCES, _filled(ends.RESOURCES, resource_set), "resources")
            self.book.add("SCOPED_TO", outcome, node_id(self.name, "resource-set", resource_set))
        for role_id in custom:
            outcome = await self._read(ends.PERMISSIONS, _filled(ends.PERMISSIONS, role_id), "permissions")
            self.book.add("HAS_ROLE", outcome, node_id(self.name, "custom-role", role_id))


def _filled(endpoint: str, *ids: str) -> str:
    """Return the path of a template. Ids were checked: none of them holds a slash or a question mark."""
    parts = iter(ids)
    return "/".join(next(parts) if part.startswith("{") else part for part in endpoint.split("/"))
