-- id: atlassian.manageable-accounts
-- provider: atlassian
-- title: Accounts that a product's administrator takes over
-- kind: target-set
-- reads: [ACCOUNT_OF, TRUSTS]
-- negates: [ASSIGNED_TO, MEMBER_OF]
-- nodes: [Application, User, ServiceAccount, Group]
-- makes: [attacker_password, attacker_token]
-- what: >
--   For Jira, Confluence and Bitbucket Data Center: the accounts whose password an administrator sets, and in
--   Bitbucket those that he gives a token or key. Accounts that administer the system, directly or through groups in
--   groups, are kept from whoever only administers the product; that an account does not is known only where the
--   product's global permissions and the members of those groups were read completely. A password is set only in a
--   directory that the product may write to, and known to be where the account says which that is. Accounts of the
--   cloud belong to an organization (atlassian.managed-accounts).
-- references:
--   - "https://developer.atlassian.com/server/bitbucket/reference/api-changelog/"
--   - "https://confluence.atlassian.com/adminjiraserver/managing-global-permissions-938847142.html"
WITH RECURSIVE app AS (
  SELECT n, id, subtype, sources, coalesce(nullif(name, ''), id) AS name FROM node
  WHERE kind = 'Application' AND provider = 'atlassian' AND subtype IN ('jira', 'confluence', 'bitbucket')
    AND coalesce(lower(properties ->> '$.form'), '') <> 'cloud'
    AND n NOT IN (SELECT a.target FROM relation a JOIN node u ON u.n = a.source
      WHERE a.kind = 'ACCOUNT_OF' AND contains(u.id, 'atlassian:account:'))
), account AS (
  SELECT p.n AS app, u.n, a.observed = 'yes' AS known, coalesce(u.properties ->> '$.directory', '') AS directory
  FROM relation a
  JOIN app p ON p.n = a.target
  JOIN node u ON u.n = a.source AND u.kind IN ('User', 'ServiceAccount')
  WHERE a.kind = 'ACCOUNT_OF'
), held AS (
  SELECT a.target AS app, a.source AS n, a.observed = 'yes' AS known
  FROM relation a JOIN app p ON p.n = a.target
  WHERE a.kind = 'ASSIGNED_TO' AND a.gives = 'system'
  UNION
  SELECT h.app, m.source, h.known AND m.observed = 'yes' AND coalesce(len(m.guards), 0) = 0
  FROM held h JOIN relation m ON m.kind = 'MEMBER_OF' AND m.target = h.n
), holder AS (
  SELECT app, n, bool_or(known) AS known FROM held GROUP BY app, n
), question AS (
  SELECT n AS app, n, id, sources, 'ASSIGNED_TO' AS relation FROM app
  UNION ALL
  SELECT h.app, g.n, g.id, g.sources, 'MEMBER_OF' FROM holder h JOIN node g ON g.n = h.n AND g.kind = 'Group'
), stated AS (
  -- What a source says of a product or group itself comes before what it says of everything.
  SELECT k.n, k.relation, c.source_instance, bool_or(c.state = 'complete') AS complete
  FROM (SELECT DISTINCT n, id, relation FROM question) k
  JOIN coverage c ON c.scope = k.id AND c.relation = k.relation
  GROUP BY ALL
), whole AS (
  SELECT source_instance, relation FROM coverage
  WHERE coalesce(scope, '') = '' AND relation IN ('ASSIGNED_TO', 'MEMBER_OF')
  GROUP BY ALL HAVING bool_and(state = 'complete')
), was_read AS (
  SELECT n, relation FROM stated WHERE complete
  UNION
  SELECT k.n, k.relation
  FROM (SELECT DISTINCT n, relation, unnest(sources) AS source_instance FROM question) k
  SEMI JOIN whole USING (source_instance, relation)
  ANTI JOIN stated USING (n, relation, source_instance)
), unsure AS (
  SELECT DISTINCT k.app FROM question k ANTI JOIN was_read w ON w.n = k.n AND w.relation = k.relation
), directory AS (
  SELECT t.source AS app, lower(unnest([d.id, coalesce(d.name, d.id), regexp_extract(d.id, '[^:]*$')])) AS called,
    coalesce(lower(coalesce(t.properties ->> '$.writable', d.properties ->> '$.writable')),
      CASE WHEN lower(d.properties ->> '$.type') LIKE '%internal%' THEN 'true' END, '') AS writable
  FROM relation t
  JOIN app p ON p.n = t.source
  JOIN node d ON d.n = t.target AND d.kind = 'Application' AND d.subtype = 'directory'
  WHERE t.kind = 'TRUSTS' AND t.observed = 'yes'
), kept AS (
  SELECT app, called, bool_or(writable IN ('true', 'yes')) AS open, bool_and(writable IN ('false', 'no')) AS shut
  FROM directory GROUP BY app, called
), target AS (
  SELECT a.app, a.n, a.known, w.what,
    w.what = 'token' OR coalesce(k.open, contains(lower(a.directory), 'internal')) AS settable,
    h.n IS NOT NULL AND h.known AS system, h.n IS NOT NULL OR u.app IS NOT NULL AS perhaps
  FROM account a
  JOIN app p ON p.n = a.app
  JOIN (VALUES ('password'), ('token')) w(what) ON w.what = 'password' OR p.subtype = 'bitbucket'
  LEFT JOIN kept k ON k.app = a.app AND k.called = lower(a.directory)
  LEFT JOIN holder h ON h.app = a.app AND h.n = a.n
  LEFT JOIN unsure u ON u.app = a.app
  WHERE w.what = 'token' OR NOT coalesce(k.shut, false)
), member AS (
  -- Who administers the system takes over everybody; what whoever administers the product takes is not said again.
  SELECT app, n, what, 'system' AS rights, known AND settable AS known FROM target WHERE perhaps
  UNION ALL
  SELECT app, n, what, 'admin', known AND settable AND NOT perhaps FROM target WHERE NOT system
), chosen AS (
  SELECT DISTINCT p.n AS app, p.id || ':' || m.rights || ':' || m.what AS set_key, m.rights, m.what,
    'accounts of ' || p.name || ' whose ' || m.what || CASE WHEN m.rights = 'admin' THEN ' an administrator sets'
      ELSE ' a system administrator sets' END AS set_name
  FROM member m JOIN app p ON p.n = m.app
)
SELECT set_key, set_name, 'enter' AS side, app AS node, rights AS level, true AS known, 'attacker_' || what AS makes
FROM chosen
UNION ALL
SELECT set_key, set_name, 'member', app, NULL, true, NULL FROM chosen
UNION ALL
SELECT c.set_key, c.set_name, 'member', m.n, NULL, m.known, NULL
FROM member m JOIN chosen c ON c.app = m.app AND c.rights = m.rights AND c.what = m.what
