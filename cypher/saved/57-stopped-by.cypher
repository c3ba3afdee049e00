// What stopped the rest
// Controls that stopped a step whose other requirements were all held, with how much each protects and would open alone.
// $run (text, default blast): the name of the run
// $limit (integer, default 200): the most rows
MATCH (:Run {owner: $owner, name: $run})-[s:STOPPED_BY]->(control)
RETURN control.id AS id, control.name AS name, s.enforced AS enforced, s.protects AS protects, s.would_open AS would_open
ORDER BY protects DESC, id LIMIT $limit
