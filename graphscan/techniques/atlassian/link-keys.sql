-- id: atlassian.link-keys
-- provider: atlassian
-- title: The keys of a product's application links
-- kind: target-set
-- reads: [TRUSTS, RUNS_ON]
-- nodes: [Application, Host, Vendor]
-- what: >
--   For each product that another one trusts through an application link: whoever administers its system, or runs
--   code on a machine of its, has the keys that the link signs with, since they lie in its database. The set lists
--   the products that take its word; what they take is atlassian.app-link and atlassian.fixed-account-link.
-- references:
--   - "https://confluence.atlassian.com/applinks/oauth-security-for-application-links-774869731.html"
WITH link AS (
  SELECT t.source AS product, x.n, x.id, 'keys of the links of ' || coalesce(nullif(x.name, ''), x.id) AS name
  FROM relation t
  JOIN node x ON x.n = t.target AND x.kind = 'Application'
  WHERE t.kind = 'TRUSTS' AND t.properties ->> '$.link' IN ('app_link', 'trusted_application')
), holder AS (
  SELECT DISTINCT n, id, name FROM link
)
SELECT id AS set_key, name AS set_name, 'enter' AS side, n AS node, 'system' AS level, true AS known FROM holder
UNION ALL
SELECT h.id, h.name, 'enter', m.n, CASE WHEN m.kind = 'Host' THEN 'exec' ELSE 'compromised' END,
  r.observed = 'yes' AND coalesce(len(r.guards), 0) = 0
FROM holder h
JOIN relation r ON r.kind = 'RUNS_ON' AND r.source = h.n
JOIN node m ON m.n = r.target AND m.kind IN ('Host', 'Vendor')
UNION ALL
SELECT DISTINCT id, name, 'member', product, NULL, true FROM link
