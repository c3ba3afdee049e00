"""
What an application's settings say of the product behind it: by which keys it is found, and by which name people are
signed in to it.

Source: the settings of Okta's own integrations (`name`) and of those that an organisation makes itself, as its API
gives them; the names of an integration's settings are the product's own.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from graphscan.model import Key
from importers.okta.context import Context
from importers.okta.ids import text_of

FEDERATED = frozenset({"SAML_2_0", "SAML_1_1", "WS_FEDERATION", "OPENID_CONNECT"})
STORED_PASSWORD = frozenset({"BROWSER_PLUGIN", "AUTO_LOGIN", "SECURE_PASSWORD_STORE", "BASIC_AUTH"})
# The organisation's own pages: they sign nobody in to anything else.
_OKTAS_OWN = frozenset({"saasure", "okta_enduser", "okta_browser_plugin", "okta_iga_reviewer", "okta_access_requests"})

# Settings in which integrations keep the product's address, without `_` and in lower case.
_ADDRESSES = frozenset(
    (
        *("baseurl", "url", "siteurl", "acsurl", "ssourl", "ssoacsurl", "loginurl", "targeturl", "authurl"),
        *("instanceurl", "serverurl", "orgurl", "redirecturi", "loginuri"),
    )
)
# Integrations that ask for the tenant's name only: (setting, what stands after the name).
_TENANTS = {"zoomus": ("subdomain", "zoom.us"), "slack": ("domain", "slack.com")}
_IDENTITY_CENTER = re.compile(r"/platform/saml/(d-[0-9a-z]{4,})")
_ARN = re.compile(r"arn:(aws[a-z-]*):iam::(\d{12}):(\S+)")
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def is_federated(record: dict[str, Any]) -> bool:
    """Whether people are signed in to a product with Okta's word."""
    key = text_of(record.get("name"))
    return text_of(record.get("signOnMode")) in FEDERATED and key not in _OKTAS_OWN


def provisions(record: dict[str, Any]) -> bool:
    """Whether Okta makes or changes accounts in the product."""
    return any(one.startswith("PUSH_") or one == "GROUP_PUSH" for one in features_of(record))


def features_of(record: dict[str, Any]) -> list[str]:
    """Return the provisioning features that are switched on."""
    stated = record.get("features")
    return sorted({one for one in stated if isinstance(one, str)}) if isinstance(stated, list) else []


def app_keys(context: Context, record: dict[str, Any]) -> tuple[Key, ...]:
    """Return the keys by which the product behind an application is found, each once, in a stable order."""
    keys = dict.fromkeys(_issuers(record))
    keys |= dict.fromkeys(_names(context, record))
    keys |= dict.fromkeys(Key("acs_url", one) for one in _addresses(record))
    return tuple(keys)


def aws_of(record: dict[str, Any]) -> tuple[str, str]:
    """Return the partition and account of the AWS identity provider that an application speaks to, or empty texts."""
    found = _ARN.match(text_of(_part(record, "settings", "app").get("identityProviderArn")).strip())
    return (found[1], found[2]) if found else ("", "")


def role_arn(named: str, aws: tuple[str, str]) -> str:
    """Return the ARN of a role that an assignment names, by its ARN or by its name in the account; empty: neither."""
    for part in named.split(","):
        found = _ARN.fullmatch(part.strip())
        if found and found[3].startswith("role/"):
            return found[0]
    plain = re.fullmatch(r"[\w+=,.@/-]{1,512}", named.strip())
    return f"arn:{aws[0]}:iam::{aws[1]}:role/{named.strip()}" if plain and aws[1] else ""


def says_user_name(record: dict[str, Any]) -> bool:
    """Whether people are signed in under the user name of their assignment, as is usual."""
    return _subject(record) in ("", "${user.userName}")


