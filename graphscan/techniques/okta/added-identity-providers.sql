-- id: okta.added-identity-providers
-- provider: okta
-- title: Users that an added identity provider would sign in
-- kind: target-set
-- reads: [SCOPED_TO, ACCOUNT_OF, TRUSTS]
-- nodes: [RoleAssignment, Application, User]
-- makes: attacker_identity_provider
-- what: >
--   For each organization to which somebody may add an identity provider: all its users, administrators too, since an
--   added provider may name anyone. Super administrators may; a custom role with the permission over the
--   organization's providers may; of an organization administrator, of a permission with conditions or over one provider,
--   and of permissions that were not read it is possible. A set lists its users, and the provider of the attacker's own; adding it is what
--   okta.add-identity-provider does.
-- references:
--   - "https://sec.okta.com/articles/2023/08/cross-tenant-impersonation-prevention-and-detection"
--   - "https://help.okta.com/oie/en-us/content/topics/security/custom-admin-role/about-role-permissions.htm"
WITH org AS (
  SELECT n, id, coalesce(nullif(name, ''), id) AS name FROM node
  WHERE kind = 'Application' AND provider = 'okta' AND subtype = 'org'
), custom AS (
  SELECT n, json_extract_string(properties, '$.permissions[*]') AS permissions
  FROM node WHERE kind = 'RoleAssignment' AND provider = 'okta' AND subtype = 'custom'
), able AS (
  SELECT n, subtype = 'super_admin' AS known FROM node
  WHERE kind = 'RoleAssignment' AND provider = 'okta' AND subtype IN ('super_admin', 'org_admin')
  UNION ALL
  SELECT n, list_contains(permissions, 'okta.identityProviders.manage') FROM custom
  WHERE len(permissions) = 0 OR list_has_any(permissions,
    ['okta.identityProviders.manage', 'okta.identityProviders.manage (with conditions)'])
), opened AS (
  SELECT b.n AS assignment, o.n AS org, b.known AND s.observed = 'yes' AND coalesce(len(s.guards), 0) = 0 AS known
  FROM able b
  JOIN relation s ON s.kind = 'SCOPED_TO' AND s.source = b.n
  JOIN org o ON o.n = s.target
  -- Over all its users, say, is not over its providers.
  WHERE coalesce(s.properties ->> '$.of', 'idps') LIKE '%idps%'
  UNION ALL
  -- Who manages one provider may make it the attacker's own; whether it names everyone is not known.
  SELECT b.n, t.source, false
  FROM able b
  JOIN relation s ON s.kind = 'SCOPED_TO' AND s.source = b.n
  JOIN relation t ON t.kind = 'TRUSTS' AND t.target = s.target
  JOIN org o ON o.n = t.source
), element AS (
  SELECT o.n, o.id, o.name FROM org o WHERE o.n IN (SELECT org FROM opened)
)
SELECT o.id AS set_key, 'users of ' || o.name || ' that an added provider names' AS set_name, 'enter' AS side,
  p.assignment AS node, 'held' AS level, bool_or(p.known) AS known
FROM opened p
JOIN org o ON o.n = p.org
GROUP BY o.id, o.name, p.assignment
UNION ALL
SELECT e.id, 'users of ' || e.name || ' that an added provider names', 'member', u.n, NULL, a.observed = 'yes'
FROM element e
JOIN relation a ON a.kind = 'ACCOUNT_OF' AND a.target = e.n
JOIN node u ON u.n = a.source AND u.kind = 'User' AND u.provider = 'okta'
