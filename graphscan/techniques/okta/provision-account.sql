-- id: okta.provision-account
-- provider: okta
-- title: An application's administrator has an account made in the product behind it
-- attack: T1136.003
-- effort: 2
-- reads: [SCOPED_TO]
-- nodes: [Scope, Credential, Application]
-- what: >
--   Who manages an application that makes accounts assigns one of his own to it, with the attributes he likes, and has the
--   account it makes in the product. It stays when the right is gone. What the product lets it do follows from the
--   attributes and groups that it is made with: use is known, administration possible.
-- close: >
--   Limit application administrators, keep roles out of what is pushed, and look in the product for accounts that nobody
--   asked for.
-- references:
--   - "https://attack.mitre.org/techniques/T1136/003/"
--   - "https://help.okta.com/en-us/content/topics/provisioning/lcm/lcm-provision-application.htm"
WITH made AS (
  SELECT e.source AS s, e.target AS c, e.r
  FROM relation e
  JOIN node s ON s.n = e.source AND s.provider = 'derived' AND s.id LIKE 'derived:okta.makeable-accounts:%'
  JOIN node c ON c.n = e.target AND c.kind = 'Credential'
  WHERE e.kind = 'SCOPED_TO'
)
SELECT s AS source, 'held' AS source_level, c AS target, 'held' AS target_level,
  []::STRUCT(n INTEGER, level VARCHAR)[] AS guards, [r] AS relations, false AS possible
FROM made
UNION ALL
SELECT m.c, 'held', t.n, v.level, [{'n': t.n, 'level': 'reachable'}], [e.r], v.possible
FROM made m
JOIN relation e ON e.kind = 'SCOPED_TO' AND e.source = m.s
JOIN node t ON t.n = e.target AND t.kind = 'Application'
CROSS JOIN (VALUES ('login', false), ('admin', true)) v(level, possible)
