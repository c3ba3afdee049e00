-- id: generic.same-secret
-- title: One secret in two places
-- attack: T1078
-- effort: 1
-- reads: [SAME_SECRET]
-- nodes: [Credential]
-- what: >
--   Where one value is used twice (a password that an administrator gave two accounts, a key on two machines), whoever
--   holds it for one holds it for the other.
-- close: Give each its own secret; replacing one leaves the other alive.
-- references: ["https://attack.mitre.org/techniques/T1078/"]
SELECT s.source AS source, 'held' AS source_level, s.target AS target, 'held' AS target_level, s.guards,
  [s.r] AS relations
FROM relation s WHERE s.kind = 'SAME_SECRET'
UNION ALL
SELECT s.target, 'held', s.source, 'held', s.guards, [s.r]
FROM relation s WHERE s.kind = 'SAME_SECRET'
