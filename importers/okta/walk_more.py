"""Which keys, hooks, agents, authorization servers, settings and links are asked for, and which are left out."""

from dataclasses import dataclass, field
from typing import Any

from importers.okta import endpoints as ends
from importers.okta.asking import Asking, filled
from importers.okta.context import state_of
from importers.okta.ids import is_okta_id, node_id
from importers.okta.refresh_tokens import MOST_USERS, keeps_tokens
from importers.okta.signing_keys import asserts

# Relation kind and end point of what is one reply, or one listing, of the whole organization.
_ONE = (
    ("TRUSTS", ends.USER_SCHEMA),
    ("TRUSTS", ends.THIRD_PARTY_ADMIN),
    ("TRUSTS", ends.CLIENT_PRIVILEGES),
)
_LISTED = (
    ("TRUSTS", ends.INLINE_HOOKS),
    ("TRUSTS", ends.EVENT_HOOKS),
    ("TRUSTS", ends.AGENT_POOLS),
    ("CONTAINS", ends.LOG_STREAMS),
    ("TRUSTS", ends.REALM_ASSIGNMENTS),
    ("OWNED_BY", ends.OKTA_SERVICE_ACCOUNTS),
    ("OWNED_BY", ends.SERVICE_ACCOUNTS),
)


@dataclass(slots=True)
class More:
    """
    What is asked for once applications and identity providers are known.

    Attributes:
        signed:    applications that assertions are signed for.
        refreshed: applications that are given refresh tokens.
        providers: identity providers that are not switched off.
    """

    signed: dict[str, None] = field(default_factory=dict)
    refreshed: dict[str, None] = field(default_factory=dict)
    providers: dict[str, None] = field(default_factory=dict)

    def application(self, record: dict[str, Any]) -> None:
        """Note an application that was listed."""
        if asserts(record):
            self.signed[record["id"]] = None
        if keeps_tokens(record):
            self.refreshed[record["id"]] = None

    def provider(self, record: dict[str, Any]) -> None:
        """Note an identity provider that was listed."""
        if state_of(record) != "inactive":
            self.providers[record["id"]] = None

    async def read(self, ask: Asking, users: int) -> None:
        """Ask for all of it; `users` is how many people there are."""
        for relation, endpoint in _ONE:
            await ask.one(relation, endpoint)
        for relation, endpoint in _LISTED:
            await ask.ids(relation, endpoint)
        await self._servers(ask)
        await ask.ids("GRANTS", ends.IDP_KEYS)
        await ask.series("TRUSTS", ends.IDP_USERS, "idp", self.providers)
        ask.rests_on("TRUSTS", ends.IDP_USERS, ends.IDPS)
        await ask.series("GRANTS", ends.APP_KEYS, "app", self.signed)
        ask.rests_on("GRANTS", ends.APP_KEYS, ends.APPS)
        if users > MOST_USERS:
            ask.book.left_out["HAS_CREDENTIAL", ends.REFRESH_TOKENS] = (
                f"refresh tokens of {len(self.refreshed):,} applications were not asked for: there are {users:,} "
                f"people, more than {MOST_USERS:,}"
            )
        else:
            await ask.series("HAS_CREDENTIAL", ends.REFRESH_TOKENS, "app", self.refreshed)
            ask.rests_on("HAS_CREDENTIAL", ends.REFRESH_TOKENS, ends.APPS)

    async def _servers(self, ask: Asking) -> None:
        servers = await ask.ids("CONTAINS", ends.AUTH_SERVERS)
        await ask.series("GRANTS", ends.AUTH_SERVER_KEYS, "auth-server", servers)
        policies: dict[tuple[str, str], None] = {}

        def policy(server: str, record: Any) -> None:
            if isinstance(record, dict) and is_okta_id(record.get("id")):
                policies[server, record["id"]] = None

        await ask.series("TRUSTS", ends.AUTH_SERVER_POLICIES, "auth-server", servers, policy)
        await ask.many(
            ends.AUTH_SERVER_RULES,
            (
                (filled(ends.AUTH_SERVER_RULES, *ids), "TRUSTS", node_id(ask.name, "auth-policy", ids[1]), _nothing)
                for ids in policies
            ),
        )


# Private functions


def _nothing(_record: Any) -> None:
    """Take a record of which nothing is remembered."""
