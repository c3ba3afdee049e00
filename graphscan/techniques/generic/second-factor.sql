-- id: generic.second-factor
-- title: Password and the person's own factor
-- attack: T1111
-- effort: 2
-- reads: [HAS_CREDENTIAL]
-- nodes: [Credential, User, ServiceAccount]
-- what: >
--   An attacker who can sign in as a person with one factor and holds that same person's second factor signs in with
--   MFA. The factor of another person adds nothing: both are joined on the person's own step. A factor of which nobody
--   says that it resists phishing gives MFA and no more.
-- close: Reset the person's factors and the password; prefer factors that cannot be copied or relayed.
-- references: ["https://attack.mitre.org/techniques/T1111/"]
WITH factor AS (
  SELECT h.*, CASE WHEN h.gives = 'phishing_resistant' THEN 'phishing_resistant' ELSE 'mfa' END AS strength
  FROM relation h
  JOIN node c ON c.n = h.target AND c.subtype = 'factor'
  WHERE h.kind = 'HAS_CREDENTIAL'
)
SELECT
  h.target AS source, h.needs AS source_level,
  h.source AS target,
  CASE WHEN h.strength || device = 'phishing_resistant.managed' THEN 'top' ELSE h.strength || device END AS target_level,
  list_concat(coalesce(h.guards, []), [{'n': h.source, 'level': 'act_as' || device}]) AS guards,
  [h.r] AS relations
FROM factor h
CROSS JOIN (SELECT unnest(['', '.managed']) AS device)
