"""What a section `[okta.NAME]` of the configuration file may hold."""

from importers._config_file import Sections
from importers.okta.options import OPTIONS

SECTIONS = Sections(
    "okta",
    "organizations",
    OPTIONS,
    {"token": "token_file", "api_token": "token_file", "private_key": "key_file", "key": "key_file"},
)
