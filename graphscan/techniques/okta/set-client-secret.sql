-- id: okta.set-client-secret
-- provider: okta
-- title: An application's administrator gives it another secret
-- attack: T1098.001
-- effort: 1
-- reads: [HAS_CREDENTIAL, ACCOUNT_OF, CONTAINS]
-- nodes: [Application, ServiceAccount, Credential]
-- what: >
--   Who manages a service application adds a client secret or a key to it and acts as the application, as far as the
--   scopes granted to it go. The secret is the attacker's own, and stays when the right that set it is gone. An
--   application that holds an administrator role is managed by super administrators alone (okta.managed-apps); to read
--   its current secret is another matter (okta.read-client-secret).
-- close: >
--   Alert on new secrets and keys of applications, limit application administrators, and remove secrets nobody asked for.
-- references:
--   - "https://attack.mitre.org/techniques/T1098/001/"
--   - "https://help.okta.com/en-us/content/topics/security/administrators-app-admin.htm"
SELECT
  t.n AS source, 'admin' AS source_level,
  h.target AS target, 'held' AS target_level,
  [h.r, a.r, i.r] AS relations
FROM relation h
JOIN node c ON c.n = h.target AND c.provider = 'derived' AND c.id LIKE 'derived:okta.settable-client-secrets:%'
JOIN node s ON s.n = h.source
-- The account of an application that acts in its own name bears the application's own id within one organization.
JOIN relation a ON a.kind = 'ACCOUNT_OF' AND a.source = s.n
JOIN relation i ON i.kind = 'CONTAINS' AND i.source = a.target
JOIN node t ON t.n = i.target AND t.properties ->> '$.okta_id' = s.properties ->> '$.okta_id'
WHERE h.kind = 'HAS_CREDENTIAL'
