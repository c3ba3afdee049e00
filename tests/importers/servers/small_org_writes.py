"""What administrators and clients of the small organisation may write: roles, permissions, scopes and targets."""

from typing import Any

from tests.importers.servers import small_org
from tests.importers.servers.loopback import Answer, Request
from tests.importers.servers.small_org_ids import app_id, group_id, user_id

FORBIDDEN = Answer.json({"errorCode": "E0000006", "errorSummary": "You do not have permission"}, 403)
SUPER_ID = "KNKVARKSL5AUITKOKM"
DESK_ID = "KRLEKTHELPDESK"
CLIENT_ROLE_ID = "JBCUYUC7IRCVGS27"
CUSTOM_ID = "irb1hana000000000001"


def user(name: str) -> str:
    """Return a user's node id."""
    return f"okta:acme:user:{user_id(name)}"


def group(name: str) -> str:
    """Return a group's node id."""
    return f"okta:acme:group:{group_id(name)}"


def app(name: str) -> str:
    """Return an application's node id."""
    return f"okta:acme:app:{app_id(name)}"


def client(name: str) -> str:
    """Return the node id of the account of a service application."""
    return f"okta:acme:client:{app_id(name)}"


def role_node(kind: str, holder: str, assignment: str) -> str:
    """Return the node id of a role assignment."""
    ids = {"user": user_id, "group": group_id, "client": app_id}
    return f"okta:acme:role:{kind}:{ids[kind](holder)}:{assignment}"


def user_role(type_: str, holder: str, id_: str = "RLEOFAUSER") -> dict[str, Any]:
    """Return a standard role that a user holds directly."""
    return small_org._role(type_, id_, "USER", holder)


def client_role(type_: str, name: str, id_: str = CLIENT_ROLE_ID) -> dict[str, Any]:
    """Return a role that a service application holds."""
    return {**small_org._role(type_, id_, "USER", name), "assignmentType": "CLIENT", "_links": {}}


def grants(*scopes: str) -> list[tuple[str, str, str]]:
    """Return scopes as granted to a service application."""
    return [(f"oag{number}", scope, "ACTIVE") for number, scope in enumerate(scopes)]


def targets(request: Request, kind: str, *records: dict[str, Any]) -> Answer | None:
    """Answer what the role of a client is limited to: `groups` or `catalog/apps`."""
    wanted = request.path.startswith("/oauth2/v1/clients/") and request.path.endswith(f"/targets/{kind}")
    return Answer.json(list(records)) if wanted else None
