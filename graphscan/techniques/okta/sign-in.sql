-- id: okta.sign-in
-- provider: okta
-- title: A user signs in to an application as far as the sign-on policies let him
-- attack: T1078.004
-- effort: 1
-- reads: [ASSIGNED_TO, APPLIES_TO, MEMBER_OF]
-- nodes: [Application, Group, User, ServiceAccount, Role, Control, Policy]
-- what: >
--   Who is assigned to an application, himself or through a group, uses it once his sign-in satisfies the rule that is the
--   first to match him, his position and his device in the session policy and in the application's policy, or once a
--   policy fails. What a policy that was not read asks for is satisfied by everything proven on a managed device. Who is
--   put into a group gets in as well, as far as the policies let anyone pass.
-- close: >
--   Ask for phishing-resistant factors in the rule that the path names, put a rule that denies before it, remove the
--   assignment, or end the sessions.
-- references:
--   - "https://help.okta.com/oie/en-us/content/topics/identity-engine/policies/about-app-sign-on-policies.htm"
--   - "https://attack.mitre.org/techniques/T1078/004/"
WITH assigned AS (
  SELECT a.r, a.source, a.target AS app, a.needs, a.gives, coalesce(a.guards, []) AS guards,
    a.observed = 'yes' AS known, b.decision, b.policies, b.org, s.id, s.kind = 'Group' AS through, t.id AS app_id
  FROM relation a
  JOIN sign_on_before b ON b.app = a.target AND b.part = 'application'
  JOIN node s ON s.n = a.source
  JOIN node t ON t.n = a.target
  WHERE a.kind = 'ASSIGNED_TO' AND a.needs NOT IN ('api_read', 'api_write', 'api_admin', 'api')
), alone AS (
  SELECT a.app, a.app_id, a.gives, a.decision, a.policies, v.behaviour, min(c.class) AS class,
    CASE WHEN count(*) = 1 THEN [min(a.r)] ELSE [] END AS assignment
  FROM assigned a
  JOIN sign_on_class c ON c.principal = a.source
  JOIN sign_on_behaviour v ON v.class = c.class AND v.decision = a.decision
  WHERE NOT a.through AND len(a.guards) = 0 AND a.needs = 'act_as.session'
  GROUP BY ALL
), entry AS (
  SELECT n.n AS source, p.class, a.app, a.needs, a.gives, a.guards, a.decision,
    list_concat([a.r], a.policies) AS relations
  FROM assigned a
  JOIN sign_on_place p ON p.grp = a.source AND p.decision = a.decision AND NOT p.whole
  JOIN node n ON n.id = p.population
  UNION ALL
  SELECT p.n, a.class, a.app, 'act_as.session', a.gives, [], a.decision, list_concat(a.assignment, a.policies)
  FROM alone a
  JOIN node p ON p.id = 'derived:okta.sign-on-classes:' || a.app_id || ':' || a.gives || ':' || a.behaviour
  UNION ALL
  SELECT a.source, c.class, a.app, a.needs, a.gives, a.guards, a.decision, list_concat([a.r], a.policies)
  FROM assigned a
  JOIN sign_on_class c ON c.principal = a.source
  WHERE NOT a.through AND NOT (len(a.guards) = 0 AND a.needs = 'act_as.session')
  UNION ALL
  -- Of an account that an attacker puts into a group nobody knows which rule it meets.
  SELECT g.population, y.class, a.app, a.needs, a.gives, a.guards, a.decision, list_concat([a.r], a.policies)
  FROM assigned a
  JOIN sign_on_joined g ON g.grp = a.source
  JOIN sign_on_anyone y ON y.org = a.org
)
SELECT
  e.source AS source, j.both_levels AS source_level,
  e.app AS target, e.gives AS target_level,
  list_concat(e.guards, o.guards, [{'n': e.app, 'level': 'reachable'}]) AS guards,
  list_concat(e.relations, o.rules) AS relations,
  NOT o.known AS possible
FROM entry e
JOIN sign_on_outcome o ON o.class = e.class AND o.decision = e.decision
JOIN sign_in_join j ON j.one = o.level AND j.other = e.needs
