"""Derived inventory: what no interface states and no technique may create. `run.expand` makes it."""
