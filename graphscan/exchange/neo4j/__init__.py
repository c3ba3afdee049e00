"""The graph in a Neo4j database: pushed, queried, cleared and read back. Works without APOC and GDS."""
