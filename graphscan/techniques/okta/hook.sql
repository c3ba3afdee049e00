-- id: okta.hook
-- provider: okta
-- title: The receiver of an inline hook changes what assertions and tokens say
-- attack: T1556.007
-- effort: 3
-- reads: [TRUSTS, CONTAINS]
-- nodes: [Application, Scope, Group]
-- what: >
--   Okta asks the receiver of an inline hook before it hands out an assertion or a token, and takes its changes. Who
--   controls the receiver of a hook for assertions replaces the name in one: whoever then signs in to the application,
--   with any account, becomes the person named. Of tokens the hook changes claims, but not the name in an identity token,
--   so that what it gets there is only possible. The hook alone opens nothing: somebody has to sign in.
-- close: >
--   Treat the receiver as part of the identity provider; let it sign what it answers, alert on changed hooks, and remove
--   those that are not used.
-- references:
--   - "https://developer.okta.com/docs/reference/saml-hook/"
--   - "https://developer.okta.com/docs/reference/token-hook/"
WITH hook AS (
  -- One that is switched off is asked by nobody.
  SELECT h.n, o.r, o.source AS org, h.properties ->> '$.type' AS type
  FROM relation o
  JOIN node g ON g.n = o.source AND g.provider = 'okta' AND g.subtype = 'org'
  JOIN node h ON h.n = o.target AND h.kind = 'Application' AND h.provider = 'okta' AND h.subtype = 'inline_hook'
  WHERE o.kind = 'TRUSTS'
), used AS (
  SELECT h.n AS hook, h.r, h.type, u.r AS trusts, t.n AS app, s.n AS accounts
  FROM hook h
  JOIN relation u ON u.kind = 'TRUSTS' AND u.target = h.n AND u.properties ->> '$.for' = 'assertions'
  JOIN node t ON t.n = u.source AND t.kind = 'Application' AND t.provider = 'okta'
  LEFT JOIN node s ON s.id = 'derived:okta.app-accounts:' || t.id
)
SELECT
  hook AS source, 'admin' AS source_level,
  accounts AS target, 'held' AS target_level,
  [{'n': app, 'level': 'login'}] AS guards, [trusts, r] AS relations,
  type IS DISTINCT FROM 'com.okta.saml.tokens.transform' AS possible
FROM used WHERE accounts IS NOT NULL
UNION ALL
-- Where nobody is assigned: possibly any account of the product; elsewhere those follow from the application's own set.
SELECT h.hook, 'admin', s.n, 'held', [{'n': h.app, 'level': 'login'}], [h.trusts, h.r, t.r], true
FROM used h
JOIN relation t ON t.kind = 'TRUSTS' AND t.target = h.app AND t.properties ->> '$.as' = 'sign-in'
JOIN node p ON p.n = t.source
JOIN node s ON s.id = 'derived:okta.product-accounts:' || p.id
WHERE h.accounts IS NULL
UNION ALL
SELECT h.n, 'admin', t.n, 'admin', [{'n': p.n, 'level': 'act_as.session'}], [u.r, h.r, c.r], true
FROM hook h
JOIN relation u ON u.kind = 'TRUSTS' AND u.target = h.n
JOIN node t ON t.n = u.source AND t.provider = 'okta' AND t.subtype = 'authorization_server'
JOIN relation c ON c.kind = 'CONTAINS' AND c.source = h.org AND c.target = t.n
JOIN node o ON o.n = h.org
JOIN node p ON p.id = 'derived:okta.everyone:' || o.id
