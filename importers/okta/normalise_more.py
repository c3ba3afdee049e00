"""Which mapping takes the records of keys, hooks, agents, servers, settings and links, and how often each is taken."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from json import dumps
from typing import Any

from graphscan.model import Record
from importers._http import Page
from importers.okta import agents, authorization_servers, group_rules, hooks, org_settings, refresh_tokens, trust
from importers.okta import endpoints as ends
from importers.okta.context import Context, NotARecordError, identifier
from importers.okta.signing_keys import KeyBook, key_id

_Mapping = Callable[[Context, Any, str], Iterable[Record]]
_Part = Callable[..., Iterable[Record]]

_LISTED: dict[str, _Mapping] = {
    ends.AGENT_POOLS: agents.pool,
    ends.EVENT_HOOKS: hooks.event_hook,
    ends.INLINE_HOOKS: hooks.inline_hook,
    ends.LOG_STREAMS: hooks.log_stream,
    ends.REALM_ASSIGNMENTS: org_settings.realm_assignment,
    ends.SERVICE_ACCOUNTS: org_settings.service_account,
    ends.OKTA_SERVICE_ACCOUNTS: org_settings.okta_service_account,
    ends.USER_SCHEMA: group_rules.schema,
    ends.THIRD_PARTY_ADMIN: org_settings.third_party_admin,
    ends.CLIENT_PRIVILEGES: org_settings.client_privileges,
}
_ONE = frozenset({ends.USER_SCHEMA, ends.THIRD_PARTY_ADMIN, ends.CLIENT_PRIVILEGES})
_PARTS: dict[str, _Part] = {
    ends.AUTH_SERVER_POLICIES: authorization_servers.policy,
    ends.AUTH_SERVER_RULES: authorization_servers.rule,
    ends.REFRESH_TOKENS: refresh_tokens.refresh_token,
    ends.IDP_USERS: trust.linked_user,
}


@dataclass(slots=True)
class More:
    """The records of one snapshot that these end points answer with."""

    context: Context
    keys: KeyBook = field(default_factory=KeyBook)
    _seen: dict[tuple[str, str], bytes] = field(default_factory=dict)
    _part: tuple[str, dict[tuple[str, str], bytes]] = field(default_factory=lambda: ("", {}))

    def reads(self, endpoint: str) -> bool:
        """Whether an end point's records are mapped here."""
        return endpoint in _LISTED or endpoint in _PARTS or endpoint in self._of_keys()

    def listed(self, kind: str, record: dict[str, Any], where: str) -> Iterator[Record]:
        """Yield what else an application or identity provider that was listed says."""
        try:
            if kind == "app":
                refresh_tokens.note(self.context, record)
                self.keys.application(self.context, record, where)
            elif kind == "idp":
                self.keys.provider(self.context, record, where)
        except NotARecordError as error:
            # What it is itself was understood, and stays.
            self.context.doubt(where, f"of its keys: {error}")
        if kind == "app":
            yield from hooks.used_by(self.context, record, where)
            yield from group_rules.source_of_profiles(self.context, record, where)

    def record(self, page: Page, row: Any) -> list[Record] | None:
        """Return what a record says; None where it was said already. Raises NotARecordError."""
        endpoint = page.endpoint
        parts, template = page.path.split("/"), endpoint.split("/")
        named = [parts[place] for place, part in enumerate(template) if part.startswith("{")]
        id_of = key_id if endpoint in self._of_keys() and endpoint != ends.AUTH_SERVERS else identifier
        id_ = "" if endpoint in _ONE else id_of(row)
        if named and self._part[0] != page.path:
            self._part = (page.path, {})  # of parts only those of one object are remembered: there may be millions
        seen, known = (endpoint, id_), self._part[1] if named else self._seen
        digest = sha256(dumps(row, sort_keys=True).encode()).digest()[:8]
        before = known.get(seen)
        if before is not None:
            if before != digest:
                self.context.doubt(endpoint, "listed twice with different content; the first was imported")
            return None
        mapping = _LISTED.get(endpoint) or _PARTS.get(endpoint) or self._of_keys()[endpoint]
        made = list(mapping(self.context, row, page.path, *named))
        known[seen] = digest
        return made

    def records(self) -> Iterator[Record]:
        """Yield what only the end of the snapshot decides."""
        yield from self.keys.records(self.context)

    # Private methods

    def _of_keys(self) -> dict[str, _Part]:
        return {
            ends.APP_KEYS: self.keys.app_key,
            ends.AUTH_SERVERS: self._server,
            ends.AUTH_SERVER_KEYS: self.keys.server_key,
            ends.IDP_KEYS: self.keys.provider_key,
        }

    def _server(self, context: Context, record: Any, where: str) -> Iterator[Record]:
        made = list(authorization_servers.server(context, record, where))
        self.keys.server(context, record, where)
        yield from made
