"""The query pack, and reading back, on Neo4j 2026."""

from tests.neo4j.packed import *  # noqa: F403
from tests.neo4j.queries import *  # noqa: F403
from tests.neo4j.reading_back import *  # noqa: F403

LINE = "2026"
