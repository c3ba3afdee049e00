"""What end points of Okta list, where that is much less than relations of the kind may be."""

from collections.abc import Iterable
from dataclasses import dataclass

GROUP_RULES = "/api/v1/groups/rules"


@dataclass(frozen=True, slots=True)
class Narrow:
    """
    What an unread end point may have told.

    Attributes:
        domain, range: conditions on nodes `n`.
        needs:         the level at which the domain leads on; empty: at any access.
    """

    domain: str = "true"
    range: str = "true"
    needs: str = ""


_ORGANIZATION = "n.provider = 'okta' AND n.subtype IS NOT DISTINCT FROM 'org'"
# What an organization contains is administered by who administers it; a pool of agents, a hook, a stream and a token
# server are applications. Which attributes people write themselves is decided with the rules that ask for them.
_NARROW = {
    "/api/v1/logStreams": Narrow(_ORGANIZATION, "n.kind = 'Application'", "admin"),
    "/api/v1/authorizationServers": Narrow(_ORGANIZATION, "n.kind = 'Application'", "admin"),
    "/privileged-access/api/v1/service-accounts": Narrow(range="n.kind = 'ServiceAccount'"),
    "/privileged-access/api/v1/okta-service-accounts": Narrow(range="n.kind = 'ServiceAccount'"),
    "/api/v1/groups/{groupId}/owners": Narrow(range="n.kind = 'Group'"),
    "/api/v1/meta/schemas/user/default": Narrow("false", "false"),
    # An application that an event or a log line is sent to is told something, and believed nothing.
    "/api/v1/eventHooks": Narrow("false", "false"),
    "/api/v1/devices": Narrow("n.kind = 'Device'", "n.kind = 'User'"),
    "/api/v1/devices/{deviceId}/users": Narrow("n.kind = 'Device'", "n.kind = 'User'"),
}


def narrow(endpoints: Iterable[str]) -> Narrow:
    """Return what rows about a whole source may have told together; everything where one is not known better."""
    found = [_NARROW.get(one) for one in endpoints]
    known = [one for one in found if one is not None]
    if not known or len(known) < len(found):
        return Narrow()
    needs = {one.needs for one in known}
    return Narrow(
        " OR ".join(f"({one.domain})" for one in known),
        " OR ".join(f"({one.range})" for one in known),
        needs.pop() if len(needs) == 1 else "",
    )
