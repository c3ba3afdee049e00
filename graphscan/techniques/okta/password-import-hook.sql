-- id: okta.password-import-hook
-- provider: okta
-- title: Users whose password a hook is asked about
-- kind: target-set
-- reads: [TRUSTS, ACCOUNT_OF]
-- nodes: [Application, User]
-- what: >
--   While users are moved to Okta with a password import hook, each first sign-in sends the password as typed to the
--   receiver of the hook, which says whether it is right. Who controls the receiver reads those passwords, and lets in any
--   such user with any password. Who has not signed in yet is not always told from who has: possible, never known.
-- references:
--   - "https://developer.okta.com/docs/reference/password-hook/"
--   - "https://attack.mitre.org/techniques/T1556/"
WITH hook AS (
  SELECT o.source AS org, g.id, coalesce(g.name, g.id) AS name, h.n, o.observed = 'yes' AS known
  FROM relation o
  JOIN node g ON g.n = o.source AND g.provider = 'okta' AND g.subtype = 'org'
  JOIN node h ON h.n = o.target AND h.provider = 'okta' AND h.subtype = 'inline_hook'
  WHERE o.kind = 'TRUSTS' AND o.properties ->> '$.for' = 'com.okta.user.credential.password.import'
)
SELECT id AS set_key, 'users of ' || name || ' whose password a hook decides' AS set_name, 'enter' AS side, n AS node,
  'admin' AS level, known AS known
FROM hook
UNION ALL
SELECT h.id, 'users of ' || h.name || ' whose password a hook decides', 'member', u.n, 'act_as', false
FROM (SELECT DISTINCT org, id, name FROM hook) h
JOIN relation a ON a.kind = 'ACCOUNT_OF' AND a.target = h.org
JOIN node u ON u.n = a.source AND u.kind = 'User' AND u.properties ->> '$.credential_provider' = 'IMPORT'
