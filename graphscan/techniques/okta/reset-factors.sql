-- id: okta.reset-factors
-- provider: okta
-- title: An administrator resets a user's factors
-- attack: T1556.006
-- effort: 1
-- reads: [SCOPED_TO]
-- nodes: [Scope, Credential, User]
-- what: >
--   A help desk, group or organization administrator, or a custom role with the permission to reset factors, removes a
--   user's factors. An attacker who can sign in as that same user with a password enrols one of his own at the next
--   sign-in: with MFA, and possibly with a factor that resists phishing, since what may be enrolled is not known while
--   enrolment policies are not read. In August 2023 attackers had service desks reset the factors of administrators.
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
)
SELECT
  s AS source, 'held' AS source_level,
  c AS target, 'held' AS target_level,
  NULL AS guards, [r] AS relations, false AS possible
FROM made
UNION ALL
-- It is the user's second factor: without that same user's password it signs nobody in.
SELECT m.c, 'held', u.n, v.level, [{'n': u.n, 'level': 'act_as'}], [e.r], v.possible
FROM made m
JOIN relation e ON e.kind = 'SCOPED_TO' AND e.source = m.s
JOIN node u ON u.n = e.target AND u.kind = 'User'
CROSS JOIN (VALUES ('mfa', false), ('phishing_resistant', true)) v(level, possible)
