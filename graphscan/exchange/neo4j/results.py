"""What the commands about Neo4j answer, as frozen values that every output format renders alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PushResult:
    """
    What a push did, or with `dry_run` would do.

    Attributes:
        where:     the server and database, "" for none.
        owner:     the store's own id, on everything that is sent.
        nodes:     how many there are.
        relationships: how many there are of each type.
        changed:   what the database counted: nodes and relationships, created and deleted.
        resumed:   batches that an interrupted push had sent before.
        gone:      nodes kept although they are gone, since somebody tied something of his own to them.
        run:       the name of the run with an answer, "" for none, and `answered`: how many relationships it has.
    """

    where: str
    owner: str
    dry_run: bool
    nodes: int
    relationships: Mapping[str, int]
    changed: Mapping[str, int]
    resumed: int = 0
    gone: int = 0
    run: str = ""
    answered: int = 0


@dataclass(frozen=True, slots=True)
class ClearResult:
    """What was removed; `kept` are nodes that somebody tied something of his own to."""

    where: str
    owner: str
    what: str
    nodes: int
    relationships: int
    kept: int


@dataclass(frozen=True, slots=True)
class Parameter:
    """
    A parameter of a saved query.

    Attributes:
        type:    text, integer or moment.
        default: None: it must be given.
    """

    name: str
    type: str
    default: Any
    means: str


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """
    One query of the pack.

    Attributes:
        name:    its file's, without the ending and the number before it.
        title:   what it is called in Neo4j's Browser.
        answers: what it answers, in words.
        text:    the query, as it is sent.
    """

    name: str
    title: str
    answers: str
    parameters: tuple[Parameter, ...]
    text: str


@dataclass(frozen=True, slots=True)
class QueriesResult:
    """The query pack."""

    queries: tuple[SavedQuery, ...]


@dataclass(frozen=True, slots=True)
class QueryResult:
    """
    What a saved query returned.

    Attributes:
        rows: values of the columns, as plain JSON values.
    """

    query: SavedQuery
    parameters: Mapping[str, Any]
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
