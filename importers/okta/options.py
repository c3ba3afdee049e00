"""The settings of a collection from Okta: their names, flags and variables, and what can be meant by a value."""

from importers._options import Option, share, text, texts, whole, yes_or_no
from importers.okta.walk import Factors

OPTIONS: dict[str, Option] = {
    "org_url": Option("--org-url", "GRAPHSCAN_OKTA_URL", "an address such as https://acme.okta.com", text),
    "name": Option("--name", "GRAPHSCAN_OKTA_NAME", "lower-case letters, digits, `.`, `_` and `-`", text),
    "token_file": Option("--token-file", "GRAPHSCAN_OKTA_TOKEN_FILE", "a file with an API token", text),
    "client_id": Option("--client-id", "GRAPHSCAN_OKTA_CLIENT_ID", "a service application's client id", text),
    "key_file": Option("--key-file", "GRAPHSCAN_OKTA_KEY_FILE", "a file with a private key", text),
    "key_id": Option("--key-id", "GRAPHSCAN_OKTA_KEY_ID", "the id of a key", text),
    "scopes": Option("--scopes", "GRAPHSCAN_OKTA_SCOPES", "a list such as okta.users.read okta.groups.read", texts),
    "dpop": Option("--dpop", "GRAPHSCAN_OKTA_DPOP", "yes or no", yes_or_no),
    "factors": Option(
        "--factors", "GRAPHSCAN_OKTA_FACTORS", "all, admins or none", lambda value: Factors(text(value).lower())
    ),
    "in_flight": Option("--in-flight", "GRAPHSCAN_OKTA_IN_FLIGHT", "a number from 1 to 64", whole(1, 64)),
    "reserve": Option("--reserve", "GRAPHSCAN_OKTA_RESERVE", "a share from 0 to 0.9", share),
}
