-- id: generic.managed-device
-- title: Signing in from the person's own device
-- attack: T1078
-- effort: 2
-- reads: [HELD_BY]
-- nodes: [Device, User]
-- what: >
--   Whoever runs code on a managed device of a person, and can sign in as that same person, meets a condition that asks
--   for a managed device. The device of another person adds nothing.
-- close: Isolate and rebuild the device; revoke its certificate.
-- references: ["https://attack.mitre.org/techniques/T1078/"]
SELECT
  d.source AS source, 'exec' AS source_level,
  d.target AS target, CASE WHEN strength = 'phishing_resistant' THEN 'top' ELSE strength || '.managed' END AS target_level,
  list_concat(coalesce(d.guards, []), [{'n': d.target, 'level': strength}]) AS guards,
  [d.r] AS relations
FROM relation d
JOIN node o ON o.n = d.source AND o.kind = 'Device' AND o.subtype = 'managed'
JOIN node u ON u.n = d.target AND u.kind = 'User'
CROSS JOIN (SELECT unnest(['act_as', 'mfa', 'phishing_resistant']) AS strength)
WHERE d.kind = 'HELD_BY'
