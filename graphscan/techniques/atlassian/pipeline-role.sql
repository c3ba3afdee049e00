-- id: atlassian.pipeline-role
-- provider: atlassian
-- title: A pipeline assumes the cloud role that trusts it
-- attack: T1550.001
-- effort: 1
-- reads: [TRUSTS]
-- nodes: [Pipeline, Scope, Role, ServiceAccount]
-- what: >
--   A pipeline of Bitbucket Cloud proves with a token of OpenID Connect which repository and environment it runs for,
--   and becomes the cloud role that takes its word. A role that names a workspace and no repository is open to every
--   pipeline of the workspace, and so to whoever writes to any of its repositories. Where the role names a repository
--   that is none of those read, it is possible. A role that names another issuer or audience is not this pipeline's.
-- close: >
--   Pin the repository and the deployment environment in the role's trust policy, and protect the branches that
--   deploy.
-- references:
--   - "https://support.atlassian.com/bitbucket-cloud/docs/integrate-pipelines-with-resource-servers-using-oidc/"
--   - "https://attack.mitre.org/techniques/T1550/001/"
WITH said AS (
  SELECT t.r, t.source AS role, t.guards, p.n AS pipeline, p.id,
    p.subtype IS NOT DISTINCT FROM 'workspace' AS workspace,
    lower(trim(coalesce(t.properties ->> '$.repository_uuid', ''), '{}')) AS repository,
    lower(trim(coalesce(p.properties ->> '$.repository_uuid', ''), '{}')) AS own_repository,
    lower(trim(coalesce(t.properties ->> '$.environment_uuid', ''), '{}')) AS environment,
    lower(trim(coalesce(p.properties ->> '$.environment_uuid', ''), '{}')) AS own_environment,
    coalesce(t.properties ->> '$.issuer', '') AS issuer, coalesce(p.properties ->> '$.oidc_issuer', '') AS own_issuer,
    coalesce(t.properties ->> '$.audience', '') AS audience,
    coalesce(p.properties ->> '$.oidc_audience', '') AS own_audience
  FROM relation t
  JOIN node p ON p.n = t.target AND p.kind = 'Pipeline' AND p.provider = 'atlassian'
  JOIN node o ON o.n = t.source AND o.kind IN ('Role', 'ServiceAccount')
  WHERE t.kind = 'TRUSTS' AND coalesce(t.properties ->> '$.link', 'oidc') = 'oidc'
), trust AS (
  SELECT i.*, s.n AS pinned, i.repository <> '' AND (i.workspace OR i.own_repository = '')
    OR i.environment <> '' AND (i.workspace OR i.own_environment = '') AS unsure
  FROM said i
  LEFT JOIN node s ON s.id = 'derived:atlassian.pinned-pipelines:' || i.id
    || ':' || coalesce(nullif(i.repository, ''), '*') || ':' || coalesce(nullif(i.environment, ''), '*')
  -- What one side leaves unsaid, the other may say.
  WHERE ('' IN (i.issuer, i.own_issuer) OR i.issuer = i.own_issuer)
    AND ('' IN (i.audience, i.own_audience) OR i.audience = i.own_audience)
    AND (i.workspace OR ('' IN (i.repository, i.own_repository) OR i.repository = i.own_repository)
      AND ('' IN (i.environment, i.own_environment) OR i.environment = i.own_environment))
)
SELECT coalesce(pinned, pipeline) AS source, CASE WHEN pinned IS NULL THEN 'exec' ELSE 'held' END AS source_level,
  role AS target, 'act_as' AS target_level, guards, [r] AS relations, pinned IS NULL AND unsure AS possible
FROM trust
