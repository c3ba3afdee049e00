"""What an examination of several instances of a vendor's products looks like, for every format to render."""

from dataclasses import dataclass

from graphscan.analysis.doctor_results import CheckLine, Readable, SettingLine


@dataclass(frozen=True, slots=True)
class EndpointLine:
    """
    One end point, asked once.

    Attributes:
        relation:   the relation kind whose coverage it is.
        right:      the least right that reads it.
        credential: which kind of credential it takes, where not every kind does.
        hides:      what is unknown without it.
        said:       the vendor's words, or why it was not tried.
    """

    endpoint: str
    relation: str
    state: Readable
    right: str
    credential: str
    hides: str
    said: str


@dataclass(frozen=True, slots=True)
class UnreadLine:
    """
    What no end point tells, or what is not asked.

    Attributes:
        scope:    the node it speaks of; empty: the whole source.
        closable: whether an operator can vouch for it in a facts file.
    """

    relation: str
    endpoint: str
    scope: str
    hides: str
    closable: bool


@dataclass(frozen=True, slots=True)
class InstanceResult:
    """
    What can be read of one instance.

    Attributes:
        source:      the source instance it would become.
        title:       product, form and version; empty: it did not answer.
        checks:      address, form, sign-in, clock.
        endpoints:   each end point, in the order asked.
        unread:      what no end point tells.
        rights:      those without which something was denied.
        credentials: the kinds of credential that would have read what was denied.
        complete:    nothing is denied or failed.
    """

    source: str
    title: str
    settings: tuple[SettingLine, ...]
    notes: tuple[str, ...]
    checks: tuple[CheckLine, ...]
    endpoints: tuple[EndpointLine, ...]
    unread: tuple[UnreadLine, ...]
    rights: tuple[str, ...]
    credentials: tuple[str, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class InstancesResult:
    """
    What can be read of each instance, and the facts file that fills in the rest.

    Attributes:
        facts_only: the techniques that rest on facts, whatever can be read.
        template:   a facts file of what is unknown, to fill in; empty: nothing answered.
        written:    where that was written; None: nowhere.
        complete:   each instance's.
    """

    instances: tuple[InstanceResult, ...]
    facts_only: tuple[str, ...]
    template: str
    written: str | None
    complete: bool
