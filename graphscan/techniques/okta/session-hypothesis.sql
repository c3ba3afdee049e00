-- id: okta.session-hypothesis
-- provider: okta
-- title: Browser sessions that nobody lists
-- kind: hypothesis
-- reads: [ACCOUNT_OF, APPLIES_TO]
-- nodes: [User, Application, Control, Policy]
-- makes: session
-- what: >
--   No interface lists the sessions of an organization, and one of each of its users may be in a browser, in a file that
--   was sent to a vendor, or on sale. A session carries what was proven when it was minted and nothing fresh: at least
--   what the weakest rule of the organization's session policies asks for, possibly everything, on a managed device too.
--   Nobody is said to have one; ask what a stolen one opens with `graphscan blast`. Its name says how long it lasts at
--   most. Sessions of applications are credentials of their own. Leave it out with --without okta.session-hypothesis.
-- references:
--   - "https://attack.mitre.org/techniques/T1539/"
--   - "https://sec.okta.com/articles/2023/11/unauthorized-access-oktas-support-case-management-system-root-cause"
WITH org AS (
  SELECT n FROM node WHERE kind = 'Application' AND provider = 'okta' AND subtype = 'org'
), policy AS (
  SELECT a.target AS org, a.source AS n
  FROM relation a
  JOIN org o ON o.n = a.target
  JOIN node c ON c.n = a.source AND c.kind = 'Control' AND c.subtype = 'sign_on_policy'
  WHERE a.kind = 'APPLIES_TO' AND a.properties ->> '$.for' = 'session'
), rule AS (
  SELECT p.org, p.n AS policy, r.n,
    -- What it possibly asks for is less than what surely satisfies it.
    coalesce(r.properties ->> '$.may_need', r.properties ->> '$.needs', '') AS needs,
    TRY_CAST(r.properties ->> '$.session_lifetime_minutes' AS BIGINT) AS minutes
  FROM policy p
  JOIN relation a ON a.kind = 'APPLIES_TO' AND a.target = p.n
  JOIN node r ON r.n = a.source AND r.kind = 'Policy' AND r.subtype = 'sign_on_rule'
  WHERE coalesce(r.properties ->> '$.access', '') <> 'DENY'
), bound AS (
  SELECT org,
    min(CASE WHEN needs LIKE 'phishing_resistant%' OR needs = 'top' THEN 2 WHEN needs LIKE 'mfa%' THEN 1 ELSE 0 END)
      AS strength,
    -- 0 is no limit.
    CASE WHEN count(*) = count(minutes) AND min(minutes) > 0 THEN max(minutes) END AS minutes
  FROM rule GROUP BY org
), unread AS (
  SELECT org FROM policy WHERE n NOT IN (SELECT policy FROM rule)
), person AS (
  SELECT u.n, u.id, coalesce(nullif(u.name, ''), u.id) AS name, b.minutes,
    CASE WHEN a.target IN (SELECT org FROM unread) THEN 0 ELSE coalesce(b.strength, 0) END AS strength
  FROM relation a
  JOIN org o ON o.n = a.target
  JOIN node u ON u.n = a.source AND u.kind = 'User' AND u.provider = 'okta'
  LEFT JOIN bound b ON b.org = a.target
  -- Who was never activated has never signed in.
  WHERE a.kind = 'ACCOUNT_OF' AND coalesce(u.state, '') NOT IN ('staged', 'provisioned')
)
SELECT p.id AS set_key,
  'a browser session of ' || p.name || coalesce(' (at most ' || p.minutes || ' minutes)', '') AS set_name,
  'account' AS side, p.n AS node, v.level AS level, v.known AS known
FROM person p
CROSS JOIN (VALUES
  (0, 'act_as.session', true), (1, 'mfa.session', true), (2, 'phishing_resistant.session', true),
  (NULL, 'phishing_resistant.managed.session', false)
) v(strength, level, known)
WHERE v.strength IS NULL OR v.strength = p.strength
