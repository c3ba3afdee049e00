-- id: atlassian.directory-accounts
-- provider: atlassian
-- title: Accounts that a user directory keeps
-- kind: target-set
-- reads: [TRUSTS, ACCOUNT_OF]
-- nodes: [Application, User, ServiceAccount]
-- makes: attacker_password
-- what: >
--   For each product that takes its accounts from a directory (Crowd, LDAP): the accounts of that directory, whose
--   passwords its administrator sets, those that administer the product too. Which accounts those are is what the
--   accounts say; one that says nothing is possibly of any directory of its product. A directory that is stated to be
--   read only for its own administrators is possible too.
-- references:
--   - "https://confluence.atlassian.com/crowd/managing-directories-34635777.html"
--   - "https://attack.mitre.org/techniques/T1098/"
WITH pair AS (
  SELECT t.source AS app, d.n, p.id AS app_id, d.id, coalesce(nullif(d.name, ''), d.id) AS name,
    coalesce(nullif(p.name, ''), p.id) AS product,
    t.observed = 'yes' AND coalesce(len(t.guards), 0) = 0
      AND (lower(d.properties ->> '$.writable') IN ('false', 'no')) IS NOT TRUE AS known
  FROM relation t
  JOIN node p ON p.n = t.source AND p.kind = 'Application' AND p.provider = 'atlassian'
  -- The product's own directory is administered in the product (atlassian.manageable-accounts).
  JOIN node d ON d.n = t.target AND d.kind = 'Application' AND d.subtype = 'directory'
    AND coalesce(lower(d.properties ->> '$.type'), '') <> 'internal'
  WHERE t.kind = 'TRUSTS'
), called AS (
  -- Accounts name their directory by its id or its name; '' is what those say that name none.
  SELECT *, unnest(list_distinct([lower(id), lower(name), lower(regexp_extract(id, '[^:]*$')), ''])) AS directory
  FROM pair
), sets AS (
  -- Of several directories that one name stands for, all lead to one set.
  SELECT app, directory, app_id || ':' || CASE WHEN directory = '' THEN 'any-directory' ELSE min(id) END AS set_key,
    'accounts of ' || min(product)
      || CASE WHEN directory = '' THEN ' of whatever directory' ELSE ' in ' || min(name) END AS set_name
  FROM called GROUP BY app, app_id, directory
), member AS (
  SELECT s.app, s.set_key, s.directory, a.source AS n, s.directory <> '' AND a.observed = 'yes' AS known
  FROM relation a
  JOIN node u ON u.n = a.source AND u.kind IN ('User', 'ServiceAccount')
  JOIN sets s ON s.app = a.target AND s.directory = lower(coalesce(u.properties ->> '$.directory', ''))
  WHERE a.kind = 'ACCOUNT_OF'
), used AS (
  SELECT * FROM sets WHERE set_key IN (SELECT set_key FROM member)
)
SELECT DISTINCT s.set_key, s.set_name, 'enter' AS side, c.n AS node, 'admin' AS level,
  c.known AND s.directory <> '' AS known
FROM used s JOIN called c ON c.app = s.app AND c.directory = s.directory
UNION ALL
SELECT DISTINCT set_key, set_name, 'member', app, NULL, true FROM used
UNION ALL
SELECT DISTINCT m.set_key, s.set_name, 'member', m.n, NULL, m.known
FROM member m JOIN used s ON s.app = m.app AND s.directory = m.directory
