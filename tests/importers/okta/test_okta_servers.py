"""The loopback servers themselves: they must catch what they are there to catch."""

import http.client
import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.importers.servers import okta as servers


def _asked(url: str, method: str, path: str, authorization: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    try:
        connection.request(method, path, headers={"Authorization": authorization})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_a_write_fails_the_test_that_made_it() -> None:
    """Leaving the server after a POST raises, whatever the answer was."""
    server = servers.small()
    with pytest.raises(AssertionError, match="asked to write"), server:
        _asked(server.url, "POST", "/api/v1/users", f"SSWS {servers.TOKEN}")


def test_a_wrong_form_of_the_token_is_refused() -> None:
    """`SSWS<token>` without the space, as the SDK's typed methods send it, gets no answer here."""
    with servers.small() as server:
        right, _ = _asked(server.url, "GET", "/api/v1/org", f"SSWS {servers.TOKEN}")
        wrong, _ = _asked(server.url, "GET", "/api/v1/org", f"SSWS{servers.TOKEN}")

    assert (right, wrong) == (200, 401)


def test_the_module_serves_people_too() -> None:
    """`python -m tests.importers.servers.okta` prints its address and answers there until it is interrupted."""
    root = Path(__file__).parents[3]
    command = [sys.executable, "-m", "tests.importers.servers.okta", "--org", "small", "--port", "0"]
    with subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        status, body = _asked(url, "GET", "/api/v1/org", f"SSWS {servers.TOKEN}")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)

    assert (status, b"Acme" in body) == (200, True)
    assert process.returncode == 0
