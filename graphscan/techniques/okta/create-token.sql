-- id: okta.create-token
-- provider: okta
-- title: An administrator makes an API token
-- attack: T1098.001
-- effort: 1
-- reads: [HAS_CREDENTIAL]
-- nodes: [User, Credential]
-- what: >
--   Who is signed in to the console as an administrator makes an API token. It carries that administrator's rights through
--   the interface, without a second factor and without any sign-on policy, and outlives the session and the password. A
--   token makes no other: somebody has to be signed in. It signs in to no application. Who may make one is
--   okta.admin-tokens.
-- close: >
--   Alert on new API tokens, limit tokens to network zones, and revoke those of an administrator who was taken over.
-- references:
--   - "https://help.okta.com/en-us/content/topics/security/api.htm"
--   - "https://attack.mitre.org/techniques/T1098/001/"
SELECT
  h.source AS source, 'api' AS source_level,
  h.target AS target, 'held' AS target_level,
  [{'n': h.source, 'level': 'act_as.session'}] AS guards, [h.r] AS relations
FROM relation h
JOIN node c ON c.n = h.target AND c.provider = 'derived' AND c.id LIKE 'derived:okta.admin-tokens:%'
WHERE h.kind = 'HAS_CREDENTIAL'
