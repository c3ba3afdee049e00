-- id: atlassian.directory-admin
-- provider: atlassian
-- title: Who administers a directory signs in as its accounts
-- attack: T1098
-- effort: 2
-- reads: [SCOPED_TO, RUNS_ON]
-- nodes: [Scope, Credential, User, ServiceAccount, Application, Host, Control]
-- what: >
--   Jira, Confluence and Bitbucket take the word of Crowd or an LDAP directory for who has signed in. Who administers
--   the directory sets the password of any account in it, a system administrator's too, and signs in with it where a
--   local password is taken at all; who runs code on the directory's machine administers it.
-- close: >
--   Treat the directory's administrators and machine as those of every product behind it, and let single sign-on
--   alone in.
-- references:
--   - "https://attack.mitre.org/techniques/T1098/"
--   - "https://confluence.atlassian.com/crowd/managing-directories-34635777.html"
WITH made AS (
  SELECT e.source AS s, e.target AS c, e.r
  FROM relation e
  JOIN node s ON s.n = e.source AND s.provider = 'derived' AND s.id LIKE 'derived:atlassian.directory-accounts:%'
  JOIN node c ON c.n = e.target AND c.kind = 'Credential'
  WHERE e.kind = 'SCOPED_TO'
), door AS (
  SELECT m.*, p.n AS app, l.n AS control
  FROM made m
  JOIN relation e ON e.kind = 'SCOPED_TO' AND e.source = m.s
  JOIN node p ON p.n = e.target AND p.kind = 'Application'
  LEFT JOIN node l ON l.kind = 'Control' AND l.id = regexp_replace(p.id, 'app$', 'local-login-disabled')
)
SELECT r.target AS source, 'exec' AS source_level, d.n AS target, 'admin' AS target_level, r.guards AS guards,
  [r.r] AS relations, false AS possible
FROM relation r
JOIN node d ON d.n = r.source AND d.kind = 'Application' AND d.subtype = 'directory'
JOIN node h ON h.n = r.target AND h.kind = 'Host'
WHERE r.kind = 'RUNS_ON'
UNION ALL
SELECT s, 'held', c, 'held', NULL, [r], false
FROM made
UNION ALL
SELECT d.c, 'held', u.n, 'act_as',
  list_concat([{'n': d.app, 'level': 'reachable'}],
    CASE WHEN d.control IS NOT NULL THEN [{'n': d.control, 'level': 'defeated'}] ELSE [] END),
  [e.r], d.control IS NULL
FROM door d
JOIN relation e ON e.kind = 'SCOPED_TO' AND e.source = d.s
JOIN node u ON u.n = e.target AND u.kind IN ('User', 'ServiceAccount')
