"""Pushing into Neo4j 2026."""

from tests.neo4j.ending import *  # noqa: F403
from tests.neo4j.pushing import *  # noqa: F403

LINE = "2026"
