-- id: atlassian.assert-identity
-- provider: atlassian
-- title: An identity provider names an account, or the groups of a new one
-- attack: T1606.002
-- effort: 2
-- reads: [TRUSTS]
-- nodes: [Application, Scope]
-- what: >
--   Whoever controls the identity provider that a product takes its sign-ins from, or holds the key it signs with,
--   signs in as any account of the product. Where the product makes accounts of whoever signs in (just in time) and
--   takes their groups from the assertion, he brings an account of his own into any group, that of the administrators
--   too. That groups are taken is known where the claim is named, and possible where nobody says. Behind an Okta
--   application it is whoever may say there what the application asserts (okta.impersonate-in-app).
-- close: >
--   Map no administrator's groups from assertions, keep provisioning off for local administrators, and guard the
--   provider's signing key.
-- references:
--   - "https://attack.mitre.org/techniques/T1606/002/"
--   - "https://confluence.atlassian.com/enterprise/just-in-time-user-provisioning-1005342571.html"
WITH said AS (
  SELECT t.r, t.guards, i.n AS idp, i.id AS idp_id, i.provider IS NOT DISTINCT FROM 'okta' AS okta, p.n,
    p.id AS product, coalesce(lower(t.properties ->> '$.jit'), '') AS jit,
    coalesce(t.properties ->> '$.groups_claim', '') AS claim
  FROM relation t
  JOIN node p ON p.n = t.source AND p.kind = 'Application' AND p.provider = 'atlassian'
  JOIN node i ON i.n = t.target AND i.kind = 'Application'
  WHERE t.kind = 'TRUSTS' AND (t.properties ->> '$.link' IN ('saml', 'oidc') OR t.properties ->> '$.as' = 'sign-in'
    OR i.subtype = 'identity_provider')
), setting AS (
  -- What Okta does not say of a product, the product says of whichever provider it trusts.
  SELECT n, bool_and(jit IN ('false', 'no')) AS never, bool_and(jit IN ('true', 'yes') AND claim <> '') AS always
  FROM said WHERE NOT okta GROUP BY n
), trust AS (
  SELECT s.*, s.jit IN ('false', 'no') OR s.okta AND s.jit = '' AND coalesce(w.never, false) AS never,
    s.jit IN ('true', 'yes') AND s.claim <> '' OR s.okta AND s.jit = '' AND coalesce(w.always, false) AS always
  FROM said s LEFT JOIN setting w ON w.n = s.n
)
SELECT t.idp AS source, 'admin' AS source_level, s.n AS target, 'held' AS target_level, t.guards AS guards,
  [t.r] AS relations, false AS possible
FROM trust t
JOIN node s ON s.id = 'derived:atlassian.asserted:' || t.product || ':accounts'
WHERE NOT t.okta
UNION ALL
SELECT coalesce(o.n, t.idp), CASE WHEN o.n IS NULL THEN 'admin' ELSE 'held' END, s.n, 'held', t.guards, [t.r],
  NOT t.always OR t.okta AND o.n IS NULL
FROM trust t
JOIN node s ON s.id = 'derived:atlassian.asserted:' || t.product || ':groups'
LEFT JOIN node o ON t.okta AND o.id = 'derived:okta.app-accounts:' || t.idp_id
WHERE NOT t.never
