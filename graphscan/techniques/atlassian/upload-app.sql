-- id: atlassian.upload-app
-- provider: atlassian
-- title: A system administrator installs an app of his own
-- attack: T1505
-- effort: 2
-- reads: [RUNS_ON, APPLIES_TO]
-- nodes: [Application, Host, Control]
-- what: >
--   A system administrator of Jira, Confluence or Bitbucket Data Center installs an app, whose code runs on the
--   server. Since 2024 the vendor's app manager takes no uploaded file unless it is told to, and an app that runs
--   scripts can still come from the Marketplace; so it is possible, and known or stopped where a control of subtype
--   `app_upload` is stated: enforced means that neither a file nor an app of the Marketplace can be installed.
-- close: >
--   Keep upm.plugin.upload.enabled off and upm.pac.disable on, and give the right of a system administrator to few.
-- references:
--   - "https://confluence.atlassian.com/upm/installing-marketplace-apps-273875715.html"
--   - "https://attack.mitre.org/techniques/T1505/"
WITH switch AS (
  SELECT a.target AS app, list({'n': a.source, 'level': 'defeated'} ORDER BY a.source) AS guards,
    list(a.r ORDER BY a.r) AS relations
  FROM relation a
  JOIN node c ON c.n = a.source AND c.kind = 'Control' AND c.subtype = 'app_upload'
  WHERE a.kind = 'APPLIES_TO'
  GROUP BY a.target
)
SELECT
  r.source AS source, 'system' AS source_level,
  r.target AS target, 'exec' AS target_level,
  list_concat(coalesce(r.guards, []), coalesce(s.guards, [])) AS guards,
  list_concat([r.r], coalesce(s.relations, [])) AS relations,
  s.app IS NULL AS possible
FROM relation r
JOIN node a ON a.n = r.source AND a.kind = 'Application' AND a.provider = 'atlassian'
  AND a.subtype IN ('jira', 'confluence', 'bitbucket')
JOIN node h ON h.n = r.target AND h.kind = 'Host'
LEFT JOIN switch s ON s.app = r.source
WHERE r.kind = 'RUNS_ON'
