-- id: okta.admin-console
-- provider: okta
-- title: An Okta user opens the administration console
-- attack: T1078.004
-- effort: 1
-- reads: [ACCOUNT_OF, APPLIES_TO]
-- nodes: [User, Application, Control]
-- what: >
--   A user who meets the console's sign-on policy uses every administrator role he holds, directly or through a group.
--   A sign-in with everything proven on a managed device meets any policy; a weaker one needs the policy to allow it,
--   which is not known while policies are not read.
-- close: Ask for phishing-resistant factors and managed devices before the console.
-- references: ["https://help.okta.com/en-us/content/topics/security/administrators-admin-console.htm"]
SELECT a.source AS source, 'top' AS source_level, a.source AS target, 'api' AS target_level,
  list_concat(coalesce(a.guards, []), [{'n': a.target, 'level': 'reachable'}]) AS guards, [a.r] AS relations
FROM relation a
JOIN node o ON o.n = a.target AND o.provider = 'okta' AND o.subtype = 'org'
WHERE a.kind = 'ACCOUNT_OF'
UNION ALL
SELECT a.source, 'act_as.session', a.source, 'api',
  list_concat(coalesce(a.guards, []), [{'n': p.source, 'level': 'defeated'}, {'n': a.target, 'level': 'reachable'}]),
  [a.r, p.r]
FROM relation a
JOIN node o ON o.n = a.target AND o.provider = 'okta' AND o.subtype = 'org'
JOIN relation p ON p.kind = 'APPLIES_TO' AND p.target = a.target
JOIN node c ON c.n = p.source AND c.kind = 'Control' AND c.subtype = 'sign_on_policy'
WHERE a.kind = 'ACCOUNT_OF'
