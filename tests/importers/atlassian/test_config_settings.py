"""Addresses, names and credentials of Atlassian instances: what is meant, and what is refused."""

import base64

import pytest

from graphscan.errors import UsageError
from importers.atlassian.settings import AtlassianSettings, Basic, Bearer

TOKEN = Bearer("MDM0NjI2MzYyNDEwOk9X")


@pytest.mark.parametrize(
    ("product", "url", "origin", "base", "source"),
    [
        ("jira", "https://Jira.Acme.Example/", "https://jira.acme.example", "", "jira:jira.acme.example"),
        ("jira", "https://acme.example:8443/jira/", "https://acme.example:8443", "/jira", "jira:acme.example"),
        ("confluence", "https://x.example/a/b//", "https://x.example", "/a/b", "confluence:x.example"),
        ("confluence", "https://acme.atlassian.net/wiki", "https://acme.atlassian.net", "", "confluence:acme"),
        ("jira", "https://acme.atlassian.net", "https://acme.atlassian.net", "", "jira:acme"),
        ("jira", "http://127.0.0.1:8080", "http://127.0.0.1:8080", "", "jira:127.0.0.1"),
    ],
)
def test_addresses(product: str, url: str, origin: str, base: str, source: str) -> None:
    """Scheme, host, port and context path are kept in one spelling; a Cloud site names its instance."""
    found = AtlassianSettings(product, url, "", TOKEN)

    assert (str(found.origin), found.base, found.source) == (origin, base, source)
    assert found.url == origin + base


@pytest.mark.parametrize(
    ("product", "url", "why"),
    [
        ("jira", "jira.acme.example", "not an address"),
        ("jira", "https://", "not an address"),
        ("jira", "ftp://jira.acme.example", "not an address"),
        ("jira", "http://jira.acme.example", "not encrypted"),
        ("jira", "https://ada:hunter2@jira.acme.example", "user name or password"),
        ("jira", "https://jira.acme.example/?x=1", "leads to a page"),
        ("jira", "https://jira.acme.example/secure/Dashboard.jspa", "leads to a page"),
        ("jira", "https://jira.acme.example/rest/api/2", "leads to a page"),
        ("confluence", "https://wiki.acme.example/display/ENG", "leads to a page"),
        ("confluence", "https://wiki.acme.example/a/../b", "leads to a page"),
        ("confluence", "https://wiki.acme.example/%2e%2e", "leads to a page"),
        ("bitbucket", "https://bitbucket.org/acme", "give https://api.bitbucket.org"),
        ("atlassian-org", "https://admin.atlassian.com", "give https://api.atlassian.com"),
        ("bitbucket", "https://api.bitbucket.org", "give --name"),
        ("crowd", "https://x.example", "no product"),
    ],
)
def test_addresses_that_are_refused(product: str, url: str, why: str) -> None:
    """What is no address, not encrypted, a page, or the address of everybody, is told apart and says what to do."""
    with pytest.raises(UsageError, match=why) as caught:
        AtlassianSettings(product, url, "", TOKEN)

    assert "hunter2" not in str(caught.value)


def test_a_name_where_the_address_has_none() -> None:
    """What serves every customer needs a name."""
    assert AtlassianSettings("bitbucket", "https://api.bitbucket.org", "acme", TOKEN).source == "bitbucket:acme"
    with pytest.raises(UsageError, match="cannot name an instance"):
        AtlassianSettings("jira", "https://jira.acme.example", "Acme::x", TOKEN)


def test_an_organization_takes_a_key_and_has_one_form() -> None:
    """A password, or Data Center, is refused before anything is sent."""
    url = "https://api.atlassian.com"

    assert AtlassianSettings("atlassian-org", url, "acme", TOKEN).form == "cloud"
    with pytest.raises(UsageError, match="takes a key"):
        AtlassianSettings("atlassian-org", url, "acme", Basic("ada", "hunter2"))
    with pytest.raises(UsageError, match="Cloud only"):
        AtlassianSettings("atlassian-org", url, "acme", TOKEN, "dc")


def test_secrets_are_named_and_never_shown() -> None:
    """Neither the secret nor what the header makes of it appears in a representation, and both are to be hidden."""
    found = AtlassianSettings("jira", "https://jira.acme.example", "acme", Basic("ada", "hunter2-ü"))

    assert "hunter2" not in repr(found)
    assert "hunter2-ü" in found.secrets
    assert base64.b64encode("ada:hunter2-ü".encode()).decode() in found.secrets
    assert TOKEN.token not in repr(AtlassianSettings("jira", "https://jira.acme.example", "acme", TOKEN))


@pytest.mark.parametrize(
    ("user", "secret"), [("", "x"), ("a:b", "x"), ("ada", ""), ("ada", "one\ntwo"), ("a\r\nb", "x")]
)
def test_credentials_that_are_refused(user: str, secret: str) -> None:
    """What would break the header, or is empty, is refused."""
    with pytest.raises(UsageError):
        Basic(user, secret)
    with pytest.raises(UsageError):
        Bearer(f"{secret}\n{user}")
