"""
What an operator knows of an Atlassian instance and no end point tells: each subject with the lines that state it.

In the lines `{n}` is the instance's source (`jira:acme`) and `{app}` its application. What is in CAPITALS is for the
operator to replace. How the lines are read is decided by the techniques of `docs/atlassian.md`.
"""

from importers.atlassian.template_cloud import CLOUD_TOPICS
from importers.atlassian.template_topic import DC, SERVERS, WIKI_AND_JIRA, Topic

TOPICS: tuple[Topic, ...] = (
    Topic(
        "Who administers it?",
        ("A3", "A4", "A5"),
        frozenset({"ASSIGNED_TO"}),
        WIKI_AND_JIRA,
        (DC,),
        advice=(
            "Global permissions, in the administration: a group or a user for each line.",
            "`admin` may configure; `system` (system administrator) may install plug-ins besides.",
        ),
        relations=(
            (
                '{source: "{n}:group:ADMINISTRATORS", kind: ASSIGNED_TO, target: "{app}", needs: api, gives: admin, '
                'guarded_by: ["{app}::reachable"]}'
            ),
            (
                '{source: "{n}:group:SYSTEM-ADMINISTRATORS", kind: ASSIGNED_TO, target: "{app}", needs: api, '
                'gives: system, guarded_by: ["{app}::reachable"]}'
            ),
        ),
    ),
    Topic(
        "Which plug-ins are installed, and which of them run scripts?",
        ("A3", "A4", "A5"),
        frozenset({"INSTALLED_IN"}),
        SERVERS,
        (DC,),
        advice=(
            "One line of each for a plug-in that runs scripts (ScriptRunner and its like); others need none.",
            "PLUG-IN is its key, as the list of plug-ins shows it: one that was read is completed under the same id.",
            "`restricted_to_system_admins`: its setting that only system administrators edit scripts; where nobody",
            "says, an administrator possibly does.",
        ),
        nodes=(
            (
                '{id: "{n}:plugin:PLUG-IN", kind: Application, provider: atlassian, subtype: plug-in, '
                'properties: {runs_scripts: "yes", restricted_to_system_admins: "no"}}'
            ),
        ),
        relations=('{source: "{n}:plugin:PLUG-IN", kind: INSTALLED_IN, target: "{app}"}',),
    ),
    Topic(
        "May a system administrator install an app?",
        ("A4",),
        frozenset({"INSTALLED_IN"}),
        SERVERS,
        (DC,),
        advice=(
            "`enforced: yes` where neither a file nor an app of the Marketplace can be installed",
            "(upm.plugin.upload.enabled, upm.pac.disable); where nobody says, it is possible.",
        ),
        nodes=('{id: "{n}:app-upload", kind: Control, provider: atlassian, subtype: app_upload, enforced: yes}',),
        relations=('{source: "{n}:app-upload", kind: APPLIES_TO, target: "{app}"}',),
    ),
    Topic(
        "On which host does it run, in which segment, and what lies on that host?",
        ("A3", "A4", "A5", "A24"),
        frozenset({"RUNS_ON", "IN_SEGMENT"}),
        SERVERS,
        (DC,),
        advice=(
            "Of a cluster each node. What a host can read: the database's password, keys of app links, stored tokens.",
        ),
        nodes=(
            "{id: HOST, kind: Host, name: HOST}",
            "{id: INSIDE, kind: Segment, name: INSIDE}",
            '{id: "{n}:DATABASE-PASSWORD", kind: Credential, subtype: password}',
        ),
        relations=(
            '{source: "{app}", kind: RUNS_ON, target: HOST}',
            "{source: HOST, kind: IN_SEGMENT, target: INSIDE}",
            '{source: HOST, kind: STORES, target: "{n}:DATABASE-PASSWORD", needs: exec}',
        ),
    ),
    Topic(
        "Which application links does it trust, and do they impersonate?",
        ("A14",),
        frozenset({"TRUSTS"}),
        SERVERS,
        (DC,),
        advice=(
            "Read: this application accepts what OTHER-APPLICATION says (the id of its application, as",
            '"confluence:acme:app"). `impersonation`: OAuth with impersonation, or Trusted Applications.',
        ),
        relations=(
            (
                '{source: "{app}", kind: TRUSTS, target: OTHER-APPLICATION, '
                'properties: {link: app_link, impersonation: "true"}}'
            ),
        ),
    ),
    Topic(
        "Which tokens do other people have?",
        ("A1", "A16"),
        frozenset({"HAS_CREDENTIAL"}),
        SERVERS,
        (DC,),
        advice=(
            "The administration lists all personal access tokens; a line of each for each of them.",
            "`valid_from`: when it was made, which is its last rotation. Never write the token itself.",
        ),
        nodes=(
            (
                '{id: "{n}:token:TOKEN", kind: Credential, provider: atlassian, subtype: pat, valid_from: 2020-01-01, '
                "expires_at: 2030-01-01}"
            ),
        ),
        relations=(
            (
                '{source: "{n}:user:USER", kind: HAS_CREDENTIAL, target: "{n}:token:TOKEN", gives: api, '
                'guarded_by: ["{app}::reachable"]}'
            ),
        ),
    ),
    Topic(
        "Which links and services act as one fixed account?",
        ("A15", "A16"),
        frozenset({"TRUSTS", "HAS_CREDENTIAL"}),
        SERVERS,
        (DC,),
        advice=(
            "A service of another company that signs in: the credential that it holds, whose account it is, and who",
            "has it. `gives`: api_read, api_write, or api for all its rights. Of a link without impersonation: as whom",
            "it acts (`user`, as in the id of the account), and how far (`scope`: read, write or admin).",
        ),
        nodes=(
            (
                '{id: "{n}:token:SERVICE-CREDENTIAL", kind: Credential, provider: atlassian, subtype: access_token, '
                "valid_from: 2020-01-01}"
            ),
            "{id: SERVICE-VENDOR, kind: Vendor, name: SERVICE-VENDOR}",
        ),
        relations=(
            (
                '{source: "{n}:user:SERVICE-ACCOUNT", kind: HAS_CREDENTIAL, target: "{n}:token:SERVICE-CREDENTIAL", '
                'gives: api, guarded_by: ["{app}::reachable"]}'
            ),
            '{source: "{n}:token:SERVICE-CREDENTIAL", kind: HELD_BY, target: SERVICE-VENDOR}',
            (
                '{source: "{app}", kind: TRUSTS, target: ANOTHER-APPLICATION, '
                'properties: {link: app_link, impersonation: "false", user: SERVICE-ACCOUNT, scope: read}}'
            ),
        ),
    ),
    Topic(
        "Which directories do its accounts come from, and who may change passwords there?",
        ("A17",),
        frozenset({"TRUSTS", "ACCOUNT_OF"}),
        SERVERS,
        (DC,),
        advice=(
            "Bitbucket tells which directories there are, not who administers them; the other two tell neither.",
            "`writable` of the directory: whether its own administrators set passwords there. Of the relation: whether",
            "this product does. An account is of a directory where its property `directory` names it.",
        ),
        nodes=(
            (
                '{id: "{n}:directory:DIRECTORY", kind: Application, provider: atlassian, subtype: directory, '
                'properties: {type: crowd, writable: "true"}}'
            ),
        ),
        relations=(
            (
                '{source: "{app}", kind: TRUSTS, target: "{n}:directory:DIRECTORY", '
                'properties: {link: directory, writable: "true"}}'
            ),
            (
                '{source: "{n}:group:DIRECTORY-ADMINISTRATORS", kind: ASSIGNED_TO, target: "{n}:directory:DIRECTORY", '
                "needs: api, gives: admin}"
            ),
        ),
    ),
    Topic(
        "Which identity providers does it trust, and do they say in which groups somebody is?",
        ("A18", "A19"),
        frozenset({"TRUSTS"}),
        SERVERS,
        (DC,),
        ends=("authconfig/latest/idps",),
        advice=(
            "IDENTITY-PROVIDER is the id of the application, as of Okta's. `jit`: accounts are made at sign-in;",
            "`groups_claim`: which part of the assertion says in which groups, left out where none does.",
        ),
        relations=(
            (
                '{source: "{app}", kind: TRUSTS, target: IDENTITY-PROVIDER, '
                'properties: {link: saml, jit: "true", groups_claim: GROUPS}}'
            ),
        ),
    ),
    Topic(
        "From where can it be reached: the internet, a segment, a gateway?",
        ("A16",),
        frozenset({"REACHABLE_FROM"}),
        SERVERS,
        (DC,),
        always=True,
        advice=("A gateway is an application that CONNECTS_TO this one; what it asks is a guard of who may use it.",),
        nodes=("{id: INSIDE, kind: Segment, name: INSIDE}",),
        relations=('{source: "{app}", kind: REACHABLE_FROM, target: INSIDE}',),
        rows=('{relation: REACHABLE_FROM, scope: "{app}", complete: true}',),
    ),
    Topic(
        "Does a local password still sign in beside SSO?",
        ("A18",),
        frozenset(),
        SERVERS,
        (DC,),
        always=True,
        ends=("authconfig/latest/sso",),
        advice=("`enforced: yes` where neither the login form nor Basic takes a password. Tokens are not affected.",),
        nodes=(
            '{id: "{n}:local-login-disabled", kind: Control, provider: atlassian, subtype: sso_only, enforced: yes}',
        ),
    ),
    Topic(
        "Who sees each security level?",
        ("A20",),
        frozenset(),
        ("jira",),
        (DC,),
        always=True,
        advice=(
            "Where issues have security levels (LEVEL is the level's number): whom each lets in, a line of each. Until",
            "somebody says it, whoever reads a project that uses it possibly sees it.",
        ),
        relations=('{source: "{n}:group:GROUP", kind: MEMBER_OF, target: "{n}:security-level-members:LEVEL"}',),
        rows=('{relation: MEMBER_OF, scope: "{n}:security-level-members:LEVEL", complete: true}',),
    ),
    Topic(
        "Which secrets stand in what is written there?",
        ("A21",),
        frozenset({"STORES"}),
        SERVERS,
        advice=(
            "Where a search found one: where it stands, since when, and what it is. A row says that somebody searched.",
            "For repositories `graphscan import secrets` reads the reports of secret scanners.",
        ),
        nodes=("{id: FOUND-SECRET, kind: Credential, subtype: api_key}",),
        relations=('{source: "{thing}", kind: STORES, target: FOUND-SECRET, needs: read, stored_at: 2020-01-01}',),
    ),
    *CLOUD_TOPICS,
)

APPLICATION = "{n}:app"
# The things that rows of one kind speak of, where a source as a whole was not read; others: the application.
THINGS: dict[tuple[str, str], str] = {
    ("jira", "STORES"): "{n}:issues:PROJECT",
    ("confluence", "STORES"): "{n}:space:SPACE",
    ("bitbucket", "STORES"): "{n}:repo:PROJECT/REPOSITORY",
    ("jira", "MEMBER_OF"): "{n}:group:GROUP",
    ("confluence", "MEMBER_OF"): "{n}:group:GROUP",
    ("bitbucket", "MEMBER_OF"): "{n}:group:GROUP",
    ("bitbucket", "GRANTS"): "{n}:token:TOKEN",
}
