"""
Which kinds of OpenHound's Okta collector are which of ours, and why the others are none.

Source: the extension schema of openhound-okta 0.12 and BloodHound's pages on its nodes and edges. `docs/exchange.md`
has the same tables for people.
"""

from dataclasses import dataclass

from graphscan.model import Observed


@dataclass(frozen=True, slots=True)
class NodeOf:
    """
    What a node kind becomes.

    Attributes:
        foreign: another product's: an edge that names one by its properties is enough to know that there is one.
    """

    kind: str
    subtype: str
    provider: str = "okta"
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class EdgeOf:
    """
    What an edge kind becomes.

    Attributes:
        turned: the ends change places.
        said:   properties that techniques read.
    """

    relation: str
    turned: bool = False
    needs: str | None = None
    gives: str | None = None
    observed: Observed = Observed.YES
    said: tuple[tuple[str, str], ...] = ()


NODES: dict[str, NodeOf] = {
    "Okta_Organization": NodeOf("Application", "org"),
    "Okta_User": NodeOf("User", "user"),
    "Okta_Group": NodeOf("Group", "group"),
    "Okta_Device": NodeOf("Device", "device"),
    "Okta_Application": NodeOf("Application", "app"),
    "Okta_ApiServiceIntegration": NodeOf("ServiceAccount", "service_integration"),
    "Okta_RoleAssignment": NodeOf("RoleAssignment", ""),
    "Okta_ResourceSet": NodeOf("Scope", "resource_set"),
    "Okta_ApiToken": NodeOf("Credential", "api_token"),
    "Okta_ClientSecret": NodeOf("Credential", "client_secret"),
    "Okta_JWK": NodeOf("Credential", "private_key"),
    "Okta_IdentityProvider": NodeOf("Application", "identity_provider"),
    "Okta_AuthorizationServer": NodeOf("Application", "authorization_server"),
    "Okta_Policy": NodeOf("Policy", "policy"),
    "GH_User": NodeOf("User", "user", "github", foreign=True),
    "GH_Organization": NodeOf("Application", "org", "github", foreign=True),
    "AZUser": NodeOf("User", "user", "azure", foreign=True),
    "AZTenant": NodeOf("Application", "tenant", "azure", foreign=True),
    "SNOW_User": NodeOf("User", "user", "snowflake", foreign=True),
    "SNOW_Account": NodeOf("Application", "account", "snowflake", foreign=True),
    "OP_User": NodeOf("User", "user", "onepassword", foreign=True),
    "OP_Account": NodeOf("Application", "account", "onepassword", foreign=True),
    "jamf_Account": NodeOf("User", "account", "jamf", foreign=True),
    "jamf_SSOIntegration": NodeOf("Application", "sso_integration", "jamf", foreign=True),
}

# A sign-in with everything proven passes a policy that the file does not tell; whether a weaker one does is not known.
_SIGN_IN = (EdgeOf("SIGNS_IN_AS", needs="top"), EdgeOf("SIGNS_IN_AS", observed=Observed.POSSIBLE))
EDGES: dict[str, tuple[EdgeOf, ...]] = {
    "Okta_MemberOf": (EdgeOf("MEMBER_OF"),),
    "Okta_ApiTokenFor": (EdgeOf("HAS_CREDENTIAL", turned=True, gives="api"),),
    "Okta_AppAssignment": (EdgeOf("ASSIGNED_TO", gives="login"),),
    "Okta_PolicyMapping": (EdgeOf("APPLIES_TO"),),
    "Okta_DeviceOf": (EdgeOf("HELD_BY"),),
    "Okta_CreatorOf": (EdgeOf("CREATED_BY", turned=True),),
    "Okta_UserSync": (EdgeOf("SAME_PERSON"),),
    "Okta_OutboundSSO": _SIGN_IN,
    "Okta_SWA": _SIGN_IN,
    "Okta_InboundSSO": _SIGN_IN,
    "Okta_OutboundOrgSSO": (EdgeOf("TRUSTS", turned=True, said=(("as", "sign-in"),)),),
    "Okta_InboundOrgSSO": (EdgeOf("CONTAINS", needs="admin", gives="admin"),),
    "Okta_IdentityProviderFor": (EdgeOf("TRUSTS", turned=True, said=(("for", "sign-in"),)),),
    "Okta_IdpGroupAssignment": (EdgeOf("TRUSTS", turned=True, said=(("for", "assigned"),)),),
    "Okta_GroupPull": (EdgeOf("TRUSTS", turned=True, said=(("for", "members"),)),),
}
# What an organization contains, by our kind and subtype: accounts, applications, providers it trusts.
CONTAINS = "Okta_Contains"
CONTAINED: dict[tuple[str, str], EdgeOf] = {
    ("User", "user"): EdgeOf("ACCOUNT_OF", turned=True),
    ("ServiceAccount", "service_integration"): EdgeOf("ACCOUNT_OF", turned=True),
    ("Application", "app"): EdgeOf("CONTAINS", needs="admin", gives="admin"),
    ("Application", "authorization_server"): EdgeOf("CONTAINS", needs="admin", gives="admin"),
    ("Application", "identity_provider"): EdgeOf("TRUSTS"),
}
# Of these it says nothing that is asked for: they have an organization of their own by what else is said of them.
OF_THE_ORG = frozenset({"Group", "Device", "RoleAssignment", "Scope", "Policy"})
CLIENT_OF = frozenset({"Okta_SecretOf", "Okta_KeyOf"})
SCOPED = "Okta_ScopedTo"
HOLDS = "Okta_HasRoleAssignment"
IN_SET = {"Okta_ResourceSetContains": "itself", "Okta_ResourceSetContainsMembersOf": "members"}
HAS_ROLE = "Okta_HasRole"
READS_CLIENTS = "Okta_ReadClientSecret"

