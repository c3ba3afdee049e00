-- id: atlassian.script-plugin
-- title: An administrator runs code through a scripting plug-in
-- attack: T1505
-- effort: 2
-- reads: [INSTALLED_IN, RUNS_ON]
-- nodes: [Application, Host]
-- what: >
--   An administrator of Jira, Confluence or Bitbucket Data Center with ScriptRunner, or a plug-in like it, runs code on
--   the server. Where scripts are restricted to system administrators, only those do. In November 2023 a Jira
--   administrator placed an implant on Cloudflare's Atlassian server this way.
-- close: Restrict script editing to system administrators, or remove the plug-in; watch the administrators group.
-- references:
--   - "https://docs.adaptavist.com/sr4js/latest/get-started/permissions"
--   - "https://blog.cloudflare.com/thanksgiving-2023-security-incident"
WITH plugin AS (
  -- One plug-in is enough: several that ask for the same add no step.
  SELECT i.target AS app, i.guards,
    CASE WHEN lower(p.properties ->> '$.restricted_to_system_admins') IN ('true', 'yes') THEN 'system' ELSE 'admin' END
      AS level,
    min(i.r) AS r
  FROM relation i
  JOIN node p ON p.n = i.source
  WHERE i.kind = 'INSTALLED_IN' AND lower(p.properties ->> '$.runs_scripts') IN ('true', 'yes')
  GROUP BY ALL
)
SELECT
  i.app AS source, i.level AS source_level,
  r.target AS target, 'exec' AS target_level,
  list_concat(coalesce(i.guards, []), coalesce(r.guards, [])) AS guards,
  [i.r, r.r] AS relations
FROM plugin i
JOIN relation r ON r.kind = 'RUNS_ON' AND r.source = i.app
JOIN node h ON h.n = r.target AND h.kind = 'Host'
