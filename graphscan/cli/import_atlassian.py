"""`graphscan import jira|confluence|bitbucket|atlassian-org`: read an instance and put it into the store."""

from graphscan.cli import atlassian, collect_options, options

# Each option is said where it is defined, in `atlassian`; a command hands all of its own on as they were given.


def import_jira(
    url: atlassian.Url = None,
    name: atlassian.Name = None,
    config: atlassian.Config = None,
    form: atlassian.FormOf = None,
    token_file: atlassian.TokenFile = None,
    user: atlassian.User = None,
    password_file: atlassian.PasswordFile = None,
    in_flight: collect_options.InFlight = None,
    reserve: collect_options.Reserve = None,
    store: options.Store = options.DEFAULT_STORE,
    output: options.Output = None,
) -> None:
    """Read Jira, Data Center or Cloud, and import it.

    With GET requests only. `collect jira` and `import snapshot` do the same in two steps, keep the replies, and
    can be continued when they are interrupted.
    """
    atlassian.import_("jira", **locals())


def import_confluence(
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
    store: options.Store = options.DEFAULT_STORE,
    output: options.Output = None,
) -> None:
    """Read Confluence, Data Center or Cloud, and import it.

    With GET requests only. `collect confluence` and `import snapshot` do the same in two steps, keep the replies, and
    can be continued when they are interrupted.
    """
    atlassian.import_("confluence", **locals())


def import_bitbucket(
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
    store: options.Store = options.DEFAULT_STORE,
    output: options.Output = None,
) -> None:
    """Read Bitbucket, Data Center or Cloud, and import it.

    With GET requests only. `collect bitbucket` and `import snapshot` do the same in two steps, keep the replies, and
    can be continued when they are interrupted.
    """
    atlassian.import_("bitbucket", **locals())


def import_organization(
    url: atlassian.Url = None,
    name: atlassian.Name = None,
    config: atlassian.Config = None,
    token_file: atlassian.TokenFile = None,
    org_id: atlassian.OrgId = None,
    sites: atlassian.Sites = None,
    directories: atlassian.Directories = None,
    in_flight: collect_options.InFlight = None,
    reserve: collect_options.Reserve = None,
    store: options.Store = options.DEFAULT_STORE,
    output: options.Output = None,
) -> None:
    """Read an organization of Atlassian Cloud and import it.

    With GET requests only, and an API key of the organization. `collect atlassian-org` and `import snapshot` do the
    same in two steps, keep the replies, and can be continued when they are interrupted.
    """
    atlassian.import_("atlassian-org", **locals())
