"""The benchmark: how long graphscan takes beside graph libraries on the same graph, and what memory. Not a test."""
