"""Tests of the facts importer."""
