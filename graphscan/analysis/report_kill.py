"""The exact step that kills a credential, by what it is and whose product; where nobody can know it, that is said."""

from dataclasses import dataclass

_OKTA_API = "https://help.okta.com/en-us/Content/Topics/security/api.htm"
_OKTA_SESSION = "https://support.okta.com/help/s/article/how-to-clear-user-session"
_OKTA_RESET = "https://help.okta.com/en-us/Content/Topics/Security/slo/session-revoke.htm"
_OKTA_SECRET = "https://developer.okta.com/docs/guides/client-secret-rotation-key/-/main"  # noqa: S105 (an address)
_OKTA_SERVICE = "https://help.okta.com/en-us/Content/topics/apiservice/api-service-integration-rotate-client-secret.htm"
_OKTA_SIGNING = "https://help.okta.com/en-us/Content/Topics/Apps/manage-signing-certificates.htm"
_OKTA_FACTOR = (
    "https://help.okta.com/wf/en-us/Content/Topics/Workflows/connector-reference/okta/events/usermfafactorresetall.htm"
)
_PAT = "https://confluence.atlassian.com/enterprise/using-personal-access-tokens-1026032365.html"
_HTTP_TOKEN = "https://confluence.atlassian.com/bitbucketserver084/managing-http-access-tokens-1167708749.html"  # noqa: S105
_CLOUD_TOKEN = "https://support.atlassian.com/organization-administration/docs/revoke-user-api-tokens/"  # noqa: S105
_ORG_KEY = "https://support.atlassian.com/organization-administration/docs/manage-an-organization-with-the-admin-apis/"
_AWS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-keys-admin-managed.html"


@dataclass(frozen=True, slots=True)
class Kill:
    """A step in our words, and the vendor's page that says so; "" where the step is general."""

    step: str
    source: str = ""


def kill(subtype: str, provider: str, product: str = "", form: str = "") -> Kill:
    """
    Return the step that ends a credential.

    Args:
        subtype, provider: of the credential.
        product: the subtype of the application it is of ("org" of Okta, "jira", "bitbucket", "confluence"), "" unknown.
        form:    "cloud" or "" (Data Center), of Atlassian's.
    """
    if provider == "atlassian" or product in _ATLASSIAN_PRODUCTS:
        found = _ATLASSIAN.get((subtype, product, form)) or _ATLASSIAN.get((subtype, "", form))
        if found is not None:
            return found
    found = _BY_PROVIDER.get((provider, subtype))
    return found or _GENERAL.get(subtype) or _UNKNOWN


# Private functions

_ATLASSIAN_PRODUCTS = frozenset({"jira", "confluence", "bitbucket"})

_BY_PROVIDER = {
    ("okta", "session"): Kill(
        "Admin Console, Directory > People > the user > More Actions > Clear User Sessions; then reset the "
        "password, or "
        "the session is minted anew.",
        _OKTA_SESSION,
    ),
    ("okta", "api_token"): Kill("Admin Console, Security > API > Tokens > the token > Revoke.", _OKTA_API),
    ("okta", "password"): Kill(
        "Admin Console, Directory > People > the user > Reset Password, and end all sessions in the same dialog: a new "
        "password alone leaves them alive.",
        _OKTA_RESET,
    ),
    ("okta", "factor"): Kill(
        "Admin Console, Directory > People > the user > More Actions > Reset Authenticators (Reset Multifactor "
        "in Classic "
        "Engine) > this one; then clear the user's sessions.",
        _OKTA_FACTOR,
    ),
    ("okta", "client_secret"): Kill(
        "Admin Console, the application (or Applications > API Service Integrations) > General > Client "
        "Secrets: generate "
        "a new secret, give it to the client, set the old one to Inactive and delete it; both work until then.",
        _OKTA_SERVICE,
    ),
    ("okta", "private_key"): Kill(
        "Admin Console, the application > General > Public Keys: add a new key, give it to the client, set the "
        "old one to "
        "Inactive and delete it. Keys at an address of the client's own are replaced there.",
        _OKTA_SECRET,
    ),
    ("okta", "signing_key"): Kill(
        "Admin Console, the application > Sign On > SAML Signing Certificates: generate a new certificate, "
        "activate it, "
        "and have every service that trusts the old one drop it; until then what it signs is believed.",
        _OKTA_SIGNING,
    ),
    ("okta", "oauth_grant"): Kill(
        "Revoke the refresh token: DELETE /api/v1/users/USER/clients/CLIENT/tokens/TOKEN, or clear the user's sessions "
        "with `Revoke OAuth tokens`; access tokens minted before live until they expire.",
        "https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserResources/",
    ),
    ("okta", "agent_token"): Kill(
        "Admin Console, Security > API > Tokens > the agent's token > Revoke; then set the agent up again on a "
        "host that "
        "is known to be clean.",
        _OKTA_API,
    ),
    ("okta", "stored_password"): Kill(
        "Change the password in the application itself, then in Okta (the application > Assignments > the user "
        "> Edit): "
        "Okta keeps only a copy.",
    ),
    ("okta", "hook_secret"): Kill(
        "Admin Console, Workflow > Event Hooks or Inline Hooks > the hook: set a new secret there and at the receiver.",
    ),
    ("okta", "log_stream_token"): Kill(
        "Replace the token at the receiver of the log stream, then in Admin Console, Reports > Log Streaming > "
        "the stream.",
    ),
    ("aws", "access_key"): Kill(
        "AWS console, IAM > Users > the user > Security credentials > Access keys: create a new key, deactivate "
        "the old "
        "one and delete it. Sessions made with it live on: attach AWSRevokeOlderSessions to its roles.",
        _AWS,
    ),
}

