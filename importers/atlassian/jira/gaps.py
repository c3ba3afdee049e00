"""Whether an end point was answered, as the rows of a collection say."""

from graphscan.model import NOT_THERE, READ_WHOLE, Coverage, CoverageState
from importers.atlassian.product import Endpoint


def gap(coverage: list[Coverage], endpoint: Endpoint) -> bool:
    """Whether an end point was asked and not all was answered; that something is not there is an answer."""
    return any(
        one.endpoint == endpoint.path
        and one.state is not CoverageState.COMPLETE
        and not one.error.startswith((NOT_THERE, READ_WHOLE))
        for one in coverage
    )
