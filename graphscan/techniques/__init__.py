"""Techniques and scope files: one .sql file each, in a folder per provider, with a header that says what it is."""
