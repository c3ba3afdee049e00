"""Files that people write: YAML with positions, read by forms, every problem said at once."""
