-- id: generic.held-role
-- title: An administrator role, held directly or through a group
-- attack: T1078
-- effort: 1
-- reads: [HAS_ROLE]
-- nodes: [User, ServiceAccount, Role, Group, RoleAssignment]
-- what: >
--   Whoever acts for a principal through the interface uses the administrator roles that the principal holds, also those
--   of the groups it belongs to. Okta's roles have a technique of their own.
-- close: Remove the role assignment; give roles to few principals, directly, with a target.
-- references: ["https://attack.mitre.org/techniques/T1078/"]
SELECT
  h.source AS source, h.needs AS source_level,
  h.target AS target, 'held' AS target_level,
  h.guards, [h.r] AS relations
FROM relation h
JOIN node a ON a.n = h.target AND a.provider IS DISTINCT FROM 'okta'
WHERE h.kind = 'HAS_ROLE'
