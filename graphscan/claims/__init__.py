"""Claims as code: what must not, or must, be reachable, and whether the inventory proves it."""
