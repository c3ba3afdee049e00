-- id: atlassian.organization-admin
-- provider: atlassian
-- title: An organization's administrator takes over managed accounts and products
-- attack: T1098
-- effort: 2
-- reads: [SCOPED_TO, TRUSTS]
-- nodes: [Scope, Credential, User, ServiceAccount, Application]
-- what: >
--   An administrator of an Atlassian Cloud organization, or an organization key with that scope, gives a managed
--   account an address at a domain of his own that he verifies, and resets its password there; or puts a single
--   sign-on of his own before it. He adds himself to the administrators of every product that belongs to the
--   organization. What he has set stays when his right is gone.
-- close: >
--   Few organization administrators, with hardware keys; keys with narrow scopes and an expiry; alert on verified
--   domains, changed addresses and authentication policies.
-- references:
--   - "https://support.atlassian.com/organization-administration/docs/what-is-an-atlassian-organization/"
--   - "https://developer.atlassian.com/cloud/admin/user-management/rest/"
WITH made AS (
  SELECT e.source AS s, e.target AS c, e.r
  FROM relation e
  JOIN node s ON s.n = e.source AND s.provider = 'derived' AND s.id LIKE 'derived:atlassian.managed-accounts:%'
  JOIN node c ON c.n = e.target AND c.kind = 'Credential'
  WHERE e.kind = 'SCOPED_TO'
)
SELECT s AS source, 'held' AS source_level, c AS target, 'held' AS target_level, NULL AS guards, [r] AS relations
FROM made
UNION ALL
SELECT m.c, 'held', u.n, 'act_as', NULL, [e.r]
FROM made m
JOIN relation e ON e.kind = 'SCOPED_TO' AND e.source = m.s
JOIN node u ON u.n = e.target AND u.kind IN ('User', 'ServiceAccount')
UNION ALL
SELECT t.target, 'admin', t.source, 'admin', t.guards, [t.r]
FROM relation t
JOIN node o ON o.n = t.target AND o.kind = 'Application' AND o.provider = 'atlassian' AND o.subtype = 'organization'
JOIN node p ON p.n = t.source AND p.kind = 'Application' AND p.provider = 'atlassian'
WHERE t.kind = 'TRUSTS' AND t.properties ->> '$.link' = 'organization'
