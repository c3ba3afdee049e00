"""Which end points of an organisation are asked, in which order, and what is remembered between them (ids only)."""

from enum import StrEnum
from typing import Any

from graphscan.errors import ImportFailedError
from graphscan.model import CoverageState
from importers._http import Progress, Reader
from importers.okta import endpoints as ends
from importers.okta.asking import Asking
from importers.okta.clients import client_id, is_oauth, is_service
from importers.okta.coverage import CoverageBook
from importers.okta.devices import embedded_users
from importers.okta.ids import is_okta_id
from importers.okta.walk_more import More
from importers.okta.walk_policies import read_policies
from importers.okta.walk_provisioning import Provisioned
from importers.okta.walk_roles import read_roles


class Factors(StrEnum):
    """Of whom the factors are read: one request for each user, for which there is no batch."""

    ALL = "all"
    ADMINS = "admins"
    NONE = "none"


class Walk:
    """One collection: which end points are asked in which order, and what is remembered between them (ids only)."""

    def __init__(self, reader: Reader, book: CoverageBook, progress: Progress, name: str, factors: Factors) -> None:
        self.ask = Asking(reader, book, progress, name)
        self.factors = factors

    async def everything(self) -> None:
        """Ask what decides most first, so that a collection that breaks off has it."""
        ask = self.ask
        org = await ask.read(ends.ORG, ends.ORG, listing=False)
        if org.state is not CoverageState.COMPLETE:
            # No relation rests on it; what can be reached from where is not known of any application anyway.
            ask.book.add("REACHABLE_FROM", org)
        if ask.reader.given_up:
            raise ImportFailedError(
                f"nothing could be read from {ask.reader.policy.origin}: {ask.first_error}",
                "check the address, the token and the network",
            )
        await ask.ids("APPLIES_TO", ends.USER_TYPES)
        in_realms: set[str] = set()

        def person(record: dict[str, Any]) -> None:
            if is_okta_id(record.get("realmId")):
                in_realms.add(record["realmId"])

        users = await ask.ids("ACCOUNT_OF", ends.USERS, person)
        gone = await ask.ids("ACCOUNT_OF", ends.DEPROVISIONED)
        # What a token's zones and a group's rules are is wanted where tokens and groups are stated: they come first.
        await ask.ids("DEFEATED_BY", ends.ZONES)
        await ask.ids("HAS_CREDENTIAL", ends.API_TOKENS)
        await ask.ids("APPLIES_TO", ends.RULES)
        groups = await ask.ids("MEMBER_OF", ends.GROUPS)
        if in_realms:  # an organisation without the feature is not asked for what it would refuse
            await ask.ids("SCOPED_TO", ends.REALMS)
        oauth: list[str] = []
        clients: dict[str, str] = {}

        more = More()
        provisioned = Provisioned()

        def application(record: dict[str, Any]) -> None:
            more.application(record)
            provisioned.application(record)
            if is_oauth(record):
                oauth.append(record["id"])
            if is_service(record):
                clients[record["id"]] = client_id(record)

        apps = await ask.ids("ASSIGNED_TO", ends.APPS, application)
        await read_policies(ask)
        holders = await read_roles(ask, users, groups, list(clients.values()))
        for endpoint in (ends.SECRETS, ends.JWKS):
            await ask.series("HAS_CREDENTIAL", endpoint, "app", dict.fromkeys(oauth))
            ask.rests_on("HAS_CREDENTIAL", endpoint, ends.APPS)
        await ask.series("HAS_CREDENTIAL", ends.GRANTS, "app", clients)
        ask.rests_on("HAS_CREDENTIAL", ends.GRANTS, ends.APPS)
        integrations = await ask.ids("HAS_CREDENTIAL", ends.INTEGRATIONS)
        await ask.series("HAS_CREDENTIAL", ends.INTEGRATION_SECRETS, "integration", integrations)
        await ask.one("TRUSTS", ends.SUPPORT)
        await ask.ids("TRUSTS", ends.IDPS, more.provider)
        admins = {holder for kind, holder in holders if kind == "user"}
        with_roles = {holder for kind, holder in holders if kind == "group"}

        def member(group: str, record: Any) -> None:
            if group in with_roles and isinstance(record, dict) and is_okta_id(record.get("id")):
                admins.add(record["id"])

        await ask.series("MEMBER_OF", ends.GROUP_USERS, "group", groups, member)
        await ask.series("ASSIGNED_TO", ends.APP_GROUPS, "app", apps)
        await ask.series("ASSIGNED_TO", ends.APP_USERS, "app", apps)
        await provisioned.read(ask)
        await ask.series("OWNED_BY", ends.OWNERS, "group", groups)
        ask.rests_on("OWNED_BY", ends.OWNERS, ends.GROUPS)
        await more.read(ask, len(users))
        alone: list[str] = []

        def device(record: dict[str, Any]) -> None:
            if embedded_users(record) is None:
                alone.append(record["id"])

        await ask.ids("HELD_BY", ends.DEVICES, device)
        await ask.series("HELD_BY", ends.DEVICE_USERS, "device", dict.fromkeys(alone))
        departed = set(gone)
        await self._factors([user for user in dict.fromkeys([*users, *sorted(admins)]) if user not in departed], admins)

    async def _factors(self, users: list[str], admins: set[str]) -> None:
        """Read the factors of those who were chosen; say whose were left out."""
        wanted = users if self.factors is Factors.ALL else [user for user in users if user in admins]
        if self.factors is Factors.NONE:
            wanted = []
        await self.ask.series("HAS_CREDENTIAL", ends.FACTORS, "user", wanted)
        self.ask.rests_on("HAS_CREDENTIAL", ends.FACTORS, ends.USERS)
        if self.factors is not Factors.ALL:
            left = len(users) - len(wanted)
            self.ask.book.left_out["HAS_CREDENTIAL", ends.FACTORS] = (
                f"of {left:,} of {len(users):,} users the factors were not asked for (--factors {self.factors})"
            )
