-- id: okta.leave-group
-- provider: okta
-- title: An administrator takes an account out of a group that is kept out
-- attack: T1098.007
-- effort: 1
-- reads: [SCOPED_TO, APPLIES_TO]
-- nodes: [Scope, Group, Control]
-- what: >
--   A sign-on rule that denies a group, or a group rule that excludes it, stops its members only while they are in it.
--   Who manages the members of the group takes an account of the attacker's out, and the denial no longer applies to it.
--   A denial is a Control of subtype group_denial that applies to the group.
-- close: >
--   Let a rule ask for a group that is hard to join instead of denying one that is easy to leave, and keep the members of
--   denied groups to super administrators.
-- references:
--   - "https://attack.mitre.org/techniques/T1098/007/"
--   - "https://help.okta.com/en-us/content/topics/security/administrators-group-membership-admin.htm"
SELECT
  e.source AS source, 'held' AS source_level,
  c.n AS target, 'defeated' AS target_level,
  d.guards, [d.r, e.r] AS relations
FROM relation d
JOIN node c ON c.n = d.source AND c.kind = 'Control' AND c.subtype = 'group_denial'
JOIN node g ON g.n = d.target AND g.kind = 'Group' AND g.provider = 'okta'
JOIN relation e ON e.kind = 'SCOPED_TO' AND e.target = g.n
JOIN node s ON s.n = e.source AND s.provider = 'derived' AND s.id LIKE 'derived:okta.joinable-groups:%'
WHERE d.kind = 'APPLIES_TO'
