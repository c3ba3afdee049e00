"""What records of every product become alike: permissions by level, credentials with their age, local passwords."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from graphscan.model import (
    Coverage,
    CoverageState,
    Enforced,
    Enforcement,
    LastUse,
    Node,
    Observed,
    Record,
    Ref,
    Relation,
    Version,
)
from importers.atlassian.context import Context

# What a holder needs to use a right: reading and writing pass through any token that may, administration of an object
# through one that administers, that of the application only through all rights of the account (never an HTTP token).
NEEDS = {"read": "api_read", "write": "api_write", "admin": "api_admin"}
LEVELS = ("read", "write", "admin")
PROVIDER = "atlassian"


def reachable(context: Context) -> tuple[Ref, str]:
    """Return the fact that the application can be talked to, which every use of a right asks for."""
    return context.ref("app"), "reachable"


def permitted(
    context: Context,
    holder: Ref,
    what: Ref,
    highest: str,
    where: str,
    observed: Observed = Observed.YES,
    above: str = "",
) -> Iterator[Relation]:
    """
    Yield the right of a holder over an object, one relation for each level up to the highest.

    So a token that only reads, of somebody who administers, reads.

    Args:
        above: a level that is stated already, with those below it: what is sure is not possible besides.
    """
    first = LEVELS.index(above) + 1 if above else 0
    for level in LEVELS[first : LEVELS.index(highest) + 1]:
        yield Relation(
            holder,
            "ASSIGNED_TO",
            what,
            NEEDS[level],
            level,
            (reachable(context),),
            observed=observed,
            evidence=context.evidence(where),
        )


def contained(
    context: Context, outer: Ref, inner: Ref, where: str, levels: tuple[str, ...] = LEVELS
) -> Iterator[Record]:
    """Yield that an object opens what is inside, level by level."""
    for level in levels:
        yield Relation(outer, "CONTAINS", inner, level, level, evidence=context.evidence(where))


def credential(
    context: Context,
    id_: str,
    subtype: str,
    record: dict[str, Any],
    where: str,
    *,
    name: str = "",
    created: str = "createdDate",
    used: str = "lastAuthenticated",
) -> Node:
    """
    Return a credential with what its record says of its age.

    Args:
        created, used: names of the record's dates; `expiryDays` counts from the first, `expiryDate` and `expiresAt` are
            dates themselves.
    """
    since = context.date(record, created, where)
    ends: datetime | None = None
    for member in ("expiryDate", "expiresAt", "expiringAt"):
        ends = ends or context.date(record, member, where)
    days = record.get("expiryDays")
    if (
        ends is None
        and since is not None
        and isinstance(days, int)
        and not isinstance(days, bool)
        and 0 < days < 40_000
    ):
        try:
            ends = since + timedelta(days=days)
        except OverflowError:
            context.doubt(where, "`expiryDays` leads beyond any date; the record was imported without an end")
    last = context.date(record, used, where)
    return Node(
        id_,
        "Credential",
        PROVIDER,
        subtype,
        name=name,
        valid_from=since,
        versions=() if since is None else (Version(since),),
        expires_at=ends,
        last_used=(LastUse(context.prefix, last, known=last is not None),),
        evidence=context.evidence(where),
    )


def local_login(context: Context) -> Ref:
    """Return the control that stops passwords of a product's own accounts: single sign-on alone is let in."""
    return context.ref("local-login-disabled")


def local_login_control(context: Context, enforced: Enforced, where: str) -> Node:
    """Return that control as it is known."""
    return Node(
        local_login(context).text,
        "Control",
        PROVIDER,
        "sso_only",
        name=f"Local login to {context.prefix} {context.name} disabled",
        # What is not known is left unsaid, so that a facts file can say it.
        enforced=() if enforced is Enforced.UNKNOWN else (Enforcement(enforced),),
        evidence=context.evidence(where),
    )


def password(context: Context, user: Ref, key: str, where: str, observed: Observed = Observed.YES) -> Iterator[Record]:
    """Yield the password of an account in the product's own directory: nothing tells when it was replaced."""
    id_ = context.id("password", key)
    yield Node(id_, "Credential", PROVIDER, "password", name=f"Password of {key}", evidence=context.evidence(where))
    yield Relation(
        user,
        "HAS_CREDENTIAL",
        Ref(id_),
        "held",
        "act_as",
        (reachable(context), (local_login(context), "defeated")),
        observed=observed,
        evidence=context.evidence(where),
    )


def no_content(context: Context, ids: Iterable[str]) -> Iterator[Coverage]:
    """
    Yield that things hold no content of their own: it lies in the issues, pages and repositories inside.

    So the gap of unread content is closed by speaking of those alone.
    """
    for id_ in ids:
        yield Coverage("STORES", CoverageState.COMPLETE, id_, at=context.at)
