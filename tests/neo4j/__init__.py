"""Tests on a real Neo4j server; the cases stand in modules of their own, so that each line of servers runs them."""

import pytest

pytest.register_assert_rewrite(*(f"tests.neo4j.{one}" for one in ("pushing", "queries", "reading_back")))
