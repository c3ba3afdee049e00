"""Collecting from the small organisation over real HTTP."""

import gzip
import logging
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from graphscan.errors import ImportFailedError, MissingExtraError, UsageError
from importers._policy import Policy
from importers.okta import OktaSettings, collect
from importers.okta.client import proxy_for
from tests.importers.okta.conftest import Collector
from tests.importers.servers import small_org
from tests.importers.servers.loopback import Loopback

SECRETS = [*small_org.CANARIES.values(), small_org.TOKEN]


def test_everything_is_read_and_every_record_is_accounted_for(small: Loopback, collector: Collector) -> None:
    """A collection without faults is complete, and only the two poison records are not understood."""
    got = collector(small)

    assert got.result.complete
    assert got.result.gaps == []
    assert got.info.complete
    assert got.info.name == "okta:acme"
    assert sum(one.count for one in got.not_understood) == small_org.POISON
    assert got.result.calls == len(small.seen) == got.result.pages


def test_only_get_is_sent_with_the_token_in_the_vendors_form(small: Loopback, collector: Collector) -> None:
    """Every request is a GET with `Authorization: SSWS <token>` to this origin alone."""
    collector(small)

    assert {one.method for one in small.seen} == {"GET"}
    assert {one.headers["Authorization"] for one in small.seen} == {f"SSWS {small_org.TOKEN}"}


def test_listings_are_followed_to_their_end_by_either_way_of_paging(small: Loopback, collector: Collector) -> None:
    """Two Link headers and `_links.next` in the body both lead to the last page."""
    got = collector(small)

    assert got.row("/api/v1/users").pages == 3
    assert got.row("/api/v1/users").records == len(small_org.USERS)
    assert got.row("/api/v1/iam/assignees/users").pages == 2
    assert got.row("/api/v1/iam/assignees/users").records == len(small_org.USER_ROLES)


