-- id: okta.client-secrets
-- provider: okta
-- title: Client secrets that an administrator may read
-- kind: target-set
-- reads: [SCOPED_TO, CONTAINS, STORES]
-- nodes: [RoleAssignment, Application, Credential]
-- what: >
--   For each organization and application over which somebody may read client secrets: the secrets in it, also those of
--   applications that themselves hold an administrator role. A set lists its secrets; reading one is what
--   okta.read-client-secret does.
-- references:
--   - "https://help.okta.com/en-us/content/topics/security/administrators-admin-comparison.htm"
WITH org AS (
  SELECT n FROM node WHERE kind = 'Application' AND provider = 'okta' AND subtype = 'org'
), custom AS (
  SELECT n, json_extract_string(properties, '$.permissions[*]') AS permissions
  FROM node WHERE kind = 'RoleAssignment' AND provider = 'okta' AND subtype = 'custom'
), able AS (
  SELECT n, true AS known FROM node
  WHERE kind = 'RoleAssignment' AND provider = 'okta'
    AND subtype IN ('app_admin', 'api_access_management_admin', 'read_only_admin')
  UNION ALL
  -- A permission with conditions holds for some applications only, and not said for which.
  SELECT n, bool_or(permission NOT LIKE '% (with conditions)')
  FROM (SELECT n, unnest(permissions) AS permission FROM custom)
  WHERE split_part(permission, ' ', 1) IN ('okta.apps.clientCredentials.read', 'okta.apps.manage')
  GROUP BY n
  UNION ALL
  -- Permissions that could not be read may be any.
  SELECT n, false FROM custom WHERE len(permissions) = 0
), opened AS (
  SELECT b.n AS assignment, t.n, t.id, coalesce(nullif(t.name, ''), t.id) AS name,
    b.known AND s.observed = 'yes' AND coalesce(len(s.guards), 0) = 0 AS known
  FROM able b
  JOIN relation s ON s.kind = 'SCOPED_TO' AND s.source = b.n
  JOIN node t ON t.n = s.target AND t.kind = 'Application' AND t.provider = 'okta'
  WHERE t.n NOT IN (SELECT n FROM org) OR coalesce(s.properties ->> '$.of', 'apps') LIKE '%apps%'
), element AS (
  SELECT DISTINCT n, id, name FROM opened
), inside AS (
  SELECT e.n AS element, c.target AS n, c.observed = 'yes' AS known
  FROM element e JOIN relation c ON c.kind = 'CONTAINS' AND c.source = e.n
  WHERE e.n IN (SELECT n FROM org)
  UNION ALL
  SELECT n, n, true FROM element WHERE n NOT IN (SELECT n FROM org)
)
SELECT id AS set_key, 'client secrets of ' || name AS set_name, 'enter' AS side, assignment AS node, NULL AS level,
  known AS known
FROM opened
UNION ALL
SELECT e.id, 'client secrets of ' || e.name, 'member', c.n, NULL,
  i.known AND s.observed = 'yes' AND coalesce(len(s.guards), 0) = 0
FROM element e
JOIN inside i ON i.element = e.n
JOIN relation s ON s.kind = 'STORES' AND s.source = i.n AND s.needs = 'admin'
JOIN node c ON c.n = s.target AND c.kind = 'Credential' AND c.provider = 'okta' AND c.subtype = 'client_secret'
