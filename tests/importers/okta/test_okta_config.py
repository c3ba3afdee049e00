"""Where settings come from: flag < configuration file < environment, and what cannot be meant."""

from pathlib import Path
from typing import Any

import pytest

from graphscan.errors import BadFileError, UsageError
from importers.okta.access import SCOPES
from importers.okta.config import Effective, resolve
from importers.okta.options import OPTIONS
from importers.okta.walk import Factors
from tests.importers.servers import okta_token

TOKEN, OTHER = "00token-of-somebody-here", "00another-token-entirely"
ACME = '[okta.acme]\norg_url = "https://acme.okta.com"\n'


def settle(folder: Path, config: str | None = None, env: dict[str, str] | None = None, **flags: Any) -> Effective:
    """Resolve with a file in the working folder, if there is one."""
    if config is not None:
        (folder / "graphscan.toml").write_text(config)
    return resolve(flags, None, env or {}, folder)


def source(found: Effective, name: str) -> tuple[str, str]:
    """Return a setting's shown value and where it comes from."""
    (one,) = [one for one in found.sources if one.name == name]
    return one.value, one.source


def test_the_environment_has_the_last_word(tmp_path: Path) -> None:
    """A flag gives way to the file, the file to the environment; each override of a flag is said."""
    config = ACME + "in_flight = 3\nreserve = 0.3\n"
    env = {"GRAPHSCAN_OKTA_TOKEN": TOKEN, "GRAPHSCAN_OKTA_RESERVE": "0.5", "GRAPHSCAN_OKTA_FACTORS": "all"}
    found = settle(tmp_path, config, env, in_flight=2, factors="none", org_url="https://flag.okta.com")

    assert (found.policy.in_flight, found.policy.reserve, found.factors) == (3, 0.5, Factors.ALL)
    assert str(found.okta.origin) == "https://acme.okta.com"
    assert found.okta.name == "acme"
    file = str(tmp_path / "graphscan.toml")
    assert source(found, "in_flight") == ("3", f"{file} [okta.acme]")
    assert source(found, "reserve") == ("0.5", "GRAPHSCAN_OKTA_RESERVE")
    assert source(found, "token") == ("(secret)", "GRAPHSCAN_OKTA_TOKEN")
    assert set(found.overridden) == {
        f"--in-flight is overridden by {file}",
        f"--org-url is overridden by {file}",
        "--factors is overridden by GRAPHSCAN_OKTA_FACTORS",
    }
    assert TOKEN not in repr(found)


def test_a_flag_alone_is_enough(tmp_path: Path) -> None:
    """Without a file and variables a flag holds, and the rest has its default."""
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    found = settle(tmp_path, org_url="https://acme.okta.com", token_file=str(tmp_path / "token"), in_flight=8)

    assert (found.okta.token, found.policy.in_flight, found.file) == (TOKEN, 8, None)
    assert source(found, "in_flight") == ("8", "--in-flight")
    assert source(found, "reserve") == ("0.1", "default")


def test_a_token_is_taken_from_the_last_place_that_gives_one(tmp_path: Path) -> None:
    """A variable wins over a file that a flag names; ours over the SDK's; without any, the error says what to set."""
    (tmp_path / "token").write_text(OTHER)
    file = {"org_url": "https://acme.okta.com", "token_file": str(tmp_path / "token")}

    assert settle(tmp_path, None, {"OKTA_API_TOKEN": TOKEN}, **file).okta.token == TOKEN
    both = {"OKTA_API_TOKEN": OTHER, "GRAPHSCAN_OKTA_TOKEN": TOKEN}
    assert settle(tmp_path, None, both, org_url="https://acme.okta.com").okta.token == TOKEN
    with pytest.raises(UsageError, match="set GRAPHSCAN_OKTA_TOKEN"):
        settle(tmp_path, org_url="https://acme.okta.com")
    with pytest.raises(UsageError, match="cannot be read"):
        settle(tmp_path, org_url="https://acme.okta.com", token_file=str(tmp_path / "none"))


def test_a_service_application_in_the_file(tmp_path: Path) -> None:
    """Client id and key file stand in the file, the key next to it; its scopes are all, unless some are named."""
    (tmp_path / "acme.pem").write_text(okta_token.pem())
    config = ACME + f'client_id = "{okta_token.CLIENT}"\nkey_file = "acme.pem"\ndpop = true\n'

    found = settle(tmp_path, config)
    few = settle(tmp_path, config, {"GRAPHSCAN_OKTA_SCOPES": "okta.users.read,okta.groups.read"})

    assert found.okta.app is not None
    assert (found.okta.app.scopes, found.okta.app.dpop, found.okta.token) == (SCOPES, True, "")
    assert found.policy.token_path is not None
    assert few.okta.app is not None
    assert few.okta.app.scopes == ("okta.users.read", "okta.groups.read")
    assert okta_token.pem()[50:90] not in repr(found)


