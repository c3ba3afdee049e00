-- id: generic.sign-in
-- title: An assigned account signs in
-- attack: T1078
-- effort: 1
-- reads: [ASSIGNED_TO, APPLIES_TO]
-- nodes: [User, ServiceAccount, Role, Group, Application, Host]
-- what: >
--   A principal who is assigned to an application or a host, alone or through a group, uses it as far as the assignment
--   goes, once it can be talked to from where the attacker stands and every control on the assignment is met. Where a
--   sign-on policy stands before the application, another technique applies (okta.sign-in); a token is not asked by one.
-- close: Remove the assignment, restrict from where the application can be reached, or enforce the control named.
-- references: ["https://attack.mitre.org/techniques/T1078/"]
SELECT
  a.source AS source, a.needs AS source_level,
  a.target AS target, a.gives AS target_level,
  list_concat(coalesce(a.guards, []), [{'n': a.target, 'level': 'reachable'}]) AS guards,
  [a.r] AS relations
FROM relation a
JOIN node t ON t.n = a.target AND t.kind IN ('Application', 'Host')
WHERE a.kind = 'ASSIGNED_TO' AND (
  a.target NOT IN (SELECT app FROM sign_on_before WHERE part = 'application')
  OR a.needs IN ('api_read', 'api_write', 'api_admin', 'api')
)
