"""
The expected answers of the golden case, copied as tables from the reference scenario RS-1 (its questions Q2, Q3, Q5).

Letters stand for assets: A Apps environment, J Jira, C Confluence, S source code, H control of the Atlassian server,
N network reach of the console in São Paulo.
"""

from dataclasses import dataclass

MOVEWORKS = "moveworks-token"
SMARTSHEET = "smartsheet-sa"
BITBUCKET = "bitbucket-sa"
AWS = "aws-apps-sa"
FOUR = (MOVEWORKS, SMARTSHEET, BITBUCKET, AWS)

# Letter → the fact that counts. S is every repository, so it is looked up by kind.
FACTS = {
    "A": ("aws-apps", "login"),
    "J": ("jira-tickets", "read"),
    "C": ("confluence-pages", "read"),
    "H": ("atlassian-01", "exec"),
    "N": ("gru-nonprod", "position"),
}
LETTERS = "AJCSHN"

CONSOLE_USE = ("gru-console-01", "exec")
GLOBAL_NETWORK = ("global-network", "position")
OKTA_ADMIN = ("okta-admin", "login")
DASHBOARD = ("dashboard", "login")
CUSTOMER_DATA = (("customer-db", "read"), ("customer-config", "read"))
GLOBAL_DATA = (*CUSTOMER_DATA, ("ssl-keys", "read"), ("workers-kv", "read"), ("r2", "read"), ("quicksilver", "read"))
NEVER_REACHED = (CONSOLE_USE, GLOBAL_NETWORK, OKTA_ADMIN, DASHBOARD, *GLOBAL_DATA)


@dataclass(frozen=True, slots=True)
class Needed:
    """A row of Q2: the minimal sets of the four that reach an asset, and the minimal rotations that protect it."""

    letters: str
    sets: frozenset[frozenset[str]]
    cuts: frozenset[frozenset[str]]


def _sets(*sets: set[str]) -> frozenset[frozenset[str]]:
    return frozenset(frozenset(one) for one in sets)


# Q2. With the applications on one server, source code has a second way: through that server.
_AWS_APPS = Needed("A", _sets({AWS}), _sets({AWS}))
_ATLASSIAN = Needed("JCHN", _sets({MOVEWORKS, SMARTSHEET}), _sets({MOVEWORKS}, {SMARTSHEET}))
Q2_COLOCATED = (
    _AWS_APPS,
    _ATLASSIAN,
    Needed(
        "S",
        _sets({MOVEWORKS, BITBUCKET}, {MOVEWORKS, SMARTSHEET}),
        _sets({MOVEWORKS}, {SMARTSHEET, BITBUCKET}),
    ),
)
Q2_APART = (
    _AWS_APPS,
    _ATLASSIAN,
    Needed("S", _sets({MOVEWORKS, BITBUCKET}), _sets({MOVEWORKS}, {BITBUCKET})),
)
# Minimal derivations under the 25 literal rules, by letter.
Q2_DERIVATIONS_COLOCATED = {"J": 3, "C": 3, "S": 2, "H": 1, "N": 1, "A": 1}
Q2_DERIVATIONS_APART = {"J": 2, "C": 2, "S": 1, "H": 1, "N": 1, "A": 1}

# Q3, static: all sixteen subsets of the four that may have been rotated → (colocated, not colocated).
Q3: dict[frozenset[str], tuple[str, str]] = {
    frozenset(): ("AJCSHN", "AJCSHN"),
    frozenset({MOVEWORKS}): ("A", "A"),
    frozenset({SMARTSHEET}): ("AS", "AS"),
    frozenset({BITBUCKET}): ("AJCSHN", "AJCHN"),
    frozenset({AWS}): ("JCSHN", "JCSHN"),
    frozenset({SMARTSHEET, BITBUCKET}): ("A", "A"),
    frozenset({SMARTSHEET, AWS}): ("S", "S"),
    frozenset({BITBUCKET, AWS}): ("JCSHN", "JCHN"),
    frozenset({MOVEWORKS, AWS}): ("", ""),
    frozenset({MOVEWORKS, SMARTSHEET}): ("A", "A"),
    frozenset({MOVEWORKS, BITBUCKET}): ("A", "A"),
    frozenset({MOVEWORKS, SMARTSHEET, BITBUCKET}): ("A", "A"),
    frozenset({MOVEWORKS, SMARTSHEET, AWS}): ("", ""),
    frozenset({MOVEWORKS, BITBUCKET, AWS}): ("", ""),
    frozenset({SMARTSHEET, BITBUCKET, AWS}): ("", ""),
    frozenset(FOUR): ("", ""),
}


