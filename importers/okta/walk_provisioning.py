"""Which end points are asked about what Okta makes and changes behind applications."""

from collections.abc import Iterable
from typing import Any

from importers.okta import endpoints as ends
from importers.okta.app_settings import features_of, provisions
from importers.okta.asking import Asking, filled
from importers.okta.ids import node_id


class Provisioned:
    """The applications over which Okta makes accounts or pushes groups: only these are asked for it."""

    def __init__(self) -> None:
        self._apps: dict[str, bool] = {}

    def application(self, record: dict[str, Any]) -> None:
        """Note an application, if it is one."""
        if provisions(record):
            self._apps[record["id"]] = "GROUP_PUSH" in features_of(record)

    async def read(self, ask: Asking) -> None:
        """Ask what their connections are used for, and which groups are pushed."""
        # The assignments say who becomes whom as well; how they were read is known by now.
        assignments = ask.book.entries.get(("ASSIGNED_TO", ends.APP_USERS))
        if assignments:
            ask.book.entries["SIGNS_IN_AS", ends.APP_USERS] = assignments
        ask.rests_on("SIGNS_IN_AS", ends.APP_USERS, ends.APPS)
        await ask.series("TRUSTS", ends.APP_FEATURES, "app", self._apps)
        await self._connections(ask, self._apps)
        await ask.series("TRUSTS", ends.PUSH_MAPPINGS, "app", [one for one, pushes in self._apps.items() if pushes])
        for endpoint in (ends.APP_FEATURES, ends.APP_CONNECTION, ends.PUSH_MAPPINGS):
            ask.rests_on("TRUSTS", endpoint, ends.APPS)

    async def _connections(self, ask: Asking, apps: Iterable[str]) -> None:
        wanted = [
            (filled(ends.APP_CONNECTION, one), "TRUSTS", node_id(ask.name, "app", one), lambda _record: None)
            for one in apps
        ]
        await ask.many(ends.APP_CONNECTION, wanted, listing=False)
