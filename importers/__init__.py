"""Importers: each turns one vendor's replies into inventory, and knows nothing of attacks."""
