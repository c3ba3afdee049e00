// Which source code an answer reached
// Repositories that a run holds, one row for each level, nearest first, with how certain it is.
// $run (text, default blast): the name of the run
// $limit (integer, default 200): the most rows
MATCH (:Run {owner: $owner, name: $run})-[h:HELD]->(repository:Repository)
RETURN repository.id AS id, repository.name AS name, h.level AS level, h.certainty AS certainty, h.distance AS distance
ORDER BY certainty, distance, id, level LIMIT $limit
