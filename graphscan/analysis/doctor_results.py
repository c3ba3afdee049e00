"""What an examination of access to a vendor looks like, as frozen values that every format renders."""

from dataclasses import dataclass
from enum import StrEnum


class Readable(StrEnum):
    """Whether an end point can be read."""

    YES = "readable"
    DENIED = "denied"
    UNLICENSED = "not licensed"
    FAILED = "failed"
    NOT_TRIED = "not tried"


@dataclass(frozen=True, slots=True)
class SettingLine:
    """A setting in use: what it is, never a secret, and where it comes from."""

    name: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One thing that was looked at: `ok`, or with what is wrong."""

    name: str
    ok: bool
    said: str


@dataclass(frozen=True, slots=True)
class ProbeLine:
    """
    One end point, asked once.

    Attributes:
        scopes: the OAuth scopes it takes.
        role:   the least standard administrator role that reads it.
        hides:  what is unknown without it.
        said:   the vendor's words, or why it was not tried.
    """

    endpoint: str
    state: Readable
    scopes: tuple[str, ...]
    role: str
    hides: str
    said: str


@dataclass(frozen=True, slots=True)
class DoctorResult:
    """
    What can be read of a source, with which right, and what the rest hides.

    Attributes:
        source:         the source instance it would become.
        settings:       those in use.
        notes:          what lies about and is not used, and what is used though nobody stated it (a proxy).
        checks:         address, sign-in, clock.
        probes:         each end point, in the order asked.
        missing_scopes: those without which something was denied.
        missing_roles:  the roles that would read what was denied.
        complete:       nothing is denied or failed.
    """

    source: str
    settings: tuple[SettingLine, ...]
    notes: tuple[str, ...]
    checks: tuple[CheckLine, ...]
    probes: tuple[ProbeLine, ...]
    missing_scopes: tuple[str, ...]
    missing_roles: tuple[str, ...]
    complete: bool
