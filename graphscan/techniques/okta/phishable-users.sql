-- id: okta.phishable-users
-- provider: okta
-- title: Users of an Okta organization who can be phished
-- kind: target-set
-- reads: [ACCOUNT_OF, HAS_CREDENTIAL]
-- nodes: [Application, User, Credential]
-- what: >
--   The users of an organization who sign in to it with a password: where users do not resist phishing, each types it
--   into a page of the attacker's. That Okta holds the password is known where its record says so. A password of a
--   directory is typed into the same page where authentication is delegated to it, which is not known. Users whom
--   another identity provider signs in have none to give away here.
-- references:
--   - "https://attack.mitre.org/techniques/T1566/"
--   - "https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/"
WITH org AS (
  SELECT n, id, coalesce(name, id) AS name FROM node
  WHERE kind = 'Application' AND provider = 'okta' AND subtype = 'org'
), password AS (
  SELECT h.source AS n, bool_or(h.observed = 'yes' AND coalesce(len(h.guards), 0) = 0) AS known
  FROM relation h JOIN node c ON c.n = h.target AND c.kind = 'Credential' AND c.subtype = 'password'
  WHERE h.kind = 'HAS_CREDENTIAL'
  GROUP BY h.source
)
SELECT o.id AS set_key, 'users of ' || o.name || ' who can be phished' AS set_name,
  'member' AS side, u.n AS node, 'act_as' AS level, a.observed = 'yes' AND coalesce(p.known, false) AS known
FROM org o
JOIN relation a ON a.kind = 'ACCOUNT_OF' AND a.target = o.n
JOIN node u ON u.n = a.source AND u.kind = 'User' AND u.provider = 'okta'
LEFT JOIN password p ON p.n = u.n
WHERE p.n IS NOT NULL
  OR upper(coalesce(u.properties ->> '$.credential_provider', '')) NOT IN ('OKTA', 'FEDERATION', 'SOCIAL')
