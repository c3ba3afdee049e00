-- id: atlassian.pinned-pipelines
-- provider: atlassian
-- title: Pipelines that a cloud role pins
-- kind: target-set
-- reads: [TRUSTS, CONTAINS]
-- nodes: [Pipeline]
-- what: >
--   For each repository or deployment environment of a workspace that a cloud role asks for in what a pipeline
--   proves: the pipelines that run for it. Several roles may ask for the same. Becoming the role is what
--   atlassian.pipeline-role does.
-- references:
--   - "https://support.atlassian.com/bitbucket-cloud/docs/integrate-pipelines-with-resource-servers-using-oidc/"
WITH pin AS (
  SELECT DISTINCT p.n, p.id, lower(trim(coalesce(t.properties ->> '$.repository_uuid', ''), '{}')) AS repository,
    lower(trim(coalesce(t.properties ->> '$.environment_uuid', ''), '{}')) AS environment
  FROM relation t
  JOIN node p ON p.n = t.target AND p.kind = 'Pipeline' AND p.provider = 'atlassian' AND p.subtype = 'workspace'
  WHERE t.kind = 'TRUSTS' AND coalesce(t.properties ->> '$.link', 'oidc') = 'oidc'
), direct AS (
  SELECT c.target AS workspace, c.source AS n, c.observed = 'yes' AND coalesce(len(c.guards), 0) = 0 AS known
  FROM relation c
  WHERE c.kind = 'CONTAINS' AND c.target IN (SELECT n FROM pin)
), within AS (
  SELECT workspace, n, known FROM direct
  UNION
  -- The pipeline of a deployment environment is that of its repository, with more.
  SELECT d.workspace, c.source, d.known AND c.observed = 'yes' AND coalesce(len(c.guards), 0) = 0
  FROM direct d
  JOIN relation c ON c.kind = 'CONTAINS' AND c.target = d.n
), pipeline AS (
  SELECT w.workspace, w.n, bool_or(w.known) AS known,
    lower(trim(coalesce(i.properties ->> '$.repository_uuid', ''), '{}')) AS repository,
    lower(trim(coalesce(i.properties ->> '$.environment_uuid', ''), '{}')) AS environment
  FROM within w
  JOIN node i ON i.n = w.n AND i.kind = 'Pipeline'
  GROUP BY ALL
), inside AS (
  SELECT p.n AS workspace, i.n, i.known,
    p.id || ':' || coalesce(nullif(p.repository, ''), '*') || ':'
      || coalesce(nullif(p.environment, ''), '*') AS set_key,
    concat_ws(' of ', 'pipelines', nullif(p.environment, ''), nullif(p.repository, '')) AS set_name
  FROM pin p
  JOIN pipeline i ON i.workspace = p.n
    AND p.repository IN ('', i.repository) AND p.environment IN ('', i.environment)
  WHERE p.repository <> '' OR p.environment <> ''
)
SELECT set_key, set_name, 'enter' AS side, n AS node, 'exec' AS level, known FROM inside
UNION ALL
SELECT DISTINCT set_key, set_name, 'member', workspace, NULL, true FROM inside
