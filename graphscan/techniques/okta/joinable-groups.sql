-- id: okta.joinable-groups
-- provider: okta
-- title: Groups that an administrator may add members to
-- kind: target-set
-- reads: [SCOPED_TO, ACCOUNT_OF, CONTAINS, ASSIGNED_TO, OWNED_BY, APPLIES_TO]
-- negates: [HAS_ROLE, MEMBER_OF]
-- nodes: [RoleAssignment, Application, Group, User]
-- makes: membership
-- what: >
--   For each organization or group over which somebody may manage members, and each group that has an owner: the groups
--   in it that hold no administrator role, and everyone who may be put into them. Only super administrators manage the members of groups that hold a role;
--   that a group holds none is known only where its roles were read completely. A group whose members come from
--   elsewhere (an application's, the built-in ones) takes none; of a type that nobody knows it possibly does. The groups
--   of an organization are those that have a member in it, are assigned to one of its applications, or are named by one
--   of its policies: others open nothing. A set lists its groups, and the membership that an attacker gives himself; joining is what okta.add-member does,
--   what an owner may do is okta.group-owner, and taking members out is okta.leave-group.
-- references:
--   - "https://help.okta.com/en-us/content/topics/security/administrators-group-membership-admin.htm"
--   - "https://help.okta.com/oie/en-us/content/topics/security/custom-admin-role/about-role-permissions.htm"
WITH org AS (
  SELECT n, id FROM node WHERE kind = 'Application' AND provider = 'okta' AND subtype = 'org'
), custom AS (
  SELECT n, json_extract_string(properties, '$.permissions[*]') AS permissions
  -- What a role of a type that nobody knows may do is not known either.
  FROM node WHERE kind = 'RoleAssignment' AND provider = 'okta' AND coalesce(subtype, '') NOT IN (
    'super_admin', 'org_admin', 'app_admin', 'user_admin', 'help_desk_admin', 'read_only_admin', 'mobile_admin',
    'report_admin', 'api_admin', 'api_access_management_admin', 'group_membership_admin', 'workflows_admin',
    'access_certifications_admin', 'access_requests_admin')
), able AS (
  SELECT n, true AS known, false AS custom FROM node
  WHERE kind = 'RoleAssignment' AND provider = 'okta' AND subtype IN ('user_admin', 'group_membership_admin', 'org_admin')
  UNION ALL
  -- A permission with conditions holds for some groups only, and not said for which.
  SELECT n, bool_or(permission NOT LIKE '% (with conditions)'), true
  FROM (SELECT n, unnest(permissions) AS permission FROM custom)
  WHERE permission IN (
    'okta.groups.manage', 'okta.groups.manage (with conditions)',
    'okta.groups.members.manage', 'okta.groups.members.manage (with conditions)'
  )
  GROUP BY n
  UNION ALL
  -- Permissions that were not read may be any.
  SELECT n, false, true FROM custom WHERE len(permissions) = 0
), opened AS (
  SELECT b.n AS assignment, t.n, t.id, t.kind, coalesce(nullif(t.name, ''), t.id) AS name,
    b.known AND s.observed = 'yes' AND coalesce(len(s.guards), 0) = 0 AS known
  FROM able b
  JOIN relation s ON s.kind = 'SCOPED_TO' AND s.source = b.n
  JOIN node t ON t.n = s.target
  -- A custom role over a group's members is not one over the group.
  WHERE t.kind = 'Group' AND (NOT b.custom OR coalesce(s.properties ->> '$.of', 'itself') LIKE '%itself%')
    OR t.kind = 'Application' AND t.subtype = 'org' AND coalesce(s.properties ->> '$.of', 'groups') LIKE '%groups%'
), element AS (
  SELECT n, id, kind, name FROM opened
  UNION
  SELECT g.n, g.id, g.kind, coalesce(nullif(g.name, ''), g.id)
  FROM relation w JOIN node g ON g.n = w.source AND g.kind = 'Group' AND g.provider = 'okta'
  WHERE w.kind = 'OWNED_BY'
), policy AS (
  SELECT a.source AS n, c.source AS org
  FROM relation a
  JOIN relation c ON c.kind = 'CONTAINS' AND c.target = a.target
  JOIN org o ON o.n = c.source
  WHERE a.kind = 'APPLIES_TO'
  UNION
  SELECT a.source, a.target FROM relation a JOIN org o ON o.n = a.target WHERE a.kind = 'APPLIES_TO'
), speaker AS (
  SELECT n, org FROM policy
  UNION
  SELECT q.source, p.org FROM relation q JOIN policy p ON p.n = q.target
  WHERE q.kind = 'APPLIES_TO' AND q.properties ->> '$.as' = 'rule'
), of_org AS (
  SELECT m.grp AS n, a.target AS org
  FROM membership m
  JOIN relation a ON a.kind = 'ACCOUNT_OF' AND a.source = m.principal
  JOIN org o ON o.n = a.target
  UNION
  SELECT g.source, c.source
  FROM relation g
  JOIN relation c ON c.kind = 'CONTAINS' AND c.target = g.target
  JOIN org o ON o.n = c.source
  WHERE g.kind = 'ASSIGNED_TO'
  UNION
  -- An empty group that a policy asks for decides who gets in.
  SELECT x.target, s.org FROM relation x JOIN speaker s ON s.n = x.source WHERE x.kind = 'APPLIES_TO'
), holder AS (
  SELECT source AS n, bool_or(observed = 'yes') AS known FROM relation WHERE kind = 'HAS_ROLE' GROUP BY source
), admin AS (
  SELECT n, bool_or(known) AS known FROM (
    SELECT n, known FROM holder
    UNION ALL
    SELECT m.principal, m.known AND h.known FROM membership m JOIN holder h ON h.n = m.grp
  ) GROUP BY n
), stated AS (
  -- What a source says of a group itself comes before what it says of everything.
  SELECT g.n, c.source_instance, bool_or(c.state = 'complete') AS complete
  FROM node g JOIN coverage c ON c.scope = g.id
  WHERE g.kind = 'Group' AND c.relation = 'HAS_ROLE'
  GROUP BY ALL
), wide AS (
  SELECT g.n, c.source_instance
  FROM (SELECT n, unnest(sources) AS source FROM node WHERE kind = 'Group') g
  JOIN coverage c ON c.scope = '' AND c.source_instance = g.source
  WHERE c.relation = 'HAS_ROLE' AND c.state = 'complete'
), was_read AS (
  SELECT n FROM stated WHERE complete
  UNION
  SELECT n FROM wide ANTI JOIN stated USING (n, source_instance)
), unsure AS (
  SELECT n FROM node WHERE kind = 'Group' AND n NOT IN (SELECT n FROM was_read)
  UNION
  SELECT principal FROM membership WHERE grp NOT IN (SELECT n FROM was_read)
  UNION
  SELECT n FROM admin WHERE NOT known
), fit AS (
  SELECT n, type = 'OKTA_GROUP' AND n NOT IN (SELECT n FROM unsure) AS known
  FROM (SELECT n, upper(coalesce(properties ->> '$.type', subtype, '')) AS type FROM node
        WHERE kind = 'Group' AND provider = 'okta')
  WHERE type NOT IN ('APP_GROUP', 'BUILT_IN') AND n NOT IN (SELECT n FROM admin WHERE known)
)
SELECT id AS set_key, 'groups of ' || name || ' that take members' AS set_name, 'enter' AS side, assignment AS node,
  'held' AS level, known AS known
FROM opened
UNION ALL
SELECT e.id, 'groups of ' || e.name || ' that take members', 'member', f.n, NULL, f.known
FROM element e
JOIN of_org g ON g.org = e.n
JOIN fit f ON f.n = g.n
UNION ALL
SELECT e.id, 'groups of ' || e.name || ' that take members', 'member', f.n, NULL, f.known
FROM element e
JOIN fit f ON f.n = e.n
UNION ALL
SELECT e.id, 'groups of ' || e.name || ' that take members', 'member', p.n, NULL, true
FROM element e
JOIN (SELECT n, org FROM of_org UNION SELECT n, n FROM org) g ON g.n = e.n
JOIN org o ON o.n = g.org
JOIN node p ON p.id = 'derived:okta.everyone:' || o.id
