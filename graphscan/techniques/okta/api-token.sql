-- id: okta.api-token
-- provider: okta
-- title: A stolen Okta API token acts for its owner
-- attack: T1528
-- effort: 1
-- reads: [HAS_CREDENTIAL]
-- nodes: [Credential, User]
-- what: >
--   An API token carries the rights of the administrator who made it, without MFA and without any sign-on policy. It
--   acts through the interface only and signs in to no application. It dies with its owner, and where it is limited to
--   network zones it works from inside them alone.
-- close: Revoke the token; limit tokens to network zones; prefer OAuth service apps with narrow scopes.
-- references: ["https://help.okta.com/en-us/Content/Topics/security/api.htm", "https://attack.mitre.org/techniques/T1528/"]
SELECT
  h.target AS source, h.needs AS source_level,
  h.source AS target, CASE WHEN h.gives IN ('api_read', 'api_write', 'api_admin') THEN h.gives::VARCHAR ELSE 'api' END
    AS target_level,
  h.guards, [h.r] AS relations
FROM relation h
JOIN node c ON c.n = h.target AND c.provider = 'okta' AND c.subtype = 'api_token'
WHERE h.kind = 'HAS_CREDENTIAL'
