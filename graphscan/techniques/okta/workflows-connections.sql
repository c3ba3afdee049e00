-- id: okta.workflows-connections
-- provider: okta
-- title: What the connections of Okta Workflows may open
-- kind: target-set
-- reads: [SCOPED_TO, CONTAINS]
-- nodes: [RoleAssignment, Application]
-- what: >
--   Workflows keeps signed-in connections to other products, often with an administrator's rights, and to Okta itself. No
--   interface lists them. A hypothesis, possible and never known: the connections of an organization open any of its
--   applications and the organization itself. Leave it out with --without okta.workflows-connections.
-- references: ["https://help.okta.com/wf/en-us/content/topics/workflows/build/authorization.htm"]
WITH opened AS (
  SELECT a.n AS assignment, o.n, o.id, coalesce(o.name, o.id) AS name, s.observed = 'yes' AS known
  FROM node a
  JOIN relation s ON s.kind = 'SCOPED_TO' AND s.source = a.n
  JOIN node o ON o.n = s.target AND o.provider = 'okta' AND o.subtype = 'org'
  WHERE a.kind = 'RoleAssignment' AND a.provider = 'okta' AND a.subtype = 'workflows_admin'
), element AS (
  SELECT DISTINCT n, id, name FROM opened
)
SELECT id AS set_key, 'Workflows connections of ' || name AS set_name, 'enter' AS side, assignment AS node, NULL AS level,
  known AS known
FROM opened
UNION ALL
SELECT id, 'Workflows connections of ' || name, 'member', n, 'admin', false
FROM element
UNION ALL
SELECT e.id, 'Workflows connections of ' || e.name, 'member', t.n, 'login', false
FROM element e
JOIN relation c ON c.kind = 'CONTAINS' AND c.source = e.n
JOIN node t ON t.n = c.target AND t.kind = 'Application'
