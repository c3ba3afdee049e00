-- id: okta.directory-agent
-- provider: okta
-- title: Users whom a directory's agents sign in
-- kind: target-set
-- reads: [TRUSTS, ACCOUNT_OF]
-- nodes: [Application, User]
-- what: >
--   Where sign-in is delegated to Active Directory or LDAP, an agent in the company's network answers whether a password is
--   right. Whoever runs code on an agent's host, or holds the agent's token, reads the passwords as they are typed and
--   answers yes to any: he signs in as every user of that directory, with one factor. One set for each directory; where
--   several of one sort are connected and a user's record names none of them, each of them possibly signs the user in.
--   An agent for desktop sign-on (IWA) says who is there as well, and possibly for everybody of Active Directory.
-- references:
--   - "https://help.okta.com/en-us/content/topics/directory/ad-agent-main.htm"
--   - "https://attack.mitre.org/techniques/T1556/007/"
WITH pool AS (
  SELECT o.source AS org, g.id AS org_id, p.n, lower(coalesce(p.name, p.id)) AS name, o.observed = 'yes' AS sure,
    CASE WHEN p.properties ->> '$.type' = 'LDAP' THEN 'LDAP' ELSE 'ACTIVE_DIRECTORY' END AS provider,
    p.properties ->> '$.type' <> 'IWA' AS directory
  FROM relation o
  JOIN node g ON g.n = o.source AND g.provider = 'okta' AND g.subtype = 'org'
  JOIN node p ON p.n = o.target AND p.kind = 'Application' AND p.provider = 'okta'
    AND p.subtype IN ('directory', 'agent_pool') AND p.properties ->> '$.type' IN ('AD', 'LDAP', 'IWA')
  WHERE o.kind = 'TRUSTS'
), person AS (
  SELECT a.target AS org, u.n, u.properties ->> '$.credential_provider' AS provider,
    lower(u.properties ->> '$.credential_provider_name') AS name, a.observed = 'yes' AS known
  FROM relation a
  JOIN node u ON u.n = a.source AND u.kind = 'User' AND u.provider = 'okta'
  WHERE a.kind = 'ACCOUNT_OF'
), named AS (
  SELECT DISTINCT org, provider, name FROM pool WHERE directory
), alone AS (
  SELECT org, provider FROM named GROUP BY org, provider HAVING count(*) = 1
), set_of AS (
  -- A user is in one set: that of the directory his record names, or that of those whose directory nobody names.
  SELECT p.org, p.provider, coalesce(d.name, '') AS name, p.n, p.known
  FROM person p LEFT JOIN named d USING (org, provider, name)
)
SELECT p.org_id || ':' || p.provider || ':' || substr(md5(p.name), 1, 12) AS set_key, 'users of the directory ' || p.name AS set_name,
  'enter' AS side, p.n AS node, 'admin' AS level, p.sure AS known
FROM pool p
WHERE p.directory
UNION ALL
SELECT p.org_id || ':' || p.provider, 'users of some directory by ' || p.provider, 'enter', p.n, 'admin',
  p.sure AND p.directory AND (p.org, p.provider) IN (SELECT (org, provider) FROM alone)
FROM pool p
UNION ALL
SELECT g.id || ':' || s.provider || ':' || substr(md5(s.name), 1, 12), 'users of the directory ' || s.name, 'member', s.n, 'act_as', s.known
FROM set_of s JOIN node g ON g.n = s.org
WHERE s.name <> ''
UNION ALL
SELECT g.id || ':' || s.provider, 'users of some directory by ' || s.provider, 'member', s.n, 'act_as', s.known
FROM set_of s
JOIN node g ON g.n = s.org
WHERE s.name = '' AND (s.org, s.provider) IN (SELECT (org, provider) FROM pool)
