-- id: okta.settable-client-secrets
-- provider: okta
-- title: Client secrets that an attacker may set
-- kind: hypothesis
-- reads: [ACCOUNT_OF]
-- nodes: [ServiceAccount, Application]
-- makes: client_secret
-- what: >
--   For each service application: the secret that whoever manages the application can give it. It opens what the scopes
--   granted to the application allow, read or write, and never a role by itself (okta.service-app-role). Where the scopes
--   were not read it is possible. Setting it is what okta.set-client-secret does.
-- references: ["https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/"]
SELECT c.id AS set_key, 'a client secret that an attacker sets for ' || coalesce(nullif(c.name, ''), c.id) AS set_name,
  'account' AS side, c.n AS node,
  CASE WHEN c.properties ->> '$.scopes' IS NOT NULL AND len(list_filter(
    json_extract_string(c.properties, '$.scopes[*]'), lambda s: s LIKE 'okta.%' AND s NOT LIKE '%.read')) = 0
    THEN 'api_read' ELSE 'api_write' END AS level,
  c.properties ->> '$.scopes' IS NOT NULL AS known
FROM node c
JOIN relation a ON a.kind = 'ACCOUNT_OF' AND a.source = c.n
JOIN node o ON o.n = a.target AND o.provider = 'okta' AND o.subtype = 'org'
WHERE c.kind = 'ServiceAccount' AND c.provider = 'okta' AND c.subtype = 'service_app'
