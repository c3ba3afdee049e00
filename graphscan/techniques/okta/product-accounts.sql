-- id: okta.product-accounts
-- provider: okta
-- title: Accounts of a product that takes the word of an application
-- kind: target-set
-- reads: [TRUSTS, ACCOUNT_OF, SIGNS_IN_AS, CONTAINS]
-- nodes: [Application, User, ServiceAccount, Role, Scope]
-- what: >
--   For each product that takes an application's word for who signs in: its accounts, assigned to somebody or not, such as
--   a local administrator's, since who writes what the application says may name any. Whoever may name the accounts behind
--   the application (okta.app-accounts) possibly names these; where nobody is assigned to it, whoever manages it. Whether
--   the product lets a local account sign in so is not known. Of an Okta organization it is those whom its identity
--   providers link (okta.idp-linkable), where any provider that another organization may be is known.
-- references:
--   - "https://developer.okta.com/docs/concepts/saml/"
--   - "https://attack.mitre.org/techniques/T1606/002/"
WITH trust AS (
  SELECT t.source AS product, t.target AS app
  FROM relation t
  JOIN node a ON a.n = t.target AND a.kind = 'Application' AND a.provider = 'okta'
  WHERE t.kind = 'TRUSTS' AND t.properties ->> '$.as' = 'sign-in'
  UNION
  -- As okta.org2org joins two organizations: whom the application signs people in as.
  SELECT a.target, s.via
  FROM relation s
  JOIN node t ON t.n = s.via AND t.provider = 'okta' AND t.subtype = 'okta_org2org'
  JOIN relation a ON a.kind = 'ACCOUNT_OF' AND a.source = s.target
  JOIN node o ON o.n = a.target AND o.provider = 'okta' AND o.subtype = 'org'
  WHERE s.kind = 'SIGNS_IN_AS'
), given AS (
  SELECT DISTINCT via AS app, gives FROM relation WHERE kind = 'SIGNS_IN_AS' AND via IS NOT NULL
), levels AS (
  SELECT DISTINCT t.product, coalesce(g.gives, 'act_as') AS level FROM trust t LEFT JOIN given g ON g.app = t.app
), had AS (
  -- Where one application leads to a product, and to one level, those whom its own set has are reached already.
  SELECT o.product, s.target AS n
  FROM (SELECT product, min(app) AS app FROM trust GROUP BY product HAVING count(*) = 1) o
  SEMI JOIN (SELECT product FROM levels GROUP BY product HAVING count(*) = 1) l ON l.product = o.product
  JOIN relation s ON s.kind = 'SIGNS_IN_AS' AND s.via = o.app
), linked AS (
  SELECT DISTINCT o.product, s.n
  FROM (SELECT DISTINCT product FROM trust) o
  JOIN relation t ON t.kind = 'TRUSTS' AND t.source = o.product
    AND coalesce(t.properties ->> '$.type', '') IN ('', 'SAML2', 'OIDC', 'OKTA_INTEGRATION')
  JOIN node i ON i.n = t.target AND i.provider = 'okta' AND i.subtype = 'identity_provider'
  JOIN relation c ON c.kind = 'CONTAINS' AND c.source = i.n
  JOIN node s ON s.n = c.target AND s.provider = 'derived' AND s.id LIKE 'derived:okta.idp-linkable:%'
), inside AS (
  SELECT product, n, 'held' AS level, true AS known FROM linked
  UNION ALL
  SELECT v.product, u.n, v.level, a.observed = 'yes'
  FROM levels v
  JOIN relation a ON a.kind = 'ACCOUNT_OF' AND a.target = v.product
  JOIN node u ON u.n = a.source AND u.kind IN ('User', 'ServiceAccount', 'Role')
  ANTI JOIN linked l ON l.product = v.product
  ANTI JOIN had h ON h.product = v.product AND h.n = u.n
), named AS (
  SELECT n, id, 'accounts of ' || coalesce(nullif(name, ''), id) AS name FROM node
  WHERE n IN (SELECT product FROM inside)
)
SELECT p.id AS set_key, p.name AS set_name, 'enter' AS side, coalesce(s.n, t.app) AS node,
  CASE WHEN s.n IS NULL THEN 'admin' ELSE 'held' END AS level, false AS known
FROM trust t
JOIN named p ON p.n = t.product
JOIN node a ON a.n = t.app
LEFT JOIN node s ON s.id = 'derived:okta.app-accounts:' || a.id
UNION ALL
SELECT p.id, p.name, 'member', i.n, i.level, i.known
FROM inside i
JOIN named p ON p.n = i.product