def name_of(record: dict[str, Any], account: dict[str, Any], login: str) -> tuple[str, bool]:
    """
    Return by which name an assigned user is signed in, and whether that is certain; empty: it cannot be told.

    Args:
        record:  the application.
        account: the assignment.
        login:   the user's own, where it is known.
    """
    user_name = text_of(_part(account, "credentials").get("userName")).strip()
    subject = _subject(record)
    if subject == "${user.email}" and text_of(record.get("signOnMode")).startswith("SAML"):
        email = text_of(_part(account, "profile").get("email")).strip()
        return (email, True) if email else (user_name, False)
    if user_name:
        # Any other template writes a name that is not told; the assignment's is the likeliest.
        return user_name, says_user_name(record)
    template = text_of(_part(record, "credentials", "userNameTemplate").get("template")).replace(" ", "")
    if template in ("${source.login}", "${user.login}"):
        return login, False
    if template == '${fn:substringBefore(source.login,"@")}':
        return login.partition("@")[0], False
    return "", False


# Private functions


def _subject(record: dict[str, Any]) -> str:
    return re.sub(r"\s", "", text_of(_part(record, "settings", "signOn").get("subjectNameIdTemplate")))


def _issuers(record: dict[str, Any]) -> Iterator[Key]:
    issuer = text_of(_part(record, "settings", "signOn").get("idpIssuer")).strip()
    # `http://www.okta.com/${org.externalKey}` is every application's: what stands for the key only the metadata tells.
    if issuer and "${" not in issuer:
        yield Key("idp_issuer", issuer)


def _names(context: Context, record: dict[str, Any]) -> Iterator[Key]:
    settings = _part(record, "settings", "app")
    client = text_of(_part(record, "credentials", "oauthClient").get("client_id"))
    if client and text_of(record.get("signOnMode")) == "OPENID_CONNECT":
        yield Key("client_id", client, context.origin)
    account = aws_of(record)[1]
    if account:
        yield Key("aws_account", account)
    if text_of(settings.get("githubOrg")):
        yield Key("org_name", text_of(settings["githubOrg"]).lower(), "github.com")
    for value in (*settings.values(), _part(record, "settings", "signOn").get("audienceOverride")):
        found = _IDENTITY_CENTER.search(text_of(value))
        if found:
            yield Key("org_name", found[1], "aws-identity-center")


def _addresses(record: dict[str, Any]) -> Iterator[str]:
    sign_on, settings = _part(record, "settings", "signOn"), _part(record, "settings", "app")
    override = text_of(sign_on.get("ssoAcsUrlOverride"))
    if override:
        yield from _web(override)
        return
    endpoints = sign_on.get("acsEndpoints")
    several = [one.get("url") for one in endpoints if isinstance(one, dict)] if isinstance(endpoints, list) else []
    for value in (sign_on.get("ssoAcsUrl"), *several):
        yield from _web(value)
    if not text_of(sign_on.get("ssoAcsUrl")):
        yield from _web(text_of(sign_on.get("destinationOverride")) or sign_on.get("destination"))
    client = _part(record, "settings", "oauthClient")
    redirects = client.get("redirect_uris")
    for value in (*(redirects if isinstance(redirects, list) else []), client.get("initiate_login_uri")):
        yield from (one for one in _web(value) if urlsplit(one).hostname not in _LOCAL)
    for name, value in settings.items():
        if name.replace("_", "").lower() in _ADDRESSES:
            yield from _web(value)
    setting, host = _TENANTS.get(text_of(record.get("name")), ("", ""))
    tenant = next((text_of(value) for name, value in settings.items() if name.lower() == setting), "")
    if re.fullmatch(r"[A-Za-z0-9-]{1,63}", tenant):
        yield f"https://{tenant.lower()}.{host}"


def _web(value: Any) -> Iterator[str]:
    """Yield a text if it is an address of the web, without what is asked for there."""
    try:
        parts = urlsplit(text_of(value).strip())
        if parts.scheme.lower() in ("http", "https") and parts.hostname and "$" not in parts.netloc:
            port = f":{parts.port}" if parts.port else ""
            host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
            yield f"{parts.scheme.lower()}://{host}{port}{parts.path.rstrip('/')}"
    except ValueError:
        return


def _part(record: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return an object inside others, or an empty one."""
    found: Any = record
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}