# Edges from an administrator to each thing he administers → the role, and its permission where it is a custom one. They
# are read where no role assignment in the file says the same: else techniques derive them.
PAIRWISE: dict[str, tuple[str, str]] = {
    "Okta_SuperAdmin": ("super_admin", ""),
    "Okta_OrgAdmin": ("org_admin", ""),
    "Okta_GroupAdmin": ("user_admin", ""),
    "Okta_GroupMembershipAdmin": ("group_membership_admin", ""),
    "Okta_HelpDeskAdmin": ("help_desk_admin", ""),
    "Okta_AppAdmin": ("app_admin", ""),
    "Okta_MobileAdmin": ("mobile_admin", ""),
    "Okta_ResetPassword": ("custom", "okta.users.credentials.resetPassword"),
    "Okta_ResetFactors": ("custom", "okta.users.credentials.resetFactors"),
    "Okta_AddMember": ("custom", "okta.groups.members.manage"),
    "Okta_ManageApp": ("custom", "okta.apps.manage"),
    READS_CLIENTS: ("custom", "okta.apps.clientCredentials.read"),
}
# Roles as the vendor's interface calls them, by the words that people know them by.
ROLES: dict[str, str] = {
    **{
        one: one
        for one in (
            *("super_admin", "org_admin", "app_admin", "user_admin", "help_desk_admin", "read_only_admin"),
            *("mobile_admin", "report_admin", "api_access_management_admin", "group_membership_admin", "custom"),
            *("workflows_admin", "access_certifications_admin", "access_requests_admin"),
        )
    },
    "organization_admin": "org_admin",
    "organizational_admin": "org_admin",
    "group_admin": "user_admin",
    "application_admin": "app_admin",
    "helpdesk_admin": "help_desk_admin",
}

NOT_MAPPED = "a kind that is not mapped"
_ASSIGNED = "a role itself is no node here: those who hold it have role assignments"
_AGENTS = "whom a directory's agents sign in is not said in the file"
# Kinds of the collector that are left out on purpose → why.
LEFT_NODES: dict[str, str] = {
    "Okta_Role": _ASSIGNED,
    "Okta_CustomRole": _ASSIGNED,
    "Okta_Realm": "a realm opens nothing on its own",
    "Okta_AgentPool": _AGENTS,
    "Okta_Agent": _AGENTS,
}
LEFT_EDGES: dict[str, str] = {
    "Okta_RealmContains": "a realm opens nothing on its own",
    "Okta_ManagerOf": "who somebody's manager is opens nothing",
    "Okta_ResourceSetContainsIndirect": "it follows from the group that the resource set names",
    "Okta_AgentMemberOf": _AGENTS,
    "Okta_AgentPoolFor": _AGENTS,
    "Okta_HostsAgent": _AGENTS,
    "Okta_KerberosSSO": _AGENTS,
    "Okta_ReadPasswordUpdates": "which passwords are sent, and how, is not said in the file",
    "Okta_PasswordSync": "passwords are no nodes of the file",
    "Okta_GroupPush": "what the group is called behind the application is not said in the file",
    "Okta_MembershipSync": "through which application is not said in the file",
    "Okta_UserPush": "what is written to the account is not said in the file",
    "Okta_UserPull": "what is read from the account is not said in the file",
    "Okta_OrgSWA": "which accounts' passwords are kept is said by other edges",
}
