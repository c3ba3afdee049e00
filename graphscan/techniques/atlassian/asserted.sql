-- id: atlassian.asserted
-- provider: atlassian
-- title: Accounts and groups that an identity provider may name
-- kind: target-set
-- reads: [TRUSTS, ACCOUNT_OF]
-- nodes: [Application, User, ServiceAccount, Group]
-- what: >
--   For each product that takes the word of an identity provider for who signs in: its accounts, and, where the
--   product makes accounts of whoever signs in, the groups it would put them into on the provider's word, those of
--   administrators too. What leads there is atlassian.assert-identity. The accounts behind an Okta application are
--   Okta's to say (okta.app-accounts).
-- references:
--   - "https://confluence.atlassian.com/enterprise/just-in-time-user-provisioning-1005342571.html"
--   - "https://attack.mitre.org/techniques/T1606/002/"
WITH trust AS (
  SELECT p.n, p.id, coalesce(nullif(p.name, ''), p.id) AS name, regexp_replace(p.id, 'app$', '') || 'group' AS stem,
    bool_or(i.provider IS DISTINCT FROM 'okta') AS accounts,
    bool_or((lower(t.properties ->> '$.jit') IN ('false', 'no')) IS NOT TRUE) AS groups
  FROM relation t
  JOIN node p ON p.n = t.source AND p.kind = 'Application' AND p.provider = 'atlassian'
  JOIN node i ON i.n = t.target AND i.kind = 'Application'
  WHERE t.kind = 'TRUSTS' AND (t.properties ->> '$.link' IN ('saml', 'oidc') OR t.properties ->> '$.as' = 'sign-in'
    OR i.subtype = 'identity_provider')
  GROUP BY ALL
), crew AS (
  SELECT n, regexp_extract(id, '^(.*?:group):', 1) AS stem FROM node WHERE kind = 'Group' AND provider = 'atlassian'
)
SELECT t.id || ':accounts' AS set_key, 'accounts of ' || t.name || ' that an identity provider names' AS set_name,
  'member' AS side, u.n AS node, 'act_as' AS level, a.observed = 'yes' AS known
FROM trust t
JOIN relation a ON a.kind = 'ACCOUNT_OF' AND a.target = t.n
JOIN node u ON u.n = a.source AND u.kind IN ('User', 'ServiceAccount')
WHERE t.accounts
UNION ALL
SELECT t.id || ':groups', 'groups of ' || t.name || ' that an identity provider names', 'member', c.n, v.level, true
FROM trust t
JOIN crew c ON c.stem = t.stem
CROSS JOIN (VALUES ('act_as'), ('api')) v(level)
WHERE t.groups
