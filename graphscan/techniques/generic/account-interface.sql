-- id: generic.account-interface
-- title: A signed-in account uses its application's interface
-- attack: T1059.009
-- effort: 1
-- reads: [ACCOUNT_OF]
-- nodes: [User, ServiceAccount, Application]
-- what: >
--   Whoever signs in as an account of an application, be it with a stolen session, may do through its interface all
--   that the account may do. Where a policy of its own stands before the console (Okta), another technique applies.
-- close: End the account's sessions and change its credentials.
-- references: ["https://attack.mitre.org/techniques/T1059/009/"]
SELECT
  a.source AS source, 'act_as.session' AS source_level,
  a.source AS target, 'api' AS target_level,
  list_concat(coalesce(a.guards, []), [{'n': a.target, 'level': 'reachable'}]) AS guards,
  [a.r] AS relations
FROM relation a
JOIN node t ON t.n = a.target
WHERE a.kind = 'ACCOUNT_OF' AND NOT (t.provider = 'okta' AND t.subtype IS NOT DISTINCT FROM 'org')
