"""
What of an earlier snapshot still holds: the members of groups whose membership has not changed.

Okta dates each group's last change of membership, to the millisecond. Where that date is the same in both listings of
groups, and everybody in the earlier list of members is still listed as a user, the list is taken over with its date.
Groups that Okta fills itself are read anew, as is everything else: nothing dates a change of an application's users,
of roles, of factors or of secrets, and what was deleted shows only where something is missing from a whole listing.
"""

from datetime import datetime
from pathlib import Path

from graphscan.errors import UsageError
from importers._coverage import CoverageBook
from importers._http import Listing, Page
from importers._journal import KeptListing, index
from importers._snapshot import Snapshot
from importers.okta import endpoints as ends
from importers.okta.ids import text_of

_BEFORE, _AFTER = ends.GROUP_USERS.split("{groupId}")


class Since:
    """
    An earlier snapshot, held against what is read now.

    Args:
        path:   the snapshot; it is checked to its last byte.
        source: whose it has to be.

    Attributes:
        copied: how many lists of members were taken over.

    Raises:
        BadFileError: it is no snapshot, or not what was written.
        UsageError:   it is of another organisation, or was written before listings were marked.
    """

    def __init__(self, path: Path, source: str) -> None:
        header = Snapshot(path).header
        if header.source != source:
            raise UsageError(
                f"{str(path)!r} is a snapshot of {header.source!r}, not of {source!r}", "name another file"
            )
        self.path = path
        self.copied = 0
        self._listings = index(path, ours=False).listings
        if not self._listings:
            raise UsageError(
                f"{str(path)!r} does not say which of its listings are whole", "collect once without --since"
            )
        self._then: dict[str, str] = {}
        self._now: dict[str, str] = {}
        self._users: set[str] = set()
        self._oldest: datetime | None = None
        for asked, listing in self._listings.items():
            if asked.partition("?")[0] == ends.GROUPS:
                for page in listing.pages():
                    self._then |= _changed(page)

    def see(self, page: Page) -> None:
        """Take note of a page that is read now: of groups and when they changed, of users that there are."""
        if page.endpoint == ends.GROUPS:
            self._now |= _changed(page)
        elif page.endpoint == ends.USERS and isinstance(page.body, list):
            self._users |= {text_of(one.get("id")) for one in page.body if isinstance(one, dict)}

    def unchanged(self, asked: str) -> Listing | None:
        """Return the earlier listing of a group's members, if it still holds."""
        path = asked.partition("?")[0]
        group = path.removeprefix(_BEFORE).removesuffix(_AFTER)
        if path != f"{_BEFORE}{group}{_AFTER}" or group not in self._now or self._now[group] != self._then.get(group):
            return None
        listing = self._listings.get(asked)
        if listing is None or not self._all_there(listing):
            return None
        self.copied += 1
        self._oldest = min(self._oldest or listing.at, listing.at)
        return listing

    def note(self, book: CoverageBook) -> None:
        """Say what was taken over, in the row of the end point."""
        if self._oldest is not None:
            book.notes[ends.GROUP_USERS] = (
                f"of {self.copied:,} groups, whose membership Okta says has not changed since, the members were taken "
                f"from {self.path.name}, read from {self._oldest:%Y-%m-%d %H:%M} UTC on"
            )

    def _all_there(self, listing: KeptListing) -> bool:
        """Whether everybody in an earlier list of members is still listed as a user."""
        return all(
            isinstance(one, dict) and one.get("id") in self._users
            for page in listing.pages()
            for one in (page.body if isinstance(page.body, list) else [None])
        )


# Private functions


def _changed(page: Page) -> dict[str, str]:
    """Return when the membership of each group of a page changed; groups that Okta itself fills are left out."""
    rows = page.body if isinstance(page.body, list) else []
    return {
        text_of(one["id"]): one["lastMembershipUpdated"]
        for one in rows
        if isinstance(one, dict)
        and text_of(one.get("id"))
        and text_of(one.get("lastMembershipUpdated"))
        and one.get("type") != "BUILT_IN"
    }
