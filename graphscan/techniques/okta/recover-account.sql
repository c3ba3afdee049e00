-- id: okta.recover-account
-- provider: okta
-- title: An attacker recovers an account through its mailbox, phone or app
-- attack: T1098
-- effort: 2
-- reads: [OWNED_BY, HAS_CREDENTIAL, APPLIES_TO]
-- nodes: [Content, User, Credential, Control, Policy]
-- what: >
--   Whoever reads a user's mailbox, or has the factor that a recovery code is sent to, asks for the password to be
--   reset and sets one of his own. Where a second step is asked for, another factor of that same user, or the answer
--   to the security question, is needed as well; an answer that nobody recorded may be guessed. Where the account
--   management policy decides, it is possible unless that asks for a factor that resists phishing. Which ways are
--   open is said by okta.recovered-passwords. Unlocking an account sets no password and opens nothing.
-- close: >
--   Recover with a factor that resists phishing, or not by oneself at all; ask for a second step that is not sent to
--   the same place.
-- references:
--   - "https://attack.mitre.org/techniques/T1098/"
--   - "https://help.okta.com/oie/en-us/content/topics/identity-engine/authenticators/configure-password.htm"
WITH method_of(factor_type, method) AS (
  VALUES ('email', 'email'), ('sms', 'sms'), ('call', 'voice'), ('push', 'push'), ('token:software:totp', 'otp')
), factor AS (
  SELECT h.source AS holder, h.target AS n, h.r, c.properties ->> '$.factor_type' AS factor_type, h.guards
  FROM relation h
  JOIN node c ON c.n = h.target AND c.subtype = 'factor' AND c.provider IS DISTINCT FROM 'derived'
  WHERE h.kind = 'HAS_CREDENTIAL'
), means AS (
  SELECT b.target AS holder, 'email' AS method, b.source AS n, 'read' AS level, b.r
  FROM relation b JOIN node m ON m.n = b.source AND m.kind = 'Content' AND m.subtype = 'mailbox'
  WHERE b.kind = 'OWNED_BY'
  UNION ALL
  SELECT f.holder, t.method, f.n, 'held', f.r FROM factor f JOIN method_of t USING (factor_type)
), way AS (
  SELECT h.source AS holder, h.target AS password, h.r, split_part(c.id, ':', -2) AS method,
    split_part(c.id, ':', -1) AS step
  FROM relation h
  JOIN node c ON c.n = h.target AND c.provider = 'derived' AND c.id LIKE 'derived:okta.recovered-passwords:%'
  WHERE h.kind = 'HAS_CREDENTIAL'
)
SELECT m.n AS source, m.level AS source_level, w.password AS target, 'held' AS target_level,
  NULL AS guards, [m.r, w.r] AS relations, false AS possible
FROM way w JOIN means m USING (holder, method)
WHERE w.step = 'alone'
UNION ALL
-- The second step asks for any other factor of that same user.
SELECT m.n, m.level, w.password, 'held', [{'n': f.n, 'level': 'held'}], [m.r, w.r, f.r], false
FROM way w
JOIN means m USING (holder, method)
JOIN factor f ON f.holder = w.holder AND f.n <> m.n AND f.factor_type <> 'question'
WHERE w.step = 'factor'
UNION ALL
SELECT m.n, m.level, w.password, 'held', CASE WHEN f.n IS NOT NULL THEN [{'n': f.n, 'level': 'held'}] END,
  [m.r, w.r, f.r], f.n IS NULL
FROM way w
JOIN means m USING (holder, method)
LEFT JOIN factor f ON f.holder = w.holder AND f.factor_type = 'question'
WHERE w.step = 'question'
UNION ALL
SELECT DISTINCT m.n, m.level, w.password, 'held', o.guards, list_concat([m.r, w.r], o.rules), true
FROM way w
JOIN means m USING (holder, method)
JOIN sign_on_class c ON c.principal = w.holder
JOIN sign_on_outcome o ON o.class = c.class AND o.part = 'recover'
WHERE w.step = 'policy' AND o.level NOT LIKE 'phishing_resistant%' AND o.level <> 'top'
