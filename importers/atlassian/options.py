"""
The settings of a collection from an Atlassian product: common ones, and those of one product.

The variables are made of the product and the setting: `GRAPHSCAN_JIRA_URL`. One of several instances has its own,
which come before: `GRAPHSCAN_JIRA_ACME_URL`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from importers._options import Option, share, text, texts, whole
from importers.atlassian.settings import EXAMPLES


@dataclass(frozen=True, slots=True)
class Extra:
    """
    A setting that a product's reader looks at, through `Asking.option`.

    Attributes:
        products: which have it.
        default:  what it is where nobody says.
    """

    products: tuple[str, ...]
    means: str
    read: Callable[[Any], Any]
    default: Any

    def shown(self, value: Any) -> str:
        """Return a value as one would write it."""
        return " ".join(value) if isinstance(value, tuple) else str(value)


def _ids(value: Any) -> tuple[str, ...]:
    """Return ids of pages, which a configuration file may hold as numbers."""
    found = texts([str(one) if type(one) is int else one for one in value] if isinstance(value, list) else value)
    if not all(re.fullmatch(r"[0-9]{1,19}", one, re.ASCII) for one in found):
        raise ValueError
    return found


def _form(value: Any) -> str:
    found = text(value).lower()
    if found not in ("dc", "cloud"):
        raise ValueError
    return found


def _slugs(value: Any) -> tuple[str, ...]:
    found = texts(value)
    if not all(re.fullmatch(r"[A-Za-z0-9_.{}-]{1,100}", one) for one in found):
        raise ValueError
    return found


def _organization(value: Any) -> str:
    found = text(value)
    if not re.fullmatch(r"[A-Za-z0-9-]{1,64}", found):
        raise ValueError
    return found


def _sites(value: Any) -> tuple[str, ...]:
    """Return sources with the id of their site, or of their workspace in Bitbucket."""
    found = texts(value)
    pattern = r"(jira|confluence|bitbucket):[a-z0-9][a-z0-9._-]{0,62}=[A-Za-z0-9{}-]{1,100}"
    if not all(re.fullmatch(pattern, one, re.ASCII) for one in found):
        raise ValueError
    return found


def _directories(value: Any) -> tuple[str, ...]:
    found = texts(value)
    if not all(re.fullmatch(r"[A-Za-z0-9-]{1,64}", one, re.ASCII) for one in found):
        raise ValueError
    return found


EXTRAS: dict[str, Extra] = {
    "pages": Extra(("confluence",), "ids of pages whose restrictions are read, as in 98310 98311", _ids, ()),
    "workspaces": Extra(("bitbucket",), "slugs of Cloud workspaces, as in acme acme-labs", _slugs, ()),
    "sites": Extra(
        ("atlassian-org",), "which instance each product is: jira:acme=SITE-ID confluence:acme=SITE-ID", _sites, ()
    ),
    "directories": Extra(
        ("atlassian-org",), "ids of user directories (SCIM) that the token opens, and nothing else", _directories, ()
    ),
    "org_id": Extra(("atlassian-org",), "the organization's id, as admin.atlassian.com shows it", _organization, ""),
}

_COMMON: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "name": ("lower-case letters, digits, `.`, `_` and `-`", text),
    "form": ("dc or cloud", _form),
    "token_file": ("a file with a token", text),
    "user": ("the name that signs in", text),
    "password_file": ("a file with a password, or a Cloud account's API token", text),
    "in_flight": ("a number from 1 to 64", whole(1, 64)),
    "reserve": ("a share from 0 to 0.9", share),
}
SECRETS = ("token", "password")


def options(product: str) -> dict[str, Option]:
    """Return the settings of one product by name, the address first."""
    means = {"url": (f"an address such as {EXAMPLES[product]}", text), **_COMMON}
    if product == "atlassian-org":
        # It has one form and takes a key.
        means = {name: one for name, one in means.items() if name not in ("form", "user", "password_file")}
    means |= {name: (one.means, one.read) for name, one in EXTRAS.items() if product in one.products}
    return {
        name: Option(f"--{name.replace('_', '-')}", variable(product, "", name), said, read)
        for name, (said, read) in means.items()
    }


def variable(product: str, instance: str, name: str) -> str:
    """Return the variable of a setting or secret: of one instance, or of whichever instance is read."""
    words = ["GRAPHSCAN", product, instance, name] if instance else ["GRAPHSCAN", product, name]
    return "_".join(re.sub(r"[^A-Z0-9]", "_", word.upper()) for word in words)


def defaults(product: str) -> Mapping[str, Any]:
    """Return what the product's own settings are where nobody says."""
    return {name: one.default for name, one in EXTRAS.items() if product in one.products}
