-- id: okta.weaken-policy
-- provider: okta
-- title: An administrator weakens a sign-on policy
-- attack: T1556.009
-- effort: 1
-- reads: [SCOPED_TO]
-- nodes: [RoleAssignment, Scope, Control]
-- what: >
--   Who edits sign-on policies adds a rule that asks for no second factor, no managed device and no network zone. The
--   policy then stops nobody; an account that is not assigned to the application still gets nothing.
-- close: Keep the editing of policies to few, and alert on changed policies and rules.
-- references:
--   - "https://attack.mitre.org/techniques/T1556/009/"
--   - "https://help.okta.com/oie/en-us/content/topics/identity-engine/policies/about-app-sign-on-policies.htm"
SELECT
  e.source AS source, 'held' AS source_level,
  e.target AS target, CASE WHEN t.kind = 'Control' THEN 'defeated' ELSE 'held' END AS target_level,
  [e.r] AS relations
FROM relation e
JOIN node s ON s.n = e.source
JOIN node t ON t.n = e.target
WHERE e.kind = 'SCOPED_TO' AND (
  s.kind = 'RoleAssignment' AND t.provider = 'derived' AND t.id LIKE 'derived:okta.sign-on-policies:%'
  OR t.kind = 'Control' AND s.provider = 'derived' AND s.id LIKE 'derived:okta.sign-on-policies:%'
)
