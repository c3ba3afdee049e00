"""Which form and version a server has, and who a credential is there: the questions that any account may ask."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from importers.atlassian.ids import quoted
from importers.atlassian.product import Endpoint
from importers.atlassian.settings import AtlassianSettings, Basic, Bearer

_BASIC_OFF = 11  # the version of Jira Data Center from which Basic is off unless an administrator allows it

_TOKENS_AND_ADMINISTRATION = (
    "Bitbucket Data Center never lets a token reach its administration (BSERV-10482): accounts, groups, global "
    "permissions and sign-in settings stay unread; use the user and password of an administrator"
)


@dataclass(frozen=True, slots=True)
class Identity:
    """
    What a form is asked.

    Attributes:
        version: an object that states its version, and the member that does; None: it has none.
        who:     an object that says who signed in.
        names:   its members that name the account, the best first.
        rights:  an object that says what the account may do, with the rights that are looked at; None: there is none.
    """

    version: tuple[str, str] | None
    who: str
    names: tuple[str, ...]
    rights: tuple[str, tuple[str, ...]] | None = None


IDENTITIES: dict[str, Identity] = {
    "jira-dc": Identity(
        ("/rest/api/2/serverInfo", "version"),
        "/rest/api/2/myself",
        ("name", "key", "emailAddress"),
        ("/rest/api/2/mypermissions", ("ADMINISTER", "SYSTEM_ADMIN")),
    ),
    "jira-cloud": Identity(
        None,
        "/rest/api/3/myself",
        ("emailAddress", "accountId"),
        ("/rest/api/3/mypermissions?permissions=ADMINISTER", ("ADMINISTER",)),
    ),
    "confluence-dc": Identity(
        ("/rest/api/server-information", "version"), "/rest/api/user/current", ("username", "userKey")
    ),
    "confluence-cloud": Identity(None, "/wiki/rest/api/user/current", ("email", "accountId")),
    # Data Center names the account in a header of each answer.
    "bitbucket-dc": Identity(
        ("/rest/api/latest/application-properties", "version"), "/rest/api/latest/projects?limit=1", ()
    ),
    "bitbucket-cloud": Identity(None, "/2.0/user", ("nickname", "account_id", "uuid")),
    "atlassian-org": Identity(None, "/admin/v1/orgs", ()),
}


def asks(importer: str, options: Mapping[str, Any]) -> str:
    """Return what tells who a credential is: a key of an organization or a directory opens nothing but that."""
    directories, org = options.get("directories"), options.get("org_id")
    if importer == "atlassian-org" and directories:
        return f"/scim/directory/{quoted(str(directories[0]))}/Users?count=1"
    if importer == "atlassian-org" and org:
        return f"/admin/v1/orgs/{quoted(str(org))}"
    return IDENTITIES[importer].who


def endpoint(path: str) -> Endpoint:
    """Return a question as an end point: its query stands behind the `?`."""
    at, _, query = path.partition("?")
    said = dict(part.split("=", 1) for part in query.split("&")) if query else {}
    return Endpoint(at, "ACCOUNT_OF", listing=False, query=said)


def who(importer: str, body: Any, user: str) -> str:
    """
    Return who an answer says one is; empty: it does not say, or nobody.

    Args:
        user: the account that a header names.
    """
    if user:
        return "" if user.lower() == "anonymous" else user
    if not isinstance(body, dict) or body.get("type") == "anonymous":
        return ""
    if importer == "atlassian-org":
        if isinstance(body.get("Resources"), list):
            return "a key of a user directory"
        data = body.get("data")
        data = [data] if isinstance(data, dict) else data
        names = [one.get("id") for one in data if isinstance(one, dict)] if isinstance(data, list) else []
        return "a key of " + ", ".join(str(one) for one in names[:5]) if names else ""
    found = [body.get(name) for name in IDENTITIES[importer].names]
    return next((one for one in found if isinstance(one, str) and one.strip()), "")


def rights(importer: str, body: Any) -> dict[str, bool]:
    """Return which of the rights that are looked at the account has; one that the answer does not state is left out."""
    looked_at = IDENTITIES[importer].rights
    stated = body.get("permissions") if isinstance(body, dict) else None
    if looked_at is None or not isinstance(stated, dict):
        return {}
    found = {name: stated[name].get("havePermission") for name in looked_at[1] if isinstance(stated.get(name), dict)}
    return {name: has for name, has in found.items() if isinstance(has, bool)}


def advice(settings: AtlassianSettings, importer: str, version: str = "") -> list[str]:
    """Return what is to be said of a kind of credential at a form of a product, whatever it turns out to read."""
    if importer == "bitbucket-dc" and isinstance(settings.credential, Bearer):
        return [_TOKENS_AND_ADMINISTRATION]
    major = version.partition(".")[0]
    if (
        importer == "jira-dc"
        and isinstance(settings.credential, Basic)
        and major.isdecimal()
        and int(major) >= _BASIC_OFF
    ):
        return [f"Jira {version} has Basic switched off unless an administrator allows it; use a personal access token"]
    if importer.endswith("-cloud") and isinstance(settings.credential, Basic) and "@" not in settings.credential.user:
        return ["an account of the Cloud signs in with its e-mail address and an API token, not with a password"]
    return []
