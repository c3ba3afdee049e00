-- id: okta.managed-apps
-- provider: okta
-- title: Applications that an administrator manages
-- kind: target-set
-- reads: [SCOPED_TO, CONTAINS, ACCOUNT_OF]
-- negates: [HAS_ROLE]
-- nodes: [RoleAssignment, Application, ServiceAccount]
-- what: >
--   For each organization or application over which somebody may manage applications: the applications in it that hold
--   no administrator role themselves. Only a service application, which is an OAuth client, can hold one; that such a
--   one holds none is known only where the roles of clients were read. A set lists its applications; managing them is
--   what okta.app-admin does.
-- references:
--   - "https://help.okta.com/en-us/content/topics/security/administrators-app-admin.htm"
--   - "https://help.okta.com/oie/en-us/content/topics/security/custom-admin-role/about-role-permissions.htm"
WITH org AS (
  SELECT n FROM node WHERE kind = 'Application' AND provider = 'okta' AND subtype = 'org'
), custom AS (
  SELECT n, json_extract_string(properties, '$.permissions[*]') AS permissions
  -- What a role of a type that nobody knows may do is not known either.
  FROM node WHERE kind = 'RoleAssignment' AND provider = 'okta' AND coalesce(subtype, '') NOT IN (
    'super_admin', 'org_admin', 'app_admin', 'user_admin', 'help_desk_admin', 'read_only_admin', 'mobile_admin',
    'report_admin', 'api_admin', 'api_access_management_admin', 'group_membership_admin', 'workflows_admin',
    'access_certifications_admin', 'access_requests_admin')
), able AS (
  SELECT n, true AS known FROM node WHERE kind = 'RoleAssignment' AND provider = 'okta' AND subtype = 'app_admin'
  UNION ALL
  -- A permission with conditions holds for some applications only, and not said for which.
  SELECT n, bool_or(permission = 'okta.apps.manage')
  FROM (SELECT n, unnest(permissions) AS permission FROM custom)
  WHERE permission IN ('okta.apps.manage', 'okta.apps.manage (with conditions)')
  GROUP BY n
  UNION ALL
  -- Permissions that were not read may be any.
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
), client AS (
  -- The account of an application that acts in its own name bears the application's own id within one organization.
  SELECT s.n AS account, s.id, s.sources, c.target AS app
  FROM node s
  JOIN relation a ON a.kind = 'ACCOUNT_OF' AND a.source = s.n
  JOIN relation c ON c.kind = 'CONTAINS' AND c.source = a.target
  JOIN node t ON t.n = c.target AND t.properties ->> '$.okta_id' = s.properties ->> '$.okta_id'
  WHERE s.kind = 'ServiceAccount' AND s.provider = 'okta'
), admin AS (
  SELECT c.app AS n, bool_or(h.observed = 'yes') AS known
  FROM client c JOIN relation h ON h.kind = 'HAS_ROLE' AND h.source = c.account
  GROUP BY c.app
), stated AS (
  -- What a source says of an application or its client comes before what it says of everything.
  SELECT t.n, c.source_instance, bool_or(c.state = 'complete') AS complete
  FROM (SELECT n, id FROM node WHERE kind = 'Application' UNION SELECT app, id FROM client) t
  JOIN coverage c ON c.scope = t.id
  WHERE c.relation = 'HAS_ROLE'
  GROUP BY ALL
), denied AS (
  SELECT DISTINCT c.source_instance
  FROM coverage c JOIN node s ON s.id = c.scope AND s.kind = 'ServiceAccount'
  WHERE c.relation = 'HAS_ROLE' AND c.state <> 'complete'
), wide AS (
  SELECT t.n, c.source_instance
  FROM (SELECT n, unnest(sources) AS source FROM node WHERE kind = 'Application') t
  JOIN coverage c ON c.scope = '' AND c.source_instance = t.source
  WHERE c.relation = 'HAS_ROLE' AND c.state = 'complete'
  UNION
  -- Of an application without a client nothing is asked; where all that was asked of clients was answered, it has none.
  SELECT c.target, v.source_instance
  FROM relation c
  JOIN node o ON o.n = c.source AND o.subtype = 'org'
  JOIN coverage v ON v.scope = o.id AND v.relation = 'HAS_ROLE' AND v.state = 'complete'
  WHERE c.kind = 'CONTAINS' AND c.target NOT IN (SELECT app FROM client)
    AND v.source_instance NOT IN (SELECT source_instance FROM denied)
), was_read AS (
  SELECT n FROM stated WHERE complete
  UNION
  SELECT n FROM wide ANTI JOIN stated USING (n, source_instance)
)
SELECT id AS set_key, 'applications of ' || name || ' that are managed' AS set_name, 'enter' AS side,
  assignment AS node, NULL AS level, known AS known
FROM opened
UNION ALL
SELECT e.id, 'applications of ' || e.name || ' that are managed', 'member', t.n, NULL,
  i.known AND t.n NOT IN (SELECT n FROM admin) AND (
    t.n IN (SELECT n FROM was_read)
    OR coalesce(t.properties ->> '$.sign_on_mode', '') IN ('SAML_2_0', 'SAML_1_1', 'WS_FEDERATION', 'AUTO_LOGIN',
      'BROWSER_PLUGIN', 'SECURE_PASSWORD_STORE', 'BASIC_AUTH', 'BOOKMARK')
  )
FROM element e
JOIN inside i ON i.element = e.n
JOIN node t ON t.n = i.n AND t.kind = 'Application' AND t.provider = 'okta'
WHERE t.n NOT IN (SELECT n FROM admin WHERE known)
