"""From replies of the small organisation to steps: collect, import, derive, and ask what is reached."""

from collections.abc import Callable
from pathlib import Path

from graphscan.expand.edits import Edits
from graphscan.techniques import registry
from tests.importers.okta.conftest import Collector
from tests.importers.servers.loopback import Loopback
from tests.inventory import World

Ask = Callable[..., World]

# What administrators do; what signs people in to applications is tried elsewhere.
ADMINISTRATION = frozenset(
    f"okta.{name}"
    for name in (
        *("add-identity-provider", "add-member", "added-identity-providers", "admin-role", "admin-tokens", "api-token"),
        *("app-admin", "client-secrets", "create-token", "everyone", "group-owner", "joinable-groups", "managed-apps"),
        *("org-users", "read-client-secret", "reset-credentials", "reset-factors", "reset-targets"),
        *("service-app-role", "session-hypothesis", "set-client-secret", "settable-client-secrets", "sign-on-policies"),
        *("super-admin", "weaken-policy", "workflows", "workflows-connections"),
    )
) | {"generic.use-credential", "generic.reauthenticate"}


def asking(small: Loopback, collector: Collector, folder: Path) -> Ask:
    """Return a function that collects from the server, imports and derives what administrators do, or everything."""
    count = iter(range(99))

    def world(*asked: str, edits: Edits | None = None, everything: bool = False) -> World:
        inside = folder / f"world{next(count)}"
        inside.mkdir()
        files = [one for one in registry.load() if everything or one.id in ADMINISTRATION]
        return World.build(inside, collector(small).records, asked=asked, edits=edits, techniques=files)

    return world


def takes_over(world: World, start: str | list[str], fact: str) -> str:
    """Return whether a fact is reached: known, possible or no."""
    starts = [start] if isinstance(start, str) else start
    if world.holds(world.reach(starts), fact):
        return "known"
    return "possible" if world.holds(world.reach(starts, may=True), fact) else "no"