def test_a_token_and_a_key(tmp_path: Path) -> None:
    """Of two ways to sign in the later place wins and that is said; from one place they contradict each other."""
    (tmp_path / "k").write_text(okta_token.pem())
    (tmp_path / "t").write_text(TOKEN)
    key = {"org_url": "https://acme.okta.com", "client_id": okta_token.CLIENT, "key_file": str(tmp_path / "k")}

    found = settle(tmp_path, None, {"GRAPHSCAN_OKTA_TOKEN": TOKEN}, **key)

    assert found.okta.app is None
    assert found.overridden == ("the service application is not used: GRAPHSCAN_OKTA_TOKEN gives a token",)
    with pytest.raises(UsageError, match="settle on one of them"):
        settle(tmp_path, **key, token_file=str(tmp_path / "t"))
    with pytest.raises(UsageError, match="no private key"):
        settle(tmp_path, org_url="https://acme.okta.com", client_id=okta_token.CLIENT)
    with pytest.raises(UsageError, match="no client id"):
        settle(tmp_path, org_url="https://acme.okta.com", key_file=str(tmp_path / "k"))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[okta.acme]\norg_urll = "x"\n', "2:1.*`org_urll` is no setting.*did you mean `org_url`"),
        ('[okta.acme]\ntoken = "hunter2"\n', "2:1.*no setting.*name a file that holds it with `token_file`"),
        ('[okta.acme]\nprivate_key = "hunter2"\n', "with `key_file`"),
        ("[okta.acme]\nzzz = 1\n", "settings are org_url"),
        ("[okta.acme]\nin_flight = 1000\n", "2:1.*`in_flight` cannot be meant.*from 1 to 64"),
        ("[okta.acme]\nin_flight = true\n", "cannot be meant"),
        ('[okta.acme]\nfactors = "some"\n', "all, admins or none"),
        ('[okta.acme]\ndpop = "perhaps"\n', "yes or no"),
        ("[octa.acme]\n", "`octa` is no setting"),
        ('[okta]\norg_url = "https://acme.okta.com"\n', "outside a section"),
        ("[okta.acme\n", "1:11.*not TOML"),
        ("okta = 3\n", "outside a section"),
    ],
)
def test_a_file_that_cannot_be_meant(tmp_path: Path, text: str, why: str) -> None:
    """Each mistake is named with its place and what to do, and a secret in it is not repeated."""
    with pytest.raises(BadFileError, match=why) as caught:
        settle(tmp_path, text, {"GRAPHSCAN_OKTA_TOKEN": TOKEN})

    assert "hunter2" not in str(caught.value)


def test_which_section(tmp_path: Path) -> None:
    """The only section is taken; of several one is chosen by name; a named file must have the one asked for."""
    two = ACME + '[okta.other]\norg_url = "https://other.okta.com"\n'
    env = {"GRAPHSCAN_OKTA_TOKEN": TOKEN}

    assert settle(tmp_path, two, env, name="other").okta.source == "okta:other"
    assert settle(tmp_path, two, {**env, "GRAPHSCAN_OKTA_NAME": "acme"}, name="other").okta.source == "okta:acme"
    with pytest.raises(UsageError, match="choose with --name acme"):
        settle(tmp_path, two, env)
    with pytest.raises(UsageError, match=r"no section \[okta.third\]"):
        resolve({"name": "third"}, tmp_path / "graphscan.toml", env, tmp_path)
    # A file that merely lies there does not stop somebody who means another organisation.
    assert settle(tmp_path, two, env, name="third", org_url="https://third.okta.com").okta.source == "okta:third"


@pytest.mark.parametrize(
    ("flags", "why"),
    [
        ({}, "no address of an Okta organization"),
        ({"in_flight": 0}, "--in-flight '0' cannot be meant; in_flight is a number from 1 to 64"),
        ({"reserve": 2}, "a share from 0 to 0.9"),
        ({"scopes": " , "}, "a list such as"),
    ],
)
def test_a_flag_that_cannot_be_meant(tmp_path: Path, flags: dict[str, Any], why: str) -> None:
    """A wrong value is named with where it was given and what it may be."""
    with pytest.raises(UsageError, match=why):
        settle(tmp_path, None, {"GRAPHSCAN_OKTA_TOKEN": TOKEN}, **flags)


def test_every_setting_has_a_flag_and_a_variable_of_its_own() -> None:
    """No two settings share one, and no secret has any."""
    flags, variables = {one.flag for one in OPTIONS.values()}, {one.variable for one in OPTIONS.values()}

    assert len(flags) == len(variables) == len(OPTIONS)
    assert not {"token", "private_key"} & set(OPTIONS)
