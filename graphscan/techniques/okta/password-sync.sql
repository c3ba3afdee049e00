-- id: okta.password-sync
-- provider: okta
-- title: Passwords are read where Okta sends them
-- attack: T1556
-- effort: 3
-- reads: [SCOPED_TO]
-- nodes: [Scope, Credential]
-- what: >
--   Where an application pushes passwords, Okta sends each assigned person's own password to the product's end point when
--   it is changed or its owner signs in. Whoever administers the application points the connection at a server of his
--   own, and whoever controls the product reads what arrives: the current passwords, which sign in to Okta.
-- close: >
--   Switch off "Sync Password" or have a random password sent, limit application administrators, and alert on changed
--   connections; then change the passwords of everyone assigned.
-- references:
--   - "https://attack.mitre.org/techniques/T1556/"
--   - "https://help.okta.com/en-us/content/topics/provisioning/lcm/lcm-provision-application.htm"
SELECT
  e.source AS source, 'held' AS source_level,
  e.target AS target, 'held' AS target_level,
  [e.r] AS relations
FROM relation e
JOIN node s ON s.n = e.source AND s.provider = 'derived' AND s.id LIKE 'derived:okta.synced-passwords:%'
JOIN node c ON c.n = e.target AND c.kind = 'Credential'
WHERE e.kind = 'SCOPED_TO'
