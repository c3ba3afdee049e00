"""Where the settings of an Atlassian instance come from, and how it signs in."""

from pathlib import Path
from typing import Any

import pytest

from graphscan.errors import BadFileError, UsageError
from importers.atlassian.config import Effective, every, resolve
from importers.atlassian.options import EXTRAS, options, variable
from importers.atlassian.settings import PRODUCTS, Basic, Bearer

TOKEN = "MDM0NjI2MzYyNDEwOk9X"
OTHER = "another-token-entirely"
JIRA = '[jira.acme]\nurl = "https://jira.acme.example"\n'
TWO = JIRA + '[jira.other-eu]\nurl = "https://other.example/jira"\n'


def settle(
    folder: Path, config: str | None = None, env: dict[str, str] | None = None, product: str = "jira", **flags: Any
) -> Effective:
    """Put settings together in a folder of their own."""
    if config is not None:
        (folder / "graphscan.toml").write_text(config)
    return resolve(product, flags, None, env or {}, folder)


def source(found: Effective, name: str) -> tuple[str, str]:
    """Return a setting's value and where it comes from."""
    (one,) = [one for one in found.sources if one.name == name]
    return one.value, one.source


def test_a_variable_of_the_instance_comes_last(tmp_path: Path) -> None:
    """Flag < file < the product's variables < those of the instance; what a flag said in vain is named."""
    env = {
        "GRAPHSCAN_JIRA_TOKEN": OTHER,
        "GRAPHSCAN_JIRA_ACME_TOKEN": TOKEN,
        "GRAPHSCAN_JIRA_RESERVE": "0.5",
        "GRAPHSCAN_JIRA_IN_FLIGHT": "7",
        "GRAPHSCAN_JIRA_ACME_IN_FLIGHT": "9",
    }
    found = settle(
        tmp_path, JIRA + "in_flight = 3\nreserve = 0.3\n", env, in_flight=2, url="https://flag.example", reserve=0.1
    )
    file = str(tmp_path / "graphscan.toml")

    assert found.atlassian.credential == Bearer(TOKEN)
    assert (found.policy.in_flight, found.policy.reserve) == (9, 0.5)
    assert str(found.policy.origin) == "https://jira.acme.example"
    assert found.atlassian.source == "jira:acme"
    assert source(found, "in_flight") == ("9", "GRAPHSCAN_JIRA_ACME_IN_FLIGHT")
    assert source(found, "url") == ("https://jira.acme.example", f"{file} [jira.acme]")
    assert source(found, "token") == ("(secret)", "GRAPHSCAN_JIRA_ACME_TOKEN")
    assert set(found.overridden) == {
        f"--in-flight is overridden by {file}",
        f"--reserve is overridden by {file}",
        f"--url is overridden by {file}",
    }
    assert TOKEN not in repr(found)
    assert OTHER not in repr(found)


def test_which_instance(tmp_path: Path) -> None:
    """The only one is taken, of several the one that is named; else all of them are listed."""
    env = {"GRAPHSCAN_JIRA_TOKEN": TOKEN, "GRAPHSCAN_JIRA_OTHER_EU_TOKEN": OTHER}

    assert settle(tmp_path, JIRA, env).atlassian.source == "jira:acme"
    other = settle(tmp_path, TWO, env, name="other-eu")
    assert (other.atlassian.source, other.atlassian.base) == ("jira:other-eu", "/jira")
    assert other.atlassian.credential == Bearer(OTHER)
    assert settle(tmp_path, TWO, env, name="acme").atlassian.credential == Bearer(TOKEN)
    with pytest.raises(UsageError, match=r"2 instances: acme, other-eu.*choose with --name acme"):
        settle(tmp_path, TWO, env)
    with pytest.raises(UsageError, match=r"no section \[jira.third\].*acme, other-eu"):
        resolve("jira", {"name": "third"}, tmp_path / "graphscan.toml", env, tmp_path)
    third = settle(tmp_path, TWO, env, name="third", url="https://third.example")
    assert third.atlassian.source == "jira:third"


