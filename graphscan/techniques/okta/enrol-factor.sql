-- id: okta.enrol-factor
-- provider: okta
-- title: An attacker enrols a factor of his own
-- attack: T1098.005
-- effort: 2
-- reads: [SCOPED_TO, HAS_CREDENTIAL, ACCOUNT_OF, APPLIES_TO]
-- nodes: [Scope, Application, User, Credential, Control, Policy]
-- what: >
--   Whoever is signed in as a user, as strongly as enrolling asks for, adds a factor of his own, which the enrolment
--   policy in force for the user allows (okta.own-factors). How strongly is what the account management policy asks
--   for enrolment; without one a user who has no factor enrols the first with the password alone, and one who has a
--   factor proves it first. The factor stays when the password is changed: together with a password it signs in
--   again.
-- close: >
--   Ask for a phishing-resistant factor at enrolment in the account management policy; enrol people before they need
--   it; allow only what resists phishing; alert on new factors.
-- references:
--   - "https://attack.mitre.org/techniques/T1098/005/"
--   - "https://developer.okta.com/docs/guides/okta-account-management-policy/main/"
WITH own AS (
  SELECT h.source AS holder, h.target AS factor, arg_min(h.r, (h.observed <> 'yes')::INTEGER) AS r,
    arg_min(h.r, (h.observed <> 'yes')::INTEGER) FILTER (h.gives = 'phishing_resistant') AS resists
  FROM relation h
  JOIN node c ON c.n = h.target AND c.provider = 'derived' AND c.id LIKE 'derived:okta.own-factors:%'
  WHERE h.kind = 'HAS_CREDENTIAL'
  GROUP BY h.source, h.target
), free AS (
  SELECT e.target AS org, e.r
  FROM relation e
  JOIN node s ON s.n = e.source AND s.provider = 'derived' AND s.id LIKE 'derived:okta.free-enrolment:%'
  WHERE e.kind = 'SCOPED_TO'
), account AS (
  SELECT a.source AS holder, f.r AS free FROM relation a JOIN free f ON f.org = a.target WHERE a.kind = 'ACCOUNT_OF'
), without AS (
  SELECT e.target AS holder, e.r, s.id LIKE '%:none' AND e.observed = 'yes' AS known
  FROM relation e
  JOIN node s ON s.n = e.source AND s.provider = 'derived' AND s.id LIKE 'derived:okta.without-factors:%'
  WHERE e.kind = 'SCOPED_TO'
)
SELECT o.holder AS source, 'act_as' AS source_level, o.factor AS target, 'held' AS target_level,
  NULL AS guards, [o.r, a.free, w.r] AS relations, false AS possible
FROM own o
JOIN account a ON a.holder = o.holder
JOIN without w ON w.holder = o.holder
UNION ALL
SELECT o.holder, 'mfa', o.factor, 'held', NULL, [o.resists, a.free], false
FROM own o
JOIN account a ON a.holder = o.holder
-- Who is known to need no more than the password needs no second step.
LEFT JOIN without w ON w.holder = o.holder AND w.known
WHERE o.resists IS NOT NULL AND w.holder IS NULL
UNION ALL
-- Where an account management policy decides, as strongly as it asks, if that is less than what is gained.
SELECT o.holder, w.level, o.factor, 'held', w.guards,
  list_append(w.rules, CASE WHEN m.level IS NULL THEN o.r ELSE o.resists END), NOT w.known
FROM own o
JOIN sign_on_class c ON c.principal = o.holder
JOIN sign_on_outcome w ON w.class = c.class AND w.part = 'enroll'
LEFT JOIN (VALUES ('mfa'), ('mfa.managed'), ('phishing_resistant.fresh_mfa'), ('phishing_resistant.managed.fresh_mfa'),
  ('phishing_resistant'), ('top')) m(level) ON m.level = w.level
WHERE m.level IS NULL OR o.resists IS NOT NULL AND w.level NOT IN ('phishing_resistant', 'top')
