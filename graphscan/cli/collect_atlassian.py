"""`graphscan collect jira|confluence|bitbucket|atlassian-org`: read an instance into a file."""

from graphscan.cli import atlassian, collect_options, options

# Each option is said where it is defined, in `atlassian`; a command hands all of its own on as they were given.


def collect_jira(
    file: collect_options.Snapshot,
    url: atlassian.Url = None,
    name: atlassian.Name = None,
    config: atlassian.Config = None,
    form: atlassian.FormOf = None,
    token_file: atlassian.TokenFile = None,
    user: atlassian.User = None,
    password_file: atlassian.PasswordFile = None,
    in_flight: collect_options.InFlight = None,
    reserve: collect_options.Reserve = None,
    start_over: collect_options.StartOver = False,
    output: options.Output = None,
) -> None:
    """Read Jira, Data Center or Cloud, into a file.

    With GET requests only; secrets are removed before anything is written. Interrupted, it leaves FILE.partial; the
    same command continues from it within 24 hours. The environment wins over the configuration file, and that over a
    flag.
    """
    atlassian.collect("jira", **locals())


def collect_confluence(
    file: collect_options.Snapshot,
    url: atlassian.Url = None,
    name: atlassian.Name = None,
    config: atlassian.Config = None,
    form: atlassian.FormOf = None,
    token_file: atlassian.TokenFile = None,
    user: atlassian.User = None,
    password_file: atlassian.PasswordFile = None,
    pages: atlassian.Pages = None,
    in_flight: collect_options.InFlight = None,
    reserve: collect_options.Reserve = None,
    start_over: collect_options.StartOver = False,
    output: options.Output = None,
) -> None:
    """Read Confluence, Data Center or Cloud, into a file.

    With GET requests only; secrets are removed before anything is written. Interrupted, it leaves FILE.partial; the
    same command continues from it within 24 hours. The environment wins over the configuration file, and that over a
    flag.
    """
    atlassian.collect("confluence", **locals())


def collect_bitbucket(
    file: collect_options.Snapshot,
    url: atlassian.Url = None,
    name: atlassian.Name = None,
    config: atlassian.Config = None,
    form: atlassian.FormOf = None,
    token_file: atlassian.TokenFile = None,
    user: atlassian.User = None,
    password_file: atlassian.PasswordFile = None,
    workspaces: atlassian.Workspaces = None,
    in_flight: collect_options.InFlight = None,
    reserve: collect_options.Reserve = None,
    start_over: collect_options.StartOver = False,
    output: options.Output = None,
) -> None:
    """Read Bitbucket, Data Center or Cloud, into a file.

    With GET requests only; secrets are removed before anything is written. Interrupted, it leaves FILE.partial; the
    same command continues from it within 24 hours. The environment wins over the configuration file, and that over a
    flag.
    """
    atlassian.collect("bitbucket", **locals())


def collect_organization(
    file: collect_options.Snapshot,
    url: atlassian.Url = None,
    name: atlassian.Name = None,
    config: atlassian.Config = None,
    token_file: atlassian.TokenFile = None,
    org_id: atlassian.OrgId = None,
    sites: atlassian.Sites = None,
    directories: atlassian.Directories = None,
    in_flight: collect_options.InFlight = None,
    reserve: collect_options.Reserve = None,
    start_over: collect_options.StartOver = False,
    output: options.Output = None,
) -> None:
    """Read an organization of Atlassian Cloud into a file.

    With GET requests only, and an API key of the organization; secrets are removed before anything is written.
    Interrupted, it leaves FILE.partial; the same command continues from it within 24 hours. The environment wins over
    the configuration file, and that over a flag.
    """
    atlassian.collect("atlassian-org", **locals())
