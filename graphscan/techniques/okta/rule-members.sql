-- id: okta.rule-members
-- provider: okta
-- title: Members of the groups that a group rule asks about
-- kind: population
-- reads: [APPLIES_TO]
-- nodes: [Policy, Group]
-- what: >
--   For each active group rule that asks whose member somebody is: the members of those groups, each at the level he is
--   signed in with. What such a rule fills they possibly are in as well (okta.rule-joins); what else it asks for is not
--   decided.
-- references:
--   - "https://developer.okta.com/docs/reference/okta-expression-language/"
SELECT p.id AS set_key, 'members that the rule ' || coalesce(p.name, p.id) || ' asks about' AS set_name, 'member' AS side,
  g.n AS node, NULL AS level, false AS known
FROM relation r
JOIN node p ON p.n = r.source AND p.kind = 'Policy' AND p.provider = 'okta' AND p.subtype = 'group_rule'
JOIN node g ON g.n = r.target AND g.kind = 'Group' AND g.provider = 'okta'
WHERE r.kind = 'APPLIES_TO' AND r.properties ->> '$.as' = 'member'