def test_each_product_has_sections_of_its_own(tmp_path: Path) -> None:
    """Sections of other products, and of Okta, are left alone, whatever they hold; an unknown one is a mistake."""
    mixed = JIRA + (
        '[okta.acme]\norg_url = "https://acme.okta.com"\nzzz = 1\n'
        '[confluence.acme]\nurl = "https://wiki.acme.example/confluence"\npages = [98310, "98311"]\n'
        '[bitbucket.acme]\nurl = "https://api.bitbucket.org"\nworkspaces = ["acme", "acme-labs"]\n'
        '[atlassian-org.acme]\nurl = "https://api.atlassian.com"\norg_id = "1b5c-77"\n'
    )
    env = {variable(product, "", "token"): TOKEN for product in PRODUCTS}

    wiki = settle(tmp_path, mixed, env, "confluence").atlassian
    git = settle(tmp_path, mixed, env, "bitbucket").atlassian
    organization = settle(tmp_path, mixed, env, "atlassian-org").atlassian

    assert (str(wiki.origin), wiki.base, wiki.options["pages"]) == (
        "https://wiki.acme.example",
        "/confluence",
        ("98310", "98311"),
    )
    assert (git.options["workspaces"], git.form) == (("acme", "acme-labs"), "")
    assert (organization.options["org_id"], organization.form) == ("1b5c-77", "cloud")
    with pytest.raises(BadFileError, match=r"`jria` is no setting.*\[jira.NAME\]"):
        settle(tmp_path, '[jria.acme]\nurl = "https://x.example"\n', env)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[jira.acme]\nulr = "x"\n', "2:1.*`ulr` is no setting.*did you mean `url`"),
        ('[jira.acme]\ntoken = "hunter2"\n', "name a file that holds it with `token_file`"),
        ('[jira.acme]\napi_token = "hunter2"\n', "with `token_file`"),
        ('[jira.acme]\npassword = "hunter2"\n', "with `password_file`"),
        ('[jira.acme]\nform = "server"\n', "2:1.*`form` cannot be meant.*dc or cloud"),
        ("[jira.acme]\npages = [1]\n", "`pages` is no setting"),
        ('[okta.x]\nurl = "x"\n[jira.acme]\nzzz = 3\n', "4:1.*`zzz` is no setting"),
        ("jira = 3\n", "outside a section"),
    ],
)
def test_a_file_that_cannot_be_meant(tmp_path: Path, text: str, why: str) -> None:
    """Each mistake is named with its place and what to do; a secret in it is not repeated."""
    with pytest.raises(BadFileError, match=why) as caught:
        settle(tmp_path, text, {"GRAPHSCAN_JIRA_TOKEN": TOKEN})

    assert "hunter2" not in str(caught.value)


