"""`graphscan import jira|confluence|bitbucket|atlassian-org`: read an instance and put it into the store."""

from graphscan.cli import atlassian, options


def import_jira(
    url: atlassian.Url = None,
    name: atlassian.Name = None,
    config: atlassian.Config = None,
    form: atlassian.FormOf = None,
    token_file: atlassian.TokenFile = None,
    user: atlassian.User = None,
    password_file: atlassian.PasswordFile = None,
    in_flight: atlassian.InFlight = None,
    reserve: atlassian.Reserve = None,
    store: options.Store = options.DEFAULT_STORE,
    output: options.Output = None,
) -> None:
    """Read Jira, Data Center or Cloud, and import it.

    With GET requests only. `collect jira` and `import snapshot` do the same in two steps, keep the replies, and
    can be continued when they are interrupted.
    """
    atlassian.import_(
        "jira",
        store,
        output,
        config,
        url=url,
        name=name,
        form=form,
        token_file=token_file,
        user=user,
        password_file=password_file,
        in_flight=in_flight,
        reserve=reserve,
    )


def import_confluence(
    url: atlassian.Url = None,
    name: atlassian.Name = None,
    config: atlassian.Config = None,
    form: atlassian.FormOf = None,
    token_file: atlassian.TokenFile = None,
    user: atlassian.User = None,
    password_file: atlassian.PasswordFile = None,
    pages: atlassian.Pages = None,
    in_flight: atlassian.InFlight = None,
    reserve: atlassian.Reserve = None,
    store: options.Store = options.DEFAULT_STORE,
    output: options.Output = None,
) -> None:
    """Read Confluence, Data Center or Cloud, and import it.

    With GET requests only. `collect confluence` and `import snapshot` do the same in two steps, keep the replies, and
    can be continued when they are interrupted.
    """
    atlassian.import_(
        "confluence",
        store,
        output,
        config,
        url=url,
        name=name,
        form=form,
        token_file=token_file,
        user=user,
        password_file=password_file,
        pages=pages,
        in_flight=in_flight,
        reserve=reserve,
    )


def import_bitbucket(
    url: atlassian.Url = None,
    name: atlassian.Name = None,
    config: atlassian.Config = None,
    form: atlassian.FormOf = None,
    token_file: atlassian.TokenFile = None,
    user: atlassian.User = None,
    password_file: atlassian.PasswordFile = None,
    workspaces: atlassian.Workspaces = None,
    in_flight: atlassian.InFlight = None,
    reserve: atlassian.Reserve = None,
    store: options.Store = options.DEFAULT_STORE,
    output: options.Output = None,
) -> None:
    """Read Bitbucket, Data Center or Cloud, and import it.

    With GET requests only. `collect bitbucket` and `import snapshot` do the same in two steps, keep the replies, and
    can be continued when they are interrupted.
    """
    atlassian.import_(
        "bitbucket",
        store,
        output,
        config,
        url=url,
        name=name,
        form=form,
        token_file=token_file,
        user=user,
        password_file=password_file,
        workspaces=workspaces,
        in_flight=in_flight,
        reserve=reserve,
    )


def import_organization(
    url: atlassian.Url = None,
    name: atlassian.Name = None,
    config: atlassian.Config = None,
    token_file: atlassian.TokenFile = None,
    org_id: atlassian.OrgId = None,
    sites: atlassian.Sites = None,
    directories: atlassian.Directories = None,
    in_flight: atlassian.InFlight = None,
    reserve: atlassian.Reserve = None,
    store: options.Store = options.DEFAULT_STORE,
    output: options.Output = None,
) -> None:
    """Read an organization of Atlassian Cloud and import it.

    With GET requests only, and an API key of the organization. `collect atlassian-org` and `import snapshot` do the
    same in two steps, keep the replies, and can be continued when they are interrupted.
    """
    atlassian.import_(
        "atlassian-org",
        store,
        output,
        config,
        url=url,
        name=name,
        token_file=token_file,
        org_id=org_id,
        sites=sites,
        directories=directories,
        in_flight=in_flight,
        reserve=reserve,
    )
