-- id: okta.org-users
-- provider: okta
-- title: All users of an Okta org
-- kind: target-set
-- reads: [ACCOUNT_OF]
-- nodes: [Application, User]
-- what: >
--   The users that an administrator of the whole org controls, fully signed in: their passwords can be reset, factors
--   enrolled for them, and policies changed.
-- references: ["https://help.okta.com/en-us/content/topics/security/administrators-super-admin.htm"]
WITH org AS (SELECT n, id, name FROM node WHERE kind = 'Application' AND provider = 'okta' AND subtype = 'org')
SELECT o.id AS set_key, 'all users of ' || coalesce(nullif(o.name, ''), o.id) AS set_name, 'enter' AS side,
  o.n AS node, 'admin' AS level
FROM org o
UNION ALL
SELECT o.id, 'all users of ' || coalesce(nullif(o.name, ''), o.id), 'member', a.source, 'top'
FROM org o JOIN relation a ON a.kind = 'ACCOUNT_OF' AND a.target = o.n
JOIN node u ON u.n = a.source AND u.kind = 'User'
