"""Atlassian: Jira, Confluence and Bitbucket, Data Center and Cloud, and the Cloud organization."""
