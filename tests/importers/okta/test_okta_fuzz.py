"""Whatever a server answers: no record stops the import, and none disappears uncounted."""

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from graphscan.model import Node, Relation
from importers._http import Page
from importers._redact import redact
from importers._snapshot import Snapshot
from importers._snapshot_writer import SnapshotWriter
from importers.okta import endpoints as ends
from importers.okta.normalise import Normaliser
from tests.importers.servers import small_org

_CASES = int(os.environ.get("GRAPHSCAN_CASES", "2000")) // 10
_AT = datetime(2026, 1, 1, tzinfo=UTC)
_PATHS = {
    ends.ORG: "/api/v1/org",
    ends.SUPPORT: "/api/v1/org/privacy/oktaSupport",
    ends.USERS: "/api/v1/users",
    ends.ZONES: "/api/v1/zones",
    ends.RULES: "/api/v1/groups/rules",
    ends.GROUPS: "/api/v1/groups",
    ends.APPS: "/api/v1/apps",
    ends.API_TOKENS: "/api/v1/api-tokens",
    ends.ASSIGNEES: "/api/v1/iam/assignees/users",
    ends.USER_ROLES: "/api/v1/users/00u1/roles",
    ends.GROUP_ROLES: "/api/v1/groups/00g1/roles",
    ends.GROUP_TARGETS["user"]: "/api/v1/users/00u1/roles/r1/targets/groups",
    ends.APP_TARGETS["group"]: "/api/v1/groups/00g1/roles/r1/targets/catalog/apps",
    ends.RESOURCES: "/api/v1/iam/resource-sets/iam1/resources",
    ends.PERMISSIONS: "/api/v1/iam/roles/cr1/permissions",
    ends.GROUP_USERS: "/api/v1/groups/00g1/users",
    ends.APP_GROUPS: "/api/v1/apps/0oa1/groups",
    ends.APP_USERS: "/api/v1/apps/0oa1/users",
    ends.IDPS: "/api/v1/idps",
    ends.OWNERS: "/api/v1/groups/00g1/owners",
    ends.FACTORS: "/api/v1/users/00u1/factors",
    ends.SECRETS: "/api/v1/apps/0oa1/credentials/secrets",
    ends.JWKS: "/api/v1/apps/0oa1/credentials/jwks",
    ends.GRANTS: "/api/v1/apps/0oa1/grants",
    ends.INTEGRATIONS: "/integrations/api/v1/api-services",
    ends.INTEGRATION_SECRETS: "/integrations/api/v1/api-services/0oa1/credentials/secrets",
    ends.CLIENT_ROLES: "/oauth2/v1/clients/0oa1/roles",
    ends.DEVICES: "/api/v1/devices",
    ends.DEVICE_USERS: "/api/v1/devices/g1/users",
}
_SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-9, 10**12), st.text(max_size=12))
_JSON = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)),
    max_leaves=6,
)
_IDS = st.one_of(st.sampled_from(["00u1", "00g1", "0oa1", "r1", "iam1", "cr1", "00T1"]), _JSON)
_WORDS = st.sampled_from(["connection", "include", "exclude"])
_DATES = st.one_of(st.sampled_from(["2025-09-16T05:34:42.000Z", "yesterday", "0001-01-01T00:00:00+14:00"]), _JSON)
_LINKS = st.one_of(
    st.sampled_from(["users", "users/00u1", "groups/00g1", "groups/00g1/users", "devices/1", "users/../x"]).map(
        lambda path: {"href": f"https://acme.okta.com/api/v1/{path}"}
    ),
    _JSON,
)
_RECORD = st.fixed_dictionaries(
    {"id": _IDS},
    optional={
        "created": _DATES,
        "passwordChanged": _DATES,
        "expiresAt": _DATES,
        "status": _SCALARS,
        "type": st.one_of(
            st.sampled_from(["SUPER_ADMIN", "USER_ADMIN", "APP_ADMIN", "CUSTOM", "ANONYMOUS", "USER", "DYNAMIC"]), _JSON
        ),
        "name": st.one_of(st.sampled_from(["org", "jira"]), _JSON),
        "label": _JSON,
        "profile": _JSON,
        "credentials": st.one_of(
            st.just({"provider": {"type": "OKTA"}}),
            st.fixed_dictionaries({"oauthClient": st.fixed_dictionaries({"client_id": _IDS})}),
            _JSON,
        ),
        "signOnMode": st.one_of(st.just("OPENID_CONNECT"), _SCALARS),
        "settings": st.one_of(
            st.fixed_dictionaries(
                {
                    "oauthClient": st.fixed_dictionaries(
                        {"application_type": st.just("service")},
                        optional={"jwks_uri": _SCALARS, "network": st.dictionaries(_WORDS, st.lists(_IDS, max_size=2))},
                    )
                }
            ),
            _JSON,
        ),
        "scopeId": st.one_of(st.sampled_from(["okta.users.manage", "okta.users.read"]), _JSON),
        "factorType": st.one_of(st.sampled_from(["webauthn", "token:software:totp", "sms"]), _JSON),
        "usage": st.one_of(st.sampled_from(["POLICY", "BLOCKLIST"]), _JSON),
        "gateways": st.one_of(st.just([{"type": "CIDR", "value": "0.0.0.0/0"}]), _JSON),
        "support": st.one_of(st.sampled_from(["ENABLED", "DISABLED"]), _JSON),
        "policy": _JSON,
        "protocol": _JSON,
        "actions": st.one_of(st.just({"assignUserToGroups": {"groupIds": ["00g1"]}}), _JSON),
        "managementStatus": st.one_of(st.just("MANAGED"), _JSON),
        "user": st.one_of(st.just({"id": "00u1"}), _JSON),
        "kid": _IDS,
        "grantedScopes": st.one_of(st.just(["okta.users.read"]), _JSON),
        "_embedded": st.one_of(st.fixed_dictionaries({"users": st.lists(_JSON, max_size=2)}), _JSON),
        "scope": st.one_of(st.sampled_from(["USER", "GROUP"]), _JSON),
        "userId": _IDS,
        "network": st.one_of(
            st.fixed_dictionaries({"connection": _SCALARS}, optional={"include": _JSON, "exclude": st.lists(_IDS)}),
            _JSON,
        ),
        "role": _IDS,
        "resource-set": _IDS,
        "assignmentType": _JSON,
        "conditions": _JSON,
        "_links": st.one_of(st.fixed_dictionaries({}, optional={"assignee": _LINKS, "self": _LINKS}), _JSON),
    },
)
_BODY = st.one_of(st.lists(st.one_of(_RECORD, _RECORD, _JSON), max_size=4), _JSON)
_PAGES = st.lists(st.tuples(st.sampled_from(list(_PATHS)), _BODY, st.booleans()), min_size=1, max_size=5)


