-- id: okta.reset-targets
-- provider: okta
-- title: Users whose password or factors an administrator may reset
-- kind: target-set
-- reads: [SCOPED_TO, ACCOUNT_OF]
-- negates: [HAS_ROLE, MEMBER_OF]
-- nodes: [RoleAssignment, Application, Group, User]
-- makes: [attacker_password, attacker_factor]
-- what: >
--   For each organization, group or user over which somebody may reset passwords, and for each over which somebody may
--   reset factors: the users in it that hold no administrator role, directly or through a group. Okta keeps
--   administrators from everyone but super administrators. That a user holds no role is known only where the roles of
--   users and groups and the memberships were read completely; that a password can be reset only where Okta holds it. A
--   set lists its users, and the password or factor of the attacker's own that a reset leaves behind; resetting is what
--   okta.reset-credentials and okta.reset-factors do.
-- references:
--   - "https://help.okta.com/en-us/content/topics/security/administrators-admin-comparison.htm"
--   - "https://help.okta.com/oie/en-us/content/topics/security/custom-admin-role/about-role-permissions.htm"
WITH right_of(what, role) AS (
  VALUES
    ('password', 'help_desk_admin'), ('factors', 'help_desk_admin'),
    ('password', 'user_admin'), ('factors', 'user_admin'),
    ('password', 'org_admin'), ('factors', 'org_admin')
), right_by(what, permission) AS (
  VALUES
    ('password', 'okta.users.manage'), ('factors', 'okta.users.manage'),
    ('password', 'okta.users.credentials.manage'), ('factors', 'okta.users.credentials.manage'),
    ('password', 'okta.users.credentials.resetPassword'),
    ('password', 'okta.users.credentials.expirePassword'),
    ('password', 'okta.users.credentials.manageTemporaryAccessCode'),
    ('factors', 'okta.users.credentials.resetFactors')
), custom AS (
  SELECT n, json_extract_string(properties, '$.permissions[*]') AS permissions
  -- What a role of a type that nobody knows may do is not known either.
  FROM node WHERE kind = 'RoleAssignment' AND provider = 'okta' AND coalesce(subtype, '') NOT IN (
    'super_admin', 'org_admin', 'app_admin', 'user_admin', 'help_desk_admin', 'read_only_admin', 'mobile_admin',
    'report_admin', 'api_admin', 'api_access_management_admin', 'group_membership_admin', 'workflows_admin',
    'access_certifications_admin', 'access_requests_admin')
), able AS (
  SELECT a.n, v.what, true AS known, false AS custom
  FROM node a JOIN right_of v ON v.role = a.subtype
  WHERE a.kind = 'RoleAssignment' AND a.provider = 'okta'
  UNION ALL
  -- A permission with conditions holds for some users only, and not said for which.
  SELECT c.n, v.what, bool_or(c.permission = v.permission), true
  FROM (SELECT n, unnest(permissions) AS permission FROM custom) c
  JOIN right_by v ON c.permission IN (v.permission, v.permission || ' (with conditions)')
  GROUP BY c.n, v.what
  UNION ALL
  -- Permissions that were not read may be any.
  SELECT c.n, v.what, false, true
  FROM custom c CROSS JOIN (VALUES ('password'), ('factors')) v(what) WHERE len(c.permissions) = 0
), opened AS (
  SELECT b.n AS assignment, b.what, t.n, t.id, t.kind, coalesce(nullif(t.name, ''), t.id) AS name,
    b.known AND s.observed = 'yes' AND coalesce(len(s.guards), 0) = 0 AS known
  FROM able b
  JOIN relation s ON s.kind = 'SCOPED_TO' AND s.source = b.n
  JOIN node t ON t.n = s.target
  -- A custom role over a group itself is not one over its members.
  WHERE t.kind = 'User'
    OR t.kind = 'Group' AND (NOT b.custom OR s.properties ->> '$.of' LIKE '%members%')
    OR t.kind = 'Application' AND t.subtype = 'org' AND coalesce(s.properties ->> '$.of', 'users') LIKE '%users%'
), element AS (
  SELECT DISTINCT what, n, id, kind, name FROM opened
), inside AS (
  SELECT e.n AS element, a.source AS n, a.observed = 'yes' AS known
  FROM (SELECT DISTINCT n FROM element) e JOIN relation a ON a.kind = 'ACCOUNT_OF' AND a.target = e.n
  UNION ALL
  SELECT e.n, m.principal, m.known FROM (SELECT DISTINCT n FROM element) e JOIN membership m ON m.grp = e.n
  UNION ALL
  SELECT DISTINCT n, n, true FROM element WHERE kind = 'User'
), holder AS (
  SELECT source AS n, bool_or(observed = 'yes') AS known FROM relation WHERE kind = 'HAS_ROLE' GROUP BY source
), admin AS (
  SELECT n, bool_or(known) AS known FROM (
    SELECT n, known FROM holder
    UNION ALL
    SELECT m.principal, m.known AND h.known FROM membership m JOIN holder h ON h.n = m.grp
  ) GROUP BY n
), stated AS (
  -- What a source says of a user or group itself comes before what it says of everything.
  SELECT n.n, c.relation, c.source_instance, bool_or(c.state = 'complete') AS complete
  FROM node n JOIN coverage c ON c.scope = n.id
  WHERE n.kind IN ('User', 'Group') AND c.relation IN ('HAS_ROLE', 'MEMBER_OF')
  GROUP BY ALL
), wide AS (
  SELECT n.n, c.relation, c.source_instance
  FROM (SELECT n, unnest(sources) AS source FROM node WHERE kind IN ('User', 'Group')) n
  JOIN coverage c ON c.scope = '' AND c.source_instance = n.source AND c.state = 'complete'
  WHERE c.relation IN ('HAS_ROLE', 'MEMBER_OF')
  UNION
  -- The list of those who hold a role, read whole, says that a user who is not in it holds none.
  SELECT a.source, c.relation, c.source_instance
  FROM relation a
  JOIN node o ON o.n = a.target AND o.subtype = 'org'
  JOIN coverage c ON c.scope = o.id AND c.relation = 'HAS_ROLE' AND c.state = 'complete'
  WHERE a.kind = 'ACCOUNT_OF'
), was_read AS (
  SELECT n, relation FROM stated WHERE complete
  UNION
  SELECT n, relation FROM wide ANTI JOIN stated USING (n, relation, source_instance)
), unsure AS (
  SELECT n FROM node WHERE kind = 'User' AND n NOT IN (SELECT n FROM was_read WHERE relation = 'HAS_ROLE')
  UNION
  SELECT n FROM node WHERE kind = 'User' AND n NOT IN (SELECT n FROM was_read WHERE relation = 'MEMBER_OF')
  UNION
  SELECT principal FROM membership WHERE grp NOT IN (SELECT n FROM was_read WHERE relation = 'HAS_ROLE')
  UNION
  SELECT n FROM admin WHERE NOT known
)
SELECT o.id || ':' || o.what AS set_key,
  'users of ' || o.name || ' whose ' || o.what || ' can be reset' AS set_name,
  'enter' AS side, o.assignment AS node, 'held' AS level, o.known AS known,
  CASE WHEN o.what = 'password' THEN 'attacker_password' ELSE 'attacker_factor' END AS makes
FROM opened o
UNION ALL
SELECT e.id || ':' || e.what, 'users of ' || e.name || ' whose ' || e.what || ' can be reset', 'member', u.n, NULL,
  i.known AND u.n NOT IN (SELECT n FROM unsure)
    AND (e.what = 'factors' OR coalesce(u.properties ->> '$.credential_provider', '') = 'OKTA'),
  NULL
FROM element e
JOIN inside i ON i.element = e.n
JOIN node u ON u.n = i.n AND u.kind = 'User' AND u.provider = 'okta'
WHERE u.n NOT IN (SELECT n FROM admin WHERE known)
