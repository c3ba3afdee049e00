// Which crown jewels an answer reached
// Crown jewels that a run holds, one row for each level: those that are known first, then nearest first.
// $run (text, default blast): the name of the run
// $limit (integer, default 200): the most rows
MATCH (:Run {owner: $owner, name: $run})-[h:HELD]->(jewel:CrownJewel)
RETURN jewel.id AS id, jewel.name AS name, h.level AS level, h.certainty AS certainty, h.distance AS distance
ORDER BY certainty, distance, id, level LIMIT $limit
