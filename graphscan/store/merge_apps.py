"""Which product stands behind an application that signs people in to it, by the keys that both sides state."""

import duckdb

# Many companies' sign-ins arrive at these addresses, so one of them tells nobody whose product it is.
SHARED_HOSTS = (
    "signin.aws.amazon.com",
    "signin.amazonaws.cn",
    "signin.amazonaws-us-gov.com",
    "atlassian.com",
    "bitbucket.org",
    "github.com",
    "gitlab.com",
    "google.com",
    "login.microsoftonline.com",
    "login.salesforce.com",
    "slack.com",
    "zoom.us",
)
# Their customers have names of their own below these hosts (`acme.slack.com`): only the host itself is shared.
_TENANTS_BELOW = frozenset({"slack.com", "zoom.us"})

# Key of the application that leads → key of the product, and how strong it is. The same key has the same scope.
_EQUAL = (
    ("idp_issuer", "idp_issuer", 1),
    ("client_id", "client_id", 1),
    ("aws_account", "aws_account", 2),
    ("org_name", "org_name", 4),
)
_BY_ADDRESS = ("acs_url", "base_url", 3)


def join(connection: duckdb.DuckDBPyConnection) -> None:
    """
    Create `raw.behind_app(ref, via, app, ways)`: for each reference of `raw.behind_via` the products behind it.

    A product is an application with accounts (`raw.behind_directory`). The strongest sort of key that meets anything
    decides: the IdP issuer, of which there is one per application, or the client id; then the AWS account of a role's
    ARN; then the longest address that the place of sign-in begins with; then the organization's name. ways is the
    number of candidates: more than one, and each is only possible. A key that is not verified never joins. A product
    that says which issuers it trusts, and does not trust this one or has all of them switched off, is none.
    """
    url = _url("key.value")
    equal = " OR ".join(
        f"(ours.type = '{one}' AND theirs.type = '{other}' AND ours.value = theirs.value AND ours.scope = theirs.scope)"
        for one, other, _ in _EQUAL
    )
    address, base, address_strength = _BY_ADDRESS
    strength = " ".join(f"WHEN '{one}' THEN {strength}" for one, _, strength in _EQUAL)
    connection.execute(f"""
        CREATE TABLE raw.behind_key AS
        SELECT id, key.type AS type, coalesce(key.scope, '') AS scope, coalesce(key.verified, true) AS verified,
               CASE WHEN key.type IN ('{address}', '{base}', 'idp_issuer') THEN {url} ELSE lower(trim(key.value)) END
               AS value
        FROM (SELECT id, unnest(keys) AS key FROM raw.node
              WHERE id IN (SELECT id FROM raw.behind_via UNION SELECT app FROM raw.behind_directory));
        CREATE TABLE raw.behind_app AS
        WITH ours AS (
          SELECT * FROM raw.behind_key WHERE id IN (SELECT id FROM raw.behind_via) AND verified
        ), theirs AS (
          SELECT * FROM raw.behind_key WHERE id IN (SELECT app FROM raw.behind_directory)
        ), met AS (
          SELECT ours.id AS via, theirs.id AS app, CASE ours.type {strength} END AS strength, 0 AS length,
                 '' AS address
          FROM ours JOIN theirs ON theirs.verified AND ours.id <> theirs.id AND ({equal})
          UNION ALL
          SELECT ours.id, theirs.id, {address_strength}, length(theirs.value), ours.value
          FROM ours JOIN theirs ON ours.type = '{address}' AND theirs.type = '{base}' AND theirs.verified
            AND theirs.value <> '' AND (ours.value = theirs.value OR starts_with(ours.value, theirs.value || '/'))
          WHERE ours.id <> theirs.id AND NOT {_shared("split_part(split_part(theirs.value, '/', 1), ':', 1)")}
        ), refused AS (
          -- It says whom it trusts: not a switched-off issuer, and no other than those it names.
          SELECT DISTINCT met.via, met.app FROM met
          WHERE met.app IN (SELECT id FROM theirs WHERE type = 'idp_issuer')
            AND (met.app NOT IN (SELECT id FROM theirs WHERE type = 'idp_issuer' AND verified)
                 OR met.via IN (SELECT id FROM ours WHERE type = 'idp_issuer')
                 AND NOT EXISTS (FROM ours JOIN theirs USING (type, value)
                                 WHERE type = 'idp_issuer' AND theirs.verified
                                   AND ours.id = met.via AND theirs.id = met.app))
        ), best AS (
          -- Of each address the longest; people may be sent to several addresses, and nobody knows to which.
          SELECT DISTINCT via, app FROM (
            FROM met ANTI JOIN refused USING (via, app)
            QUALIFY strength = min(strength) OVER (PARTITION BY via)
              AND length = max(length) OVER (PARTITION BY via, strength, address))
        )
        SELECT ref, via, app, count(*) OVER (PARTITION BY ref) AS ways
        FROM raw.behind_via JOIN best ON best.via = raw.behind_via.id""")


# Private functions


def _url(value: str) -> str:
    """Return SQL for an address as addresses are compared: no scheme, usual port, query, last slash or capitals."""
    plain = f"regexp_replace(regexp_replace(lower(trim({value})), '^https?://', ''), '[?#].*$', '')"
    return f"rtrim(regexp_replace({plain}, '^([^/:]+):(443|80)(/|$)', '\\1\\3'), '/')"


def _shared(host: str) -> str:
    exact = ", ".join(f"'{one}'" for one in SHARED_HOSTS)
    below = " OR ".join(f"ends_with({host}, '.{one}')" for one in SHARED_HOSTS if one not in _TENANTS_BELOW)
    return f"({host} IN ({exact}) OR {below})"
