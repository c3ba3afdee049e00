// Which references lead nowhere
// Ends of relations that name nothing in the store, or several things.
// $limit (integer, default 200): the most rows
MATCH (row:Unresolved {owner: $owner}) WHERE NOT row:Gone
RETURN row.ref AS reference, row.relation AS relation, row.source AS source, row.relations AS relations, row.reason AS reason
ORDER BY relations DESC, reference, relation, source LIMIT $limit
