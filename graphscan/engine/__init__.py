"""From steps to reach, slices, paths, families, sets and cuts."""
