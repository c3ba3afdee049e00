"""Which policies, rules and mappings are asked for, and what else decides how people sign in."""

from graphscan.model import CoverageState
from importers.okta import endpoints as ends
from importers.okta.asking import Asking
from importers.okta.ids import is_okta_id

# Okta answers 400 for a type of policy that an organisation's machinery does not have.
_NO_SUCH_TYPE = 400


async def read_policies(ask: Asking) -> None:
    """Read policies of every type with their rules, mappings of access policies, authenticators, device assurance."""
    policies: dict[str, list[str]] = {}
    for type_, endpoint in ends.POLICIES.items():
        policies[type_] = await _listing(ask, endpoint)
    wanted = [id_ for listed in policies.values() for id_ in listed]
    await ask.series("APPLIES_TO", ends.POLICY_RULES, "policy", wanted)
    await ask.series("APPLIES_TO", ends.POLICY_MAPPINGS, "policy", policies["ACCESS_POLICY"])
    await ask.one("APPLIES_TO", ends.MACHINERY)
    authenticators = await ask.ids("APPLIES_TO", ends.AUTHENTICATORS)
    await ask.series("APPLIES_TO", ends.AUTHENTICATOR_METHODS, "authenticator", authenticators)
    await ask.ids("APPLIES_TO", ends.DEVICE_ASSURANCES)


# Private functions


async def _listing(ask: Asking, endpoint: str) -> list[str]:
    found: dict[str, None] = {}

    def each(record: object) -> None:
        identifier = record.get("id") if isinstance(record, dict) else None
        if is_okta_id(identifier):
            found[identifier] = None
            ask.progress(endpoint, len(found), None)

    outcome = await ask.read(endpoint, endpoint.partition("?")[0], each)
    if outcome.status == _NO_SUCH_TYPE and endpoint in ends.OPTIONAL and not found:
        outcome.state = CoverageState.UNAVAILABLE
    ask.book.add("APPLIES_TO", outcome)
    return list(found)
