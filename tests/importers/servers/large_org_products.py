"""
Products behind applications of a large made-up organisation, as their own importers would state them.

Jira, to which Everyone is assigned, and a GitHub organisation and a Salesforce of some departments: an account for each
assignment, named as the assignment names it, in teams that open projects.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from graphscan.model import Evidence, EvidenceKind, Key, Node, Record, Ref, Relation, Sensitivity, SourceInfo
from tests.importers.servers.large_org import Organisation
from tests.importers.servers.large_org_people import login

AT = datetime(2026, 1, 1, tzinfo=UTC)
_EVIDENCE = Evidence(EvidenceKind.CONFIG, "made", AT)
_TEAM = 250  # accounts of a team


@dataclass(frozen=True, slots=True)
class Product:
    """
    A product that is imported beside the organisation.

    Attributes:
        source: the name of its source.
        app:    the number of the application in Okta that leads to it.
        what:   what its projects are.
    """

    source: str
    app: int
    what: str


# One that is as large as the organisation (application 1 is everybody's) and two that are much smaller.
PRODUCTS = (
    Product("jira:big", 1, "Tracker"),
    Product("github:big", 57, "Repository"),
    Product("salesforce:big", 58, "Content"),
)


def products(organisation: Organisation) -> list[Product]:
    """Return those of the products whose application this organisation has."""
    return [one for one in PRODUCTS if one.app < organisation.apps.services.start]


def about(product: Product) -> SourceInfo:
    """Return the source of a product."""
    return SourceInfo(product.source, product.source.split(":")[0], AT)


def records(organisation: Organisation, product: Product) -> Iterator[Record]:
    """Yield the product, its accounts, their teams, and what these open."""
    provider = product.source.split(":")[0]
    app = f"{product.source}:app"
    through, direct = organisation.apps.users(product.app)
    people = np.concatenate([through, direct]).tolist()
    address = Key("base_url", f"https://app{product.app}.big.example")
    yield Node(app, "Application", provider, name=product.source, keys=(address,), evidence=_EVIDENCE)
    for team in range(-(-len(people) // _TEAM)):
        group, project = f"{product.source}:team:{team}", f"{product.source}:project:{team}"
        yield Node(group, "Group", provider, name=f"team {team}", evidence=_EVIDENCE)
        yield Node(
            project,
            product.what,
            provider,
            name=f"project {team}",
            sensitivity=Sensitivity.INTERNAL,
            evidence=_EVIDENCE,
        )
        yield _relation(group, "ASSIGNED_TO", project)
    for place, number in enumerate(people):
        name = login(number)
        account = f"{product.source}:account:{number:06d}"
        keys = (Key("nameid", name),)
        yield Node(account, "User", provider, name=name, state="active", keys=keys, evidence=_EVIDENCE)
        yield _relation(account, "ACCOUNT_OF", app)
        yield _relation(account, "MEMBER_OF", f"{product.source}:team:{place // _TEAM}")


# Private functions


def _relation(source: str, kind: str, target: str) -> Relation:
    return Relation(Ref(source), kind, Ref(target), evidence=_EVIDENCE)
