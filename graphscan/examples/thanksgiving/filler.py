"""
Everybody else in the full example, counted out rather than drawn: no chance is involved, every run gives the same.

Public are the numbers of repositories (11,904) and of systems that were examined (4,893). All other numbers, and
every name, date and membership in here, are invented, and each row says so. None of it but the repositories is
within reach of the four credentials.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from graphscan.examples.thanksgiving import EXPOSED

Row = tuple[str, ...]
Table = tuple[str, Row, Iterable[Row]]

REPOSITORIES = 11_904
HOSTS = 4_893
PEOPLE = 3_000
ACCOUNTS = 600
CREDENTIALS = 5_012
EXPOSED_CREDENTIALS = 2_000

# What the small example already has of each.
_SMALL_REPOSITORIES, _SMALL_HOSTS, _SMALL_PEOPLE, _SMALL_ACCOUNTS, _SMALL_CREDENTIALS = 120, 2, 2, 4, 40

_TOPICS = (
    "api",
    "billing",
    "cache",
    "dashboard",
    "dns",
    "docs",
    "edge",
    "logging",
    "mobile",
    "proxy",
    "support",
    "tools",
)
_SITES = ("ams", "cdg", "dfw", "fra", "iad", "lhr", "nrt", "ord", "sin", "sjc", "syd", "waw")
_SUBTYPES = ("api_token", "client_secret", "service_token", "access_key", "password", "pat")
_USES = (
    "by=identity provider,never=true,lookback_days=90",
    "by=inventory export,known=false",
    "by=identity provider,at=2023-10-11",
)
# Of every hundred hosts, how many stand where.
_SEGMENTS = (("global-network", 88), ("corp", 6), ("test", 3), ("staging", 3))
_LIST = 1_000  # ends in one row: a field of a CSV file must not grow without bound

_INVENTED = "invented"
_ACCOUNT_APPS = ("jira", "confluence", "bitbucket", "build", "metrics", "alerting", "release")


def tables(colocated: bool) -> Iterator[Table]:
    """Yield file name, header and rows of each CSV file."""
    node = ("id", "kind", "subtype", "property.basis")
    yield "full-repositories.csv", (*node, "provider", "name", "property.topic"), _repositories()
    yield "full-hosts.csv", node, _hosts()
    yield "full-people-and-accounts.csv", node, [*_people(), *_accounts()]
    dated = ("valid_from", "versions", "last_used", "labels")
    yield "full-credentials.csv", (*node, *dated), _credentials()
    ends = ("sources", "kind", "targets", "needs", "gives", "valid_from", "valid_to", "property.basis")
    yield "full-relations.csv", ends, _relations(colocated)


# Private functions


def _repository_ids() -> list[str]:
    numbers = range(_SMALL_REPOSITORIES + 1, REPOSITORIES + 1)
    return [f"repo-{_TOPICS[number % len(_TOPICS)]}-{number:05d}" for number in numbers]


def _repositories() -> Iterator[Row]:
    for one in _repository_ids():
        yield one, "Repository", "git", _INVENTED, "atlassian", one.removeprefix("repo-"), one.split("-")[1]


def _host_ids() -> list[str]:
    return [f"{_SITES[number % len(_SITES)]}-{number:04d}" for number in range(_SMALL_HOSTS + 1, HOSTS + 1)]


def _hosts() -> Iterator[Row]:
    for one in _host_ids():
        yield one, "Host", "server", _INVENTED


def _people_ids() -> list[str]:
    return [f"person-{number:04d}" for number in range(_SMALL_PEOPLE + 1, PEOPLE + 1)]


def _people() -> Iterator[Row]:
    for one in _people_ids():
        yield one, "User", "person", _INVENTED


def _account_ids() -> list[str]:
    return [f"svc-{number:03d}" for number in range(_SMALL_ACCOUNTS + 1, ACCOUNTS + 1)]


def _accounts() -> Iterator[Row]:
    for one in _account_ids():
        yield one, "ServiceAccount", "service_account", _INVENTED


def _exposed_ids() -> list[str]:
    return [f"integration-{number:04d}" for number in range(_SMALL_CREDENTIALS - 3, EXPOSED_CREDENTIALS - 3)]


def _other_ids() -> list[str]:
    return [f"token-{number:04d}" for number in range(1, CREDENTIALS - EXPOSED_CREDENTIALS + 1)]


def _credentials() -> Iterator[Row]:
    """Yield credentials: the exposed ones replaced between 2023-10-19 and 2023-10-27, the others as they were made."""
    for number, one in enumerate([*_exposed_ids(), *_other_ids()]):
        exposed = one.startswith("integration-")
        made = (date(2016, 1, 4) + timedelta(days=(number * 61) % 2_700)).isoformat()
        replaced = datetime(2023, 10, 19, 8, tzinfo=UTC) + timedelta(days=number % 9, minutes=(number * 37) % 600)
        versions = f"{made};{replaced:%Y-%m-%dT%H:%M:%SZ}" if exposed else made
        labels = f"ordinary;{EXPOSED}" if exposed else "ordinary"
        use = _USES[number % len(_USES)]
        yield one, "Credential", _SUBTYPES[number % len(_SUBTYPES)], _INVENTED, made, versions, use, labels


def _relations(colocated: bool) -> Iterator[Row]:
    yield from _related(["bitbucket"], "CONTAINS", _repository_ids(), "login", "read")
    if colocated:
        yield from _related(["atlassian-01"], "STORES", _repository_ids())
    for segment, hosts in _placed():
        yield from _related(hosts, "IN_SEGMENT", [segment])
    people = _people_ids()
    yield from _related(people, "MEMBER_OF", ["employees"])
    yield from _related(people[::10], "MEMBER_OF", ["jira-users", "confluence-users", "bitbucket-read-all"])
    accounts = _account_ids()
    credentials = [*_exposed_ids(), *_other_ids()]
    for number, account in enumerate(accounts):
        yield from _related([account], "HAS_CREDENTIAL", credentials[number :: len(accounts)], "held", "act_as")
    for number, app in enumerate(_ACCOUNT_APPS):
        yield from _related(accounts[number :: len(_ACCOUNT_APPS)], "ASSIGNED_TO", [app], "act_as", "login")
    yield from _related(_exposed_ids(), "HELD_BY", ["okta-support"], interval=("2023-09-28", "2023-10-19"))


def _placed() -> Iterator[tuple[str, list[str]]]:
    hosts, before = _host_ids(), 0
    for segment, share in _SEGMENTS:
        yield segment, [one for number, one in enumerate(hosts) if before <= number % 100 < before + share]
        before += share


def _related(
    sources: list[str],
    kind: str,
    targets: list[str],
    needs: str = "",
    gives: str = "",
    interval: tuple[str, str] = ("", ""),
) -> Iterator[Row]:
    for some in _parts(sources):
        for others in _parts(targets):
            yield ";".join(some), kind, ";".join(others), needs, gives, *interval, _INVENTED


def _parts(ids: list[str]) -> Iterator[list[str]]:
    return ([*ids[first : first + _LIST]] for first in range(0, len(ids), _LIST))
