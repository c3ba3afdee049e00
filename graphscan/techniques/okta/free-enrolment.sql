-- id: okta.free-enrolment
-- provider: okta
-- title: Organizations in which no policy governs who enrols
-- kind: target-set
-- reads: []
-- negates: [APPLIES_TO]
-- nodes: [Application, Control]
-- what: >
--   An account management policy says how strongly a user must be signed in to enrol a factor. Where an organization
--   has none, Okta's own rule holds: the first factor with the password, a further one with a factor. Where nobody
--   could read whether there is one, that rule possibly holds. A set lists its organization; see okta.enrol-factor.
-- references: ["https://developer.okta.com/docs/guides/okta-account-management-policy/main/"]
WITH governed AS (
  SELECT r.target AS n, bool_or(r.observed = 'yes' AND c.properties ->> '$.type' IS NOT NULL) AS known
  FROM relation r
  JOIN node c ON c.n = r.source AND c.kind = 'Control' AND c.subtype = 'sign_on_policy'
  WHERE r.kind = 'APPLIES_TO' AND r.properties ->> '$.for' = 'account-management'
  GROUP BY r.target
)
SELECT o.id AS set_key, 'enrolment in ' || coalesce(o.name, o.id) || ' without a policy of its own' AS set_name,
  'member' AS side, o.n AS node, NULL AS level, g.n IS NULL AS known
FROM node o LEFT JOIN governed g ON g.n = o.n
WHERE o.kind = 'Application' AND o.provider = 'okta' AND o.subtype = 'org' AND NOT coalesce(g.known, false)
