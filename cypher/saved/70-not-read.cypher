// What was not read
// Relation kinds that were not read completely, and why: unknown is not absent.
// $limit (integer, default 200): the most rows
MATCH (row:Coverage {owner: $owner}) WHERE row.state <> 'complete'
RETURN row.source AS source, row.relation AS relation, row.state AS state, row.scope AS scope, row.endpoint AS endpoint,
  row.error AS error
ORDER BY source, relation, scope, endpoint LIMIT $limit
