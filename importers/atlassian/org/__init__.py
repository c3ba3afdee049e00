"""The organization of Atlassian Cloud."""
