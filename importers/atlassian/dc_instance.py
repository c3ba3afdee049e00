"""What all Data Center products have alike: the application itself, and the passwords of its own accounts."""

from collections.abc import Iterator, Mapping

from graphscan.model import Coverage, Key, Node, Observed, Record
from importers.atlassian import sign_on
from importers.atlassian.context import Context
from importers.atlassian.rights import PROVIDER, local_login_control, password


def application(
    context: Context,
    signs_in: sign_on.SignOn,
    coverage: list[Coverage],
    kind: str,
    properties: Mapping[str, str],
    where: str,
) -> Iterator[Record]:
    """Yield the application, with whom it trusts, and the control before local passwords."""
    yield Node(
        context.id("app"),
        "Application",
        PROVIDER,
        kind,
        name=f"{kind.capitalize()} {context.name}",
        keys=(Key("base_url", f"{context.origin}{context.base}"), *signs_in.keys(coverage)),
        properties={name: value for name, value in properties.items() if value},
        evidence=context.evidence(where),
    )
    yield local_login_control(context, signs_in.local_login(), sign_on.SSO.path)


def passwords(context: Context, signs_in: sign_on.SignOn, told: Mapping[str, tuple[str, str]]) -> Iterator[Record]:
    """
    Yield the passwords of accounts.

    Args:
        told: of each account's key, the name that signs in, and where it was told.
    """
    for key, (login, page) in told.items():
        # Whether somebody gave a password to an account that was made by an assertion is not told.
        seen = Observed.POSSIBLE if login.lower() in signs_in.made else Observed.YES
        yield from password(context, context.ref("user", key), key, page, seen)
