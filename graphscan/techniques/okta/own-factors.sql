-- id: okta.own-factors
-- provider: okta
-- title: Factors that an attacker may enrol as a user
-- kind: hypothesis
-- reads: [ACCOUNT_OF, APPLIES_TO]
-- negates: [MEMBER_OF, EFFECTIVE_MEMBER_OF]
-- nodes: [Application, User, Group, Policy, Control]
-- makes: factor
-- what: >
--   For each user a factor that nobody has seen: the one that an attacker adds to the account. What it gives follows
--   from the enrolment policy in force for the user, which is the first, by priority, whose people he is among; from
--   its rules; and from which of the authenticators that it allows are active. A key or FastPass resists phishing; a
--   phone or a one-time password gives MFA; nobody enrols a smart card or a directory's token by himself. Whether a
--   rule limited to networks or applications is met is not known. Where policies or memberships were not read,
--   everything is possible. Enrolling is what okta.enrol-factor does.
-- references:
--   - "https://help.okta.com/oie/en-us/content/topics/identity-engine/policies/about-mfa-enrollment-policies.htm"
--   - "https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Policy/"
WITH org AS (
  SELECT n FROM node WHERE kind = 'Application' AND provider = 'okta' AND subtype = 'org'
), standing AS (
  SELECT p.n AS policy, p.id, p.kind, p.properties, r.target AS org, r.observed = 'yes' AS known
  FROM relation r
  JOIN node p ON p.n = r.source AND p.provider = 'okta' AND p.subtype = 'enrolment_policy'
  SEMI JOIN org o ON o.n = r.target
  WHERE r.kind = 'APPLIES_TO'
), worth(key, level, sure) AS (
  VALUES
    ('webauthn', 'phishing_resistant', true), ('fido_webauthn', 'phishing_resistant', true),
    ('fido_u2f', 'phishing_resistant', true), ('okta_verify', 'mfa', true), ('okta_otp', 'mfa', true),
    ('okta_push', 'mfa', true), ('google_otp', 'mfa', true), ('phone_number', 'mfa', true), ('okta_sms', 'mfa', true),
    ('okta_call', 'mfa', true),
    -- With another vendor's account, an address that the profile holds, or an answer beside a password.
    ('duo', 'mfa', false), ('symantec_vip', 'mfa', false), ('custom_app', 'mfa', false), ('custom_otp', 'mfa', false),
    ('external_idp', 'mfa', false), ('onprem_mfa', 'mfa', false), ('okta_email', 'mfa', false),
    ('security_question', 'mfa', false), ('okta_question', 'mfa', false)
), helpless(key) AS (
  -- Handed out by an administrator, or no second factor at all.
  VALUES ('smart_card_idp'), ('yubikey_token'), ('rsa_token'), ('okta_password'), ('tac')
), authenticator AS (
  SELECT r.target AS org, a.properties ->> '$.key' AS key,
    a.state IS NOT DISTINCT FROM 'active'
      AND coalesce(a.properties ->> '$.allowed_for', 'any') IN ('any', 'sso') AS live,
    a.properties -> '$.methods' AS methods
  FROM relation r JOIN node a ON a.n = r.source AND a.subtype = 'authenticator' AND a.provider = 'okta'
  WHERE r.kind = 'APPLIES_TO'
), allowed AS (
  SELECT policy, org, unnest(json_extract_string(properties, '$.authenticators_allowed[*]')) AS key,
    true AS listed, true AS clear
  FROM standing WHERE kind = 'Policy'
  UNION
  -- A classic organization has factors and no authenticators.
  SELECT policy, org, unnest(json_extract_string(properties, '$.factors_allowed[*]')), false, true
  FROM standing WHERE kind = 'Policy'
  UNION
  SELECT policy, org, unnest(list_concat(json_extract_string(properties, '$.authenticators_unclear[*]'),
    json_extract_string(properties, '$.factors_unclear[*]'))), true, false
  FROM standing WHERE kind = 'Policy'
), enrollable AS (
  SELECT w.policy, w.org, coalesce(v.level, 'phishing_resistant') AS level,
    coalesce(v.sure, false) AND w.clear AND (NOT w.listed OR coalesce(a.live, false)) AS sure
  FROM allowed w
  LEFT JOIN authenticator a ON a.org = w.org AND a.key = w.key
  LEFT JOIN worth v ON v.key = w.key
  ANTI JOIN helpless h ON h.key = w.key
  WHERE NOT w.listed OR coalesce(a.live, true)
  UNION ALL
  -- FastPass is a method of Okta Verify; which methods are active may not have been read.
  SELECT w.policy, w.org, 'phishing_resistant', w.clear AND coalesce(a.live AND a.methods IS NOT NULL, false)
  FROM allowed w LEFT JOIN authenticator a ON a.org = w.org AND a.key = w.key
  WHERE w.key = 'okta_verify' AND w.listed AND coalesce(a.live, true)
    AND (a.methods IS NULL OR CAST(a.methods AS VARCHAR) LIKE '%"signed_nonce"%')
), rule AS (
  SELECT r.target AS policy, u.n, coalesce(TRY_CAST(u.properties ->> '$.priority' AS INTEGER), 1000000) AS priority,
    coalesce(u.properties ->> '$.enroll' IN ('LOGIN', 'CHALLENGE'), false) AS allows,
    coalesce(u.properties ->> '$.enroll', '') = 'NEVER' AS denies,
    coalesce(u.properties ->> '$.network', 'anywhere') = 'anywhere' AND u.properties ->> '$.apps' IS NULL
      AND u.properties ->> '$.undecidable' IS NULL AND r.observed = 'yes'
      AND u.n NOT IN (
        SELECT source FROM relation
        WHERE kind = 'APPLIES_TO' AND properties ->> '$.as' IN ('include', 'exclude')
      ) AS always
  FROM relation r JOIN node u ON u.n = r.source AND u.subtype = 'enrolment_rule'
  WHERE r.kind = 'APPLIES_TO'
), turn AS (
  SELECT policy, min(priority) FILTER (always) AS last FROM rule GROUP BY policy
), lets AS (
  SELECT policy, bool_and(r.allows) AND bool_or(r.always) AS sure, bool_or(NOT r.denies) AS maybe
  FROM rule r JOIN turn t USING (policy)
  WHERE t.last IS NULL OR r.priority <= t.last
  GROUP BY policy
), best AS (
  SELECT policy, org, bool_or(sure AND level = 'phishing_resistant') AS resists, bool_or(sure) AS mfa,
    bool_or(level = 'phishing_resistant') AS may_resist, true AS may_mfa
  FROM enrollable GROUP BY policy, org
), policy AS (
  SELECT s.policy, s.org, s.known, coalesce(l.sure AND e.resists, false) AS resists,
    coalesce(l.sure AND e.mfa, false) AS mfa,
    coalesce(l.maybe, true) AND coalesce(e.may_resist, false) AS may_resist,
    coalesce(l.maybe, true) AND coalesce(e.may_mfa, false) AS may_mfa,
    row_number() OVER (PARTITION BY s.org ORDER BY
      coalesce(TRY_CAST(s.properties ->> '$.priority' AS INTEGER), 1000000), s.id) AS turn
  FROM standing s
  LEFT JOIN lets l ON l.policy = s.policy
  LEFT JOIN best e ON e.policy = s.policy AND e.org = s.org
  WHERE s.kind = 'Policy'
), account AS (
  SELECT a.source AS n, a.target AS org, a.observed = 'yes' AND coalesce(len(a.guards), 0) = 0 AS known
  FROM relation a SEMI JOIN org o ON o.n = a.target
  JOIN node u ON u.n = a.source AND u.kind = 'User' AND u.provider = 'okta'
  WHERE a.kind = 'ACCOUNT_OF'
), people AS (
  SELECT r.source AS policy, r.target AS n, t.kind, r.properties ->> '$.as' AS side, r.observed = 'yes' AS known
  FROM relation r
  JOIN node t ON t.n = r.target AND t.kind IN ('Group', 'User')
  SEMI JOIN policy p ON p.policy = r.source
  WHERE r.kind = 'APPLIES_TO'
), was_read AS (
  SELECT n.n FROM node n JOIN coverage c ON c.scope = n.id
  WHERE c.relation = 'MEMBER_OF' AND c.state = 'complete' AND n.kind IN ('User', 'Group')
  UNION
  SELECT n.n FROM (SELECT n, unnest(sources) AS source FROM node WHERE kind IN ('User', 'Group')) n
  JOIN coverage c ON c.scope = '' AND c.source_instance = n.source
  WHERE c.relation = 'MEMBER_OF' AND c.state = 'complete'
), hit AS (
  SELECT p.policy, p.side, p.n, p.known FROM people p WHERE p.kind = 'User'
  UNION ALL
  SELECT p.policy, p.side, m.principal, p.known AND m.known
  FROM people p JOIN membership m ON m.grp = p.n WHERE p.kind = 'Group'
  UNION ALL
  -- Whoever may be in a group that was not read may be among its people.
  SELECT DISTINCT p.policy, p.side, a.n, false
  FROM people p ANTI JOIN was_read w ON w.n = p.n
  JOIN policy q ON q.policy = p.policy
  JOIN account a ON a.org = q.org AND a.n NOT IN (SELECT n FROM was_read)
  WHERE p.kind = 'Group'
  UNION ALL
  SELECT q.policy, 'include', a.n, true
  FROM policy q ANTI JOIN (SELECT policy FROM people WHERE side = 'include') i USING (policy)
  JOIN account a ON a.org = q.org
), matched AS (
  SELECT policy, n, coalesce(bool_or(known) FILTER (side = 'include'), false) AND bool_and(side = 'include') AS known
  FROM hit GROUP BY policy, n
  HAVING bool_or(side = 'include') AND NOT coalesce(bool_or(known) FILTER (side = 'exclude'), false)
), candidate AS (
  SELECT f.n, f.known AND p.known AS known, p.org, p.turn, p.resists, p.mfa, p.may_resist, p.may_mfa,
    min(CASE WHEN f.known AND p.known THEN p.turn END) OVER (PARTITION BY f.n, p.org) AS first
  FROM matched f JOIN policy p USING (policy)
), outcome AS (
  SELECT n, org, first IS NOT NULL AS decided, coalesce(bool_and(resists), false) AS resists,
    coalesce(bool_and(mfa), false) AS mfa, bool_or(may_resist) AS may_resist, bool_or(may_mfa) AS may_mfa
  FROM candidate WHERE first IS NULL OR turn <= first
  GROUP BY ALL
), gap AS (
  SELECT DISTINCT org FROM standing WHERE kind = 'Control'
), result AS (
  SELECT a.n, a.org, a.known AND coalesce(o.decided, false) AND g.org IS NULL AS decided,
    coalesce(o.resists, false) AS resists, coalesce(o.mfa, false) AS mfa,
    coalesce(o.may_resist, false) OR g.org IS NOT NULL AS may_resist,
    coalesce(o.may_mfa, false) OR g.org IS NOT NULL AS may_mfa
  FROM account a
  LEFT JOIN outcome o ON o.n = a.n AND o.org = a.org
  LEFT JOIN gap g ON g.org = a.org
), given AS (
  SELECT n, 'phishing_resistant' AS level, decided AND resists AS known FROM result WHERE may_resist
  UNION ALL
  SELECT n, 'mfa', decided AND mfa FROM result
  WHERE may_mfa AND NOT (decided AND resists) AND (NOT may_resist OR decided AND mfa)
)
SELECT u.id AS set_key, 'factor enrolled by an attacker for ' || coalesce(u.name, u.id) AS set_name, 'account' AS side,
  u.n AS node, g.level AS level, g.known AS known
FROM given g JOIN node u ON u.n = g.n
