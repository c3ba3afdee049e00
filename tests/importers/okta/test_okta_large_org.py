"""The generated organisation is the same each time, of the size that is asked for, and is what Okta would answer."""

from pathlib import Path

import pytest

from importers._snapshot import Snapshot
from importers.okta import endpoints as ends
from tests.importers.okta.conftest import Collector
from tests.importers.servers import large_org_snapshot
from tests.importers.servers.large_org import Listing, Organisation, Sizes
from tests.importers.servers.loopback import Loopback

SIZES = Sizes(users=120, groups=20, memberships=500, apps=40, app_users=900, policies=6, admins=20)


def test_the_full_organisation_has_the_sizes_it_is_asked_for() -> None:
    """Memberships and accounts add up to what was aimed at, within a few per cent, and nobody is listed twice."""
    organisation = Organisation(Sizes())
    assert int(organisation.people.group_sizes.sum()) == pytest.approx(2_000_000, rel=0.03)
    accounts = 0
    for app in range(organisation.apps.count):
        through, direct = organisation.apps.users(app)
        accounts += len(through) + len(direct)
        assert len({*through.tolist(), *direct.tolist()}) == len(through) + len(direct)
    assert accounts == pytest.approx(3_000_000, rel=0.03)
    for group in range(0, 5000, 611):
        members = organisation.people.members(group)
        assert len(set(members.tolist())) == len(members) == organisation.people.group_sizes[group]


def test_the_same_seed_gives_the_same_replies() -> None:
    """Two organisations of one seed answer alike; another seed puts others into groups."""
    first, second = Organisation(SIZES), Organisation(SIZES)
    other = Organisation(Sizes(**{name: getattr(SIZES, name) for name in SIZES.__dataclass_fields__} | {"seed": 2}))
    path = f"/api/v1/groups/{first.people.group(3)['id']}/users"
    answers = [one.find(path, {}) for one in (first, second, other)]
    assert all(isinstance(answer, Listing) for answer in answers)
    pages = [answer.part(0, 10) for answer in answers]
    assert pages[0] == pages[1] != pages[2]


def test_http_and_the_straight_way_give_the_same_pages(collector: Collector, tmp_path: Path) -> None:
    """What a collection over HTTP keeps is what the generator writes itself."""
    with Loopback(Organisation(SIZES).handle) as server:
        result = collector(server).result
    large_org_snapshot.write(tmp_path / "straight.snapshot", SIZES)
    told = [
        [
            (page.endpoint, page.path, page.body if page.endpoint != ends.ASSIGNEES else page.path)
            for page in way.pages()
        ]
        for way in (Snapshot(collector.path), Snapshot(tmp_path / "straight.snapshot"))
    ]

    def plain(pages: list[tuple[str, str, object]]) -> list[tuple[str, str, object]]:
        # Below /iam the body holds the link to the next page, and so the server's address.
        return [page for page in pages if "/iam/" not in page[1]]

    assert plain(told[0]) == plain(told[1])
    assert result.calls >= len(told[0])
