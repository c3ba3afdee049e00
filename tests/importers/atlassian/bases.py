"""Servers of every Atlassian product to change the replies of: small organisations, and the vendor's descriptions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from importers._http import Page
from importers._snapshot import Snapshot
from importers.atlassian.products import PRODUCTS, product
from tests.importers.atlassian import (
    test_bitbucket_cloud,
    test_bitbucket_dc_more,
    test_confluence_cloud,
    test_confluence_dc,
    test_jira_cloud,
    test_jira_dc,
    test_org,
)
from tests.importers.atlassian.collected import read
from tests.importers.servers import atlassian_described as described
from tests.importers.servers.cloud_confluence import ConfluenceCloud
from tests.importers.servers.cloud_jira import JiraCloud
from tests.importers.servers.dc_bitbucket import Bitbucket
from tests.importers.servers.dc_confluence import Confluence
from tests.importers.servers.dc_jira import Jira
from tests.importers.servers.loopback import Handler

BASE = test_confluence_dc.BASE
PAGES = {"pages": ("98310", "98311")}


@dataclass(frozen=True)
class Base:
    """A server of one product, with what it is asked with."""

    importer: str
    handler: Handler
    options: Mapping[str, Any] = field(default_factory=dict)
    base: str = ""

    def pages(self, folder: Path) -> tuple[Snapshot, list[Page]]:
        """Collect it over HTTP; return the snapshot and its pages."""
        prefix = product(self.importer).prefix
        form = "" if self.importer == "atlassian-org" else self.importer.rpartition("-")[2]
        read(folder, prefix, self.handler, self.base, form=form, options=self.options)
        snapshot = Snapshot(folder / f"{prefix}.snapshot")
        return snapshot, list(snapshot.pages())


def bases(importer: str) -> Iterator[Base]:
    """Yield the servers of a product."""
    site = JiraCloud(test_jira_cloud.site(fill=3))
    small: dict[str, Base] = {
        "jira-dc": Base("jira-dc", Jira(test_jira_dc.organisation())),
        "jira-cloud": Base("jira-cloud", lambda request: test_jira_cloud.answers(request, site)),
        "confluence-dc": Base("confluence-dc", Confluence(test_confluence_dc.organisation()), PAGES, BASE),
        "confluence-cloud": Base("confluence-cloud", ConfluenceCloud(test_confluence_cloud.site()), PAGES),
        "bitbucket-dc": Base(
            "bitbucket-dc", Bitbucket(test_bitbucket_dc_more.organisation(), test_bitbucket_dc_more.more())
        ),
        "bitbucket-cloud": Base("bitbucket-cloud", test_bitbucket_cloud.organisation()),
        "atlassian-org": Base("atlassian-org", test_org.organisation(), test_org.NAMED),
    }
    if importer in small:
        yield small[importer]
    if importer in described.FILES and described.FOLDER.is_dir():
        chosen = product(importer)
        # One place for all servers of a product: their pages are mixed.
        base = BASE if importer == "confluence-dc" else ""
        options = PAGES if "pages" in chosen.options else {}
        for made in ("schemas", "unknown values"):
            yield Base(importer, described.Described(chosen, made, base), options, base)


IMPORTERS = tuple(PRODUCTS)
