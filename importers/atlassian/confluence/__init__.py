"""Confluence: what is asked, in which order, and what its records say."""
