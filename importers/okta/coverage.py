"""What was read of each kind of relation of an Okta organisation, and what is not read of any."""

from graphscan.model import HIDDEN, LEFT_OUT, NOT_THERE, Coverage, CoverageState
from importers import _coverage
from importers.okta.endpoints import NOT_READ, OPTIONAL

__all__ = ["LEFT_OUT", "NOT_THERE", "CoverageBook"]


class CoverageBook(_coverage.CoverageBook):
    """The book of one organisation."""

    def __init__(self) -> None:
        hidden = [
            Coverage(
                gap.relation,
                CoverageState.NOT_COLLECTED if gap.exists else CoverageState.UNAVAILABLE,
                endpoint=gap.endpoint,
                error=f"{HIDDEN}{gap.hides}",
            )
            for gap in NOT_READ
        ]
        super().__init__(OPTIONAL, tuple(hidden))
