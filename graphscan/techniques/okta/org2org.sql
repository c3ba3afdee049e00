-- id: okta.org2org
-- provider: okta
-- title: An administrator of one organization writes to people of another
-- attack: T1098
-- effort: 2
-- reads: [CONTAINS, INSTALLED_IN, SIGNS_IN_AS, ACCOUNT_OF]
-- nodes: [Application, Scope]
-- what: >
--   Where one Okta organization makes and changes users of another (Org2Org), who manages that application writes to the
--   users it is linked to there: he sets their passwords where passwords are pushed, and moves them between groups where
--   groups are. No sign-in to the first organization is needed. What a change of profile alone is good for is not known,
--   nor is what a connection that is switched off writes once he has switched it on.
-- close: >
--   Treat administrators of the application as administrators of the other organization; push no passwords, and let the
--   connection's token there belong to a narrow role.
-- references:
--   - "https://help.okta.com/en-us/content/topics/provisioning/org2org/org2org-intg.htm"
--   - "https://attack.mitre.org/techniques/T1098/"
WITH account AS (
  -- One account in the other organization is enough: all of them are one set.
  SELECT s.via AS app, o.n AS org, min(s.r) AS r, min(a.r) AS account
  FROM relation s
  JOIN relation a ON a.kind = 'ACCOUNT_OF' AND a.source = s.target
  JOIN node o ON o.n = a.target AND o.provider = 'okta' AND o.subtype = 'org'
  WHERE s.kind = 'SIGNS_IN_AS'
  GROUP BY s.via, o.n
)
SELECT
  p.n AS source, 'admin' AS source_level,
  s.n AS target, 'held' AS target_level,
  [i.r, c.r, b.r, b.account] AS relations,
  -- Where people's own passwords are sent, the one that arrives is that of an account of his.
  -- One that is switched off, the application's administrator may switch on.
  coalesce(p.properties ->> '$.password_kind', 'no') <> 'okta' OR coalesce(p.properties ->> '$.status', '') = 'DISABLED'
    AS possible
FROM node p
JOIN relation i ON i.kind = 'INSTALLED_IN' AND i.source = p.n
JOIN node t ON t.n = i.target AND t.provider = 'okta' AND t.subtype = 'okta_org2org'
JOIN account b ON b.app = t.n
-- The organization that is written to is the one whose users the application signs people in as.
JOIN relation c ON c.kind = 'CONTAINS' AND c.target = p.n AND c.source = b.org
JOIN node s ON s.id = 'derived:okta.app-accounts:' || t.id
WHERE p.kind = 'Application' AND p.provider = 'okta' AND p.subtype = 'provisioning'
