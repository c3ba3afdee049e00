-- id: generic.reauthenticate
-- title: A stolen session and the same person's password
-- attack: T1550.004
-- effort: 2
-- reads: [HAS_CREDENTIAL]
-- nodes: [Credential, User, ServiceAccount]
-- what: >
--   A session carries what was proven when it was minted, but nothing fresh. With the same person's password the
--   attacker also answers a request to sign in again with one factor.
-- close: End the person's sessions and change the password; bind sessions to devices or networks.
-- references: ["https://attack.mitre.org/techniques/T1550/004/"]
SELECT
  h.target AS source, h.needs AS source_level,
  h.source AS target, replace(h.gives, '.session', '.fresh_act_as') AS target_level,
  list_concat(coalesce(h.guards, []), [{'n': h.source, 'level': 'act_as'}]) AS guards,
  [h.r] AS relations
FROM relation h
JOIN node c ON c.n = h.target
WHERE h.kind = 'HAS_CREDENTIAL'
  AND h.gives IN ('mfa.session', 'mfa.managed.session', 'phishing_resistant.session',
    'phishing_resistant.managed.session')
