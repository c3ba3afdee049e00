"""An examination of two instances with something in every field."""

from graphscan.analysis.doctor_instances import EndpointLine, InstanceResult, InstancesResult, UnreadLine
from graphscan.analysis.doctor_results import CheckLine, Readable, SettingLine


def instances_result() -> InstancesResult:
    """Return what can be read of an instance that answers and of one that does not."""
    jira = InstanceResult(
        source="jira:acme",
        title="Jira Data Center 10.3.1",
        settings=(SettingLine("url", "https://jira.acme.example", "graphscan.toml [jira.acme]"),),
        notes=("a password is off by default",),
        checks=(CheckLine("address", True, "it answers"), CheckLine("sign-in", True, "as ada")),
        endpoints=(
            EndpointLine("/rest/api/2/user/list", "ACCOUNT_OF", Readable.YES, "", "", "accounts", ""),
            EndpointLine(
                "/rest/api/2/permissionscheme", "ASSIGNED_TO", Readable.DENIED, "a", "a password", "grants", "403"
            ),
        ),
        unread=(
            UnreadLine("INSTALLED_IN", "", "jira:acme:app", "plug-ins", True),
            UnreadLine("REACHABLE_FROM", "/rest/x", "", "from where", False),
        ),
        rights=("Jira administrator",),
        credentials=("a password",),
        complete=False,
    )
    wiki = InstanceResult(
        "confluence:acme", "", (), (), (CheckLine("address", False, "refused"),), (), (), (), (), False
    )
    return InstancesResult((jira, wiki), ("A1", "A3"), "graphscan: facts/1\n#- {id: X}\n", "facts.yaml", False)
