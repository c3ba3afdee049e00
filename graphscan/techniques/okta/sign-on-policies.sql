-- id: okta.sign-on-policies
-- provider: okta
-- title: Sign-on policies of an Okta organization
-- kind: target-set
-- makes: weakened_policy
-- reads: [SCOPED_TO, CONTAINS, APPLIES_TO, ASSIGNED_TO]
-- nodes: [RoleAssignment, Application, Control]
-- what: >
--   Sets for each organization: the sign-on policies before its applications, those before its console, those that say how
--   a session is begun, and those about managing one's own account. Who administers the organization edits all; an
--   application administrator of the whole organization edits the first, and one of some applications possibly, as does a
--   custom role with the permission, which possibly edits the last two as well. A set lists its policies; weakening them
--   is what okta.weaken-policy does.
-- references:
--   - "https://help.okta.com/en-us/content/topics/security/administrators-admin-comparison.htm"
--   - "https://help.okta.com/oie/en-us/content/topics/identity-engine/policies/about-app-sign-on-policies.htm"
WITH org AS (
  SELECT n, id, coalesce(name, id) AS name FROM node
  WHERE kind = 'Application' AND provider = 'okta' AND subtype = 'org'
), guarding AS (
  SELECT DISTINCT target, unnest(guards).n AS n FROM relation WHERE kind = 'ASSIGNED_TO' AND guards IS NOT NULL
), before AS (
  SELECT c.n, b.target, b.part
  FROM (
    SELECT source AS n, target, coalesce(properties ->> '$.for', '') AS part FROM relation WHERE kind = 'APPLIES_TO'
    UNION SELECT n, target, '' FROM guarding
  ) b
  JOIN node c ON c.n = b.n AND c.kind = 'Control' AND c.provider = 'okta' AND c.subtype = 'sign_on_policy'
), standing AS (
  SELECT b.n, o.n AS org, CASE WHEN b.part = '' THEN 'console' ELSE b.part END AS part
  FROM before b JOIN org o ON o.n = b.target
  UNION
  SELECT b.n, c.source, CASE WHEN a.subtype = 'saasure' OR a.properties ->> '$.app' = 'saasure' THEN 'console'
    ELSE 'applications' END
  FROM before b
  JOIN relation c ON c.kind = 'CONTAINS' AND c.target = b.target
  JOIN org o ON o.n = c.source
  JOIN node a ON a.n = b.target
), policy AS (
  -- Whether an application administrator edits a policy that stands before the console as well is not known.
  SELECT s.n, s.org, s.part,
    NOT (s.part = 'applications' AND (s.n, s.org) IN (SELECT (n, org) FROM standing WHERE part = 'console')) AS known
  FROM standing s WHERE s.part IN ('applications', 'console', 'session', 'account-management')
), able AS (
  SELECT n, subtype = 'app_admin' AS known FROM node
  WHERE kind = 'RoleAssignment' AND provider = 'okta' AND (subtype = 'app_admin'
    -- What a role of a type that nobody knows may do is not known either.
    OR coalesce(subtype, '') NOT IN (
      'super_admin', 'org_admin', 'user_admin', 'help_desk_admin', 'read_only_admin', 'mobile_admin', 'report_admin',
      'api_admin', 'api_access_management_admin', 'group_membership_admin', 'workflows_admin',
      'access_certifications_admin', 'access_requests_admin')
    AND coalesce(properties ->> '$.permissions' LIKE '%okta.policies.manage%', true))
), editor AS (
  SELECT b.n, s.target AS org, b.known AND s.observed = 'yes' AS known, NOT b.known AS anything
  FROM able b JOIN relation s ON s.kind = 'SCOPED_TO' AND s.source = b.n JOIN org o ON o.n = s.target
  UNION ALL
  -- A policy before one application may stand before others, whose administrators have a say as well.
  SELECT b.n, c.source, false, false
  FROM able b
  JOIN relation s ON s.kind = 'SCOPED_TO' AND s.source = b.n
  JOIN relation c ON c.kind = 'CONTAINS' AND c.target = s.target
  JOIN org o ON o.n = c.source
), part(part) AS (
  VALUES ('applications'), ('console'), ('session'), ('account-management')
)
SELECT o.id || ':' || p.part AS set_key, 'sign-on policies of ' || o.name || ', ' || p.part AS set_name,
  'enter' AS side, o.n AS node, 'admin' AS level, true AS known
FROM org o CROSS JOIN part p
WHERE (o.n, p.part) IN (SELECT (org, part) FROM policy)
UNION ALL
SELECT o.id || ':' || p.part, 'sign-on policies of ' || o.name || ', ' || p.part, 'enter', e.n, 'held', e.known
FROM org o JOIN editor e ON e.org = o.n
JOIN part p ON p.part = 'applications' OR p.part <> 'console' AND e.anything
WHERE (o.n, p.part) IN (SELECT (org, part) FROM policy)
UNION ALL
SELECT o.id || ':' || p.part, 'sign-on policies of ' || o.name || ', ' || p.part, 'member', p.n, NULL, p.known
FROM org o
JOIN policy p ON p.org = o.n
