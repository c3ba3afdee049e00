-- id: okta.reset-credentials
-- provider: okta
-- title: An administrator resets a user's password
-- attack: T1098
-- effort: 1
-- reads: [SCOPED_TO]
-- nodes: [Scope, Credential, User]
-- what: >
--   A help desk, group or organization administrator, or a custom role with a permission on users' credentials, sets a
--   password or has a temporary one made, and signs in as the user with it. Users who hold an administrator role,
--   directly or through a group, are out of reach (okta.reset-targets says who is not). What the reset gives lasts when
--   the right is gone: it is the attacker's own password, not the user's.
-- close: >
--   Limit help desk roles to groups, ask for identity proofing before a reset, and alert on resets; end the user's
--   sessions and reset the password again.
-- references:
--   - "https://attack.mitre.org/techniques/T1098/"
--   - "https://help.okta.com/en-us/content/topics/security/administrators-help-desk-admin.htm"
WITH made AS (
  -- The password that an attacker sets for the users of a set: whoever has it has it for each of them.
  SELECT e.source AS s, e.target AS c, e.r
  FROM relation e
  JOIN node s ON s.n = e.source AND s.provider = 'derived' AND s.id LIKE 'derived:okta.reset-targets:%:password'
  JOIN node c ON c.n = e.target AND c.kind = 'Credential'
  WHERE e.kind = 'SCOPED_TO'
)
SELECT s AS source, 'held' AS source_level, c AS target, 'held' AS target_level, [r] AS relations
FROM made
UNION ALL
SELECT m.c, 'held', u.n, 'act_as', [e.r]
FROM made m
JOIN relation e ON e.kind = 'SCOPED_TO' AND e.source = m.s
JOIN node u ON u.n = e.target AND u.kind = 'User'
