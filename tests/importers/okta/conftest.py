"""A served organisation, a collection from it that never really waits, and what its snapshot says."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from graphscan.model import Coverage, Node, NotUnderstood, Record, Relation, SourceInfo
from importers.okta import CollectResult, OktaSettings, normalise
from importers.okta.collect import collect, policy_for
from importers.okta.walk import Factors
from tests.importers.servers import okta as servers
from tests.importers.servers.loopback import Loopback


@dataclass
class Collected:
    """One collection and its normalised content."""

    result: CollectResult
    info: SourceInfo
    records: list[Record]
    waits: list[float]

    @property
    def nodes(self) -> dict[str, Node]:
        """Return the nodes by id."""
        return {one.id: one for one in self.records if isinstance(one, Node)}

    @property
    def relations(self) -> list[Relation]:
        """Return the relations."""
        return [one for one in self.records if isinstance(one, Relation)]

    @property
    def coverage(self) -> list[Coverage]:
        """Return the coverage rows."""
        return [one for one in self.records if isinstance(one, Coverage)]

    @property
    def not_understood(self) -> list[NotUnderstood]:
        """Return the counts of what could not be mapped."""
        return [one for one in self.records if isinstance(one, NotUnderstood)]

    def row(self, endpoint: str, scope: str = "") -> Coverage:
        """Return the one coverage row of an end point and scope; of factors, that of HAS_CREDENTIAL."""
        found = [one for one in self.coverage if (one.endpoint, one.scope) == (endpoint, scope)]
        (row,) = [one for one in found if one.relation != "INSTANCE_OF"]
        return row

    def related(self, kind: str, source: str = "", target: str = "") -> list[Relation]:
        """Return the relations of a kind, with these ends where given."""
        return [
            one
            for one in self.relations
            if one.kind == kind and source in ("", one.source.text) and target in ("", one.target.text)
        ]


@dataclass
class Collector:
    """Collect from a server into a file of a temporary folder."""

    folder: Path
    waits: list[float] = field(default_factory=list)

    @property
    def path(self) -> Path:
        """Return where the snapshot is written."""
        return self.folder / "acme.snapshot"

    def __call__(
        self,
        server: Loopback,
        token: str = servers.TOKEN,
        factors: Factors = Factors.ADMINS,
        **limits: object,
    ) -> Collected:
        """Collect as `okta:acme`, with other limits of the policy where given."""
        settings = OktaSettings(server.url, token, "acme")
        policy = replace(policy_for(settings), **limits)  # type: ignore[arg-type]

        async def sleep(seconds: float) -> None:
            self.waits.append(seconds)

        result = collect(settings, self.path, factors=factors, policy=policy, sleep=sleep)
        info, records = normalise(self.path)
        return Collected(result, info, list(records), self.waits)


@pytest.fixture
def collector(tmp_path: Path) -> Collector:
    """Return a collector that notes its waits and does not wait."""
    return Collector(tmp_path)


@pytest.fixture
def small() -> Iterator[Loopback]:
    """Serve the small organisation; anything but GET fails the test."""
    with servers.small() as server:
        yield server
