-- id: okta.read-client-secret
-- provider: okta
-- title: An administrator reads a client secret
-- attack: T1552
-- effort: 1
-- reads: [SCOPED_TO]
-- nodes: [RoleAssignment, Scope, Credential]
-- what: >
--   Okta shows the current secret of a client to application administrators, API access management administrators,
--   read-only administrators and custom roles with the permission, also where the application holds a role that they
--   do not have themselves: a read-only administrator so becomes what the application is.
-- close: >
--   Let service applications sign in with a private key instead of a secret; give read-only roles to few, and none over
--   applications that hold administrator roles.
-- references:
--   - "https://help.okta.com/en-us/content/topics/security/administrators-read-only-admin.htm"
--   - "https://attack.mitre.org/techniques/T1552/"
SELECT
  e.source AS source, 'held' AS source_level,
  e.target AS target, 'held' AS target_level,
  [e.r] AS relations
FROM relation e
JOIN node s ON s.n = e.source
JOIN node t ON t.n = e.target
WHERE e.kind = 'SCOPED_TO' AND (
  s.kind = 'RoleAssignment' AND t.provider = 'derived' AND t.id LIKE 'derived:okta.client-secrets:%'
  OR t.kind = 'Credential' AND s.provider = 'derived' AND s.id LIKE 'derived:okta.client-secrets:%'
)
