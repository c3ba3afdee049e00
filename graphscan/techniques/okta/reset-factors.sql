-- id: okta.reset-factors
-- provider: okta
-- title: An administrator resets a user's factors
-- attack: T1556.006
-- effort: 1
-- reads: [SCOPED_TO]
-- nodes: [RoleAssignment, Scope, User]
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
SELECT
  e.source AS source, 'held' AS source_level,
  e.target AS target, 'held' AS target_level,
  NULL AS guards, [e.r] AS relations, false AS possible
FROM relation e
JOIN node a ON a.n = e.source AND a.kind = 'RoleAssignment'
JOIN node s ON s.n = e.target AND s.provider = 'derived' AND s.id LIKE 'derived:okta.reset-targets:%:factors'
WHERE e.kind = 'SCOPED_TO'
UNION ALL
SELECT e.source, 'held', e.target, v.level, [{'n': e.target, 'level': 'act_as'}], [e.r], v.possible
FROM relation e
JOIN node s ON s.n = e.source AND s.provider = 'derived' AND s.id LIKE 'derived:okta.reset-targets:%:factors'
JOIN node u ON u.n = e.target AND u.kind = 'User'
CROSS JOIN (VALUES ('mfa', false), ('phishing_resistant', true)) v(level, possible)
WHERE e.kind = 'SCOPED_TO'
