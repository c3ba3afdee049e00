"""`graphscan collect jira|confluence|bitbucket|atlassian-org`: read an instance into a file."""

from graphscan.cli import atlassian, options


def collect_jira(
    file: atlassian.Snapshot,
    url: atlassian.Url = None,
    name: atlassian.Name = None,
    config: atlassian.Config = None,
    form: atlassian.FormOf = None,
    token_file: atlassian.TokenFile = None,
    user: atlassian.User = None,
    password_file: atlassian.PasswordFile = None,
    in_flight: atlassian.InFlight = None,
    reserve: atlassian.Reserve = None,
    start_over: atlassian.StartOver = False,
    output: options.Output = None,
) -> None:
    """Read Jira, Data Center or Cloud, into a file.

    With GET requests only; secrets are removed before anything is written. Interrupted, it leaves FILE.partial; the
    same command continues from it within 24 hours. The environment wins over the configuration file, and that over a
    flag.
    """
    atlassian.collect(
        "jira",
        file,
        start_over,
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


def collect_confluence(
    file: atlassian.Snapshot,
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
    start_over: atlassian.StartOver = False,
    output: options.Output = None,
) -> None:
    """Read Confluence, Data Center or Cloud, into a file.

    With GET requests only; secrets are removed before anything is written. Interrupted, it leaves FILE.partial; the
    same command continues from it within 24 hours. The environment wins over the configuration file, and that over a
    flag.
    """
    atlassian.collect(
        "confluence",
        file,
        start_over,
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


def collect_bitbucket(
    file: atlassian.Snapshot,
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
    start_over: atlassian.StartOver = False,
    output: options.Output = None,
) -> None:
    """Read Bitbucket, Data Center or Cloud, into a file.

    With GET requests only; secrets are removed before anything is written. Interrupted, it leaves FILE.partial; the
    same command continues from it within 24 hours. The environment wins over the configuration file, and that over a
    flag.
    """
    atlassian.collect(
        "bitbucket",
        file,
        start_over,
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


def collect_organization(
    file: atlassian.Snapshot,
    url: atlassian.Url = None,
    name: atlassian.Name = None,
    config: atlassian.Config = None,
    token_file: atlassian.TokenFile = None,
    org_id: atlassian.OrgId = None,
    sites: atlassian.Sites = None,
    directories: atlassian.Directories = None,
    in_flight: atlassian.InFlight = None,
    reserve: atlassian.Reserve = None,
    start_over: atlassian.StartOver = False,
    output: options.Output = None,
) -> None:
    """Read an organization of Atlassian Cloud into a file.

    With GET requests only, and an API key of the organization; secrets are removed before anything is written.
    Interrupted, it leaves FILE.partial; the same command continues from it within 24 hours. The environment wins over
    the configuration file, and that over a flag.
    """
    atlassian.collect(
        "atlassian-org",
        file,
        start_over,
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
