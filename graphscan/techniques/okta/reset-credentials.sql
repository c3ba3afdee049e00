-- id: okta.reset-credentials
-- provider: okta
-- title: An administrator resets a user's password
-- attack: T1098
-- effort: 1
-- reads: [SCOPED_TO]
-- nodes: [RoleAssignment, Scope, User]
-- what: >
--   A help desk, group or organization administrator, or a custom role with a permission on users' credentials, sets a
--   password or has a temporary one made, and signs in as the user with it. Users who hold an administrator role,
--   directly or through a group, are out of reach (okta.reset-targets says who is not). What the reset gives lasts: it
--   is the attacker's own password, not the user's.
-- close: >
--   Limit help desk roles to groups, ask for identity proofing before a reset, and alert on resets; end the user's
--   sessions and reset the password again.
-- references:
--   - "https://attack.mitre.org/techniques/T1098/"
--   - "https://help.okta.com/en-us/content/topics/security/administrators-help-desk-admin.htm"
SELECT
  e.source AS source, 'held' AS source_level,
  e.target AS target, CASE WHEN t.kind = 'User' THEN 'act_as' ELSE 'held' END AS target_level,
  [e.r] AS relations
FROM relation e
JOIN node s ON s.n = e.source
JOIN node t ON t.n = e.target
WHERE e.kind = 'SCOPED_TO' AND (
  s.kind = 'RoleAssignment' AND t.provider = 'derived' AND t.id LIKE 'derived:okta.reset-targets:%:password'
  OR t.kind = 'User' AND s.provider = 'derived' AND s.id LIKE 'derived:okta.reset-targets:%:password'
)
