-- id: generic.mechanism-failure
-- title: A mechanism fails, and with it every control that rests on it
-- attack: T1556
-- effort: 4
-- reads: [INSTANCE_OF]
-- nodes: [Control]
-- what: >
--   Controls of one mechanism fail together: a stolen kind of key, a bypass of one product, a relayed kind of factor.
-- close: Do not rest two layers of defence on one mechanism.
-- references: ["https://attack.mitre.org/techniques/T1556/"]
SELECT
  i.target AS source, 'defeated' AS source_level,
  i.source AS target, 'defeated' AS target_level,
  i.guards, [i.r] AS relations
FROM relation i
JOIN node c ON c.n = i.source AND c.kind = 'Control'
WHERE i.kind = 'INSTANCE_OF'