def test_a_token_or_a_password(tmp_path: Path) -> None:
    """Whichever comes from the later place signs in, and what is not used is said; from one place they contradict."""
    (tmp_path / "t").write_text(f"{TOKEN}\n")
    (tmp_path / "p").write_text(" hunter2 \n")
    file = JIRA + 'user = "ada"\npassword_file = "p"\n'

    basic = settle(tmp_path, file)
    assert basic.atlassian.credential == Basic("ada", " hunter2 ")
    assert source(basic, "password_file") == (str(tmp_path / "p"), f"{tmp_path / 'graphscan.toml'} [jira.acme]")
    token = settle(tmp_path, file, {"GRAPHSCAN_JIRA_TOKEN": TOKEN})
    assert token.atlassian.credential == Bearer(TOKEN)
    assert any("user ada is not used: GRAPHSCAN_JIRA_TOKEN" in one for one in token.overridden)
    assert any("GRAPHSCAN_JIRA_PASSWORD" in one for one in token.overridden)
    flag = settle(tmp_path, JIRA, {"GRAPHSCAN_JIRA_PASSWORD": "hunter2"}, user="ada", token_file=str(tmp_path / "t"))
    assert flag.atlassian.credential == Basic("ada", "hunter2")
    assert flag.overridden == ("the token is not used: GRAPHSCAN_JIRA_PASSWORD gives a password",)
    own = {"GRAPHSCAN_JIRA_PASSWORD": "hunter2", "GRAPHSCAN_JIRA_ACME_TOKEN": TOKEN}
    assert settle(tmp_path, file, own).atlassian.credential == Bearer(TOKEN)
    with pytest.raises(UsageError, match="settle on one of them"):
        settle(tmp_path, file + 'token_file = "t"\n')
    assert "hunter2" not in repr((basic, flag))


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    """No address, no credential, a user without password and the reverse are four sentences that say what to do."""
    with pytest.raises(UsageError, match=r"no address of jira.*GRAPHSCAN_JIRA_URL"):
        settle(tmp_path, None, {"GRAPHSCAN_JIRA_TOKEN": TOKEN})
    with pytest.raises(UsageError, match=r"no credential of jira.*set GRAPHSCAN_JIRA_TOKEN.*GRAPHSCAN_JIRA_PASSWORD"):
        settle(tmp_path, JIRA)
    with pytest.raises(UsageError, match=r"a user of jira and no password"):
        settle(tmp_path, JIRA, user="ada")
    with pytest.raises(UsageError, match=r"a password of jira and no user"):
        settle(tmp_path, JIRA, {"GRAPHSCAN_JIRA_PASSWORD": "hunter2"})
    with pytest.raises(UsageError, match=r"token file .* cannot be read"):
        settle(tmp_path, JIRA, token_file=str(tmp_path / "none"))
    with pytest.raises(UsageError, match="holds characters no token has"):
        settle(tmp_path, JIRA, {"GRAPHSCAN_JIRA_TOKEN": "two words here"})


def test_all_instances_of_a_file(tmp_path: Path) -> None:
    """Each is settled on its own; where a product has several, nobody's token goes to another's server."""
    (tmp_path / "graphscan.toml").write_text(TWO + '[bitbucket.acme]\nurl = "https://git.acme.example"\n')
    env = {
        "GRAPHSCAN_JIRA_TOKEN": OTHER,
        "GRAPHSCAN_JIRA_URL": "https://thief.example",
        "GRAPHSCAN_JIRA_NAME": "acme",
        "GRAPHSCAN_JIRA_ACME_TOKEN": TOKEN,
        "GRAPHSCAN_BITBUCKET_TOKEN": OTHER,
    }

    acme, other, git = every(None, env, tmp_path)

    assert isinstance(acme, Effective)
    assert (acme.atlassian.url, acme.atlassian.credential) == ("https://jira.acme.example", Bearer(TOKEN))
    assert isinstance(other, tuple)
    assert other[0] == "jira:other-eu"
    assert "no credential of jira" in str(other[1])
    assert isinstance(git, Effective)
    assert git.atlassian.credential == Bearer(OTHER)
    with pytest.raises(UsageError, match=r"no Atlassian instance.*--product"):
        every(None, {}, tmp_path / "elsewhere")


def test_two_names_that_would_share_a_variable(tmp_path: Path) -> None:
    """A variable that two sections would take for their own is refused: a token would go to the wrong server."""
    config = JIRA.replace("acme]", "acme-eu]") + JIRA.replace("acme]", '"acme.eu"]')

    with pytest.raises(UsageError, match=r"GRAPHSCAN_JIRA_ACME_EU_TOKEN may be meant for jira:acme-eu and for jira:"):
        settle(tmp_path, config, {"GRAPHSCAN_JIRA_ACME_EU_TOKEN": TOKEN}, name="acme-eu")
    found = settle(tmp_path, config, {"GRAPHSCAN_JIRA_TOKEN": TOKEN}, name="acme.eu")
    assert found.atlassian.source == "jira:acme.eu"


def test_no_variable_stands_for_two_settings() -> None:
    """Each product's settings and secrets have a variable each, and no secret has a flag."""
    for product in PRODUCTS:
        known = options(product)
        named = [one.variable for one in known.values()] + [variable(product, "", one) for one in ("token", "password")]
        assert len(set(named)) == len(named)
        assert not {"--token", "--password"} & {one.flag for one in known.values()}
    assert {name for product in PRODUCTS for name in options(product) if name in EXTRAS} == set(EXTRAS)
