-- id: okta.admin-console
-- provider: okta
-- title: An Okta user opens the administration console
-- attack: T1078.004
-- effort: 1
-- reads: [ACCOUNT_OF, APPLIES_TO]
-- nodes: [User, Application, Control, Policy]
-- what: >
--   A user whose sign-in satisfies the session policy and the console's sign-on policy uses every administrator role he
--   holds, directly or through a group. A sign-in with everything proven on a managed device satisfies a policy that was
--   not read; a weaker one passes where that policy fails, which is not known.
-- close: Ask for phishing-resistant factors and managed devices before the console.
-- references: ["https://help.okta.com/en-us/content/topics/security/administrators-admin-console.htm"]
SELECT a.source AS source, w.level AS source_level, a.source AS target, 'api' AS target_level,
  list_concat(coalesce(a.guards, []), w.guards, [{'n': a.target, 'level': 'reachable'}]) AS guards,
  list_concat([a.r], b.policies, w.rules) AS relations,
  NOT w.known AS possible
FROM relation a
JOIN node o ON o.n = a.target AND o.provider = 'okta' AND o.subtype = 'org'
JOIN sign_on_before b ON b.app = a.target AND b.part = 'console'
JOIN sign_on_class c ON c.principal = a.source
JOIN sign_on_outcome w ON w.class = c.class AND w.decision = b.decision
WHERE a.kind = 'ACCOUNT_OF'
