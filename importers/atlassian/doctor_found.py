"""What `doctor atlassian` found of one instance."""

from dataclasses import dataclass, field

from importers.atlassian.doctor_access import Access
from importers.atlassian.product import Product
from importers.atlassian.settings import AtlassianSettings
from importers.atlassian.template import Instance, Unknown

READABLE, DENIED, ABSENT, FAILED, NOT_TRIED = "readable", "denied", "not licensed", "failed", "not tried"


@dataclass(frozen=True, slots=True)
class Probe:
    """One end point, asked once; `scopes`: the nodes of which it would be asked, as far as they were seen."""

    endpoint: str
    relation: str
    state: str
    said: str
    access: Access
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    said: str


@dataclass(slots=True)
class Examination:
    """
    What was found.

    Attributes:
        importer: product and form, `jira-dc`; empty: the server did not say.
        version:  of the server, where it has one.
        product:  what would be read.
    """

    importer: str = ""
    version: str = ""
    product: Product | None = None
    checks: list[Check] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    probes: list[Probe] = field(default_factory=list)

    @property
    def title(self) -> str:
        """Product, form and version."""
        return "" if self.product is None else f"{self.product.title} {self.version}".strip()

    @property
    def form(self) -> str:
        """`dc` or `cloud`."""
        return "dc" if self.importer.endswith("-dc") else "cloud"

    @property
    def gaps(self) -> list[Probe]:
        """What could not be read though it is there."""
        return [one for one in self.probes if one.state in (DENIED, FAILED)]

    @property
    def complete(self) -> bool:
        """Whether everything that the product tells can be read."""
        return not self.gaps and all(one.ok for one in self.checks)

    def instance(self, settings: AtlassianSettings) -> Instance:
        """Return what is unknown of the instance, for a template of facts."""
        name = settings.name
        unread = self.product.not_read if self.product is not None else ()
        unknown = [
            Unknown(
                one.relation,
                one.endpoint,
                one.hides,
                (one.of.format(name=name),) if one.of else (),
                closable=one.closable,
            )
            for one in unread
        ]
        unknown += [
            Unknown(
                one.relation,
                one.endpoint,
                f"{one.access.hides} ({one.endpoint}: {one.said})",
                one.scopes,
                more=bool(one.scopes),
            )
            for one in self.gaps
        ]
        seen = dict.fromkeys(scope for one in self.probes for scope in one.scopes)
        read = tuple(one.endpoint for one in self.probes if one.state == READABLE)
        return Instance(settings.product, name, self.form, tuple(unknown), read, tuple(seen))
