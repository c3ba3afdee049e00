"""The page of a vendor's console where a credential is ended: from an address that the inventory states."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from graphscan.analysis.session import Session

# Okta's own domains, on which the Admin Console stands beside the organisation: acme.okta.com, acme-admin.okta.com. An
# organisation under a domain of its own does not tell where its console is.
_OKTA = re.compile(r"https://([a-z0-9][a-z0-9-]*)\.(okta|oktapreview|okta-emea|okta-gov)\.com", re.ASCII)
_OKTA_ID = re.compile(r"[A-Za-z0-9]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Console:
    """
    Where a credential is ended.

    Attributes:
        address: percent-encoded https, or "".
        shows:   what the page is of, in our words; "" without one.
        product: the subtype of the application it belongs to, "" if none is known.
        form:    "cloud" or "".
    """

    address: str = ""
    shows: str = ""
    product: str = ""
    form: str = ""


def consoles(session: Session, credentials: Iterable[str]) -> dict[str, Console]:
    """Return the console of each credential, by id."""
    wanted = sorted(set(credentials))
    rows = session.con.execute(_ROWS, [wanted]).fetchall()
    apps = {
        _prefix(id_): (subtype or "", provider or "", _address(keys), _of(properties, "form"))
        for id_, subtype, provider, keys, properties in session.con.execute(_APPS).fetchall()
    }
    names = {id_: _of(properties, "app") for id_, properties in session.con.execute(_OKTA_APPS).fetchall()}
    found = {}
    for id_, subtype, properties, holders, places in rows:
        held = sorted(holders, key=lambda one: str(one["id"]))
        owners = [one["id"] for one in held]
        app = apps.get(_prefix(id_)) or next((apps[_prefix(one)] for one in owners if _prefix(one) in apps), None)
        if app is None:
            found[id_] = Console()
            continue
        product, provider, address, form = app
        page = ("", "")
        if provider == "okta":
            page = _okta(address, subtype or "", id_, owners, _of(properties, "app"), names)
        elif address and provider == "atlassian":
            logins = [login for one in held if (login := _key(one["keys"], "login"))]
            page = _atlassian(address, product, form, subtype or "", logins, places)
        found[id_] = Console(page[0], page[1], product, form)
    return found


# Private functions

_ROWS = """
SELECT c.id, c.subtype, c.properties,
  coalesce(list(DISTINCT {'id': o.id, 'keys': o.keys}) FILTER (o.id IS NOT NULL), []),
  coalesce(list(DISTINCT t.id ORDER BY t.id) FILTER (g.kind = 'GRANTS'), [])
FROM base.node c
LEFT JOIN base.relation r ON r.target = c.n AND r.kind = 'HAS_CREDENTIAL'
LEFT JOIN base.node o ON o.n = r.source
LEFT JOIN base.relation g ON g.source = c.n AND g.kind = 'GRANTS'
LEFT JOIN base.node t ON t.n = g.target
WHERE c.id IN (SELECT unnest(?::VARCHAR[])) AND c.kind IS NOT NULL
GROUP BY ALL ORDER BY c.id
"""

# The application that an importer writes of its own source: its id is the source's, with `org` or `app` behind it.
_APPS = """
SELECT id, subtype, provider, keys, properties FROM base.node
WHERE kind = 'Application' AND provider IN ('okta', 'atlassian') AND regexp_matches(id, '^[^:]+:[^:]+:(org|app)$')
ORDER BY id
"""

_OKTA_APPS = """
SELECT id, properties FROM base.node WHERE provider = 'okta' AND kind = 'Application' AND id LIKE '%:app:%' ORDER BY id
"""


def _okta(
    address: str, subtype: str, id_: str, owners: Iterable[str], app: str, names: Mapping[str, str]
) -> tuple[str, str]:
    at = _OKTA.fullmatch(address.rstrip("/"))
    if at is None or at[1].endswith("-admin"):
        return "", ""
    console = f"https://{at[1]}-admin.{at[2]}.com/admin"
    if subtype in ("api_token", "agent_token"):
        return f"{console}/access/api/tokens", "all API tokens"
    for one in (app, *owners, id_):
        kind, _, number = one.partition(":")[2].partition(":")[2].partition(":")
        if not _OKTA_ID.fullmatch(number):
            continue
        if kind == "user":
            return f"{console}/user/profile/view/{number}", "this user"
        name = names.get(one, "")
        if kind == "app" and re.fullmatch(r"\w{1,100}", name, re.ASCII):
            return f"{console}/app/{name}/instance/{number}/", "this application"
    return "", ""


def _atlassian(
    address: str, product: str, form: str, subtype: str, logins: Sequence[str], places: Iterable[str]
) -> tuple[str, str]:
    base = address.rstrip("/")
    repo = next((one.split(":", 3)[3] for one in places if one.count(":") >= 3 and one.split(":")[2] == "repo"), "")
    if form == "cloud":
        if product == "bitbucket" and subtype == "access_key" and repo.count("/") == 1 and ".." not in repo:
            return f"https://bitbucket.org/{quote(repo, safe='/')}/admin/access-keys/", "the repository's access keys"
        return "", ""
    if product == "bitbucket" and subtype == "access_key" and repo.count("/") == 1:
        project, slug = (quote(part, safe="~") for part in repo.split("/"))
        return f"{base}/plugins/servlet/ssh/projects/{project}/repos/{slug}/keys", "the repository's access keys"
    if not logins:
        return "", ""
    name = quote(logins[0], safe="")
    pages = {
        "jira": f"{base}/secure/admin/user/ViewUser.jspa?name={name}",
        "confluence": f"{base}/admin/users/viewuser.action?username={name}",
        "bitbucket": f"{base}/admin/users/view?name={name}",
    }
    page = pages.get(product, "")
    return page, "this user" if page else ""


def _prefix(id_: str) -> str:
    """Return the source that an importer's id begins with, `okta:acme` of `okta:acme:user:00u1`."""
    return ":".join(id_.split(":")[:2])


def _key(keys: object, sort: str) -> str:
    """Return the first of a node's keys of a sort, or ""."""
    told = json.loads(keys) if isinstance(keys, str) else keys
    values = (
        [one.get("value") for one in told if isinstance(one, dict) and one.get("type") == sort]
        if isinstance(told, list)
        else []
    )
    return next((one for one in values if isinstance(one, str) and one), "")


def _address(keys: object) -> str:
    """Return the base address among a node's keys where it is https, of a host, without user, question or fragment."""
    value = _key(keys, "base_url")
    try:
        parts = urlsplit(value)
        if parts.scheme != "https" or not parts.hostname or parts.username or parts.query or parts.fragment:
            return ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    if not re.fullmatch(r"[a-z0-9.-]+", parts.hostname, re.ASCII):
        return ""
    return f"https://{parts.hostname}{port}{quote(parts.path, safe='/%~')}"


def _of(properties: object, name: str) -> str:
    told = json.loads(properties) if isinstance(properties, str) else properties
    value = told.get(name) if isinstance(told, dict) else None
    return value if isinstance(value, str) else ""
