-- id: okta.authorization-servers
-- provider: okta
-- title: Authorization servers that an administrator manages
-- kind: target-set
-- reads: [SCOPED_TO, CONTAINS]
-- nodes: [RoleAssignment, Application]
-- what: >
--   For each organization: its authorization servers. Who manages them decides which clients get tokens, what those say
--   and how long they last, and so acts in every product that trusts them. API access management administrators may, and
--   custom roles with the permission.
-- references:
--   - "https://help.okta.com/en-us/content/topics/security/administrators-api-access-mgmt-admin.htm"
--   - "https://developer.okta.com/docs/concepts/auth-servers/"
WITH custom AS (
  SELECT n, json_extract_string(properties, '$.permissions[*]') AS permissions
  FROM node WHERE kind = 'RoleAssignment' AND provider = 'okta' AND subtype IN ('custom', 'granted_scopes')
), able AS (
  SELECT n, true AS known FROM node
  WHERE kind = 'RoleAssignment' AND provider = 'okta' AND subtype IN ('api_access_management_admin', 'api_admin')
  UNION ALL
  SELECT n, list_contains(permissions, 'okta.authzServers.manage') FROM custom
  -- A permission with conditions holds for some servers only; permissions that were not read may be any.
  WHERE len(permissions) = 0
    OR list_has_any(permissions, ['okta.authzServers.manage', 'okta.authzServers.manage (with conditions)'])
), opened AS (
  SELECT b.n AS assignment, o.n, o.id, coalesce(o.name, o.id) AS name,
    b.known AND s.observed = 'yes' AND coalesce(len(s.guards), 0) = 0 AS known
  FROM able b
  JOIN relation s ON s.kind = 'SCOPED_TO' AND s.source = b.n
  JOIN node o ON o.n = s.target AND o.kind = 'Application' AND o.provider = 'okta' AND o.subtype = 'org'
)
SELECT id AS set_key, 'authorization servers of ' || name AS set_name, 'enter' AS side, assignment AS node,
  'held' AS level, known AS known
FROM opened
UNION ALL
SELECT e.id, 'authorization servers of ' || e.name, 'member', t.n, 'admin', c.observed = 'yes'
FROM (SELECT DISTINCT n, id, name FROM opened) e
JOIN relation c ON c.kind = 'CONTAINS' AND c.source = e.n
JOIN node t ON t.n = c.target AND t.provider = 'okta' AND t.subtype = 'authorization_server'
