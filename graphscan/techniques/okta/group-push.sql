-- id: okta.group-push
-- provider: okta
-- title: A member of a pushed group is a member in the product behind the application
-- attack: T1098.007
-- effort: 1
-- reads: [TRUSTS, ASSIGNED_TO, MEMBER_OF, SCOPED_TO, APPLIES_TO]
-- nodes: [Group, User, Application, Control]
-- what: >
--   Okta writes who is in a group to a group of the product. Who is in the Okta group, or is put into it by somebody who
--   may, and signs in to the application as strongly as its policies ask, has what the product's group has there. How
--   strongly he is signed in to Okta does not cross over. Where the group is pushed and not assigned to the application,
--   its members may have no account there: possible.
-- close: >
--   Push only groups whose membership is guarded as well as what they open in the product, and remove those that are not
--   needed.
-- references:
--   - "https://help.okta.com/en-us/content/topics/users-groups-profiles/app-groups-push.htm"
--   - "https://attack.mitre.org/techniques/T1098/007/"
WITH pushed AS (
  SELECT p.r, p.source AS there, p.target AS grp, p.via AS app, b.decision, b.policies, b.org,
    coalesce(nullif(b.org, -1), p.via) AS reached
  FROM relation p
  JOIN node g ON g.n = p.target AND g.kind = 'Group' AND g.provider = 'okta'
  JOIN node t ON t.n = p.source AND t.kind = 'Group'
  JOIN sign_on_before b ON b.app = p.via AND b.part = 'application'
  WHERE p.kind = 'TRUSTS'
), assigned AS (
  SELECT p.*, a.r AS assignment
  FROM pushed p
  JOIN relation a ON a.kind = 'ASSIGNED_TO' AND a.source = p.grp AND a.target = p.app
), alike AS (
  -- As in okta.sign-in: its members are told apart by what they are assigned to.
  SELECT p.grp, p.decision, p.class, n.n AS population
  FROM sign_on_place p
  JOIN node n ON n.id = p.population
), joined AS (
  SELECT e.source AS s, e.target AS n, e.r, t.id LIKE 'derived:okta.everyone:%' AS everyone
  FROM relation e
  JOIN node s ON s.n = e.source AND s.kind = 'Scope' AND s.provider = 'derived'
  JOIN node t ON t.n = e.target AND t.kind = 'Group'
  WHERE e.kind = 'SCOPED_TO'
), entry AS (
  SELECT k.population AS source, k.class, a.there, a.reached, a.decision,
    []::STRUCT(n INTEGER, level VARCHAR)[] AS guards, list_concat([a.r, a.assignment], a.policies) AS relations
  FROM assigned a
  JOIN alike k ON k.grp = a.grp AND k.decision = a.decision
  UNION ALL
  -- Of an account that the attacker puts into the group nobody knows which rule it meets.
  SELECT e.n, y.class, a.there, a.reached, a.decision, [{'n': g.s, 'level': 'held'}],
    list_concat([a.r, a.assignment, e.r, g.r], a.policies)
  FROM assigned a
  JOIN joined g ON g.n = a.grp
  JOIN joined e ON e.s = g.s AND e.everyone
  JOIN sign_on_anyone y ON y.org = a.org
)
SELECT
  e.source AS source, o.level AS source_level,
  e.there AS target, 'act_as' AS target_level,
  list_concat(e.guards, o.guards, [{'n': e.reached, 'level': 'reachable'}]) AS guards,
  list_concat(e.relations, o.rules) AS relations,
  NOT o.known AS possible
FROM entry e
JOIN sign_on_outcome o ON o.class = e.class AND o.decision = e.decision
UNION ALL
SELECT p.grp, 'act_as.session', p.there, 'act_as', [{'n': p.reached, 'level': 'reachable'}], [p.r], true
FROM pushed p
WHERE (p.grp, p.app) NOT IN (SELECT (grp, app) FROM assigned)
