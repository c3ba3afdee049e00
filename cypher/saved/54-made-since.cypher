// What may be the attacker's
// What an exposed principal made since the exposure.
// $run (text, default incident): the name of the run
// $limit (integer, default 200): the most rows
MATCH (:Run {owner: $owner, name: $run})-[s:SUSPECT]->(what)
RETURN what.id AS id, what.name AS name, s.created AS created, s.created_by AS created_by, s.remains AS remains
ORDER BY remains DESC, id LIMIT $limit
