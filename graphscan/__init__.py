"""graphscan: attack-path analysis for identity, SaaS and source code."""

__version__ = "0.1.0"