def test_no_secret_value_is_left_anywhere(
    small: Loopback, collector: Collector, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """No canary and no token stands in the snapshot, the records, the log at its most talkative, or the output."""
    caplog.set_level(logging.DEBUG)

    got = collector(small)

    kept = gzip.decompress(collector.path.read_bytes()).decode()
    shown = repr(got.records) + repr(got.result) + caplog.text + "".join(capfd.readouterr())
    for secret in SECRETS:
        assert secret not in kept
        assert secret not in shown
    assert "[redacted]" in kept


def test_the_canaries_are_really_served(small: Loopback, collector: Collector) -> None:
    """The search for canaries would find them: the replies hold every one."""
    collector(small)

    served = b"".join(small.handler(request).body for request in small.seen).decode()

    for name, canary in small_org.CANARIES.items():
        assert canary in served, name


def test_settings_never_show_their_token() -> None:
    """The token is in no representation of the settings or the policy."""
    settings = OktaSettings("https://acme.okta.com", small_org.TOKEN)

    assert small_org.TOKEN not in repr(settings)
    assert settings.source == "okta:acme"


def test_stray_configuration_changes_nothing(
    small: Loopback, collector: Collector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`okta.yaml` in the working and home directories and the SDK's own variables are not read."""
    stray = "okta:\n  client:\n    orgUrl: https://evil.okta.example\n    token: stray\n    authorizationMode: Bearer\n"
    (tmp_path / ".okta").mkdir()
    (tmp_path / ".okta" / "okta.yaml").write_text(stray)
    (tmp_path / "okta.yaml").write_text(stray)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("OKTA_CLIENT_ORGURL", "https://evil.okta.example")
    monkeypatch.setenv("OKTA_CLIENT_TOKEN", "stray")
    monkeypatch.setenv("OKTA_CLIENT_RATELIMIT_MAXRETRIES", "-1")

    got = collector(small)

    assert got.result.complete


def test_a_proxy_is_never_used_for_this_machine(
    small: Loopback, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HTTP_PROXY that leads nowhere does not stop a collection from loopback."""
    for variable in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:1")

    assert collector(small).result.complete


def test_a_proxy_is_used_for_others_unless_they_are_excepted(monkeypatch: pytest.MonkeyPatch) -> None:
    """HTTPS_PROXY holds for a vendor's host, and NO_PROXY lifts it."""
    policy = Policy(OktaSettings("https://acme.okta.com", small_org.TOKEN).origin)
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)

    assert proxy_for(policy) == "http://proxy.example:3128"

    monkeypatch.setenv("no_proxy", ".okta.com")

    assert proxy_for(policy) is None


def test_importing_the_importer_does_not_load_the_sdk() -> None:
    """The SDK takes a second to load: only a collection pays for it."""
    code = "import sys, importers.okta; print([m for m in ('okta', 'aiohttp') if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_without_the_sdk_the_error_says_what_to_install(
    small: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A base installation is told which extra it lacks."""
    monkeypatch.setitem(sys.modules, "okta.request_executor", None)

    with pytest.raises(MissingExtraError, match=r"graphscan\[okta\]"):
        collect(OktaSettings(small.url, small_org.TOKEN), tmp_path / "x")

    assert list(tmp_path.iterdir()) == []


def test_a_wrong_token_fails_at_once_and_leaves_the_old_file(small: Loopback, collector: Collector) -> None:
    """One 401 is enough: the earlier snapshot stays, and no part of a new one is left."""
    collector.path.write_bytes(b"the earlier one")

    with pytest.raises(ImportFailedError, match="API token is not valid"):
        collector(small, token="00wrong-token-of-someone-else")

    assert len(small.seen) == 1
    assert collector.path.read_bytes() == b"the earlier one"
    assert list(collector.folder.iterdir()) == [collector.path]


def test_no_server_at_all_is_an_error_with_advice(collector: Collector) -> None:
    """A refused connection is tried again a few times, then named."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = OktaSettings(f"http://127.0.0.1:{port}", small_org.TOKEN, "acme")

    async def sleep(_seconds: float) -> None:
        return None

    with pytest.raises(ImportFailedError, match="check the address, the token and the network"):
        collect(settings, collector.path, sleep=sleep)

    assert not collector.path.exists()


def test_a_folder_that_is_not_there_is_an_error(small: Loopback, tmp_path: Path) -> None:
    """A snapshot that cannot be written is said before anything is asked."""
    with pytest.raises(ImportFailedError, match="cannot be written"):
        collect(OktaSettings(small.url, small_org.TOKEN), tmp_path / "nowhere" / "x")

    assert small.seen == []


def test_progress_names_what_is_read(small: Loopback, tmp_path: Path) -> None:
    """Somebody waiting sees which end point is being read and how far."""
    told: list[tuple[str, int, int | None]] = []

    collect(
        OktaSettings(small.url, small_org.TOKEN), tmp_path / "x", lambda what, done, of: told.append((what, done, of))
    )

    assert ("/api/v1/users", 7, None) in told
    assert ("/api/v1/groups/{groupId}/users", 4, 5) in told


def test_the_snapshot_is_its_owners_alone(small: Loopback, collector: Collector) -> None:
    """Nobody else on the machine may read who works where."""
    collector(small)

    assert collector.path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://acme.okta.com", "plain http"),
        ("https://acme-admin.okta.com", "leave `-admin` out"),
        ("acme.okta.com", "not an address"),
        ("https://", "not an address"),
        ("https://acme.okta.com:port", "not an address"),
        ("https://me:pw@acme.okta.com", "give the host alone"),
        ("https://acme.okta.com/api/v1", "more than a host"),
        ("http://127.0.0.1.evil.example", "plain http"),
        ("ftp://127.0.0.1", "not an address"),
    ],
)
def test_an_address_that_cannot_be_meant_is_refused(url: str, why: str) -> None:
    """Credentials go over https, or to this machine, and to a host alone."""
    with pytest.raises(UsageError, match=why):
        OktaSettings(url, small_org.TOKEN)


@pytest.mark.parametrize("token", ["", "short", "has a space in it", "line\nbreak-in-a-header", "ünïcode-token-value"])
def test_a_token_that_cannot_be_one_is_refused(token: str) -> None:
    """No header is made of what would break it, and the message does not repeat it."""
    with pytest.raises(UsageError, match="token") as caught:
        OktaSettings("https://acme.okta.com", token)

    assert not token or token not in str(caught.value)
