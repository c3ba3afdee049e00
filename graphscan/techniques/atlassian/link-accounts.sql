-- id: atlassian.link-accounts
-- provider: atlassian
-- title: Accounts that an application link may act as
-- kind: target-set
-- reads: [TRUSTS, ACCOUNT_OF]
-- nodes: [Application, User, ServiceAccount]
-- what: >
--   For each product that takes the word of another one for whom it acts (an application link with impersonation, or
--   Trusted Applications): its accounts, at all their rights through the interface, and the product itself, which the
--   link reaches. What leads there is atlassian.app-link.
-- references:
--   - "https://confluence.atlassian.com/applinks/oauth-security-for-application-links-774869731.html"
--   - "https://attack.mitre.org/techniques/T1199/"
WITH product AS (
  SELECT y.n, y.id, 'accounts of ' || coalesce(nullif(y.name, ''), y.id) || ' that a link acts as' AS name
  FROM node y
  WHERE y.kind = 'Application' AND y.n IN (
    SELECT source FROM relation
    WHERE kind = 'TRUSTS' AND (properties ->> '$.link' = 'trusted_application' OR properties ->> '$.link' = 'app_link'
      AND (lower(properties ->> '$.impersonation') IN ('false', 'no')) IS NOT TRUE))
)
SELECT p.id AS set_key, p.name AS set_name, 'member' AS side, p.n AS node, 'reachable' AS level, true AS known
FROM product p
UNION ALL
SELECT p.id, p.name, 'member', u.n, 'api', a.observed = 'yes'
FROM product p
JOIN relation a ON a.kind = 'ACCOUNT_OF' AND a.target = p.n
JOIN node u ON u.n = a.source AND u.kind IN ('User', 'ServiceAccount')
