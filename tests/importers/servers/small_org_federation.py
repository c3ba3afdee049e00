"""
The small organisation with applications that lead to other products, and a second organisation that one leads to.

Federation to Jira, GitHub, AWS and the other organisation; an application of which several products might be meant;
one at an address that many companies share; passwords that Okta keeps; accounts, passwords and groups that are pushed.
"""

from typing import Any

from tests.importers.servers import small_org
from tests.importers.servers.loopback import Answer, Request
from tests.importers.servers.okta_replies import error, paged
from tests.importers.servers.small_org_ids import CANARIES, app_id, group_id, user_id

ISSUER = "http://www.okta.com/exkbridge000000001"
INACTIVE_ISSUER = "http://www.okta.com/exkformer0000000001"
AWS = "arn:aws:iam::123456789012:saml-provider/okta"


def _app(name: str, key: str, mode: str = "SAML_2_0", status: str = "ACTIVE", **more: Any) -> dict[str, Any]:
    return {
        "id": app_id(name),
        "name": key,
        "label": name.title(),
        "status": status,
        "signOnMode": mode,
        "created": "2021-02-03T00:00:00.000Z",
        "features": [],
        "credentials": {"userNameTemplate": {"template": "${source.login}", "type": "BUILT_IN"}},
        **more,
    }


def _saml(url: str, **more: Any) -> dict[str, Any]:
    return {"app": {}, "signOn": {"ssoAcsUrl": url, "subjectNameIdTemplate": "${user.userName}", **more}}


def _swa(name: str, scheme: str, url: str, **more: Any) -> dict[str, Any]:
    return _app(
        name,
        "template_swa",
        "BROWSER_PLUGIN",
        settings={"app": {"url": url}},
        credentials={"scheme": scheme, "revealPassword": True, "password": {"value": CANARIES["password"]}, **more},
    )


def apps(other: str) -> list[dict[str, Any]]:
    """Return the applications. `other` is the address of the second organisation."""
    pushes = ["PUSH_NEW_USERS", "PUSH_PASSWORD_UPDATES", "GROUP_PUSH"]
    return [
        _app("jira", "jira_onprem", settings={"app": {"baseURL": "https://jira.acme.example"}}, features=pushes),
        _app("mails", "custom", settings=_saml("https://m.acme.example/saml", subjectNameIdTemplate="${user.email}")),
        _app("github", "githubcloud", settings={"app": {"githubOrg": "Acme"}}),
        _app("aws", "amazon_aws", settings={"app": {"identityProviderArn": AWS}}),
        _app("grouped", "amazon_aws", settings={"app": {"identityProviderArn": AWS, "useGroupMapping": True}}),
        _app("twins", "custom", settings=_saml("https://twins.acme.example/sso")),
        _app("shared", "custom", settings=_saml("https://auth.atlassian.com/login/callback?connection=saml-1")),
        _app("nowhere", "custom", settings=_saml("https://nowhere.acme.example/sso")),
        _app("closed", "custom", status="INACTIVE", settings=_saml("https://jira.acme.example/sso")),
        _app("bridge", "okta_org2org", settings={"app": {"baseUrl": other}, "signOn": {"idpIssuer": ISSUER}},
             features=["PUSH_NEW_USERS", "PUSH_PASSWORD_UPDATES"]),
        _app("former", "okta_org2org", settings={"app": {"baseUrl": other}, "signOn": {"idpIssuer": INACTIVE_ISSUER}}),
        _app(
            "web",
            "oidc_client",
            "OPENID_CONNECT",
            settings={"oauthClient": {"application_type": "web", "redirect_uris": [
                "http://localhost:8080/callback", "https://web.acme.example/callback"]}},
            credentials={"oauthClient": {"client_id": "0oawebclient", "client_secret": CANARIES["client_secret"]}},
        ),
        _app("console", "saasure", "OPENID_CONNECT"),
        _swa("bank", "EDIT_USERNAME_AND_PASSWORD", "https://bank.acme.example/login"),
        _swa("press", "SHARED_USERNAME_AND_PASSWORD", "https://press.acme.example/login", userName="press"),
        _swa("travel", "EXTERNAL_PASSWORD_SYNC", "https://travel.acme.example/login"),
    ]  # fmt: skip


def _account(name: str, user_name: str | None, status: str = "ACTIVE", scope: str = "USER", **more: Any) -> Any:
    credentials = {"userName": user_name} if user_name else {}
    return {"id": user_id(name), "scope": scope, "status": status, "credentials": credentials, **more}


