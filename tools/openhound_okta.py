"""
The kinds of OpenHound-okta 0.12.0 (schema 2.9.0) beside ours: the data of a generated page.

Each row names what of ours answers for a kind: node kinds (`User`), relation kinds (`MEMBER_OF`) and techniques
(`okta.reset-credentials`). The generator refuses a name that does not exist, so a row cannot claim what is not there.
"""

from dataclasses import dataclass

COVERED, DIFFERENT, MISSING = "covered", "different on purpose", "missing"


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of theirs: what of ours answers for it, and what there is to say."""

    theirs: str
    how: str
    ours: str
    why: str = ""


NODES = (
    Row("Organization", COVERED, "Application", "subtype `org`"),
    Row("Realm", COVERED, "Group", "subtype `realm`"),
    Row("User", COVERED, "User", "deprovisioned ones too"),
    Row("Group", COVERED, "Group"),
    Row("Device", COVERED, "Device"),
    Row("Application", COVERED, "Application"),
    Row("ApiServiceIntegration", COVERED, "ServiceAccount", "subtype `service_integration`"),
    Row(
        "ResourceSet",
        DIFFERENT,
        "RoleAssignment SCOPED_TO",
        "what a set holds is what its assignment is limited to; there is no node between that somebody could reach",
    ),
    Row("Role", DIFFERENT, "RoleAssignment", "one node for each holder and target set: two holders never share one"),
    Row("CustomRole", DIFFERENT, "RoleAssignment", "the same; its permissions are properties"),
    Row("RoleAssignment", COVERED, "RoleAssignment"),
    Row("ApiToken", COVERED, "Credential okta.api-token", "with its network zones as controls"),
    Row("ClientSecret", COVERED, "Credential generic.use-credential"),
    Row("JWK", COVERED, "Credential generic.use-credential"),
    Row("AgentPool", COVERED, "Application okta.directory-agent"),
    Row("Agent", COVERED, "Host okta.directory-agent"),
    Row("AuthorizationServer", COVERED, "Application"),
    Row("IdentityProvider", COVERED, "Application TRUSTS okta.idp-impersonates"),
    Row("Policy", COVERED, "Control Policy", "with its rules, which decide at which level who signs in from where"),
)

EDGES = (
    Row("Contains", DIFFERENT, "CONTAINS okta.super-admin okta.org-users", "users through a target set"),
    Row("RealmContains", DIFFERENT, "MEMBER_OF SCOPED_TO", "a realm opens nobody; a right over its users does"),
    Row("ManagerOf", DIFFERENT, "User", "a property, for context: it opens nothing"),
    Row("DeviceOf", COVERED, "HELD_BY generic.managed-device"),
    Row("ApiTokenFor", COVERED, "HAS_CREDENTIAL okta.api-token", "as the interface only, from its zones only"),
    Row("SecretOf", COVERED, "HAS_CREDENTIAL generic.use-credential"),
    Row("KeyOf", COVERED, "HAS_CREDENTIAL generic.use-credential"),
    Row("AgentMemberOf", COVERED, "RUNS_ON okta.directory-agent"),
    Row("AgentPoolFor", COVERED, "okta.directory-agent"),
    Row("KerberosSSO", MISSING, "", "theirs is never emitted; the interface does not show the account"),
    Row(
        "HostsAgent",
        DIFFERENT,
        "Host okta.directory-agent",
        "which machine the host is, facts say",
    ),
    Row("CreatorOf", DIFFERENT, "ServiceAccount", "a property, for context: it opens nothing"),
    Row("AppAssignment", COVERED, "ASSIGNED_TO okta.sign-in", "a step, once the sign-on policies allow it"),
    Row("ReadPasswordUpdates", COVERED, "okta.password-sync"),
    Row("ReadClientSecret", COVERED, "okta.client-secrets okta.read-client-secret"),
    Row("ResourceSetContains", DIFFERENT, "SCOPED_TO", "stated of the assignment that is limited to the set"),
    Row("ResourceSetContainsMembersOf", DIFFERENT, "SCOPED_TO", "as a property: the group, its members, or both"),
    Row("ResourceSetContainsIndirect", DIFFERENT, "EFFECTIVE_MEMBER_OF", "found when target sets are made"),
    Row("MemberOf", COVERED, "MEMBER_OF"),
    Row("HasRole", COVERED, "HAS_ROLE"),
    Row("HasRoleAssignment", COVERED, "HAS_ROLE okta.admin-role", "a step: from who acts through the interface"),
    Row("ScopedTo", COVERED, "SCOPED_TO"),
    Row("ResetPassword", COVERED, "okta.reset-targets okta.reset-credentials"),
    Row("ResetFactors", COVERED, "okta.reset-targets okta.reset-factors", "needs the same user's password as well"),
    Row("AddMember", COVERED, "okta.joinable-groups okta.add-member", "needs some account of the organization as well"),
    Row("ManageApp", COVERED, "okta.managed-apps okta.app-admin"),
    Row("AppAdmin", COVERED, "okta.managed-apps okta.app-admin"),
    Row("GroupAdmin", COVERED, "okta.reset-credentials okta.reset-factors okta.add-member"),
    Row("GroupMembershipAdmin", COVERED, "okta.add-member"),
    Row("HelpDeskAdmin", COVERED, "okta.reset-credentials okta.reset-factors"),
    Row("SuperAdmin", COVERED, "okta.super-admin okta.org-users"),
    Row("OrgAdmin", COVERED, "okta.reset-credentials okta.reset-factors okta.add-member"),
    Row("MobileAdmin", DIFFERENT, "HAS_ROLE SCOPED_TO", "locks and wipes devices, which gives nobody access"),
    Row("IdentityProviderFor", COVERED, "okta.idp-impersonates", "with account link, filter and claims"),
    Row("IdpGroupAssignment", COVERED, "okta.idp-impersonates"),
    Row("GroupPush", COVERED, "okta.group-push"),
    Row("GroupPull", COVERED, "TRUSTS okta.group-pull"),
    Row("UserPush", COVERED, "okta.provision-account"),
    Row("UserPull", DIFFERENT, "SAME_PERSON", "an imported account is a join, no step"),
    Row("PolicyMapping", COVERED, "APPLIES_TO okta.sign-in", "with the content of the policy"),
    Row("UserSync", DIFFERENT, "SAME_PERSON", "a join, never a step"),
    Row("PasswordSync", COVERED, "okta.password-sync okta.directory-agent", "where it is sent or checked"),
    Row("MembershipSync", COVERED, "okta.group-push okta.group-pull"),
    Row("OutboundSSO", COVERED, "SIGNS_IN_AS okta.federated-sign-in", "any product, by the name that is asserted"),
    Row("SWA", COVERED, "STORES okta.stored-password", "theirs leads nowhere; ours gives the stored password"),
    Row("OutboundOrgSSO", COVERED, "okta.app-accounts okta.impersonate-in-app"),
    Row("OrgSWA", COVERED, "STORES okta.stored-password"),
    Row("InboundOrgSSO", COVERED, "TRUSTS okta.idp-impersonates"),
    Row("InboundSSO", COVERED, "SIGNS_IN_AS okta.idp-impersonates"),
)

# What it leaves out and graphscan has.
BEYOND = (
    Row("network zones", COVERED, "Segment Control okta.api-token okta.sign-in"),
    Row("rules of sign-on and session policies", COVERED, "Policy okta.sign-on-classes okta.sign-in"),
    Row("factors, their mechanisms, enrolment", COVERED, "Credential generic.second-factor okta.enrol-factor"),
    Row("sessions, as a hypothesis", COVERED, "Credential okta.session-hypothesis"),
    Row("group rules and who may write what they ask for", COVERED, "okta.rule-joins"),
    Row("self-service recovery", COVERED, "okta.recover-account okta.mailbox-codes"),
    Row("phishing, and what it does not get past", COVERED, "okta.phish-password okta.relay-unread-factor"),
    Row("keys that sign what an application asserts", COVERED, "okta.signing-key"),
    Row("secrets and passwords that an administrator writes", COVERED, "okta.set-client-secret okta.reset-credentials"),
    Row("hooks that change what is asserted", COVERED, "okta.hook okta.password-import-hook"),
    Row("connections of Workflows, as a hypothesis", COVERED, "okta.workflows okta.workflows-connections"),
    Row("access of the vendor's support", COVERED, "okta.support-access"),
    Row("when a credential was replaced, and what proves it", COVERED, "Credential"),
    Row("what could not be read, and what that makes possible", COVERED, "okta.reset-targets"),
    Row("Atlassian, AWS and any SAML or OIDC product behind an app", COVERED, "SIGNS_IN_AS okta.federated-sign-in"),
)

# The techniques of the reference table, by their numbers there.
NUMBERED = (
    ("O1", "an API token acts for its owner", "okta.api-token"),
    ("O2", "an administrator makes a token", "okta.admin-tokens okta.create-token"),
    ("O3", "a super administrator", "okta.super-admin okta.org-users"),
    ("O4", "an application administrator", "okta.managed-apps okta.app-admin"),
    ("O5", "impersonation in an application", "okta.app-accounts okta.impersonate-in-app"),
    ("O6", "an assignment opens an application", "okta.sign-on-classes okta.sign-in okta.federated-sign-in"),
    ("O7", "a role, directly or through a group", "okta.admin-role okta.admin-console"),
    ("O8", "members added to a group", "okta.joinable-groups okta.everyone okta.add-member"),
    ("O9", "a rule puts somebody into a group", "okta.ruled-groups okta.rule-members okta.rule-joins"),
    ("O10", "passwords reset", "okta.reset-targets okta.reset-credentials"),
    ("O11", "factors reset", "okta.reset-targets okta.reset-factors"),
    ("O12", "client secrets read", "okta.client-secrets okta.read-client-secret"),
    ("O13", "a client's secret or key", "generic.use-credential"),
    ("O14", "scope and role of one service app", "okta.service-app-role"),
    ("O15", "a service integration", "okta.integration-acts"),
    ("O16", "an identity provider signs people in", "okta.idp-linkable okta.idp-impersonates"),
    ("O17", "an identity provider added", "okta.added-identity-providers okta.add-identity-provider"),
    ("O18", "organization to organization", "okta.federated-sign-in okta.org2org"),
    ("O19", "stored passwords of other products", "okta.stored-password"),
    ("O20", "passwords pushed to an application", "okta.synced-passwords okta.password-sync"),
    (
        "O21",
        "accounts and groups pushed to an application, or pulled from it",
        "okta.makeable-accounts okta.provision-account okta.group-push okta.group-pull",
    ),
    ("O22", "directory agents", "okta.directory-agent"),
    ("O23", "stolen sessions", "okta.session-hypothesis"),
    ("O24", "the vendor's support", "okta.support-access"),
    ("O25", "hooks", "okta.hook okta.password-import-hook"),
    ("O26", "policies weakened", "okta.sign-on-policies okta.weaken-policy"),
    ("O27", "a managed device", "generic.managed-device"),
    ("O28", "connections of Workflows", "okta.workflows okta.workflows-connections"),
    ("O29", "self-service recovery", "okta.recovered-passwords okta.mailbox-codes okta.recover-account"),
    ("O30", "a factor enrolled", "okta.free-enrolment okta.own-factors okta.enrol-factor"),
    ("O31", "a group's owner adds members", "okta.group-owner"),
    ("O32", "leaving a group that a rule denies", "okta.leave-group okta.named-groups okta.change-groups"),
)
