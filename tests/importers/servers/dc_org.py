"""Atlassian servers of a company as data: people, groups that nest, who may do what. Served by dc_jira and others."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tests.importers.servers.loopback import Answer, Request

NOT_THERE = Answer.json({"errors": [{"context": None, "message": "not found", "exceptionName": None}]}, 404)


@dataclass(frozen=True)
class Person:
    """An account of a server's own directory."""

    name: str
    display: str = ""
    active: bool = True

    @property
    def email(self) -> str:
        """Return the address."""
        return f"{self.name}@acme.example"


@dataclass
class Team:
    """A group: names of its members, and of the groups inside it."""

    people: list[str] = field(default_factory=list)
    teams: list[str] = field(default_factory=list)


@dataclass
class JiraProject:
    """A project: its scheme, and the actors of its roles as (sort, name), sort `user` or `group`."""

    key: str
    scheme: int
    roles: dict[int, list[tuple[str, str]]] = field(default_factory=dict)


@dataclass
class Space:
    """A space: (sort, name, what may be done) of each permission; sort `user`, `group` or `anonymous`."""

    key: str
    permissions: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass
class BitbucketProject:
    """A project with its repositories; permissions as (sort, name, permission), by repository or ``""``."""

    key: str
    repositories: list[str] = field(default_factory=list)
    public: bool = False
    default: str = ""
    permissions: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)


@dataclass
class DataCenter:
    """
    Everything that the three servers tell.

    Attributes:
        schemes:      of Jira: name and grants (permission, sort of holder, parameter) by id.
        licensed:     groups whose members may use Jira, Confluence and Bitbucket.
        wiki_globals: of Confluence: (sort, name, operation).
        code_globals: of Bitbucket: (sort, name, permission).
        tokens:       of Bitbucket: HTTP access tokens by `users/NAME`, `projects/KEY` or `projects/KEY/repos/SLUG`.
        keys:         access keys by the same places.
        local_login:  whether Bitbucket takes passwords of its own accounts.
    """

    people: list[Person] = field(default_factory=list)
    teams: dict[str, Team] = field(default_factory=dict)
    licensed: list[str] = field(default_factory=list)
    schemes: dict[int, tuple[str, list[tuple[str, str, str]]]] = field(default_factory=dict)
    roles: dict[int, str] = field(default_factory=dict)
    jira_projects: list[JiraProject] = field(default_factory=list)
    spaces: list[Space] = field(default_factory=list)
    wiki_globals: list[tuple[str, str, str]] = field(default_factory=list)
    code_globals: list[tuple[str, str, str]] = field(default_factory=list)
    code_projects: list[BitbucketProject] = field(default_factory=list)
    tokens: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    keys: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    local_login: bool = True

    def of(self, team: str) -> list[Person]:
        """Return the direct members of a group."""
        wanted = set(self.teams[team].people)
        return [one for one in self.people if one.name in wanted]

    def inside(self, team: str, seen: frozenset[str] = frozenset()) -> list[Person]:
        """Return everybody in a group, through others as well: as Jira and Bitbucket tell it."""
        found = {one.name: one for one in self.of(team)}
        for inner in self.teams[team].teams:
            if inner not in seen:
                found |= {one.name: one for one in self.inside(inner, seen | {team})}
        return list(found.values())


def cut(items: Sequence[Any], request: Request, start: str, limit: str, most: int) -> tuple[list[Any], int, int]:
    """Return one page of a list, where it begins and how long it may be."""
    first = int(request.query.get(start) or 0)
    size = max(1, min(int(request.query.get(limit) or 25), most))
    return list(items[first : first + size]), first, size


def parts(path: str, base: str) -> list[str]:
    """Return the parts of a path below a base, unquoted; empty where it is not below it."""
    if not path.startswith(f"{base}/"):
        return []
    return [unquote(part) for part in path.removeprefix(f"{base}/").split("/")]
