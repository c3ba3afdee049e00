// What was not read
// Relation kinds that a source did not read completely, and why: unknown is not absent.
// $limit (integer, default 200): the most rows
MATCH (row:Coverage {owner: $owner}) WHERE row.state <> 'complete' AND NOT row:Gone
RETURN row.source AS source, row.relation AS relation, row.state AS state, row.scope AS scope, row.endpoint AS endpoint,
  row.error AS error
ORDER BY source, relation, scope, endpoint, state, error LIMIT $limit
