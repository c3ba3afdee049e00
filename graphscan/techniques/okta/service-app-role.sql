-- id: okta.service-app-role
-- provider: okta
-- title: A service application uses its administrator role within its scopes
-- attack: T1078.004
-- effort: 1
-- reads: [HAS_ROLE]
-- nodes: [ServiceAccount, RoleAssignment]
-- what: >
--   A service application does through the interface what both its granted scopes and its administrator role allow:
--   either alone gives nothing. Where the scopes cover all that the role is used for here, its rights are the
--   attacker's; where they cover a part of it, or could not be read, possibly. A super administrator's role is used
--   whole by whoever may assign roles, reset users or add an identity provider. Scopes and role must be those of one
--   application: two of them together do not add up.
-- close: >
--   Grant a service application the few scopes it uses and a custom role over a resource set, let it sign in with a
--   private key, and limit it to a network zone.
-- references:
--   - "https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/"
--   - "https://developer.okta.com/docs/concepts/role-assignment/"
WITH standard(role, way, scope) AS (
  -- The scopes of one way are needed together; each way is enough.
  VALUES
    ('super_admin', 'roles', 'okta.roles.manage'),
    ('super_admin', 'users', 'okta.users.manage'),
    ('super_admin', 'idps', 'okta.idps.manage'),
    ('org_admin', 'all', 'okta.users.manage'), ('org_admin', 'all', 'okta.groups.manage'),
    ('user_admin', 'all', 'okta.users.manage'), ('user_admin', 'all', 'okta.groups.manage'),
    ('help_desk_admin', 'all', 'okta.users.manage'),
    ('group_membership_admin', 'all', 'okta.groups.manage'),
    ('app_admin', 'all', 'okta.apps.manage'), ('app_admin', 'all', 'okta.policies.manage'),
    ('api_access_management_admin', 'all', 'okta.apps.manage'),
    ('api_access_management_admin', 'all', 'okta.authorizationServers.manage'),
    ('read_only_admin', 'all', 'okta.apps.read')
), held AS (
  SELECT h.r, h.source, h.target, h.guards, r.subtype AS role,
    json_extract_string(r.properties, '$.permissions[*]') AS permissions,
    a.properties ->> '$.scopes' IS NOT NULL AS was_read,
    json_extract_string(a.properties, '$.scopes[*]') AS scopes
  FROM relation h
  JOIN node a ON a.n = h.source AND a.kind = 'ServiceAccount' AND a.provider = 'okta' AND a.subtype = 'service_app'
  JOIN node r ON r.n = h.target AND r.provider = 'okta'
  WHERE h.kind = 'HAS_ROLE'
), needed AS (
  SELECT h.r, s.way, s.scope FROM held h JOIN standard s ON s.role = h.role
  UNION
  -- `okta.users.credentials.resetPassword` is of okta.users: changing needs its .manage, reading either.
  SELECT r, 'all', concat_ws('.', split_part(permission, '.', 1), split_part(permission, '.', 2),
    CASE WHEN permission LIKE '%.read' THEN 'read' ELSE 'manage' END)
  FROM (
    SELECT r, split_part(unnest(permissions), ' ', 1) AS permission FROM held WHERE role = 'custom'
  )
), way AS (
  SELECT n.r, n.way,
    bool_and(list_has_any(h.scopes, [n.scope, replace(n.scope, '.read', '.manage')])) AS covered,
    bool_or(list_has_any(h.scopes, [n.scope, replace(n.scope, '.read', '.manage')])) AS touched,
    bool_and(n.scope LIKE '%.read') AS only_reads
  FROM needed n JOIN held h ON h.r = n.r
  GROUP BY n.r, n.way
), fit AS (
  SELECT r, bool_or(covered) AS covered, bool_or(touched) AS touched, bool_and(only_reads) AS only_reads
  FROM way GROUP BY r
)
SELECT
  h.source AS source, CASE WHEN f.only_reads THEN 'api_read' ELSE 'api_write' END AS source_level,
  h.target AS target, 'held' AS target_level,
  h.guards, [h.r] AS relations,
  -- A role that is not in the list, or a custom one without permissions that were read, may be used with any scope.
  NOT (h.was_read AND coalesce(f.covered, false)) AS possible
FROM held h
LEFT JOIN fit f ON f.r = h.r
WHERE NOT h.was_read OR coalesce(f.touched, len(h.scopes) > 0)
