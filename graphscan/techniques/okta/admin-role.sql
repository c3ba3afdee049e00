-- id: okta.admin-role
-- provider: okta
-- title: An administrator role, held directly or through a group
-- attack: T1078.004
-- effort: 1
-- reads: [HAS_ROLE]
-- nodes: [User, ServiceAccount, Group, RoleAssignment]
-- what: >
--   Whoever acts for a user through the console or with an API token uses the administrator roles that the user holds,
--   also those of the groups the user belongs to.
-- close: Remove the role assignment; give roles to few people, directly, with a target.
-- references: ["https://developer.okta.com/docs/concepts/role-assignment/"]
SELECT
  h.source AS source, h.needs AS source_level,
  h.target AS target, 'held' AS target_level,
  h.guards, [h.r] AS relations
FROM relation h
JOIN node a ON a.n = h.target AND a.provider = 'okta'
WHERE h.kind = 'HAS_ROLE'
