-- id: okta.impersonate-in-app
-- provider: okta
-- title: An application's administrator signs in as anyone in the product behind it
-- attack: T1098
-- effort: 2
-- reads: [SIGNS_IN_AS, ACCOUNT_OF, CONTAINS, SCOPED_TO]
-- nodes: [Application, Scope, Credential, Group]
-- what: >
--   Who manages a federated application in Okta assigns an account of his to it under the user name of somebody else, and
--   signs in to the product as that person. An account of the organization that passes the application's sign-on policy is
--   needed as well, so the right alone, through an API token, is not enough. Whether a weak sign-in passes is not known
--   here; one with everything proven does.
-- close: >
--   Alert on changed user names of assignments, keep the mapping of user names fixed in the product, and limit
--   application administrators.
-- references:
--   - "https://attack.mitre.org/techniques/T1098/"
--   - "https://help.okta.com/en-us/content/topics/users-groups-profiles/usgp-about-attribute-mappings.htm"
WITH app AS (
  -- One sign-in is enough: several through one application add no step.
  SELECT s.via AS n, min(s.r) AS r FROM relation s WHERE s.kind = 'SIGNS_IN_AS' GROUP BY s.via
), made AS (
  -- The assignment that an attacker makes for himself: it stays when he manages the application no more.
  SELECT a.n AS app, a.r, t.id, s.n AS s, e.target AS c, e.r AS listed, coalesce(t.properties ->> '$.sign_on_mode', '')
    NOT IN ('SAML_2_0', 'SAML_1_1', 'WS_FEDERATION', 'OPENID_CONNECT') AS possible
  FROM app a
  JOIN node t ON t.n = a.n AND t.kind = 'Application' AND t.provider = 'okta'
  JOIN node s ON s.id = 'derived:okta.app-accounts:' || t.id
  JOIN relation e ON e.kind = 'SCOPED_TO' AND e.source = s.n
  JOIN node c ON c.n = e.target AND c.kind = 'Credential'
)
SELECT
  m.app AS source, 'admin' AS source_level,
  m.c AS target, 'held' AS target_level,
  NULL AS guards, [m.r, m.listed] AS relations, m.possible AS possible
FROM made m
UNION ALL
SELECT m.c, 'held', m.s, 'held', [{'n': p.n, 'level': v.level}], [m.r, c.r], v.possible OR m.possible
FROM made m
JOIN relation c ON c.kind = 'CONTAINS' AND c.target = m.app
JOIN node o ON o.n = c.source AND o.provider = 'okta' AND o.subtype = 'org'
JOIN node p ON p.id = 'derived:okta.everyone:' || o.id
CROSS JOIN (VALUES ('top', false), ('act_as.session', true)) v(level, possible)
