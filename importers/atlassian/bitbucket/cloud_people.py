"""Who is who in Bitbucket Cloud: records name a user by UUID, and not each of them tells the Atlassian account."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from graphscan.model import Evidence, Node, Record, Ref, Relation
from importers.atlassian.context import Context, NotARecordError, text_of
from importers.atlassian.ids import is_name
from importers.atlassian.rights import PROVIDER

# States of an account in which nobody acts with it; `active` is the only one that the description names so far.
_DEAD = {"inactive": "disabled", "disabled": "disabled", "suspended": "suspended", "closed": "deleted"}


@dataclass(slots=True)
class _Person:
    """What records say of one user."""

    uuid: str
    evidence: Evidence
    account_id: str = ""
    name: str = ""
    nickname: str = ""
    status: str = ""
    robot: bool = False
    two_steps: bool | None = None


@dataclass(slots=True)
class People:
    """
    The users of a snapshot.

    A relation of somebody whose account was not told yet waits until everything was seen: so one person is one node,
    whichever record told the account.
    """

    context: Context
    _people: dict[str, _Person] = field(default_factory=dict)
    _by_account: dict[str, str] = field(default_factory=dict)
    _by_ref: dict[str, str] = field(default_factory=dict)
    _waiting: list[Relation] = field(default_factory=list)

    def ref(self, user: Any, where: str) -> Ref:
        """Return the reference of a user as a record names him. Raises NotARecordError where it names nobody."""
        if not isinstance(user, dict):
            raise NotARecordError("the user is not an object")
        uuid, account_id = user.get("uuid"), user.get("account_id")
        account_id = account_id if is_name(account_id) else ""
        if not is_name(uuid):
            if not account_id:
                raise NotARecordError("neither `uuid` nor `account_id` names the user")
            uuid = self._by_account.get(account_id, account_id)
        known = self._people.get(uuid)
        if known is None:
            known = self._people[uuid] = _Person(uuid, self.context.evidence(where))
        known.account_id = known.account_id or account_id
        if account_id:
            self._by_account.setdefault(account_id, uuid)
        known.name = known.name or text_of(user.get("display_name"))
        known.nickname = known.nickname or text_of(user.get("nickname"))
        known.status = text_of(user.get("account_status")) or known.status
        known.robot = known.robot or user.get("type") == "app_user"
        if isinstance(user.get("has_2fa_enabled"), bool):
            known.two_steps = user["has_2fa_enabled"]
        ref = self._unsettled(uuid)
        self._by_ref[ref.text] = uuid
        return ref

    def by_uuid(self, uuid: str, where: str) -> Ref:
        """Return the reference of a user of whom only the UUID is known."""
        return self.ref({"uuid": uuid}, where)

    def settled(self, records: Iterable[Record]) -> Iterator[Record]:
        """Yield records with people by their accounts, as far as they are told; the rest wait."""
        for one in records:
            uuid = self._uuid(one)
            if not uuid or not isinstance(one, Relation):
                yield one
            elif self._people[uuid].account_id:
                yield replace(one, source=self._settled(uuid))
            else:
                self._waiting.append(one)

    def finish(self) -> Iterator[Record]:
        """Yield the users, and what waited for their accounts."""
        context = self.context
        done: set[str] = set()
        for one in self._people.values():
            ref = self._settled(one.uuid)
            if ref.text in done:
                continue
            done.add(ref.text)
            if one.status and one.status != "active" and one.status not in _DEAD:
                context.doubt(
                    one.evidence.where, f"an unknown state of an account, {one.status[:40]!r}: taken as alive"
                )
            if not one.account_id:
                context.doubt(one.evidence.where, "a user without an Atlassian account: joined with no other product's")
            properties: dict[str, Any] = {"bitbucket_uuid": one.uuid}
            if one.two_steps is not None:
                properties["two_step_verification"] = one.two_steps
            yield Node(
                ref.text,
                "ServiceAccount" if one.robot else "User",
                PROVIDER,
                "account",
                name=one.name or one.nickname or one.uuid,
                state=_DEAD.get(one.status),
                properties=properties,
                evidence=one.evidence,
            )
            yield Relation(ref, "ACCOUNT_OF", context.ref("app"), evidence=one.evidence)
            yield Relation(ref, "MEMBER_OF", context.ref("licensed"), evidence=one.evidence)
        for relation in self._waiting:
            yield replace(relation, source=self._settled(self._uuid(relation)))

    # Private functions

    def _unsettled(self, uuid: str) -> Ref:
        return self.context.ref("user", uuid)

    def _settled(self, uuid: str) -> Ref:
        account_id = self._people[uuid].account_id
        return Ref(self.context.account(account_id)) if account_id else self._unsettled(uuid)

    def _uuid(self, record: Record) -> str:
        """Return whose relation it is; empty: nobody's that is named by UUID."""
        return self._by_ref.get(record.source.text, "") if isinstance(record, Relation) else ""