_JIRA_PAT = Kill(
    "Administration > System > Administering personal access tokens > the token > Revoke; or the owner, Profile > "
    "Personal Access Tokens.",
    _PAT,
)
_DC_PASSWORD = Kill(
    "User management > the user > Set password, and end the user's sessions; single sign-on does not end a password "
    "that REST still takes.",
)
_ATLASSIAN = {
    ("pat", "", ""): _JIRA_PAT,
    ("api_token", "", ""): _JIRA_PAT,
    ("password", "", ""): _DC_PASSWORD,
    ("access_token", "bitbucket", ""): Kill(
        "Of a person: Administration > Users > the user > HTTP access tokens > Revoke. Of a project or repository: its "
        "settings > HTTP access tokens > Revoke.",
        _HTTP_TOKEN,
    ),
    ("ssh_key", "bitbucket", ""): Kill("Administration > Users > the user > SSH keys > delete the key."),
    ("access_key", "bitbucket", ""): Kill(
        "Settings of each project and repository that it opens > Access keys > remove the key: one key may open "
        "several.",
    ),
    ("webhook_secret", "", ""): Kill(
        "Settings of the repository > Webhooks > the webhook: set a new secret at both ends."
    ),
    ("api_token", "", "cloud"): Kill(
        "Atlassian Administration > Insights > API token activity > the token > Revoke (of managed accounts).",
        _CLOUD_TOKEN,
    ),
    ("api_key", "", "cloud"): Kill(
        "Atlassian Administration > Organization settings > API keys > the key > Revoke.", _ORG_KEY
    ),
    ("password", "", "cloud"): Kill(
        "Atlassian Administration > Directory > Users > the account > Reset password, and end its sessions.",
    ),
    ("access_key", "bitbucket", "cloud"): Kill(
        "Repository (or project) settings > Access keys > delete the key.",
        "https://support.atlassian.com/bitbucket-cloud/docs/configure-repository-access-keys/",
    ),
    ("ssh_key", "bitbucket", "cloud"): Kill(
        "The owner: Personal settings > SSH keys > delete the key. Of a pipeline: Repository settings > "
        "Pipelines > SSH "
        "keys > delete the key pair.",
    ),
    ("webhook_secret", "bitbucket", "cloud"): Kill(
        "Repository (or workspace) settings > Webhooks > the webhook: set a new secret at both ends.",
    ),
}

_GENERAL = {
    "session": Kill("End all sessions of the account, then change what the session was minted with."),
    "api_token": Kill("Revoke the token where it was made; a new one beside it leaves it alive."),
    "pat": Kill(
        "Revoke the personal access token in its owner's account, or as an administrator; nothing else ends it."
    ),
    "access_token": Kill("Revoke the token where it was made; a new one beside it leaves it alive."),
    "service_token": Kill(
        "Revoke the service token at the gateway that issued it; its holder needs a new one to get in."
    ),
    "client_secret": Kill(
        "Make a second client secret, give it to the client, then delete the old one: both work until then."
    ),
    "private_key": Kill("Register a new public key, give the private one to its user, then remove the old public key."),
    "signing_key": Kill(
        "Rotate the key and have everything that trusts the old one drop it: what it signs is believed till then."
    ),
    "ssh_key": Kill("Remove the public key from the account and from every host that lists it."),
    "access_key": Kill("Make a second key, give it to its user, deactivate the old one and delete it."),
    "deploy_key": Kill("Remove the public key from each repository that lists it."),
    "oauth_grant": Kill("Revoke the grant at whoever gave it, and the refresh and access tokens made from it."),
    "refresh_token": Kill("Revoke the refresh token; access tokens made from it live until they expire."),
    "password": Kill("Set a new password and end the account's sessions: a new password alone leaves them alive."),
    "factor": Kill(
        "Remove the factor from the account and enrol a new one, in person or over a channel that is known."
    ),
    "implant": Kill(
        "Take the host off the network, keep it for the investigation, and set it up anew: it cannot be rotated."
    ),
    "webhook_secret": Kill("Set a new secret at both ends of the webhook."),
    "found_secret": Kill(
        "Replace it at whatever it opens, which the scanner does not tell, and only then take it out of the "
        "repository: "
        "its history keeps it.",
    ),
}

_UNKNOWN = Kill(
    "How this kind of credential is ended is not known here: ask its owner, replace it at whatever takes it, "
    "and prove that "
    "the old value is refused.",
)
