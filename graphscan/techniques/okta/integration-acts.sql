-- id: okta.integration-acts
-- provider: okta
-- title: A service integration acts within the scopes granted to it
-- attack: T1199
-- effort: 1
-- reads: [HAS_ROLE, ACCOUNT_OF]
-- nodes: [ServiceAccount, RoleAssignment, Application, Scope]
-- what: >
--   A service integration needs no administrator role: the scopes granted to it are all it takes, over the whole
--   organization. They are used like the permissions of a custom role, behind the same barriers. Whether the barrier
--   between administrators holds for an integration is not documented, so that with the right to change users it possibly
--   takes over administrators too; with the right to assign roles or to add identity providers, possibly everything. Its
--   secret is with the company that runs it, and no administrator is shown it.
-- close: >
--   Remove the integration, or its secret in the vendor's product first and then here; grant integrations reading scopes.
-- references:
--   - "https://developer.okta.com/docs/guides/build-api-integration/main/"
--   - "https://attack.mitre.org/techniques/T1199/"
WITH granted AS (
  SELECT h.r, h.source, h.target, h.guards, json_extract_string(a.properties, '$.permissions[*]') AS scopes
  FROM relation h
  JOIN node i ON i.n = h.source AND i.kind = 'ServiceAccount' AND i.provider = 'okta' AND i.subtype = 'service_integration'
  JOIN node a ON a.n = h.target AND a.provider = 'okta' AND a.subtype = 'granted_scopes'
  WHERE h.kind = 'HAS_ROLE'
), held AS (
  SELECT r, source, target, guards, coalesce(len(scopes), 0) = 0 AS unread, coalesce(scopes, []) AS scopes,
    -- Scopes that were not read may be any.
    CASE WHEN len(scopes) > 0 AND len(list_filter(scopes, lambda one: one NOT LIKE '%.read%')) = 0
      THEN 'api_read' ELSE 'api_write' END AS level
  FROM granted
)
SELECT
  h.source AS source, h.level AS source_level,
  h.target AS target, 'held' AS target_level,
  h.guards, [h.r] AS relations, false AS possible
FROM held h
UNION ALL
SELECT h.source, h.level, o.n, 'admin', h.guards, [h.r, a.r], true
FROM held h
JOIN relation a ON a.kind = 'ACCOUNT_OF' AND a.source = h.source
JOIN node o ON o.n = a.target AND o.kind = 'Application' AND o.provider = 'okta' AND o.subtype = 'org'
WHERE h.unread OR list_has_any(h.scopes, ['okta.roles.manage', 'okta.idps.manage', 'okta.identityProviders.manage'])
UNION ALL
SELECT h.source, h.level, s.n, 'held', h.guards, [h.r, a.r], true
FROM held h
JOIN relation a ON a.kind = 'ACCOUNT_OF' AND a.source = h.source
JOIN node o ON o.n = a.target AND o.kind = 'Application' AND o.provider = 'okta' AND o.subtype = 'org'
JOIN node s ON s.id = 'derived:okta.org-users:' || o.id
WHERE list_has_any(h.scopes, ['okta.users.manage', 'okta.users.credentials.manage'])
