-- id: okta.sign-on-decisions
-- provider: okta
-- title: Who passes one policy alike, of a group that many policies stand before
-- kind: population
-- reads: [ASSIGNED_TO, APPLIES_TO, MEMBER_OF]
-- nodes: [Application, Group, User, ServiceAccount, Role, Control, Policy]
-- what: >
--   Where a group is assigned to applications with different sign-on policies, and its members fall into many classes by
--   all of them together (okta.sign-on-classes), those who pass one of the policies alike are one population: each class
--   belongs to one for each policy. It changes how many steps there are and not who gets in.
-- references:
--   - "https://help.okta.com/oie/en-us/content/topics/identity-engine/policies/about-app-sign-on-policies.htm"
SELECT g.id || ':' || p.part AS set_key, 'those of ' || coalesce(g.name, g.id) || ' who pass a policy alike' AS set_name,
  'member' AS side, c.n AS node, NULL AS level, true AS known
FROM sign_on_part p
JOIN node g ON g.n = p.grp
JOIN node c ON c.id = 'derived:okta.sign-on-classes:' || g.id || ':' || p.key
