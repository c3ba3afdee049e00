"""A vendor on this machine: a real HTTP server in a thread that records every request and refuses to be written to."""

import json
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Request:
    """One request as it came; `number` counts those for the same target, from 1."""

    method: str
    path: str
    query: dict[str, str]
    target: str
    headers: dict[str, str]
    number: int
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """
    What to send back.

    Attributes:
        headers: (name, value) pairs; a name may come twice.
        cut:     send only this many bytes of the body and drop the connection.
        drop:    drop the connection without a byte.
    """

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)
    cut: int | None = None
    drop: bool = False

    @classmethod
    def json(cls, value: Any, status: int = 200, *headers: tuple[str, str]) -> "Answer":
        """Return an answer whose body is JSON."""
        return cls(status, json.dumps(value).encode(), (("Content-Type", "application/json"), *headers))


Handler = Callable[[Request], Answer]


@dataclass
class Loopback:
    """
    Serve `handler` on 127.0.0.1 while in use as a context manager.

    Attributes:
        seen:   every request, in order.
        faults: asked before the handler; None lets the handler answer.
        writes: POST paths that are allowed (the one token call).
    """

    handler: Handler
    port: int = 0
    seen: list[Request] = field(default_factory=list)
    faults: Callable[[Request], Answer | None] = lambda _request: None
    writes: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        outer = self

        class Handling(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Headers and body leave in one piece; in two, each answer would wait 40 ms for an acknowledgement.
            wbufsize = -1
            disable_nagle_algorithm = True

            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                request = outer._noted(self.command, self.path, dict(self.headers.items()), body)
                answer = outer.faults(request) or outer.handler(request)
                if answer.drop:
                    self.close_connection = True
                    self.connection.close()
                    return
                self.send_response(answer.status)
                for name, value in answer.headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body if answer.cut is None else answer.body[: answer.cut])
                self.wfile.flush()
                if answer.cut is not None:
                    self.close_connection = True

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _serve  # noqa: N815

            def log_message(self, *_: Any) -> None:
                """Keep quiet."""

            def handle(self) -> None:
                # A client that hung up, or a connection dropped on purpose.
                with suppress(ConnectionError, ValueError, OSError):
                    super().handle()

        self._lock = threading.Lock()
        self._asked: Counter[str] = Counter()
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handling)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=lambda: self._server.serve_forever(poll_interval=0.02), daemon=True)

    @property
    def url(self) -> str:
        """Return the origin, `http://127.0.0.1:PORT`."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
        if error is None:
            self.assert_only_read()

    def assert_only_read(self) -> None:
        """Fail if anything but GET (and the allowed token call) was ever asked."""
        wrong = [
            f"{one.method} {one.path}"
            for one in self.seen
            if one.method != "GET" and not (one.method == "POST" and one.path in self.writes)
        ]
        assert not wrong, f"the server was asked to write: {wrong}"

    def targets(self) -> list[str]:
        """Return what was asked for, in order."""
        return [one.target for one in self.seen]

    def _noted(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Request:
        parts = urlsplit(target)
        with self._lock:
            self._asked[target] += 1
            number = self._asked[target]
            request = Request(method, parts.path, dict(parse_qsl(parts.query)), target, headers, number, body)
            self.seen.append(request)
            return request
