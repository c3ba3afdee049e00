-- id: okta.without-factors
-- provider: okta
-- title: Users of an Okta organization without a factor, or of whom that is not known
-- kind: target-set
-- reads: [ACCOUNT_OF, HAS_CREDENTIAL]
-- negates: [INSTANCE_OF]
-- nodes: [Application, User, Credential]
-- what: >
--   Two sets for each organization. A user without any factor enrols the first one with the password alone
--   (okta.enrol-factor). Of a user whose factors were not read (they take one request a user) nobody can say that he
--   has none, nor that he has none that can be passed on to an attacker (okta.relay-unread-factor). A security
--   question, and a factor whose state nobody knows, may or may not count. A set lists its users.
-- references: ["https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserFactor/"]
WITH org AS (
  SELECT n, id, coalesce(name, id) AS name FROM node
  WHERE kind = 'Application' AND provider = 'okta' AND subtype = 'org'
), account AS (
  SELECT o.id, o.name, u.n, a.observed = 'yes' AND coalesce(len(a.guards), 0) = 0 AS known
  FROM org o
  JOIN relation a ON a.kind = 'ACCOUNT_OF' AND a.target = o.n
  JOIN node u ON u.n = a.source AND u.kind = 'User' AND u.provider = 'okta'
), stated AS (
  -- What a source says of a user comes before what it says of everything.
  SELECT u.n, c.source_instance, bool_or(c.state = 'complete') AS complete
  FROM node u JOIN coverage c ON c.scope = u.id
  WHERE u.kind = 'User' AND c.relation = 'INSTANCE_OF'
  GROUP BY ALL
), wide AS (
  SELECT u.n, c.source_instance
  FROM (SELECT n, unnest(sources) AS source FROM node WHERE kind = 'User') u
  JOIN coverage c ON c.scope = '' AND c.source_instance = u.source
  WHERE c.relation = 'INSTANCE_OF' AND c.state = 'complete'
), was_read AS (
  SELECT n FROM stated WHERE complete
  UNION
  SELECT n FROM wide ANTI JOIN stated USING (n, source_instance)
), factor AS (
  SELECT h.source AS n, bool_or(h.observed = 'yes') AS known
  FROM relation h JOIN node c ON c.n = h.target AND c.kind = 'Credential' AND c.subtype = 'factor'
  WHERE h.kind = 'HAS_CREDENTIAL' AND c.provider IS DISTINCT FROM 'derived'
  GROUP BY h.source
)
SELECT a.id || ':none' AS set_key, 'users of ' || a.name || ' without a factor' AS set_name, 'member' AS side,
  a.n AS node, NULL AS level, a.known AND f.n IS NULL AS known
FROM account a
SEMI JOIN was_read w ON w.n = a.n
LEFT JOIN factor f ON f.n = a.n
WHERE NOT coalesce(f.known, false)
UNION ALL
SELECT a.id || ':unread', 'users of ' || a.name || ' whose factors were not read', 'member', a.n, NULL, false
FROM account a
ANTI JOIN was_read w ON w.n = a.n
