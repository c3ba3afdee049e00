-- id: okta.recovered-passwords
-- provider: okta
-- title: Passwords that an attacker may set by self-service recovery
-- kind: hypothesis
-- reads: [ACCOUNT_OF, APPLIES_TO, HAS_CREDENTIAL, OWNED_BY]
-- negates: [MEMBER_OF, EFFECTIVE_MEMBER_OF]
-- nodes: [Application, User, Group, Policy, Control, Content, Credential]
-- makes: attacker_password
-- what: >
--   For each user and each way of recovery for which something of his is known (a mailbox, a factor), the password
--   that an attacker sets with it. Which ways there are follows from the password policy in force for the user, which
--   is the first, by priority, whose people and password store are his, and from its rules: methods, a second step,
--   or what the account management policy asks. A rule limited to networks is possibly met. Where policies or
--   memberships were not read, every way is possible. Recovering is what okta.recover-account does.
-- references:
--   - "https://help.okta.com/oie/en-us/content/topics/identity-engine/authenticators/configure-password.htm"
--   - "https://developer.okta.com/docs/guides/okta-account-management-policy/main/"
WITH org AS (
  SELECT n FROM node WHERE kind = 'Application' AND provider = 'okta' AND subtype = 'org'
), standing AS (
  SELECT p.n AS policy, p.id, p.kind, p.properties, r.target AS org, r.observed = 'yes' AS known
  FROM relation r
  JOIN node p ON p.n = r.source AND p.provider = 'okta' AND p.subtype = 'password_policy'
  SEMI JOIN org o ON o.n = r.target
  WHERE r.kind = 'APPLIES_TO'
), method_of(factor_type, method) AS (
  VALUES ('email', 'email'), ('sms', 'sms'), ('call', 'voice'), ('push', 'push'), ('token:software:totp', 'otp')
), means AS (
  SELECT b.target AS n, 'email' AS method
  FROM relation b JOIN node m ON m.n = b.source AND m.kind = 'Content' AND m.subtype = 'mailbox'
  WHERE b.kind = 'OWNED_BY'
  UNION
  SELECT h.source, t.method
  FROM relation h
  JOIN node c ON c.n = h.target AND c.subtype = 'factor' AND c.provider IS DISTINCT FROM 'derived'
  JOIN method_of t ON t.factor_type = c.properties ->> '$.factor_type'
  WHERE h.kind = 'HAS_CREDENTIAL'
), store AS (
  SELECT h.source AS n, bool_or(h.observed = 'yes') AS known
  FROM relation h JOIN node c ON c.n = h.target AND c.subtype = 'password'
  WHERE h.kind = 'HAS_CREDENTIAL'
  GROUP BY h.source
), account AS (
  SELECT a.source AS n, a.target AS org, upper(coalesce(u.properties ->> '$.credential_provider', '')) AS kept_by,
    a.observed = 'yes' AND coalesce(len(a.guards), 0) = 0 AND coalesce(s.known, false) AS known
  FROM relation a SEMI JOIN org o ON o.n = a.target
  JOIN node u ON u.n = a.source AND u.kind = 'User' AND u.provider = 'okta'
  SEMI JOIN means e ON e.n = a.source
  LEFT JOIN store s ON s.n = a.source
  WHERE a.kind = 'ACCOUNT_OF'
    AND (s.n IS NOT NULL
      OR upper(coalesce(u.properties ->> '$.credential_provider', '')) NOT IN ('OKTA', 'FEDERATION', 'SOCIAL'))
), rule AS (
  SELECT r.target AS policy, u.n, coalesce(TRY_CAST(u.properties ->> '$.priority' AS INTEGER), 1000000) AS priority,
    u.properties AS said, p.properties AS whole,
    coalesce(u.properties ->> '$.password_reset', '') AS reset,
    coalesce(u.properties ->> '$.network', 'anywhere') = 'anywhere' AND u.properties ->> '$.undecidable' IS NULL
      AND r.observed = 'yes'
      AND u.n NOT IN (
        SELECT source FROM relation
        WHERE kind = 'APPLIES_TO' AND properties ->> '$.as' IN ('include', 'exclude')
      ) AS always
  FROM relation r
  JOIN node u ON u.n = r.source AND u.subtype = 'password_rule'
  JOIN node p ON p.n = r.target
  WHERE r.kind = 'APPLIES_TO'
), turn AS (
  SELECT policy, min(priority) FILTER (always) AS last FROM rule GROUP BY policy
), considered AS (
  SELECT r.*, t.last IS NOT NULL AND r.reset IN ('ALLOW', 'DENY') AS sure
  FROM rule r JOIN turn t USING (policy) WHERE t.last IS NULL OR r.priority <= t.last
), way AS (
  SELECT policy, n, sure, unnest(CASE WHEN len(named) > 0 THEN named ELSE list_filter([
      CASE WHEN coalesce(whole ->> '$.recovery_email', '') = 'ACTIVE' THEN 'email' END,
      CASE WHEN coalesce(whole ->> '$.recovery_sms', '') = 'ACTIVE' THEN 'sms' END,
      CASE WHEN coalesce(whole ->> '$.recovery_call', '') = 'ACTIVE' THEN 'voice' END,
      CASE WHEN coalesce(whole ->> '$.recovery_push', '') = 'ACTIVE' THEN 'push' END
    ], lambda m: m IS NOT NULL) END) AS method, step
  FROM (
    SELECT *, json_extract_string(said, '$.reset_methods[*]') AS named, CASE
      WHEN said ->> '$.access_control' = 'AUTH_POLICY' THEN 'policy'
      WHEN said ->> '$.reset_step_up' = 'false' THEN 'alone'
      WHEN said ->> '$.reset_step_up' = 'true' AND said ->> '$.step_up_methods' IS NULL THEN 'factor'
      WHEN said ->> '$.reset_step_up' = 'true' OR coalesce(whole ->> '$.recovery_question', '') = 'ACTIVE'
        THEN 'question'
      ELSE 'alone'
    END AS step
    FROM considered WHERE reset <> 'DENY'
  )
), offered AS (
  SELECT w.policy, w.method, w.step, bool_and(w.sure) AND count(DISTINCT w.n) = any_value(c.rules) AS sure
  FROM way w
  JOIN (SELECT policy, count(*) AS rules FROM considered GROUP BY policy) c USING (policy)
  GROUP BY w.policy, w.method, w.step
  UNION ALL
  -- Rules that were not read may be any.
  SELECT s.policy, m.method, 'alone', false
  FROM standing s ANTI JOIN rule r ON r.policy = s.policy
  CROSS JOIN (SELECT method FROM method_of WHERE method <> 'otp') m
  WHERE s.kind = 'Policy'
), policy AS (
  SELECT s.policy, s.org, s.known, coalesce(upper(s.properties ->> '$.provider'), 'ANY') AS keeps,
    row_number() OVER (PARTITION BY s.org ORDER BY
      coalesce(TRY_CAST(s.properties ->> '$.priority' AS INTEGER), 1000000), s.id) AS turn
  FROM standing s WHERE s.kind = 'Policy'
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
  SELECT f.n, p.org, p.policy, p.turn,
    min(CASE WHEN f.known AND p.known AND (p.keeps = 'ANY' OR a.kept_by <> '') THEN p.turn END)
      OVER (PARTITION BY f.n, p.org) AS first
  FROM matched f
  JOIN policy p USING (policy)
  JOIN account a ON a.n = f.n AND a.org = p.org
  WHERE p.keeps = 'ANY' OR a.kept_by IN ('', p.keeps)
), chosen AS (
  SELECT n, org, policy, first IS NOT NULL AS decided, count(*) OVER (PARTITION BY n, org) AS policies
  FROM candidate WHERE first IS NULL OR turn <= first
), gap AS (
  SELECT DISTINCT org FROM standing WHERE kind = 'Control'
), given AS (
  SELECT c.n, c.org, o.method, o.step,
    bool_and(c.decided AND o.sure) AND count(*) = any_value(c.policies) AND o.step <> 'policy' AS known
  FROM chosen c JOIN offered o USING (policy)
  GROUP BY c.n, c.org, o.method, o.step
  UNION ALL
  SELECT a.n, a.org, m.method, 'alone', false
  FROM account a SEMI JOIN gap g ON g.org = a.org CROSS JOIN (SELECT method FROM method_of WHERE method <> 'otp') m
)
SELECT u.id || ':' || g.method || ':' || g.step AS set_key,
  'password set by an attacker for ' || coalesce(u.name, u.id) || ', by ' || g.method AS set_name, 'account' AS side,
  u.n AS node, 'act_as' AS level, bool_or(g.known AND a.known AND p.org IS NULL) AS known
FROM given g
JOIN account a ON a.n = g.n AND a.org = g.org
SEMI JOIN means e ON e.n = g.n AND e.method = g.method
JOIN node u ON u.n = g.n
LEFT JOIN gap p ON p.org = g.org
GROUP BY ALL
