-- id: okta.makeable-accounts
-- provider: okta
-- title: Products in which an application makes accounts
-- kind: target-set
-- reads: [INSTALLED_IN, CONTAINS]
-- nodes: [Application]
-- makes: attacker_account
-- what: >
--   For each application that makes accounts in the product behind it: that product. An account of the attacker's is made
--   there and stays; making it is what okta.provision-account does. Whether accounts are made is known where the
--   application's features were read, and which product it is where a key joins the two.
-- references:
--   - "https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationFeatures/"
WITH maker AS (
  SELECT p.n, t.n AS app, t.id, coalesce(t.name, t.id) AS name, p.properties ->> '$.creates' = 'yes' AS known
  FROM node p
  JOIN relation i ON i.kind = 'INSTALLED_IN' AND i.source = p.n
  JOIN node t ON t.n = i.target
  WHERE p.kind = 'Application' AND p.provider = 'okta' AND p.subtype = 'provisioning'
    AND p.properties ->> '$.creates' IN ('yes', 'unknown')
), product AS (
  -- Who receives what is pushed contains the connection, as the application does.
  SELECT m.n, c.source AS product, c.observed = 'yes' AS known
  FROM maker m
  JOIN relation c ON c.kind = 'CONTAINS' AND c.target = m.n AND c.source <> m.app
  JOIN node t ON t.n = c.source AND t.kind = 'Application'
)
SELECT id AS set_key, 'accounts that ' || name || ' makes' AS set_name, 'enter' AS side, n AS node, 'admin' AS level,
  known AS known
FROM maker WHERE n IN (SELECT n FROM product)
UNION ALL
SELECT m.id, 'accounts that ' || m.name || ' makes', 'member', p.product, NULL, p.known
FROM maker m JOIN product p ON p.n = m.n
