"""What an operator knows of the Cloud and no end point tells, in the terms of `template_topics`."""

from importers.atlassian.template_topic import CLOUD, ORGANIZATION, SERVERS, WIKI_AND_JIRA, Topic

CLOUD_TOPICS: tuple[Topic, ...] = (
    Topic(
        "Who administers it?",
        ("A25",),
        frozenset({"ASSIGNED_TO"}),
        WIKI_AND_JIRA,
        (CLOUD,),
        advice=("Groups with global permissions to administer, beside those that were read: a line for each.",),
        relations=(
            (
                '{source: "{n}:group:GROUP-ID", kind: ASSIGNED_TO, target: "{app}", needs: api, gives: admin, '
                'guarded_by: ["{app}::reachable"]}'
            ),
        ),
    ),
    Topic(
        "Which API tokens and access tokens are there?",
        ("A1", "A16"),
        frozenset({"HAS_CREDENTIAL"}),
        SERVERS,
        (CLOUD,),
        advice=(
            "API tokens of managed accounts the organization lists (`graphscan collect atlassian-org`); others, and",
            "access tokens of Bitbucket, here. `gives`: api for a token without scopes, else api_read or api_write.",
            "A service of another company that signs in: whose account it is, and who has its token.",
        ),
        nodes=(
            (
                '{id: "atlassian:token:TOKEN", kind: Credential, provider: atlassian, subtype: api_token, '
                "valid_from: 2026-01-01, expires_at: 2027-01-01}"
            ),
            "{id: SERVICE-VENDOR, kind: Vendor, name: SERVICE-VENDOR}",
        ),
        relations=(
            (
                '{source: "atlassian:account:ACCOUNT-ID", kind: HAS_CREDENTIAL, target: "atlassian:token:TOKEN", '
                "gives: api_read}"
            ),
            '{source: "atlassian:token:TOKEN", kind: HELD_BY, target: SERVICE-VENDOR}',
        ),
    ),
    Topic(
        "What do secured variables of pipelines open?",
        ("A12",),
        frozenset(),
        ("bitbucket",),
        (CLOUD,),
        always=True,
        advice=(
            "Their values are never told. A line of each says which credential a pipeline holds: of a repository, of",
            "an environment (its UUID behind another colon), or of the whole workspace (`pipelines:WORKSPACE`).",
            "A row says that all of them are stated.",
        ),
        nodes=("{id: PIPELINE-SECRET, kind: Credential, subtype: api_key}",),
        relations=(
            (
                '{source: "{n}:pipeline:WORKSPACE/REPOSITORY", kind: STORES, target: PIPELINE-SECRET, needs: exec, '
                "stored_at: 2020-01-01}"
            ),
        ),
        rows=('{relation: STORES, scope: "{n}:pipeline:WORKSPACE/REPOSITORY", complete: true}',),
    ),
    Topic(
        "Is there an allow-list of addresses, and is it enforced?",
        ("A18",),
        frozenset(),
        SERVERS,
        (CLOUD,),
        always=True,
        advice=("The organization's policies tell, where an organization key reads them; else state it here.",),
        nodes=(
            '{id: "{n}:ip-allowlist", kind: Control, provider: atlassian, subtype: ip_allow_list, enforced: yes}',
            "{id: INSIDE, kind: Segment, name: INSIDE}",
        ),
        relations=('{source: "{n}:ip-allowlist", kind: DEFEATED_BY, target: INSIDE}',),
    ),
    Topic(
        "Must managed accounts sign in through single sign-on?",
        ("A18",),
        frozenset(),
        ORGANIZATION,
        (CLOUD,),
        always=True,
        advice=(
            "Authentication policies are not listed. `enforced: yes` where the policies of all of them enforce it:",
            "then a password alone signs nobody in. API tokens are not affected.",
        ),
        nodes=('{id: "{n}:sso-enforced", kind: Control, provider: atlassian, subtype: sso_only, enforced: yes}',),
    ),
    Topic(
        "Which instances are its products?",
        ("A25",),
        frozenset(),
        ORGANIZATION,
        (CLOUD,),
        always=True,
        advice=(
            "Products are listed to POST alone. `sites` in the settings says it, and reads lists of addresses and the",
            "groups of a product with it; a line of each says that the organization's administrators have them all.",
        ),
        relations=(
            '{source: "jira:NAME:app", kind: TRUSTS, target: "{app}", properties: {link: organization}}',
            '{source: "confluence:NAME:app", kind: TRUSTS, target: "{app}", properties: {link: organization}}',
        ),
    ),
    Topic(
        "Which tokens have its service accounts, and people whom it does not manage?",
        ("A1", "A16"),
        frozenset({"HAS_CREDENTIAL"}),
        ORGANIZATION,
        (CLOUD,),
        advice=(
            "`gives`: api for a token without scopes, else api_read or api_write. Never write the token itself.",
            "A token with scopes that was listed is possible only: state here what it surely opens.",
        ),
        nodes=(
            (
                '{id: "atlassian:token:TOKEN", kind: Credential, provider: atlassian, subtype: api_token, '
                "valid_from: 2026-01-01, expires_at: 2027-01-01}"
            ),
        ),
        relations=(
            (
                '{source: "atlassian:account:ACCOUNT-ID", kind: HAS_CREDENTIAL, target: "atlassian:token:TOKEN", '
                "gives: api_read}"
            ),
        ),
    ),
)
