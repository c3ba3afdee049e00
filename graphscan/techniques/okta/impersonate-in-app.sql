-- id: okta.impersonate-in-app
-- provider: okta
-- title: An application's administrator signs in as anyone in the product behind it
-- attack: T1098
-- effort: 2
-- reads: [SIGNS_IN_AS, ACCOUNT_OF, CONTAINS, SCOPED_TO, ASSIGNED_TO, APPLIES_TO]
-- nodes: [Application, Scope, Credential, Group, User, Control, Policy]
-- what: >
--   Who manages a federated application in Okta assigns an account of his to it under the user name of somebody else, and
--   signs in to the product as that person. An account of the organization that passes the application's sign-on policy is
--   needed as well, so the right alone, through an API token, is not enough: any account, as far as the policies let
--   anyone pass, or one that is assigned already, as far as they let those like it. Where no policy is stated, whether a
--   weak sign-in passes is not known; one with everything proven does.
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
    NOT IN ('SAML_2_0', 'SAML_1_1', 'WS_FEDERATION', 'OPENID_CONNECT') AS possible,
    b.org, b.decision, b.policies
  FROM app a
  JOIN node t ON t.n = a.n AND t.kind = 'Application' AND t.provider = 'okta'
  JOIN node s ON s.id = 'derived:okta.app-accounts:' || t.id
  JOIN relation e ON e.kind = 'SCOPED_TO' AND e.source = s.n
  JOIN node c ON c.n = e.target AND c.kind = 'Credential'
  LEFT JOIN sign_on_before b ON b.app = a.n AND b.part = 'application'
), anyone AS (
  -- Of an account that is assigned only now nobody knows which rule it meets.
  SELECT m.app, p.n AS source, w.level, w.guards, list_concat([m.r], m.policies, w.rules) AS relations, w.known
  FROM made m
  JOIN node o ON o.n = m.org
  JOIN node p ON p.id = 'derived:okta.everyone:' || o.id
  JOIN sign_on_anyone y ON y.org = m.org
  JOIN sign_on_outcome w ON w.class = y.class AND w.decision = m.decision
), assigned AS (
  SELECT m.app, m.decision, n.n AS source, g.class, a.needs, list_concat([m.r, a.r], m.policies) AS relations
  FROM made m
  JOIN relation a ON a.kind = 'ASSIGNED_TO' AND a.target = m.app
  JOIN sign_on_place g ON g.grp = a.source AND g.decision = m.decision
  JOIN node n ON n.id = g.population
  UNION ALL
  SELECT m.app, m.decision, a.source, c.class, a.needs, list_concat([m.r, a.r], m.policies)
  FROM made m
  JOIN relation a ON a.kind = 'ASSIGNED_TO' AND a.target = m.app
  JOIN sign_on_class c ON c.principal = a.source
), way AS (
  SELECT app, source, level, guards, relations, known FROM anyone
  UNION ALL
  -- What is known for anyone need not be said of those who are assigned.
  SELECT a.app, a.source, j.both_levels, w.guards, list_concat(a.relations, w.rules), true
  FROM assigned a
  JOIN sign_on_outcome w ON w.class = a.class AND w.decision = a.decision AND w.known
  JOIN sign_in_join j ON j.one = w.level AND j.other = a.needs
  ANTI JOIN (SELECT DISTINCT app, level, guards FROM anyone WHERE known) k
    ON k.app = a.app AND k.level = j.both_levels AND k.guards IS NOT DISTINCT FROM w.guards
)
SELECT
  m.app AS source, 'admin' AS source_level,
  m.c AS target, 'held' AS target_level,
  NULL AS guards, [m.r, m.listed] AS relations, m.possible AS possible
FROM made m
UNION ALL
SELECT m.c, 'held', m.s, 'held',
  list_concat([{'n': w.source, 'level': w.level}], coalesce(w.guards, []), [{'n': m.app, 'level': 'reachable'}]),
  w.relations, NOT w.known OR m.possible
FROM made m
JOIN way w ON w.app = m.app
UNION ALL
SELECT m.c, 'held', m.s, 'held', [{'n': p.n, 'level': v.level}], [m.r, c.r], v.possible OR m.possible
FROM made m
JOIN relation c ON c.kind = 'CONTAINS' AND c.target = m.app
JOIN node o ON o.n = c.source AND o.provider = 'okta' AND o.subtype = 'org'
JOIN node p ON p.id = 'derived:okta.everyone:' || o.id
CROSS JOIN (VALUES ('top', false), ('act_as.session', true)) v(level, possible)
WHERE m.decision IS NULL
