"""Collect from a server on this machine over HTTP, map what came, and ask what it opens."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphscan.model import Coverage, Enforced, Enforcement, Node, Record, Ref, Relation
from importers._snapshot import Snapshot
from importers.atlassian.collect import CollectResult, collect
from importers.atlassian.normalise import Normaliser
from importers.atlassian.settings import AtlassianSettings, Bearer
from tests.importers.servers.loopback import Answer, Handler, Loopback, Request
from tests.inventory import World

TOKEN = "tokenOfTheCollectorItself-0042"
INTERNET = "internet"


@dataclass(frozen=True)
class Read:
    """What came of one collection."""

    result: CollectResult
    records: list[Record]
    normaliser: Normaliser
    seen: list[str]

    def coverage(self, relation: str) -> list[Coverage]:
        """Return the rows of one relation kind."""
        return [one for one in self.records if isinstance(one, Coverage) and one.relation == relation]

    def relations(self, kind: str) -> list[Relation]:
        """Return the relations of one kind."""
        return [one for one in self.records if isinstance(one, Relation) and one.kind == kind]


def read(
    folder: Path,
    product: str,
    handler: Handler,
    base: str = "",
    name: str = "acme",
    form: str = "dc",
    options: Mapping[str, Any] | None = None,
) -> Read:
    """Collect and map one instance; the server fails the test where anything but GET was asked."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{product}.snapshot"
    with Loopback(handler) as server:
        settings = AtlassianSettings(product, f"{server.url}{base}", name, Bearer(TOKEN), form, options or {})
        result = collect(settings, file, sleep=_at_once)
        seen = server.targets()
    assert TOKEN.encode() not in file.read_bytes()
    normaliser = Normaliser(Snapshot(file))
    records = list(normaliser.records())
    for endpoint, tally in normaliser.tally.items():
        assert tally.read == tally.imported + tally.repeated + tally.not_understood, endpoint
    return Read(result, records, normaliser, seen)


def closed(handler: Callable[[Request], Answer], *parts: str, status: int = 403) -> Handler:
    """Return a server that refuses whatever holds one of these parts in its address."""

    def answer(request: Request) -> Answer:
        if any(part in request.target for part in parts):
            return Answer.json({"errors": [{"message": "You are not permitted"}]}, status)
        return handler(request)

    return answer


def world(folder: Path, read_: Read, asked: Iterable[str], *more: Record, local_login: bool | None = None) -> World:
    """
    Return what a collected instance opens, where it can be reached from the internet.

    Args:
        local_login: what an operator says of passwords beside single sign-on; None: nothing.
    """
    source = read_.result.source
    said: list[Record] = [
        Node(INTERNET, "Segment"),
        Relation(Ref(f"{source}:app"), "REACHABLE_FROM", Ref(INTERNET)),
        *more,
    ]
    if local_login is not None:
        enforced = (Enforcement(Enforced.NO if local_login else Enforced.YES),)
        said.append(Node(f"{source}:local-login-disabled", "Control", enforced=enforced))
    folder.mkdir(parents=True, exist_ok=True)
    return World.build(folder, read_.records, said, asked=asked)


async def _at_once(_seconds: float) -> None:
    return None
