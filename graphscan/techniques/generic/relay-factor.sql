-- id: generic.relay-factor
-- title: A factor whose mechanism fails
-- attack: T1557
-- effort: 3
-- reads: [HAS_CREDENTIAL, INSTANCE_OF]
-- nodes: [Credential, User, ServiceAccount, Control]
-- what: >
--   Where the mechanism of a factor fails (a one-time password relayed by a phishing page, a push accepted out of
--   fatigue), the password alone signs in with MFA.
-- close: Replace the mechanism by one that resists phishing, such as WebAuthn.
-- references: ["https://attack.mitre.org/techniques/T1557/", "https://attack.mitre.org/techniques/T1621/"]
WITH factor AS (
  SELECT h.*, CASE WHEN h.gives = 'phishing_resistant' THEN 'phishing_resistant' ELSE 'mfa' END AS strength
  FROM relation h
  JOIN node c ON c.n = h.target AND c.subtype = 'factor'
  WHERE h.kind = 'HAS_CREDENTIAL'
)
SELECT
  i.target AS source, 'defeated' AS source_level,
  h.source AS target,
  CASE WHEN h.strength || device = 'phishing_resistant.managed' THEN 'top' ELSE h.strength || device END AS target_level,
  list_concat(coalesce(h.guards, []), [{'n': h.source, 'level': 'act_as' || device}]) AS guards,
  [h.r, i.r] AS relations
FROM factor h
JOIN relation i ON i.kind = 'INSTANCE_OF' AND i.source = h.target
CROSS JOIN (SELECT unnest(['', '.managed']) AS device)
