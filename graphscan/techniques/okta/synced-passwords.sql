-- id: okta.synced-passwords
-- provider: okta
-- title: Passwords that are sent to the product behind an application
-- kind: target-set
-- reads: [INSTALLED_IN, ASSIGNED_TO, MEMBER_OF, HAS_CREDENTIAL]
-- nodes: [Application, Group, User, Credential]
-- what: >
--   For each group that is assigned to an application whose accounts get people's own Okta passwords: the passwords of
--   its members; for each such application: those of the people assigned to it directly. Whether it is the Okta password
--   that is sent, and not a random one, is known where the application's features were read.
-- references:
--   - "https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationFeatures/"
WITH sync AS (
  SELECT p.n, i.target AS app, p.properties ->> '$.password_kind' = 'okta' AS known
  FROM node p
  JOIN relation i ON i.kind = 'INSTALLED_IN' AND i.source = p.n
  WHERE p.kind = 'Application' AND p.provider = 'okta' AND p.subtype = 'provisioning'
    AND p.properties ->> '$.password_kind' IN ('okta', 'unknown')
), assigned AS (
  SELECT s.n AS connection, a.source, n.kind = 'Group' AS through, n.id, coalesce(n.name, n.id) AS name,
    t.id AS app_id, coalesce(t.name, t.id) AS app_name, s.known AND a.observed = 'yes' AS known,
    a.observed = 'yes' AS seen
  FROM sync s
  JOIN relation a ON a.kind = 'ASSIGNED_TO' AND a.target = s.app
  JOIN node n ON n.n = a.source AND n.kind IN ('Group', 'User')
  JOIN node t ON t.n = s.app
), own AS (
  SELECT h.source, h.target AS password, h.observed = 'yes' AS known
  FROM relation h
  JOIN node c ON c.n = h.target AND c.provider = 'okta' AND c.subtype = 'password'
  WHERE h.kind = 'HAS_CREDENTIAL'
)
SELECT id AS set_key, 'Okta passwords of the members of ' || name AS set_name, 'enter' AS side, connection AS node,
  'admin' AS level, known AS known
FROM assigned WHERE through
UNION ALL
SELECT DISTINCT a.id, 'Okta passwords of the members of ' || a.name, 'member', o.password, NULL,
  o.known AND m.observed = 'yes'
FROM assigned a
JOIN relation m ON m.kind = 'MEMBER_OF' AND m.target = a.source
JOIN own o ON o.source = m.source
WHERE a.through
UNION ALL
SELECT DISTINCT app_id, 'Okta passwords of people assigned to ' || app_name, 'enter', connection, 'admin', known
FROM assigned WHERE NOT through
UNION ALL
SELECT a.app_id, 'Okta passwords of people assigned to ' || a.app_name, 'member', o.password, NULL, o.known AND a.seen
FROM assigned a
JOIN own o ON o.source = a.source
WHERE NOT a.through
