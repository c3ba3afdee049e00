"""Pushing into the server that GRAPHSCAN_TEST_NEO4J_URI names. Its database is emptied."""

from tests.neo4j.ending import *  # noqa: F403
from tests.neo4j.pushing import *  # noqa: F403

LINE = None
