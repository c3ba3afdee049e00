-- id: okta.app-admin
-- provider: okta
-- title: An administrator manages an application
-- attack: T1098
-- effort: 1
-- reads: [SCOPED_TO]
-- nodes: [RoleAssignment, Scope, Application]
-- what: >
--   An application administrator, or a custom role that manages applications, changes an application's settings, who is
--   assigned to it and under which name: of the applications it is limited to, or of all where it is limited to none.
--   Applications that hold an administrator role are out of reach (okta.managed-apps says which are not).
-- close: Limit application administrators to applications, and alert on changed assignments and user names.
-- references:
--   - "https://attack.mitre.org/techniques/T1098/"
--   - "https://help.okta.com/en-us/content/topics/security/administrators-app-admin.htm"
SELECT
  e.source AS source, 'held' AS source_level,
  e.target AS target, CASE WHEN t.kind = 'Application' THEN 'admin' ELSE 'held' END AS target_level,
  [e.r] AS relations
FROM relation e
JOIN node s ON s.n = e.source
JOIN node t ON t.n = e.target
WHERE e.kind = 'SCOPED_TO' AND (
  s.kind = 'RoleAssignment' AND t.provider = 'derived' AND t.id LIKE 'derived:okta.managed-apps:%'
  OR t.kind = 'Application' AND s.provider = 'derived' AND s.id LIKE 'derived:okta.managed-apps:%'
)
