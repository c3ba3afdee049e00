-- id: okta.group-pull
-- provider: okta
-- title: Whoever controls an application puts an account into the groups that are imported from it
-- attack: T1098.007
-- effort: 3
-- reads: [TRUSTS, CONTAINS]
-- nodes: [Application, Group]
-- what: >
--   Who is in an imported group says the application it comes from: a directory, a personnel system, a product behind
--   SCIM. Whoever administers that application in Okta points the import at a server of his own, and so puts an account
--   that he signs in with into the group, at the level of that sign-in. The barrier around groups that hold an
--   administrator role keeps people out, not an import.
-- close: >
--   Assign roles and powerful applications to Okta's own groups only, limit application administrators, and alert on
--   changed import settings.
-- references:
--   - "https://help.okta.com/en-us/content/topics/users-groups-profiles/usgp-about-groups.htm"
--   - "https://attack.mitre.org/techniques/T1098/007/"
SELECT
  p.n AS source, NULL AS source_level,
  g.n AS target, NULL AS target_level,
  [{'n': s.n, 'level': 'admin'}] AS guards, [f.r] AS relations
FROM relation f
JOIN node g ON g.n = f.source AND g.kind = 'Group' AND g.provider = 'okta'
JOIN node s ON s.n = f.target AND s.kind = 'Application' AND s.provider = 'okta'
JOIN relation c ON c.kind = 'CONTAINS' AND c.target = s.n
JOIN node o ON o.n = c.source AND o.kind = 'Application' AND o.provider = 'okta' AND o.subtype = 'org'
JOIN node p ON p.id = 'derived:okta.everyone:' || o.id AND p.kind = 'Group'
WHERE f.kind = 'TRUSTS' AND f.properties ->> '$.for' = 'members'
