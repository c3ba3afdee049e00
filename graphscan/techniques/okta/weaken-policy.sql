-- id: okta.weaken-policy
-- provider: okta
-- title: An administrator weakens a sign-on policy
-- attack: T1556.009
-- effort: 1
-- reads: [SCOPED_TO]
-- nodes: [Scope, Credential, Control]
-- what: >
--   Who edits sign-on policies adds a rule that asks for no second factor, no managed device and no network zone. The
--   policy then stops nobody; an account that is not assigned to the application still gets nothing.
-- close: Keep the editing of policies to few, and alert on changed policies and rules.
-- references:
--   - "https://attack.mitre.org/techniques/T1556/009/"
--   - "https://help.okta.com/oie/en-us/content/topics/identity-engine/policies/about-app-sign-on-policies.htm"
WITH made AS (
  -- The rule that an attacker adds stays when the right to add it is gone: it is a credential of his own.
  SELECT e.source AS s, e.target AS c, e.r
  FROM relation e
  JOIN node s ON s.n = e.source AND s.provider = 'derived' AND s.id LIKE 'derived:okta.sign-on-policies:%'
  JOIN node c ON c.n = e.target AND c.kind = 'Credential'
  WHERE e.kind = 'SCOPED_TO'
)
SELECT s AS source, 'held' AS source_level, c AS target, 'held' AS target_level, [r] AS relations
FROM made
UNION ALL
SELECT m.c, 'held', p.n, 'defeated', [e.r]
FROM made m
JOIN relation e ON e.kind = 'SCOPED_TO' AND e.source = m.s
JOIN node p ON p.n = e.target AND p.kind = 'Control'
