// What was, or will be
// Relations that a source states and that do not hold at the instant of the push: ended, not begun, or refused for a reason.
// $limit (integer, default 200): the most rows
MATCH (from:Graphscan {owner: $owner})-[r:STATED]->(to)
RETURN from.id AS from, r.kind AS relation, to.id AS to, r.valid_from AS valid_from, r.valid_to AS valid_to, r.reason AS reason
ORDER BY relation, from, to, valid_from, valid_to LIMIT $limit
