-- id: okta.relay-unread-factor
-- provider: okta
-- title: A factor that nobody read is passed on to the attacker
-- attack: T1557
-- effort: 3
-- reads: [APPLIES_TO, SCOPED_TO]
-- nodes: [Control, Application, Scope, User]
-- what: >
--   A user whose factors were not read may have one that a phishing page passes on, such as a one-time password; then
--   the password and that factor sign in with MFA. Possible only; where the factors are read, generic.relay-factor
--   says who has such a factor.
-- close: Read the factors of all users (--factors all); replace those that can be passed on by WebAuthn.
-- references: ["https://attack.mitre.org/techniques/T1557/"]
WITH unread AS (
  SELECT p.source AS control, s.n AS unread, p.guards, p.r
  FROM relation p
  JOIN node c ON c.n = p.source AND c.kind = 'Control' AND c.properties ->> '$.circumstance' = 'phishing'
  JOIN node o ON o.n = p.target AND o.kind = 'Application' AND o.provider = 'okta' AND o.subtype = 'org'
  JOIN node s ON s.id = 'derived:okta.without-factors:' || o.id || ':unread'
  WHERE p.kind = 'APPLIES_TO'
)
SELECT control AS source, 'defeated' AS source_level, unread AS target, 'held' AS target_level,
  guards, [r] AS relations, true AS possible
FROM unread
UNION ALL
SELECT e.source, 'held', e.target, 'mfa', [{'n': e.target, 'level': 'act_as'}], [e.r], true
FROM relation e
JOIN node s ON s.n = e.source AND s.provider = 'derived' AND s.id LIKE 'derived:okta.without-factors:%:unread'
WHERE e.kind = 'SCOPED_TO'
