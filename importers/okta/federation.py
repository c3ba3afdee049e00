"""Federation out: which account, behind an application, each person who is assigned to it becomes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graphscan.model import Key, Observed, Record, Ref, Relation
from importers.okta import app_settings, passwords
from importers.okta.context import Context, identifier, object_of, state_of
from importers.okta.ids import text_of
from importers.okta.provisioning import ProvisioningBook

# In bulk: the name of an assignment in JSON, as it must be: without anything that is written in another way.
PLAIN = r'"[^"\\\s]+"'
# Of an assignment that is in one of these states nobody is signed in; of one in preparation, perhaps.
OVER = frozenset({"deprovisioned", "suspended", "inactive", "revoked", "unassigned", "deleted"})
_NOT_YET = frozenset({"staged", "pending"})
UNDERSTOOD = frozenset({"active", "provisioned", "imported", "implicit", "matched", "approved", ""})


@dataclass(slots=True)
class FederationBook:
    """
    The applications of one snapshot that lead to other products, remembered until their assignments are read.

    Attributes:
        idps_read: whether every identity provider of the organisation was listed.
        pushed:    what Okta makes and changes behind them.
    """

    idps_read: bool = True
    pushed: ProvisioningBook = field(default_factory=ProvisioningBook)
    _apps: dict[str, dict[str, Any]] = field(default_factory=dict)
    _with_password: set[str] = field(default_factory=set)

    def listed(self, context: Context, kind: str, record: dict[str, Any], where: str) -> list[Record]:
        """Take a record of a listing of the whole organisation; return what it says of federation."""
        if kind == "user":
            self.user(record)
        elif kind == "group":
            self.pushed.group(record)
        elif kind == "idp":
            self.identity_provider(context, record)
        elif kind == "app":
            return list(self.application(context, record, where))
        return []

    def user(self, record: dict[str, Any]) -> None:
        """Note a user whose password Okta itself holds."""
        credentials = object_of(record, "credentials")
        if text_of(object_of(credentials, "provider").get("type")) == "OKTA":
            self._with_password.add(record["id"])

    def identity_provider(self, context: Context, record: dict[str, Any]) -> None:
        """
        Note whose word the organisation takes: it is a product that others may lead to.

        One that is switched off is noted as well, so that nobody is signed in by it; none is where some are missing.
        """
        protocol = object_of(record, "protocol")
        trust = object_of(object_of(protocol, "credentials"), "trust")
        issuer = text_of(trust.get("issuer")) or text_of(object_of(protocol, "issuer").get("url"))
        if issuer and self.idps_read:
            context.org_keys[Key("idp_issuer", issuer, verified=state_of(record) == "active")] = None

    def application(self, context: Context, record: dict[str, Any], where: str) -> Iterator[Record]:
        """Remember an application that leads elsewhere, and say that the product behind it takes its word."""
        app_id = record["id"]
        mode = text_of(record.get("signOnMode"))
        federated = app_settings.is_federated(record)
        if federated or mode in app_settings.STORED_PASSWORD:
            self._apps[app_id] = record
        if federated:
            app = context.ref("app", app_id)
            yield Relation(
                Ref.behind("application"),
                "TRUSTS",
                app,
                via=app,
                observed=Observed.YES if state_of(record) == "active" else Observed.POSSIBLE,
                properties={"as": "sign-in", "sign_on_mode": mode},
                evidence=context.evidence(where),
            )
        yield from self.pushed.application(context, record, where)
        if mode in app_settings.STORED_PASSWORD:
            yield from passwords.shared(context, record, where)
        if object_of(object_of(record, "settings"), "app").get("useGroupMapping") is True:
            context.doubt(where, "AWS roles that follow from the names of groups are not read (useGroupMapping)")

    def leads_elsewhere(self, app_id: str) -> bool:
        """Whether each account of an application, also one by way of a group, says who its holder becomes."""
        return app_id in self._apps

    def is_plain(self, app_id: str) -> bool:
        """Whether an assignment's name and state alone say who its holder becomes (`PLAIN`)."""
        record = self._apps.get(app_id, {})
        return (
            app_settings.is_federated(record)
            and state_of(record) == "active"
            and text_of(record.get("name")) != "amazon_aws"
            and app_settings.says_user_name(record)
        )

    def account(self, context: Context, row: Any, where: str, app_id: str) -> Iterator[Record]:
        """Say of one assignment who its holder becomes, or which stored password signs them in."""
        record = self._apps.get(app_id)
        if record is None:
            return
        id_ = identifier(row)
        status = state_of(row) or ""
        if status in OVER:
            return
        if status not in UNDERSTOOD | _NOT_YET:
            context.doubt(where, f"an assignment has the status {status!r}, which is not known: possible")
        name, certain = app_settings.name_of(record, row, context.logins.get(id_, ""))
        sure = certain and status in UNDERSTOOD and state_of(record) == "active"
        if text_of(record.get("signOnMode")) in app_settings.STORED_PASSWORD:
            holds = id_ in self._with_password
            yield from passwords.of_account(context, record, row, where, (name, sure, holds))
            return
        said = {"user_name": name, "status": text_of(row.get("status"))}
        roles = _roles(row) if text_of(record.get("name")) == "amazon_aws" else []
        ends = [Ref.behind("account", name)] if name else []
        if roles:
            named = [app_settings.role_arn(one, app_settings.aws_of(record)) for one in roles]
            ends = [Ref.key("role_arn", one) for one in named if one]
            if len(ends) < len(named):
                context.doubt(where, "an AWS role is named in a way that says no ARN")
        elif not name:
            context.doubt(where, "the name under which somebody is signed in cannot be told")
        for end in ends:
            yield Relation(
                context.ref("user", id_),
                "SIGNS_IN_AS",
                end,
                via=context.ref("app", app_id),
                observed=Observed.YES if sure or (roles and status in UNDERSTOOD) else Observed.POSSIBLE,
                properties={key: value for key, value in said.items() if value},
                evidence=context.evidence(where),
            )


# Private functions


def _roles(row: dict[str, Any]) -> list[str]:
    """Return the roles in AWS that an assignment gives, each once."""
    profile = object_of(row, "profile")
    several = profile.get("samlRoles")
    named = [*(several if isinstance(several, list) else [several]), profile.get("role")]
    return list(dict.fromkeys(text_of(one).strip() for one in named if text_of(one).strip()))
