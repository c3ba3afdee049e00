-- id: okta.super-admin
-- provider: okta
-- title: A super administrator controls the org
-- attack: T1098
-- effort: 2
-- reads: [HAS_ROLE, SCOPED_TO]
-- nodes: [RoleAssignment, Application]
-- what: >
--   A super administrator resets any user, enrols factors for them, changes every policy and every application: the
--   whole org, and through it what the org signs people in to.
-- close: Keep super administrators few, with hardware keys and no API tokens.
-- references: ["https://help.okta.com/en-us/content/topics/security/administrators-super-admin.htm"]
SELECT
  a.n AS source, 'held' AS source_level,
  s.target AS target, 'admin' AS target_level,
  s.guards, [s.r] AS relations
FROM node a
JOIN relation s ON s.kind = 'SCOPED_TO' AND s.source = a.n
JOIN node o ON o.n = s.target AND o.subtype = 'org'
WHERE a.kind = 'RoleAssignment' AND a.provider = 'okta' AND a.subtype = 'super_admin'
