-- id: okta.admin-tokens
-- provider: okta
-- title: API tokens that administrators may make
-- kind: hypothesis
-- reads: [HAS_ROLE, MEMBER_OF]
-- nodes: [User, RoleAssignment]
-- makes: api_token
-- what: >
--   For each user with a role that may make API tokens (super, organization, group, group membership or read-only
--   administrator), held directly or through a group: the token that he can make. It belongs to the one who makes it, so
--   that no member of a group has another member's. Of a role of a type that nobody knows it is possible. Making it is
--   what okta.create-token does.
-- references: ["https://help.okta.com/en-us/content/topics/security/api.htm"]
WITH able AS (
  SELECT n, subtype IN ('super_admin', 'org_admin', 'user_admin', 'group_membership_admin', 'read_only_admin') AS known
  FROM node
  WHERE kind = 'RoleAssignment' AND provider = 'okta' AND coalesce(subtype, '') NOT IN (
    'app_admin', 'help_desk_admin', 'mobile_admin', 'report_admin', 'api_admin', 'api_access_management_admin',
    'workflows_admin', 'access_certifications_admin', 'access_requests_admin', 'custom')
), holder AS (
  SELECT h.source AS n, a.known AND h.observed = 'yes' AND coalesce(len(h.guards), 0) = 0 AS known
  FROM relation h JOIN able a ON a.n = h.target
  WHERE h.kind = 'HAS_ROLE'
), person AS (
  SELECT n, known FROM holder
  UNION ALL
  SELECT m.principal, m.known AND h.known FROM holder h JOIN membership m ON m.grp = h.n
)
SELECT u.id AS set_key, 'an API token that ' || coalesce(nullif(u.name, ''), u.id) || ' makes' AS set_name,
  'account' AS side,
  u.n AS node, 'api' AS level, bool_or(p.known) AS known
FROM person p
JOIN node u ON u.n = p.n AND u.kind = 'User' AND u.provider = 'okta'
GROUP BY u.n, u.id, u.name