ACCOUNTS: dict[str, list[Any]] = {
    "jira": [
        _account("ada", "Ada@acme.example"),
        _account("cleo", "cleo@acme.example", scope="GROUP"),
        _account("ben", "ben@acme.example", "SUSPENDED"),
        _account("gus", "gus@acme.example", "STAGED"),
        _account("hana", "hana@acme.example", "TELEPORTED"),
        _account("eve", None),  # no name: the template's, possible
        _account("finn", "finn@acme.example"),  # Jira has nobody of that name
    ],
    "mails": [_account("ada", "ada", profile={"email": "ada@acme.example"})],
    "github": [_account("ada", "ada-acme")],
    "aws": [
        _account("ada", "ada@acme.example", profile={"samlRoles": ["Admin", "arn:aws:iam::999999999999:role/Audit"]}),
        _account("ben", "ben@acme.example", profile={"role": "Read Only!"}),
    ],
    "twins": [_account("ada", "ada@acme.example")],
    "shared": [_account("ada", "ada@acme.example")],
    "nowhere": [_account(name, f"{name}@acme.example") for name in ("ada", "ben", "cleo", "hana")],
    "closed": [_account("ada", "ada@acme.example")],
    "bridge": [_account("ada", "ada@other.example")],
    "former": [_account("ada", "ada@other.example")],
    "web": [_account("ada", "ada@acme.example")],
    "console": [_account("ada", "ada@acme.example")],
    "bank": [
        _account("ada", "ada-bank", passwordChanged="2023-06-01T00:00:00.000Z"),
        _account("cleo", "cleo-bank", passwordChanged=None),
        _account("ben", "ben-bank", passwordChanged="2023-06-01T00:00:00.000Z"),
    ],
    "press": [_account("ben", "press")],
    "travel": [_account("ada", "ada@acme.example"), _account("gus", "gus@acme.example")],
}
GROUPS = {"jira": ["engineering"]}
PUSHED_GROUP = {
    "id": group_id("pushed"),
    "type": "APP_GROUP",
    "created": "2021-02-01T00:00:00.000Z",
    "profile": {"name": "jira-engineers"},
}
FEATURES = {
    "jira": ("OKTA", "ENABLED"),
    "bridge": ("OKTA", "ENABLED"),
}
MAPPINGS = [
    {"id": "gPm1", "sourceGroupId": group_id("engineering"), "targetGroupId": group_id("pushed"), "status": "ACTIVE"},
    {"id": "gPm2", "sourceGroupId": group_id("itadmins"), "targetGroupId": group_id("pushed"), "status": "INACTIVE"},
    {"id": "gPm3", "sourceGroupId": group_id("owners"), "targetGroupId": group_id("unlisted"), "status": "ACTIVE"},
]


class Federated:
    """
    Answers as the small organisation with these applications.

    Args:
        other: the address of the second organisation.
    """

    def __init__(self, other: str) -> None:
        self._apps = apps(other)

    def __call__(self, request: Request) -> Answer:
        """Answer what is about applications; all else is the small organisation's."""
        if request.headers.get("Authorization") == f"SSWS {small_org.TOKEN}":
            found = self._find([part for part in request.path.removeprefix("/api/v1").split("/") if part])
            if found is not None:
                return found if isinstance(found, Answer) else paged(request, found, small_org.PAGE)
        return small_org.handle(request)

    def _find(self, parts: list[str]) -> Answer | list[Any] | None:
        match parts:
            case ["apps"]:
                return list(self._apps)
            case ["groups"]:
                return [*small_org.GROUPS, PUSHED_GROUP]
            case ["groups", id_, "users"] if id_ == PUSHED_GROUP["id"]:
                return []
            case ["apps", id_, "users"]:
                return ACCOUNTS.get(small_org._name(id_), [])
            case ["apps", id_, "groups"]:
                return [{"id": group_id(name), "priority": 0} for name in GROUPS.get(small_org._name(id_), [])]
            case ["apps", id_, "features"]:
                seed, status = FEATURES[small_org._name(id_)]
                return [_feature(seed, status)]
            case ["apps", _, "connections", "default"]:
                return Answer.json({"status": "ENABLED", "authScheme": "TOKEN", "profile": {"token": CANARIES["ssws"]}})
            case ["apps", _, "group-push", "mappings"]:
                return MAPPINGS
        return None


def _feature(seed: str, status: str) -> dict[str, Any]:
    return {
        "name": "USER_PROVISIONING",
        "status": "ENABLED",
        "capabilities": {
            "create": {"lifecycleCreate": {"status": status}},
            "update": {"password": {"status": status, "seed": seed, "change": "CHANGE"}},
        },
    }


def other_organisation(request: Request) -> Answer:
    """Answer as a second organisation: two users, an identity provider for the bridge and one that is switched off."""
    if request.headers.get("Authorization") != f"SSWS {small_org.TOKEN}":
        return error(401, "E0000011", "Invalid token provided")
    parts = [part for part in request.path.removeprefix("/api/v1").split("/") if part]
    found: list[Any] = []
    match parts:
        case ["org"]:
            return Answer.json({"id": "00oother", "subdomain": "other", "companyName": "Other"})
        case ["users"] if "filter" not in request.query:
            found = [_person("ada"), _person("zoe")]
        case ["idps"]:
            found = [_provider("0oaidpa", ISSUER, "ACTIVE"), _provider("0oaidpb", INACTIVE_ISSUER, "INACTIVE")]
    return paged(request, found, small_org.PAGE)


def _person(name: str) -> dict[str, Any]:
    return {
        "id": user_id(name),
        "status": "ACTIVE",
        "created": "2021-03-01T09:00:00.000Z",
        "profile": {"login": f"{name}@other.example", "email": f"{name}@other.example"},
        "credentials": {"provider": {"type": "FEDERATION"}},
    }


def _provider(id_: str, issuer: str, status: str) -> dict[str, Any]:
    return {
        "id": id_,
        "type": "SAML2",
        "name": "Acme",
        "status": status,
        "created": "2021-02-03T00:00:00.000Z",
        "protocol": {"type": "SAML2", "credentials": {"trust": {"issuer": issuer, "audience": "x", "kid": "k"}}},
        "policy": {"provisioning": {"action": "AUTO"}, "subject": {"matchType": "USERNAME"}},
    }
