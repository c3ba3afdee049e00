// Which controls hold, and which do not
// Controls with their enforcement, and how many steps need each to fail. What is not enforced, or not known to be, stops nobody for certain.
// $limit (integer, default 200): the most rows
MATCH (control:Control {owner: $owner}) WHERE NOT control:Past AND NOT control:Gone
OPTIONAL MATCH (control)-[:REQUIRES]->(step:Step)
RETURN control.id AS id, control.name AS name, coalesce(control.enforced, 'unknown') AS enforced, control.effect AS effect,
  count(DISTINCT step) AS steps_behind
ORDER BY steps_behind DESC, id LIMIT $limit
