-- id: okta.add-identity-provider
-- provider: okta
-- title: An administrator adds an identity provider and signs in as anyone
-- attack: T1484.002
-- effort: 2
-- reads: [SCOPED_TO]
-- nodes: [Scope, Credential, User]
-- what: >
--   An administrator adds an identity provider whose signing key is the attacker's and lets it name users by their
--   sign-in names. Whoever holds that key signs in as any user of the organization, administrators too, without a
--   password; with MFA possibly, where the provider's word about factors is trusted as well. The provider stays when the
--   right that added it is gone. Attackers did so in August 2023.
-- close: >
--   Alert on added and changed identity providers, keep the right to super administrators with hardware keys, and ask for
--   a factor of Okta's own behind every provider.
-- references:
--   - "https://attack.mitre.org/techniques/T1484/002/"
--   - "https://sec.okta.com/articles/2023/08/cross-tenant-impersonation-prevention-and-detection"
WITH made AS (
  SELECT e.source AS s, e.target AS c, e.r
  FROM relation e
  JOIN node s ON s.n = e.source AND s.provider = 'derived' AND s.id LIKE 'derived:okta.added-identity-providers:%'
  JOIN node c ON c.n = e.target AND c.kind = 'Credential'
  WHERE e.kind = 'SCOPED_TO'
)
SELECT s AS source, 'held' AS source_level, c AS target, 'held' AS target_level, [r] AS relations, false AS possible
FROM made
UNION ALL
SELECT m.c, 'held', u.n, v.level, [e.r], v.possible
FROM made m
JOIN relation e ON e.kind = 'SCOPED_TO' AND e.source = m.s
JOIN node u ON u.n = e.target AND u.kind = 'User'
CROSS JOIN (VALUES ('act_as', false), ('mfa', true)) v(level, possible)
