"""What `verify` answers, as frozen values that every output format renders alike."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verified:
    """
    One certificate, derived again from the store.

    Attributes:
        file:        as it was named.
        claim, text: the claim's id and sentence.
        snapshot, as_of: what it was derived from.
        trust, distrust: controls taken to hold, and to have failed.
        closed:      how many facts its closed set has.
        starts, targets: how many facts.
        differences: what is not as the certificate says, one sentence each; empty where it is verified.
    """

    file: str
    claim: str
    text: str
    snapshot: str
    as_of: str
    trust: tuple[str, ...]
    distrust: tuple[str, ...]
    closed: int
    starts: int
    targets: int
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VerifyResult:
    """All certificates of a run, in the order named."""

    store: str
    certificates: tuple[Verified, ...]

    @property
    def exit_code(self) -> int:
        """Return 0 where every certificate is verified, else 1."""
        return int(any(one.differences for one in self.certificates))
