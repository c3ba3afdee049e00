"""What an Atlassian product is to the reader of all of them: end points, the order they are asked in, the mapping."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from graphscan.model import Coverage, Record

if TYPE_CHECKING:
    from importers._http import Page
    from importers._reply import Refusal, Reply
    from importers.atlassian.asking import Asking
    from importers.atlassian.context import Context


class Paging(StrEnum):
    """
    How a listing goes on.

    NONE:         it comes whole; where the body states a `total`, that is compared with what came.
    IS_LAST_PAGE: Bitbucket Data Center: `start`, `limit`; ends with `isLastPage`, whatever `nextPageStart` says.
    START_AT:     Jira: `startAt`, `maxResults`; ends with `isLast`, else with `total`, else with a short page.
    START_LIMIT:  Confluence: `start`, `limit`; ends where the body has no `_links.next`, else with a short page.
    CURSOR:       Jira Data Center's list of users: the body names the next cursor.
    NEXT:         the body holds the next page's address (`next`, `links.next`, `_links.next`), pinned to the origin.
    NEXT_CURSOR:  the organization: `links.next` or `meta.next` is the next page's cursor, or an address with it.
    SCIM:         `startIndex`, from 1, and `count`; ends with `totalResults`.
    """

    NONE = "none"
    IS_LAST_PAGE = "is last page"
    START_AT = "start at"
    START_LIMIT = "start and limit"
    CURSOR = "cursor"
    NEXT = "next"
    NEXT_CURSOR = "next cursor"
    SCIM = "scim"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """
    One end point.

    Attributes:
        path:     its template below the base address: `/rest/api/2/project/{key}/role`. One that differs from another
                  only by its query has its own name behind a `?`, which is not sent: `/rest/api/3/users?inactive`.
        relation: the relation kind whose coverage it is.
        wrapped:  the path of members that leads to the list (`values`, `permissions.users`); None: the body is it.
        limit:    records asked for at once; 0: no limit is sent.
        query:    what else is sent; a value `{name}` is filled with an id, behind those of the path.
        listing:  False: one object is expected.
        optional: that it is not there at all is no failure: a feature that is bought or switched on.
    """

    path: str
    relation: str
    paging: Paging = Paging.NONE
    wrapped: str | None = None
    limit: int = 0
    query: Mapping[str, str] = field(default_factory=dict)
    listing: bool = True
    optional: bool = False


@dataclass(frozen=True, slots=True)
class NotRead:
    """
    What no end point tells, or what is not asked.

    Attributes:
        hides:    what may be there, in words; also what `doctor` says.
        of:       the scope of its coverage row: a node id with the instance's name as `{name}`, or empty: the source.
        exists:   False: the vendor has no end point for it.
        closable: whether an operator can vouch for it in a facts file (`complete: true`). One that nobody can is told
                  (`hidden:`) and never completed.
    """

    relation: str
    endpoint: str
    hides: str
    of: str = ""
    exists: bool = False
    closable: bool = True


class Mapper(Protocol):
    """
    Turns the records of one snapshot into inventory. Pure: it sees pages and keeps what it must remember.

    A record that cannot be mapped raises NotARecordError: it is counted, and the rest of its page is not touched.
    """

    def record(self, endpoint: Endpoint, page: "Page", row: Any, ids: tuple[str, ...]) -> Iterable[Record] | None:
        """
        Return what one record says, or None where it was said already.

        Args:
            row: the record; of an end point that is no listing, the whole body.
            ids: what stood in the template's braces, in order, unquoted.
        """
        ...

    def finish(self, coverage: list[Coverage], /) -> Iterable[Record]:
        """Return what can be said only when everything was seen: the application itself, what is derived of gaps."""
        ...


@dataclass(frozen=True, slots=True)
class Product:
    """
    One product in one of its two forms.

    Attributes:
        importer:  the name in a snapshot's header: `jira-dc`.
        prefix:    of its sources and nodes: `jira` gives `jira:acme`.
        title:     as a reader would say it: `Jira Data Center`.
        options:   names of settings that it is read by, beyond address and credential.
        root:      what the base address of the vendor's description begins with behind the host, for tests (`/rest`).
        endpoints: all that it asks.
        not_read:  all that it cannot or does not ask.
        walk:      asks, in the order of what decides most.
        mapper:    makes a fresh Mapper for one snapshot.
        explain:   what an error reply means in the product's terms; None: nothing to add.
    """

    importer: str
    prefix: str
    title: str
    endpoints: tuple[Endpoint, ...]
    not_read: tuple[NotRead, ...]
    walk: Callable[["Asking"], Awaitable[None]]
    mapper: Callable[["Context"], Mapper]
    explain: Callable[["Reply", Any], "Refusal | None"] | None = None
    options: frozenset[str] = frozenset()
    root: str = ""


@dataclass(frozen=True, slots=True)
class ServerForm:
    """
    What tells that a server is a product in one form: an address, a member of its answer, and what that says.

    Attributes:
        value: in lower case; empty: anything.
    """

    importer: str
    path: str
    member: str
    value: str = ""

    def fits(self, body: Any) -> bool:
        """Whether an answer is that of this form."""
        said = body.get(self.member) if isinstance(body, dict) else None
        return said is not None and (not self.value or str(said).lower() == self.value)
