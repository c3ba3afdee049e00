"""How much of a collection is still to come: a guess that becomes right as listings are read."""

from dataclasses import dataclass, field

from importers._http import Reader
from importers.okta import endpoints as ends
from importers.okta.access import ACCESS

# Of these objects nearly all are asked for, one request or more each. Of people only a few are.
_PARENTS = {"{groupId}": ends.GROUPS, "{appId}": ends.APPS, "{deviceId}": ends.DEVICES, "{idpId}": ends.IDPS}


@dataclass(slots=True)
class Estimate:
    """
    Requests sent and requests to come.

    Attributes:
        reader: who sends them; None before the first.
        listed: how many objects each listing named.
        begun:  of each end point that is asked for many objects: how many are left.
    """

    reader: Reader | None = None
    listed: dict[str, int] = field(default_factory=dict)
    begun: dict[str, int] = field(default_factory=dict)

    @property
    def sent(self) -> int:
        """Requests sent so far."""
        return 0 if self.reader is None else self.reader.calls

    @property
    def left(self) -> int:
        """Requests still to come, as far as anything is known of them."""
        ahead = 0
        for endpoint in ACCESS:
            named = [part for part in endpoint.split("/") if part.startswith("{")]
            if endpoint not in self.begun and len(named) == 1:
                ahead += self.listed.get(_PARENTS.get(named[0], ""), 0)
        return ahead + sum(self.begun.values())
