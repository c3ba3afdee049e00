-- id: okta.sign-on-classes
-- provider: okta
-- title: Who signs in alike to what a group, or he himself, is assigned to
-- kind: population
-- reads: [ASSIGNED_TO, APPLIES_TO, MEMBER_OF]
-- nodes: [Application, Group, User, ServiceAccount, Role, Control, Policy]
-- what: >
--   The members of each assigned group, and the people assigned to each application themselves, by what the sign-on
--   policies before these applications ask of them: first match by priority for his groups, his type, the position and
--   the device, session policy and application policy together. Each belongs at whatever level he is signed in with.
-- references:
--   - "https://help.okta.com/oie/en-us/content/topics/identity-engine/policies/about-app-sign-on-policies.htm"
--   - "https://help.okta.com/oie/en-us/content/topics/identity-engine/policies/about-okta-sign-on-policies.htm"
WITH assigned AS (
  SELECT a.source, a.target AS app, a.needs, a.gives, coalesce(len(a.guards), 0) = 0 AS free, a.observed = 'yes' AS known,
    b.decision, s.kind = 'Group' AS through
  FROM relation a
  JOIN sign_on_before b ON b.app = a.target AND b.part = 'application'
  JOIN node s ON s.n = a.source
  WHERE a.kind = 'ASSIGNED_TO' AND a.needs NOT IN ('api_read', 'api_write', 'api_admin', 'api')
-- By the members of each group, of which there are fewer than groups times members of a class.
), belongs AS MATERIALIZED (
  SELECT m.grp, m.principal, m.known, c.class
  FROM membership m JOIN sign_on_class c ON c.principal = m.principal
  WHERE m.grp IN (SELECT grp FROM sign_on_alike)
)
SELECT g.id || ':' || k.key AS set_key, 'those of ' || coalesce(g.name, g.id) || ' who sign in alike' AS set_name,
  'member' AS side, b.principal AS node, NULL AS level, b.known AS known
FROM belongs b
JOIN sign_on_alike k ON k.grp = b.grp AND k.class = b.class
JOIN node g ON g.n = k.grp
UNION ALL
SELECT DISTINCT t.id || ':' || a.gives || ':' || v.behaviour,
  'those assigned to ' || coalesce(t.name, t.id) || ' themselves who sign in alike', 'member', a.source, NULL, a.known
FROM assigned a
JOIN sign_on_class c ON c.principal = a.source
JOIN sign_on_behaviour v ON v.class = c.class AND v.decision = a.decision
JOIN node t ON t.n = a.app
WHERE NOT a.through AND a.free AND a.needs = 'act_as.session'
