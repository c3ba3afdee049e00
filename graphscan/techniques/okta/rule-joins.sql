-- id: okta.rule-joins
-- provider: okta
-- title: A group rule puts an account into a group for what its profile says
-- attack: T1098.007
-- effort: 2
-- reads: [SCOPED_TO, APPLIES_TO]
-- nodes: [Scope, Group, Policy]
-- what: >
--   A rule fills a group with everyone whose profile says something. Where people write that attribute themselves, any
--   account of the organization puts itself into the group, and has what the group is assigned to at the level of its own
--   sign-in. Where they do not, who writes profiles (an administrator of users, a personnel system, a directory) and some
--   account together do. Who is in a group that a rule asks about is possibly in the group that it fills.
-- close: >
--   Let no one write an attribute that a rule asks for, fill groups that open much from the directory or by hand, and
--   watch who changes profiles.
-- references:
--   - "https://help.okta.com/en-us/content/topics/users-groups-profiles/usgp-about-group-rules.htm"
--   - "https://attack.mitre.org/techniques/T1098/007/"
WITH listed AS (
  SELECT e.target AS n, e.r, s.n AS s, s.id LIKE '%:own' AS own,
    'derived:okta.everyone:' || regexp_extract(s.id, '^derived:okta\.ruled-groups:(.*):(own|profiles)$', 1) AS everyone
  FROM relation e
  JOIN node s ON s.n = e.source AND s.provider = 'derived' AND s.id LIKE 'derived:okta.ruled-groups:%'
  JOIN node g ON g.n = e.target AND g.kind = 'Group'
  WHERE e.kind = 'SCOPED_TO'
)
-- At whatever level the account is signed in: no level stands at either end.
SELECT
  p.n AS source, NULL AS source_level,
  l.n AS target, NULL AS target_level,
  CASE WHEN l.own THEN NULL ELSE [{'n': l.s, 'level': 'held'}] END AS guards, [l.r] AS relations, false AS possible
FROM listed l
JOIN node p ON p.id = l.everyone AND p.kind = 'Group'
UNION ALL
SELECT p.n, NULL, g.n, NULL, NULL, [f.r], true
FROM relation f
JOIN node q ON q.n = f.source AND q.kind = 'Policy' AND q.provider = 'okta' AND q.subtype = 'group_rule'
JOIN node p ON p.id = 'derived:okta.rule-members:' || q.id
JOIN node g ON g.n = f.target AND g.kind = 'Group' AND g.provider = 'okta'
WHERE f.kind = 'APPLIES_TO' AND f.properties ->> '$.as' = 'fills'
