-- id: atlassian.script-plugin
-- title: An administrator runs code through a scripting plug-in
-- attack: T1505
-- effort: 2
-- reads: [INSTALLED_IN, RUNS_ON]
-- nodes: [Application, Host]
-- what: >
--   An administrator of Jira, Confluence or Bitbucket Data Center with ScriptRunner, or a plug-in like it, runs code
--   on the server. Where scripts are restricted to system administrators, only those do; where nobody says, system
--   administrators do and others possibly. In Confluence jobs, listeners, end points and macros ask for an
--   administrator, and the console for a system administrator: a plug-in that has the console alone is theirs. One
--   that runs what any user gives it (`any_user`) is everybody's who signs in; of a plug-in that nobody read, that is
--   possible. In November 2023 a Jira administrator placed an implant on Cloudflare's Atlassian server this way.
-- close: Restrict script editing to system administrators, or remove the plug-in; watch the administrators group.
-- references:
--   - "https://docs.adaptavist.com/sr4js/latest/get-started/permissions"
--   - "https://blog.cloudflare.com/thanksgiving-2023-security-incident"
WITH plugin AS (
  SELECT i.target AS app, i.guards, i.r, i.observed,
    coalesce(lower(p.properties ->> '$.restricted_to_system_admins'), '') AS restricted,
    a.subtype IS NOT DISTINCT FROM 'confluence' AS wiki,
    coalesce(lower(p.properties ->> '$.console_only') IN ('true', 'yes'), false) AS console,
    coalesce(lower(p.properties ->> '$.any_user') IN ('true', 'yes'), false) AS anyone
  FROM relation i
  JOIN node p ON p.n = i.source
  JOIN node a ON a.n = i.target
  WHERE i.kind = 'INSTALLED_IN' AND lower(p.properties ->> '$.runs_scripts') IN ('true', 'yes')
), sorted AS (
  SELECT *, restricted IN ('true', 'yes') OR wiki AND console AS system_only,
    NOT wiki AND (restricted IN ('false', 'no')) IS NOT TRUE AS unsaid
  FROM plugin
), way AS (
  SELECT app, guards, r, 'system' AS level, false AS possible FROM sorted
  -- Beside a plug-in that is only possible, what administrators possibly do says it all.
  WHERE system_only OR unsaid AND observed = 'yes'
  UNION ALL
  SELECT app, guards, r, 'admin', unsaid FROM sorted WHERE NOT system_only
  UNION ALL
  SELECT app, guards, r, 'login', false FROM sorted WHERE anyone
), one AS (
  -- One plug-in is enough: several that ask for the same add no step.
  SELECT app, guards, level, possible, min(r) AS r FROM way GROUP BY ALL
)
SELECT
  i.app AS source, i.level AS source_level,
  r.target AS target, 'exec' AS target_level,
  list_concat(coalesce(i.guards, []), coalesce(r.guards, [])) AS guards,
  [i.r, r.r] AS relations, i.possible AS possible
FROM one i
JOIN relation r ON r.kind = 'RUNS_ON' AND r.source = i.app
JOIN node h ON h.n = r.target AND h.kind = 'Host'