@settings(max_examples=_CASES, derandomize=True, deadline=None, database=None)
@given(pages=_PAGES)
def test_any_json_is_imported_or_counted(pages: list[tuple[str, Any, bool]]) -> None:
    """Random bodies at every end point: no exception, sums that add up, ids of this organisation, nothing twice."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.snapshot"
        with SnapshotWriter(path, "okta", "okta:acme", "https://acme.okta.com", _AT) as snapshot:
            # The pages of one listing stand in a row, as a collection writes them.
            for endpoint, body, wrapped in sorted(pages, key=lambda page: list(_PATHS).index(page[0])):
                whole = body
                for name in reversed(ends.WRAPPED.get(endpoint, "").split(".")) if wrapped else ():
                    whole = {name: whole} if name else whole
                snapshot.page(Page(endpoint, _PATHS[endpoint], "", 200, {}, redact(whole)))
            snapshot.finish(_AT, True)
        normaliser = Normaliser(Snapshot(path))

        records = list(normaliser.records())

    nodes = [one.id for one in records if isinstance(one, Node)]
    relations = [one.id for one in records if isinstance(one, Relation)]
    assert len(nodes) == len(set(nodes))
    assert len(relations) == len(set(relations))
    assert all(id_.startswith("okta:acme:") for id_ in nodes)
    for tally in normaliser.tally.values():
        assert tally.read == tally.imported + tally.repeated + tally.not_understood


@settings(max_examples=_CASES, derandomize=True, deadline=None, database=None)
@given(body=_JSON, canary=st.sampled_from(sorted(small_org.CANARIES)), names=st.lists(st.text(max_size=5), max_size=4))
def test_a_secret_is_found_at_any_depth(body: Any, canary: str, names: list[str]) -> None:
    """A secret under a secret's name, or one that shows by its shape, is gone wherever it stands; the rest stays."""
    secret = small_org.CANARIES[canary]
    holders: dict[str, Any] = {
        "client_secret": {"client_secret": secret},
        "password": {"password": {"value": secret}},
        "jwk": {"kty": "RSA", "d": secret},
        "pem": f"-----BEGIN PRIVATE KEY-----\n{secret}",
        "ssws": f"Authorization: SSWS {secret}",
        "jwt": f"see {secret} there",
        "shared": {"sharedSecret": [secret]},
    }
    nested: Any = {"kept": body, "holder": holders[canary]}
    for name in names:
        nested = {name: [nested]}

    clean = redact(nested)

    assert secret not in repr(clean)
    for name in names[::-1]:
        clean = clean[name][0]
    assert "kept" in clean
