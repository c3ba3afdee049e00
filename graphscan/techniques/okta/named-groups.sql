-- id: okta.named-groups
-- provider: okta
-- title: Groups that a sign-on policy asks for, and whose members somebody may change
-- kind: target-set
-- reads: [APPLIES_TO, SCOPED_TO]
-- nodes: [Scope, Group, Control, Policy]
-- what: >
--   For each sign-on policy: the groups that it or its rules name, to let their members in or to keep them out, and that
--   somebody may add members to or remove them from (okta.joinable-groups). Whoever has such a right decides which rule
--   is the first to match; okta.change-groups is what he does with it.
-- references:
--   - "https://help.okta.com/oie/en-us/content/topics/identity-engine/policies/about-app-sign-on-policies.htm"
WITH policy AS (
  SELECT n, id, coalesce(name, id) AS name FROM node
  WHERE kind = 'Control' AND provider = 'okta' AND subtype = 'sign_on_policy'
), said AS (
  SELECT p.n AS policy, x.target AS grp FROM policy p JOIN relation x ON x.kind = 'APPLIES_TO' AND x.source = p.n
  UNION
  SELECT p.n, x.target
  FROM policy p
  JOIN relation q ON q.kind = 'APPLIES_TO' AND q.target = p.n AND q.properties ->> '$.as' = 'rule'
  JOIN relation x ON x.kind = 'APPLIES_TO' AND x.source = q.source
), changed AS (
  SELECT p.id, p.name, s.grp, e.source AS scope, e.observed = 'yes' AS known
  FROM said s
  JOIN policy p ON p.n = s.policy
  JOIN node g ON g.n = s.grp AND g.kind = 'Group' AND g.provider = 'okta'
  JOIN relation e ON e.kind = 'SCOPED_TO' AND e.target = s.grp
  JOIN node o ON o.n = e.source AND o.kind = 'Scope' AND o.provider = 'derived' AND o.id LIKE 'derived:okta.joinable-groups:%'
)
SELECT id AS set_key, 'groups that ' || name || ' asks for' AS set_name, 'enter' AS side, scope AS node,
  'held' AS level, bool_or(known) AS known
FROM changed GROUP BY id, name, scope
UNION ALL
SELECT id, 'groups that ' || name || ' asks for', 'member', grp, NULL, bool_or(known)
FROM changed GROUP BY id, name, grp
