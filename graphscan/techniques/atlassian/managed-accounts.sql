-- id: atlassian.managed-accounts
-- provider: atlassian
-- title: Accounts that an organization manages
-- kind: target-set
-- reads: [MEMBER_OF]
-- nodes: [Application, Group, User, ServiceAccount]
-- makes: attacker_password
-- what: >
--   For each organization of Atlassian Cloud: the accounts at its verified domains, which it manages. Accounts of
--   other people that use its products belong to themselves. Taking one over is what atlassian.organization-admin
--   does.
-- references:
--   - "https://support.atlassian.com/user-management/docs/what-are-managed-accounts/"
--   - "https://developer.atlassian.com/cloud/admin/user-management/rest/"
WITH org AS (
  SELECT o.n, o.id, 'managed accounts of ' || coalesce(nullif(o.name, ''), o.id) AS name, g.n AS managed
  FROM node o
  JOIN node g ON g.kind = 'Group' AND g.subtype = 'managed' AND g.id = regexp_replace(o.id, 'app$', 'managed')
  WHERE o.kind = 'Application' AND o.provider = 'atlassian' AND o.subtype = 'organization'
)
SELECT id AS set_key, name AS set_name, 'enter' AS side, n AS node, 'admin' AS level, true AS known FROM org
UNION ALL
SELECT o.id, o.name, 'member', u.n, NULL, m.observed = 'yes' AND coalesce(len(m.guards), 0) = 0
FROM org o
JOIN relation m ON m.kind = 'MEMBER_OF' AND m.target = o.managed
JOIN node u ON u.n = m.source AND u.kind IN ('User', 'ServiceAccount')
