"""Questions asked of the graph: blast radius, paths, explanation."""
