"""The query pack, and reading back, on Neo4j 5.26."""

from tests.neo4j.packed import *  # noqa: F403
from tests.neo4j.queries import *  # noqa: F403
from tests.neo4j.reading_back import *  # noqa: F403

LINE = "5.26"
