-- id: generic.reauthenticate
-- title: A stolen session and the same person's password
-- attack: T1550.004
-- effort: 2
-- reads: [HAS_CREDENTIAL]
-- nodes: [Credential, User, ServiceAccount]
-- what: >
--   A session carries what was proven when it was minted and the device it was minted on, but nothing fresh. Whoever
--   can also sign in as the same person answers a request to sign in again, as strongly as that sign-in is. The person's
--   factor without the password answers nothing as far as is known.
-- close: End the person's sessions and change the password; bind sessions to devices or networks.
-- references: ["https://attack.mitre.org/techniques/T1550/004/"]
SELECT
  h.target AS source, h.needs AS source_level,
  h.source AS target, p.together AS target_level,
  list_concat(coalesce(h.guards, []), [{'n': h.source, 'level': p.fresh}]) AS guards,
  [h.r] AS relations
FROM relation h
JOIN (VALUES
  ('mfa.session', 'act_as', 'mfa.fresh_act_as'),
  ('phishing_resistant.session', 'act_as', 'phishing_resistant.fresh_act_as'),
  ('phishing_resistant.session', 'mfa', 'phishing_resistant.fresh_mfa'),
  ('act_as.managed.session', 'act_as', 'act_as.managed'),
  ('act_as.managed.session', 'mfa', 'mfa.managed'),
  ('act_as.managed.session', 'phishing_resistant', 'top'),
  ('mfa.managed.session', 'act_as', 'mfa.managed.fresh_act_as'),
  ('mfa.managed.session', 'mfa', 'mfa.managed'),
  ('mfa.managed.session', 'phishing_resistant', 'top'),
  ('phishing_resistant.managed.session', 'act_as', 'phishing_resistant.managed.fresh_act_as'),
  ('phishing_resistant.managed.session', 'mfa', 'phishing_resistant.managed.fresh_mfa'),
  ('phishing_resistant.managed.session', 'phishing_resistant', 'top')
) p(minted, fresh, together) ON p.minted = h.gives
WHERE h.kind = 'HAS_CREDENTIAL'
