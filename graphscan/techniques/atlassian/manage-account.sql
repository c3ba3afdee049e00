-- id: atlassian.manage-account
-- provider: atlassian
-- title: An administrator takes over an account of his product
-- attack: T1098
-- effort: 1
-- reads: [SCOPED_TO]
-- nodes: [Scope, Credential, User, ServiceAccount, Application, Control]
-- what: >
--   An administrator of Jira, Confluence or Bitbucket Data Center sets the password of an account in a directory that
--   the product writes to, and signs in with it where a local password is taken at all. In Bitbucket he gives it a
--   token or key as well, which no single sign-on stands before and which administers no instance. Accounts that
--   administer the system are kept from him (atlassian.manageable-accounts says whose are not). What he has set stays
--   when his right is gone.
-- close: >
--   Give few the right to administer, keep accounts in a directory that the product only reads, let single sign-on
--   alone in, and alert on passwords and keys that an administrator sets.
-- references:
--   - "https://attack.mitre.org/techniques/T1098/"
--   - "https://confluence.atlassian.com/bitbucketserver/global-permissions-776640369.html"
WITH made AS (
  SELECT e.source AS s, e.target AS c, e.r, c.subtype = 'attacker_password' AS password
  FROM relation e
  JOIN node s ON s.n = e.source AND s.provider = 'derived' AND s.id LIKE 'derived:atlassian.manageable-accounts:%'
  JOIN node c ON c.n = e.target AND c.kind = 'Credential'
  WHERE e.kind = 'SCOPED_TO'
), door AS (
  SELECT m.*, p.n AS app, l.n AS control
  FROM made m
  JOIN relation e ON e.kind = 'SCOPED_TO' AND e.source = m.s
  JOIN node p ON p.n = e.target AND p.kind = 'Application'
  LEFT JOIN node l ON l.kind = 'Control' AND l.id = regexp_replace(p.id, 'app$', 'local-login-disabled')
)
SELECT s AS source, 'held' AS source_level, c AS target, 'held' AS target_level,
  []::STRUCT(n INTEGER, level VARCHAR)[] AS guards, [r] AS relations, false AS possible
FROM made
UNION ALL
SELECT d.c, 'held', u.n, CASE WHEN d.password THEN 'act_as' ELSE 'api_admin' END,
  list_concat([{'n': d.app, 'level': 'reachable'}],
    CASE WHEN d.password AND d.control IS NOT NULL THEN [{'n': d.control, 'level': 'defeated'}] ELSE [] END),
  [e.r],
  -- Whether a password signs in beside single sign-on nobody says.
  d.password AND d.control IS NULL
FROM door d
JOIN relation e ON e.kind = 'SCOPED_TO' AND e.source = d.s
JOIN node u ON u.n = e.target AND u.kind IN ('User', 'ServiceAccount')
