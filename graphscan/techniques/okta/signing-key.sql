-- id: okta.signing-key
-- provider: okta
-- title: A stolen signing key asserts anyone to the product behind an application
-- attack: T1606.002
-- effort: 3
-- reads: [GRANTS, TRUSTS]
-- nodes: [Credential, Application, Scope]
-- what: >
--   Whoever holds the key that signs an application's assertions writes assertions himself, for any account of the product
--   behind it. No password, no factor and no sign-on policy is asked, and Okta's log shows nothing. An earlier key does
--   the same for as long as the product still trusts its certificate, which cannot be seen from Okta.
-- close: >
--   Give the application a new signing key, remove the old certificate in the product, and end the sessions there.
-- references:
--   - "https://attack.mitre.org/techniques/T1606/002/"
--   - "https://developer.okta.com/docs/reference/api/apps/"
WITH signed AS (
  SELECT g.source AS key, g.guards, g.r, t.n AS app, s.n AS accounts
  FROM relation g
  JOIN node k ON k.n = g.source AND k.kind = 'Credential' AND k.provider = 'okta' AND k.subtype = 'signing_key'
  JOIN node t ON t.n = g.target AND t.kind = 'Application' AND t.provider = 'okta'
  LEFT JOIN node s ON s.id = 'derived:okta.app-accounts:' || t.id
  WHERE g.kind = 'GRANTS'
)
SELECT
  key AS source, 'held' AS source_level,
  accounts AS target, 'held' AS target_level,
  guards, [r] AS relations, false AS possible
FROM signed WHERE accounts IS NOT NULL
UNION ALL
-- Where nobody is assigned: possibly any account of the product; elsewhere those follow from the application's own set.
SELECT g.key, 'held', s.n, 'held', g.guards, [g.r, t.r], true
FROM signed g
JOIN relation t ON t.kind = 'TRUSTS' AND t.target = g.app AND t.properties ->> '$.as' = 'sign-in'
JOIN node p ON p.n = t.source
JOIN node s ON s.id = 'derived:okta.product-accounts:' || p.id
WHERE g.accounts IS NULL
