-- id: okta.everyone
-- provider: okta
-- title: Everyone with an account in an Okta organization
-- kind: population
-- reads: [ACCOUNT_OF]
-- nodes: [Application, User]
-- what: >
--   The people of an organization, each at the level he is signed in with. It opens nothing by itself: it is what a right
--   over "some account of ours" is joined with, such as the right to put any account into a group (okta.add-member).
-- references: ["https://developer.okta.com/docs/concepts/user-profiles/"]
SELECT o.id AS set_key, 'everyone in ' || coalesce(nullif(o.name, ''), o.id) AS set_name, 'member' AS side,
  a.source AS node,
  NULL AS level, a.observed = 'yes' AND coalesce(len(a.guards), 0) = 0 AS known
FROM node o
JOIN relation a ON a.kind = 'ACCOUNT_OF' AND a.target = o.n
JOIN node u ON u.n = a.source AND u.kind = 'User' AND u.provider = 'okta'
WHERE o.kind = 'Application' AND o.provider = 'okta' AND o.subtype = 'org'
