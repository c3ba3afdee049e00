-- id: okta.passwordless
-- provider: okta
-- title: A factor alone begins a session
-- attack: T1078.004
-- effort: 1
-- reads: [HAS_CREDENTIAL, APPLIES_TO]
-- nodes: [Credential, User, Control, Policy]
-- what: >
--   Where the global session policy lets a session begin with any factor that the application asks for, whoever holds
--   a person's factor signs in as that person without the password, to what asks for one factor. The factor is not
--   then a second one: what asks for two kinds stays closed as far as is known. Possibly it counts as proven now, and
--   a key or FastPass unlocked by a fingerprint as both.
-- close: Ask for the password to begin a session, or for factors that resist phishing and verify the user.
-- references:
--   - "https://attack.mitre.org/techniques/T1078/004/"
--   - "https://help.okta.com/oie/en-us/content/topics/identity-engine/policies/about-global-session-policy.htm"
WITH any_factor AS (
  SELECT list(r.r) AS rules
  FROM relation r
  JOIN node u ON u.n = r.source AND u.subtype = 'sign_on_rule' AND u.properties ->> '$.any_factor' = 'true'
  WHERE r.kind = 'APPLIES_TO'
), free AS (
  SELECT w.class, w.guards, w.known, w.rules
  FROM sign_on_outcome w CROSS JOIN any_factor a
  WHERE w.part = 'session' AND w.level = 'act_as.session' AND len(w.rules) > 0 AND list_has_all(a.rules, w.rules)
), factor AS (
  SELECT h.source AS holder, h.target AS n, h.needs, h.guards, h.r
  FROM relation h
  JOIN node f ON f.n = h.target AND f.provider = 'okta' AND f.subtype = 'factor'
    AND coalesce(f.properties ->> '$.factor_type', '') <> 'question'
  WHERE h.kind = 'HAS_CREDENTIAL'
)
SELECT f.n AS source, f.needs AS source_level, f.holder AS target, v.level AS target_level,
  list_concat(coalesce(f.guards, []), coalesce(w.guards, [])) AS guards, list_append(w.rules, f.r) AS relations,
  v.possible OR NOT w.known AS possible
FROM factor f
JOIN sign_on_class c ON c.principal = f.holder
JOIN free w ON w.class = c.class
CROSS JOIN (VALUES ('act_as.session', false), ('act_as', true)) v(level, possible)
