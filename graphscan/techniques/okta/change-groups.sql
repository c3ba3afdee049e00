-- id: okta.change-groups
-- provider: okta
-- title: An account is put into, or taken out of, a group that a sign-on rule asks for
-- attack: T1098.007
-- effort: 2
-- reads: [ASSIGNED_TO, SIGNS_IN_AS, APPLIES_TO]
-- nodes: [Application, Group, User, ServiceAccount, Role, Scope, Control]
-- what: >
--   Which rule is the first to match depends on the groups of whoever signs in. Who may change the members of a group that
--   the application's policy or the session policy names takes an account out of the group that a rule denies, or puts it
--   into the one that a rule asks little of. As far as the policies let anyone pass, the account possibly gets in: which
--   rule it meets then is not followed further.
-- close: >
--   Let sign-on rules ask for groups whose members only super administrators or the directory change, and put a rule that
--   asks for much last.
-- references:
--   - "https://attack.mitre.org/techniques/T1098/007/"
--   - "https://help.okta.com/oie/en-us/content/topics/identity-engine/policies/about-app-sign-on-policies.htm"
WITH behind AS (
  SELECT b.app, b.decision, b.org, r.source AS policy, r.r
  FROM (SELECT app, decision, org, unnest(policies) AS r FROM sign_on_before WHERE part = 'application') b
  JOIN relation r USING (r)
  UNION
  SELECT b.app, b.decision, b.org, r.source, r.r
  FROM sign_on_before b
  JOIN relation r ON r.kind = 'APPLIES_TO' AND r.target = b.org AND r.properties ->> '$.for' = 'session'
  WHERE b.part = 'application'
), changed AS (
  SELECT b.app, b.decision, b.org, s.n AS s, min(b.r) AS r
  FROM behind b
  JOIN node p ON p.n = b.policy
  JOIN node s ON s.id = 'derived:okta.named-groups:' || p.id AND s.kind = 'Scope'
  GROUP BY ALL
), way AS (
  SELECT c.app, c.org, c.s, c.r, o.level, o.guards, o.rules
  FROM changed c
  JOIN sign_on_anyone y ON y.org = c.org
  JOIN sign_on_outcome o ON o.class = y.class AND o.decision = c.decision
)
SELECT
  a.source AS source, j.both_levels AS source_level,
  a.target AS target, a.gives AS target_level,
  list_concat(coalesce(a.guards, []), w.guards, [{'n': w.s, 'level': 'held'}, {'n': a.target, 'level': 'reachable'}]) AS guards,
  list_concat([a.r, w.r], w.rules) AS relations, true AS possible
FROM relation a
JOIN way w ON w.app = a.target
JOIN sign_in_join j ON j.one = w.level AND j.other = a.needs
WHERE a.kind = 'ASSIGNED_TO'
UNION ALL
SELECT
  a.source, j.both_levels, a.target, a.gives,
  list_concat(coalesce(a.guards, []), w.guards, [{'n': w.s, 'level': 'held'}, {'n': w.org, 'level': 'reachable'}]),
  list_concat([a.r, w.r], w.rules), true
FROM relation a
JOIN way w ON w.app = a.via
JOIN node o ON o.n = w.org
JOIN sign_in_join j ON j.one = w.level AND j.other = a.needs
WHERE a.kind = 'SIGNS_IN_AS'
