// Which source code an answer reached
// Repositories that a run holds, with the highest level first and how certain it is.
// $run (text, default blast): the name of the run
// $limit (integer, default 200): the most rows
MATCH (:Run {owner: $owner, name: $run})-[h:HELD]->(repository:Repository)
RETURN repository.id AS id, repository.name AS name, h.level AS level, h.certainty AS certainty, h.distance AS distance
ORDER BY h.distance, id, level LIMIT $limit
