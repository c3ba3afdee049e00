-- id: atlassian.fixed-account-link
-- provider: atlassian
-- title: A linked product acts as the one account that its link is set to
-- attack: T1199
-- effort: 2
-- reads: [TRUSTS, ACCOUNT_OF]
-- nodes: [Application, Scope, User, ServiceAccount]
-- what: >
--   A link without impersonation acts as one account that was chosen when it was made. Whoever has the keys of the
--   other side's links (atlassian.link-keys) acts as that account, as far as the link's scope goes, and as nobody
--   else; whoever only administers the other side possibly does.
-- close: Give the link an account of its own with few rights and a narrow scope, and delete links that are not needed.
-- references:
--   - "https://confluence.atlassian.com/applinks/oauth-security-for-application-links-774869731.html"
--   - "https://attack.mitre.org/techniques/T1199/"
WITH link AS (
  SELECT t.r, t.source AS product, t.target AS other, t.guards, k.n AS keys, u.n AS account, a.r AS account_of,
    CASE WHEN lower(t.properties ->> '$.scope') LIKE '%admin%' THEN 'api'
      WHEN lower(t.properties ->> '$.scope') LIKE '%write%' THEN 'api_write'
      WHEN lower(t.properties ->> '$.scope') LIKE '%read%' THEN 'api_read' ELSE 'api' END AS level
  FROM relation t
  JOIN node y ON y.n = t.source
  JOIN node x ON x.n = t.target AND x.kind = 'Application'
  JOIN node k ON k.id = 'derived:atlassian.link-keys:' || x.id
  JOIN node u ON u.kind IN ('User', 'ServiceAccount')
    AND u.id IN (t.properties ->> '$.user', regexp_replace(y.id, 'app$', 'user:') || (t.properties ->> '$.user'))
  JOIN relation a ON a.kind = 'ACCOUNT_OF' AND a.source = u.n AND a.target = y.n
  WHERE t.kind = 'TRUSTS' AND t.properties ->> '$.link' = 'app_link'
    AND (lower(t.properties ->> '$.impersonation') IN ('true', 'yes')) IS NOT TRUE
)
SELECT keys AS source, 'held' AS source_level, account AS target, level AS target_level, guards,
  [r, account_of] AS relations, false AS possible
FROM link
UNION ALL
SELECT other, 'admin', account, level, guards, [r, account_of], true FROM link
UNION ALL
SELECT keys, 'held', product, 'reachable', guards, [r], false FROM (SELECT DISTINCT keys, product, guards, r FROM link)
