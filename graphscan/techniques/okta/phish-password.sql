-- id: okta.phish-password
-- provider: okta
-- title: A user types the password into a page of the attacker's
-- attack: T1566.002
-- effort: 2
-- reads: [APPLIES_TO]
-- nodes: [Control, Application, Scope]
-- what: >
--   A page that looks like the organization's own asks for the password and passes it on. Nothing configured prevents
--   it: that users resist phishing is a circumstance, and this is what happens where it does not hold. Which users
--   can be phished is a set of its own (okta.phishable-users); what their factors add then is generic.relay-factor.
-- close: >
--   Ask for a factor that resists phishing before every application, and at enrolment; let nobody sign in with a
--   password.
-- references:
--   - "https://attack.mitre.org/techniques/T1566/002/"
--   - "https://sec.okta.com/articles/2022/08/detecting-scatter-swine-insights-relentless-phishing-campaign"
SELECT
  p.source AS source, 'defeated' AS source_level,
  s.n AS target, 'held' AS target_level,
  p.guards, [p.r] AS relations
FROM relation p
JOIN node c ON c.n = p.source AND c.kind = 'Control' AND c.properties ->> '$.circumstance' = 'phishing'
JOIN node o ON o.n = p.target AND o.kind = 'Application' AND o.provider = 'okta' AND o.subtype = 'org'
JOIN node s ON s.id = 'derived:okta.phishable-users:' || o.id
WHERE p.kind = 'APPLIES_TO'
