-- id: generic.managed-device
-- title: Signing in from the person's own device
-- attack: T1078
-- effort: 2
-- reads: [HELD_BY, HAS_CREDENTIAL, SIGNS_IN_AS]
-- nodes: [Device, User, Credential]
-- what: >
--   Whoever runs code on a managed device of a person, and can sign in as that same person, meets a condition that asks
--   for a managed device, also with a session minted elsewhere. The device of another person adds nothing.
-- close: Isolate and rebuild the device; revoke its certificate.
-- references: ["https://attack.mitre.org/techniques/T1078/"]
WITH session AS (
  SELECT source AS n, gives FROM relation WHERE kind = 'HAS_CREDENTIAL'
  UNION
  SELECT target, gives FROM relation WHERE kind = 'SIGNS_IN_AS'
), rise(minted, held, managed) AS (
  VALUES
    (NULL, 'act_as', 'act_as.managed'),
    (NULL, 'mfa', 'mfa.managed'),
    (NULL, 'phishing_resistant', 'top'),
    ('act_as.session', 'act_as.session', 'act_as.managed.session'),
    ('mfa.session', 'mfa.session', 'mfa.managed.session'),
    ('mfa.session', 'mfa.fresh_act_as', 'mfa.managed.fresh_act_as'),
    ('phishing_resistant.session', 'phishing_resistant.session', 'phishing_resistant.managed.session'),
    ('phishing_resistant.session', 'phishing_resistant.fresh_act_as', 'phishing_resistant.managed.fresh_act_as'),
    ('phishing_resistant.session', 'phishing_resistant.fresh_mfa', 'phishing_resistant.managed.fresh_mfa')
)
SELECT
  d.source AS source, 'exec' AS source_level,
  d.target AS target, p.managed AS target_level,
  list_concat(coalesce(d.guards, []), [{'n': d.target, 'level': p.held}]) AS guards,
  [d.r] AS relations
FROM relation d
JOIN node o ON o.n = d.source AND o.kind = 'Device' AND o.subtype = 'managed'
JOIN node u ON u.n = d.target AND u.kind = 'User'
JOIN rise p ON p.minted IS NULL OR EXISTS (SELECT 1 FROM session s WHERE s.n = d.target AND s.gives = p.minted)
WHERE d.kind = 'HELD_BY'
