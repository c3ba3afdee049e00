"""Every product in each of its forms, by the name that its snapshots carry; loaded when one is used."""

from importlib import import_module

from graphscan.errors import UsageError
from importers.atlassian.product import Product, ServerForm

PRODUCTS = {
    "jira-dc": "importers.atlassian.jira.dc",
    "jira-cloud": "importers.atlassian.jira.cloud",
    "confluence-dc": "importers.atlassian.confluence.dc",
    "confluence-cloud": "importers.atlassian.confluence.cloud",
    "bitbucket-dc": "importers.atlassian.bitbucket.dc",
    "bitbucket-cloud": "importers.atlassian.bitbucket.cloud",
    "atlassian-org": "importers.atlassian.org.cloud",
}
# What a server is asked to learn which form it is: the first that answers as expected decides. A member of its answer
# and what that may be (None: anything). Jira answers the same address in both forms and says which it is.
TELLS: dict[str, tuple[ServerForm, ...]] = {
    "jira": (
        ServerForm("jira-cloud", "/rest/api/2/serverInfo", "deploymentType", "cloud"),
        ServerForm("jira-dc", "/rest/api/2/serverInfo", "version"),
    ),
    "confluence": (
        ServerForm("confluence-cloud", "/wiki/rest/api/settings/systemInfo", "cloudId"),
        ServerForm("confluence-dc", "/rest/api/server-information", "version"),
        ServerForm("confluence-cloud", "/wiki/rest/api/user/current", "accountId"),
        ServerForm("confluence-dc", "/rest/api/user/current", "username"),
    ),
    "bitbucket": (
        ServerForm("bitbucket-dc", "/rest/api/latest/application-properties", "version"),
        ServerForm("bitbucket-cloud", "/2.0/user", "uuid"),
        ServerForm("bitbucket-cloud", "/2.0/user/workspaces", "values"),
        ServerForm("bitbucket-cloud", "/2.0/workspaces", "values"),
    ),
}


def product(importer: str) -> Product:
    """Return a product by the name its snapshots carry. Raises UsageError where there is none of that name."""
    if importer not in PRODUCTS:
        raise UsageError(f"{importer!r} is not read by this graphscan", f"it reads {', '.join(PRODUCTS)}")
    found = import_module(PRODUCTS[importer]).PRODUCT
    if not isinstance(found, Product):
        raise TypeError(f"{PRODUCTS[importer]}.PRODUCT is no product")
    return found


def importer_of(prefix: str, form: str) -> str:
    """Return the name of a product in a form (`dc`, `cloud`)."""
    return prefix if prefix in PRODUCTS else f"{prefix}-{form}"


def forms(prefix: str) -> tuple[str, ...]:
    """Return the names of a product's forms: `jira` gives `jira-dc` and `jira-cloud`."""
    return tuple(one for one in PRODUCTS if one == prefix or one.rpartition("-")[0] == prefix)
