-- id: atlassian.app-link
-- provider: atlassian
-- title: A linked product acts as any user of another
-- attack: T1199
-- effort: 2
-- reads: [TRUSTS]
-- nodes: [Application, Scope]
-- what: >
--   Where a product trusts another through an application link with impersonation, or Trusted Applications, whoever
--   controls the other one signs requests in the name of any of its users, without signing in as anybody: system
--   administrators of the other, and whoever runs code on its machine, who have the link's keys
--   (atlassian.link-keys). Administrators of the other possibly act through it too. Where nobody says whether the
--   link impersonates, it is possible; a link without impersonation is no such way.
-- close: >
--   Use OAuth without impersonation, delete links that are not needed, and treat the system administrators and
--   machines of both sides as one.
-- references:
--   - "https://confluence.atlassian.com/applinks/oauth-security-for-application-links-774869731.html"
--   - "https://attack.mitre.org/techniques/T1199/"
WITH link AS (
  SELECT t.r, t.target AS other, t.guards, k.n AS keys, s.n AS s,
    t.properties ->> '$.link' = 'trusted_application'
      OR coalesce(lower(t.properties ->> '$.impersonation'), '') IN ('true', 'yes') AS known
  FROM relation t
  JOIN node y ON y.n = t.source
  JOIN node x ON x.n = t.target AND x.kind = 'Application'
  JOIN node k ON k.id = 'derived:atlassian.link-keys:' || x.id
  JOIN node s ON s.id = 'derived:atlassian.link-accounts:' || y.id
  -- One that acts as a fixed account does not impersonate, unless it is said to.
  WHERE t.kind = 'TRUSTS' AND (t.properties ->> '$.link' = 'trusted_application'
    OR t.properties ->> '$.link' = 'app_link' AND (lower(t.properties ->> '$.impersonation') IN ('true', 'yes')
      OR (lower(t.properties ->> '$.impersonation') IN ('false', 'no')) IS NOT TRUE
      AND coalesce(t.properties ->> '$.user', '') = ''))
)
SELECT keys AS source, 'held' AS source_level, s AS target, 'held' AS target_level, guards, [r] AS relations,
  NOT known AS possible
FROM link
UNION ALL
SELECT other, 'admin', s, 'held', guards, [r], true
FROM link
