"""Accounts as an organization lists them: whose they are, whether they live, and the password of each."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graphscan.model import Key, Node, Observed, Record, Ref, Relation
from importers.atlassian.context import Context, identifier, text_of
from importers.atlassian.ids import safe
from importers.atlassian.rights import PROVIDER

PASSWORD = "atlassian:password:"  # noqa: S105 - what node ids begin with
SSO, TWO_STEP = "sso-enforced", "two-step"
# Who is suspended in the organization's directories lives on, and an administrator lets him in again.
_DEAD = {"active": None, "inactive": "disabled", "closed": "deleted"}


@dataclass(slots=True)
class Accounts:
    """
    The accounts of a snapshot, one node each, whichever listing told of it first.

    Attributes:
        two_step:  whether one was seen that a password alone does not open.
    """

    context: Context
    two_step: bool = False
    _stated: set[str] = field(default_factory=set)
    _suspended: set[str] = field(default_factory=set)
    _named: dict[str, tuple[str, str]] = field(default_factory=dict)

    def listed(self, row: Any, where: str, managed: bool) -> list[Record] | None:
        """
        Return an account as a listing of users tells it; None where it was told before.

        Args:
            managed: the listing is of those that the organization manages.
        """
        context, id_ = self.context, identifier(row, "accountId")
        if text_of(row.get("membershipStatus")) == "suspended":
            self._suspended.add(id_)
        if id_ in self._stated:
            return None
        self._stated.add(id_)
        managed = managed or row.get("claimStatus") == "managed"
        node, said = context.account(id_), context.evidence(where)
        made: list[Record] = [self._node(node, row, where, managed)]
        if managed:
            # The address at a verified domain is the organization's to set.
            made.append(Relation(Ref(node), "MEMBER_OF", context.ref("managed"), evidence=said))
            made.append(Relation(Ref(node), "ACCOUNT_OF", context.ref("app"), evidence=said))
        if row.get("accountType") not in ("app", "customer"):
            made += self._password(id_, row, where, managed)
        return made

    def service(self, row: Any, where: str) -> list[Record] | None:
        """Return a service account, which nobody signs in to with a password; None where it was told before."""
        context, id_ = self.context, identifier(row, "atlassianId")
        if id_ in self._stated:
            return None
        self._stated.add(id_)
        node, said, status = context.account(id_), context.evidence(where), text_of(row.get("status")).lower()
        name = text_of(row.get("displayName")) or id_
        properties = {"claim": "managed", "account_type": "service", **({"status": status} if status else {})}
        # What states there are is not documented: only what others call dead is taken for that.
        state = _DEAD.get(status)
        return [
            Node(node, "ServiceAccount", PROVIDER, "account", name, state=state, properties=properties, evidence=said),
            Relation(Ref(node), "MEMBER_OF", context.ref("managed"), evidence=said),
            Relation(Ref(node), "ACCOUNT_OF", context.ref("app"), evidence=said),
        ]

    def member(self, row: Any, group: Ref, where: str) -> list[Record]:
        """Return that somebody is in a group; while he is suspended that gives him nothing, yet it may again."""
        context, id_ = self.context, identifier(row, "accountId")
        made = self.listed(row, where, managed=False) or []
        observed = Observed.POSSIBLE if id_ in self._suspended else Observed.YES
        return [
            *made,
            Relation(
                Ref(context.account(id_)), "MEMBER_OF", group, observed=observed, evidence=context.evidence(where)
            ),
        ]

    def mentioned(self, account_id: str, name: str, where: str) -> None:
        """Take an account that some record names, in case no listing tells of it."""
        self._named.setdefault(account_id, (name, where))

    def finish(self) -> Iterator[Node]:
        """Yield the accounts that were named and never listed."""
        for id_, (name, where) in self._named.items():
            if id_ not in self._stated:
                node = self.context.account(id_)
                yield Node(node, "User", PROVIDER, "account", name or id_, evidence=self.context.evidence(where))

    # Private functions

    def _node(self, node: str, row: dict[str, Any], where: str, managed: bool) -> Node:
        context, status = self.context, text_of(row.get("accountStatus"))
        if status and status not in _DEAD:
            context.doubt(where, f"an unknown state of an account, {status[:40]!r}: taken as alive")
        email = text_of(row.get("email")).strip().lower()
        sort, steps, roles = text_of(row.get("accountType")), row.get("mfaEnabled"), row.get("platformRoles")
        about = {
            "claim": "managed" if managed else "unmanaged",
            "account_type": sort,
            "membership": text_of(row.get("membershipStatus")),
            "added_by": text_of(row.get("managementSource")),
            "two_step_verification": in_words(steps),
            "roles": " ".join(one for one in roles if isinstance(one, str)) if isinstance(roles, list) else "",
        }
        return Node(
            node,
            "ServiceAccount" if sort == "app" else "User",
            PROVIDER,
            sort if sort in ("app", "customer") else "account",
            name=text_of(row.get("name")) or email or node,
            state=_DEAD.get(status),
            keys=(Key("email", email, verified=managed),) if email else (),
            properties={name: value for name, value in about.items() if value},
            evidence=context.evidence(where),
        )

    def _password(self, id_: str, row: dict[str, Any], where: str, managed: bool) -> Iterator[Record]:
        """
        Yield the password of an account.

        Of managed accounts the organization says whether it signs in beside single sign-on; of others nobody does. One
        that was never set, because an identity provider made the account, cannot be told from another.
        """
        context, steps = self.context, row.get("mfaEnabled")
        node, said = f"{PASSWORD}{safe(id_)}", context.evidence(where)
        guards = [(context.ref(SSO), "defeated")] if managed else []
        if steps is True:
            self.two_step = True
            guards.append((context.ref(TWO_STEP), "defeated"))
        name = f"Password of {text_of(row.get('name')) or id_}"
        yield Node(node, "Credential", PROVIDER, "password", name=name, evidence=said)
        yield Relation(
            Ref(context.account(id_)),
            "HAS_CREDENTIAL",
            Ref(node),
            "held",
            "act_as",
            tuple(guards),
            observed=Observed.YES if managed and isinstance(steps, bool) else Observed.POSSIBLE,
            evidence=said,
        )


def in_words(value: Any) -> str:
    """Return yes or no as a property has it; empty: it is not told."""
    return str(value).lower() if isinstance(value, bool) else ""