@dataclass(frozen=True, slots=True)
class WhatIf:
    """
    A row of Q5.

    Attributes:
        options:   as typed after the four starts.
        reach:     the letters that remain.
        also:      further facts that must be reached.
        never:     further facts that must not.
    """

    name: str
    options: tuple[str, ...]
    reach: str
    also: tuple[tuple[str, str], ...] = ()
    never: tuple[tuple[str, str], ...] = ()
    starts: tuple[str, ...] = FOUR


Q5 = (
    WhatIf("ACL enforced", ("--enforced", "acl-gru"), "AJCSH", never=NEVER_REACHED),
    WhatIf("no ScriptRunner", ("--without", "scriptrunner"), "AJCS", never=NEVER_REACHED),
    WhatIf("egress enforced", ("--enforced", "egress"), "AJCSH", never=NEVER_REACHED),
    WhatIf("token pinned", ("--enforced", "pin"), "A", never=NEVER_REACHED),
    WhatIf(
        "console key defeated",
        ("--defeated", "hardkey@console"),
        "AJCSHN",
        also=(CONSOLE_USE,),
        never=(GLOBAL_NETWORK, OKTA_ADMIN, DASHBOARD, *GLOBAL_DATA),
    ),
    WhatIf(
        "console key defeated, data centre live",
        ("--defeated", "hardkey@console", "--defeated", "dc-not-in-production"),
        "AJCSHN",
        also=(CONSOLE_USE, GLOBAL_NETWORK, *GLOBAL_DATA),
        never=(OKTA_ADMIN, DASHBOARD),
    ),
    WhatIf(
        "a person's hard key stolen",
        (),
        "AJCSHN",
        also=(DASHBOARD, CONSOLE_USE, *CUSTOMER_DATA),
        never=(GLOBAL_NETWORK, OKTA_ADMIN),
        starts=(*FOUR, "human-hardkey"),
    ),
)

# The rules R01 … R25 as written: name, all that is needed, what is given. R15 … R17 hold only if the applications share
# the host. Read as facts of one level; ACL unenforced, egress open and ScriptRunner installed are taken as given.
RULES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("R01", ("internet", MOVEWORKS), "edge"),
    ("R02", ("edge", SMARTSHEET), "jira-login"),
    ("R03", ("edge", SMARTSHEET), "confluence-login"),
    ("R04", ("jira-login",), "J"),
    ("R05", ("confluence-login",), "C"),
    ("R06", ("jira-login",), "jira-admin"),
    ("R07", ("jira-admin",), "attacker-user"),
    ("R08", ("edge", "attacker-user"), "J"),
    ("R09", ("edge", "attacker-user"), "C"),
    ("R10", ("jira-admin",), "H"),
    ("R11", ("H",), "implant"),
    ("R12", ("internet", "implant"), "host-position"),
    ("R13", ("host-position",), "edge"),
    ("R14", ("edge", BITBUCKET), "S"),
    ("R15", ("host-position",), "S"),
    ("R16", ("host-position",), "J"),
    ("R17", ("host-position",), "C"),
    ("R18", ("internet", AWS), "A"),
    ("R19", ("host-position",), "N"),
    ("R20", ("N", "human-hardkey"), "console-use"),
    ("R21", ("console-use", "data-centre-in-production"), "global-network"),
    ("R22", ("internet", "session", "human-hardkey"), "okta-admin"),
    ("R23", ("internet", "human-hardkey"), "dashboard"),
    ("R24", ("global-network",), "customer-data"),
    ("R25", ("dashboard",), "customer-data"),
)
ONLY_COLOCATED = ("R15", "R16", "R17")
