-- id: okta.reset-factors
-- provider: okta
-- title: An administrator resets a user's factors
-- attack: T1556.006
-- effort: 1
-- reads: [SCOPED_TO, HAS_CREDENTIAL, ACCOUNT_OF, APPLIES_TO]
-- nodes: [Scope, Credential, User, Application, Control, Policy]
-- what: >
--   A help desk, group or organization administrator, or a custom role with the permission to reset factors, removes a
--   user's factors. An attacker who can sign in as that same user with a password then enrols one of his own, which the
--   enrolment policy in force for the user allows (okta.own-factors): by Okta's own rule with the password alone, or
--   where the account management policy asks for no more than the password to enrol. Where it asks for a factor, a reset
--   gives nothing. Without any enrolment policy the new factor gives MFA, and possibly resists phishing. In August 2023
--   attackers had service desks reset the factors of administrators.
-- close: >
--   Prove the person's identity before factors are reset, keep the right from roles that can reset passwords too, ask
--   for a phishing-resistant factor at enrolment, and alert on resets.
-- references:
--   - "https://attack.mitre.org/techniques/T1556/006/"
--   - "https://sec.okta.com/articles/2023/08/cross-tenant-impersonation-prevention-and-detection"
WITH made AS (
  -- The factor that an attacker enrols for a user whose own were removed.
  SELECT e.source AS s, e.target AS c, e.r
  FROM relation e
  JOIN node s ON s.n = e.source AND s.provider = 'derived' AND s.id LIKE 'derived:okta.reset-targets:%:factors'
  JOIN node c ON c.n = e.target AND c.kind = 'Credential'
  WHERE e.kind = 'SCOPED_TO'
), listed AS (
  SELECT m.c, u.n, e.r
  FROM made m
  JOIN relation e ON e.kind = 'SCOPED_TO' AND e.source = m.s
  JOIN node u ON u.n = e.target AND u.kind = 'User'
), governed AS (
  SELECT DISTINCT r.target AS org
  FROM relation r JOIN node p ON p.n = r.source AND p.provider = 'okta' AND p.subtype = 'enrolment_policy'
  WHERE r.kind = 'APPLIES_TO'
), account AS (
  SELECT a.source AS n, a.target AS org
  FROM relation a SEMI JOIN governed g ON g.org = a.target
  WHERE a.kind = 'ACCOUNT_OF'
), own AS (
  SELECT h.source AS n, h.target AS factor, arg_min(h.r, (h.observed <> 'yes')::INTEGER) AS r
  FROM relation h
  JOIN node c ON c.n = h.target AND c.provider = 'derived' AND c.id LIKE 'derived:okta.own-factors:%'
  WHERE h.kind = 'HAS_CREDENTIAL'
  GROUP BY h.source, h.target
), way AS (
  -- What enrolling asks of somebody who has no factor: a password, proven now or in a session.
  SELECT a.n, 'act_as' AS level, NULL::STRUCT(n INTEGER, level VARCHAR)[] AS guards, [e.r] AS relations, true AS known
  FROM relation e
  JOIN node s ON s.n = e.source AND s.provider = 'derived' AND s.id LIKE 'derived:okta.free-enrolment:%'
  JOIN account a ON a.org = e.target
  WHERE e.kind = 'SCOPED_TO'
  UNION ALL
  SELECT c.principal, j.both_levels, w.guards, w.rules, w.known
  FROM sign_on_outcome w
  JOIN (VALUES ('act_as.session'), ('act_as'), ('act_as.managed.session'), ('act_as.managed')) v(level)
    ON v.level = w.level
  JOIN sign_in_join j ON j.one = w.level AND j.other = 'act_as'
  JOIN sign_on_class c ON c.class = w.class
  WHERE w.part = 'enroll'
)
SELECT
  s AS source, 'held' AS source_level,
  c AS target, 'held' AS target_level,
  NULL AS guards, [r] AS relations, false AS possible
FROM made
UNION ALL
-- Without that same user's password nothing is enrolled; beside it the new factor is a second one.
SELECT l.c, 'held', o.factor, 'held', list_prepend({'n': l.n, 'level': w.level}, coalesce(w.guards, [])),
  list_concat([l.r, o.r], w.relations), NOT w.known
FROM listed l
JOIN own o ON o.n = l.n
JOIN way w ON w.n = l.n
UNION ALL
-- Nobody stated which factors may be enrolled.
SELECT l.c, 'held', l.n, v.level, [{'n': l.n, 'level': 'act_as'}], [l.r], v.possible
FROM listed l
ANTI JOIN account a ON a.n = l.n
CROSS JOIN (VALUES ('mfa', false), ('phishing_resistant', true)) v(level, possible)
