"""The graph for other tools, and back: Neo4j, OpenGraph, GraphML, Parquet, networkx."""
