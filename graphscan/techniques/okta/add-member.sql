-- id: okta.add-member
-- provider: okta
-- title: An administrator adds an account to a group
-- attack: T1098.007
-- effort: 1
-- reads: [SCOPED_TO]
-- nodes: [Scope, Credential, Group]
-- what: >
--   A group, group membership or organization administrator, or a custom role with a permission on a group's members,
--   puts an account that the attacker signs in with into a group, and so gets what the group is assigned to, at the level
--   of that sign-in. The right alone is not enough: some account of the organization is needed as well. The
--   membership stays when the right is gone. Groups that hold an administrator role are out of reach
--   (okta.joinable-groups says which are not).
-- close: >
--   Limit group administrators to groups that open little, manage the members of powerful groups by rules or from the
--   directory, and alert on members added by hand.
-- references:
--   - "https://attack.mitre.org/techniques/T1098/007/"
--   - "https://help.okta.com/en-us/content/topics/security/administrators-group-membership-admin.htm"
WITH listed AS (
  SELECT e.source AS s, e.target AS n, e.r, t.kind, t.subtype IS NOT DISTINCT FROM 'population' AS everyone
  FROM relation e
  JOIN node s ON s.n = e.source AND s.provider = 'derived' AND s.id LIKE 'derived:okta.joinable-groups:%'
  JOIN node t ON t.n = e.target
  WHERE e.kind = 'SCOPED_TO'
), made AS (
  SELECT s, n, r FROM listed WHERE kind = 'Credential'
)
SELECT
  m.s AS source, 'held' AS source_level,
  m.n AS target, 'held' AS target_level,
  NULL AS guards, [m.r] AS relations
FROM made m
UNION ALL
-- At whatever level the account is signed in: no level stands at either end.
SELECT p.n, NULL, g.n, NULL, [{'n': m.n, 'level': 'held'}], [p.r, g.r]
FROM listed g
JOIN listed p ON p.s = g.s AND p.everyone
JOIN made m ON m.s = g.s
WHERE g.kind = 'Group' AND NOT g.everyone
