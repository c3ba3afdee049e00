"""Pushing into Neo4j 5.26."""

from tests.neo4j.pushing import *  # noqa: F403

LINE = "5.26"
